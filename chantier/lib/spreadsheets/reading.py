"""Tables that people send: any encoding and separator of theirs, and nothing without a bound.

The file has passed `chantier.lib.files.check_upload`. What cannot be read raises ValidationError,
in French; a cell that cannot be read is a Fault in its place, so that all faults are told at once.
"""

import codecs
import csv
import datetime
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile, File
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

from chantier.lib.french import number
from chantier.lib.inspection.refusals import mismatch, refuse
from chantier.lib.spreadsheets.formats import FORBIDDEN, Value, canonical, restore
from chantier.lib.spreadsheets.workbooks import FORMULA, Wrong, open_workbook

MAX_BYTES = 10 * 1024 * 1024
MAX_COLUMNS = 60
# What Excel puts in one cell.
MAX_CELL = 32_767
_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SEPARATORS = ";,\t"
# About 1980 to 2110, counted from 1900 or from 1904.
_FIRST_SERIAL, _LAST_SERIAL = 28_000, 77_000


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be read, and why, in French."""

    message: str


@dataclass(frozen=True)
class Row:
    """A row by its number in the spreadsheet; empty cells are None."""

    number: int
    values: tuple[Value | Fault, ...]


@dataclass(frozen=True)
class Table:
    """The first row that says something, and the rows under it that do."""

    head: Row
    rows: tuple[Row, ...]
    epoch: datetime.datetime = WINDOWS_EPOCH

    def day(self, serial: float) -> datetime.date | None:
        """The day that a number stands for, if it is one that somebody would type.

        A year alone, 2021, would be a day of 1905.
        """
        if not _FIRST_SERIAL <= serial <= _LAST_SERIAL:
            return None
        moment = from_excel(serial, self.epoch)
        return moment.date() if isinstance(moment, datetime.datetime) else None


def cell_reference(row: int, column: int) -> str:
    """« C12 » for the third column, the first being 0."""
    return f"{get_column_letter(column + 1)}{row}"


def as_utf8(file: File) -> File:
    """The same CSV in UTF-8 when its mark says UTF-16, for a check that takes zeros for no text."""
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    file.seek(0)
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or len(data) > MAX_BYTES:
        return file
    return ContentFile(_decode(data, file.name or "").encode(), name=file.name)


def read_table(file: File, name: str, *, sheet: str, max_rows: int) -> Table:
    """Read the rows of a CSV, or of an XLSX: its sheet of that name, else the first."""
    if file.size > MAX_BYTES:
        raise refuse(f"«\u00a0{name}\u00a0» dépasse 10\u00a0Mo. Partagez-le en plusieurs fichiers.")
    file.seek(0)
    epoch = WINDOWS_EPOCH
    if PurePath(name).suffix.lower() == ".xlsx":
        workbook = open_workbook(file, name, sheet)
        epoch, raw = workbook.epoch, workbook.rows
    else:
        raw = csv_rows(file.read(), name)
    found = _bounded(raw, name, max_rows)
    if not found:
        raise refuse(f"«\u00a0{name}\u00a0» ne contient aucune ligne.")
    return Table(found[0], tuple(found[1:]), epoch)


def _bounded(rows: Iterable[tuple[Any, ...]], name: str, max_rows: int) -> list[Row]:
    """The rows that hold something; refuses what no register is as large as."""
    found: list[Row] = []
    for place, raw in enumerate(rows, 1):
        # A few rows above the table, a head: all the rest counts, empty or not.
        if place > max_rows + 10:
            raise refuse(
                f"«\u00a0{name}\u00a0» dépasse {number(max_rows)} lignes. "
                "Effacez les lignes vides du bas, ou partagez-le en plusieurs fichiers."
            )
        values = [cell_value(cell) for cell in raw]
        while values and values[-1] is None:
            values.pop()
        if len(values) > MAX_COLUMNS:
            raise refuse(
                f"La ligne {place} de «\u00a0{name}\u00a0» dépasse {MAX_COLUMNS} colonnes. "
                "Gardez celles du modèle."
            )
        if values:
            found.append(Row(place, tuple(values)))
    return found


def cell_value(cell: Any) -> Value | Fault:
    """The value of a cell: a text without its outer spaces, None for an empty one."""
    if cell is FORMULA:
        return Fault("Cette case contient une formule\u00a0: collez sa valeur à la place.")
    if isinstance(cell, Wrong):
        return Fault(f"Cette case contient une erreur du tableur ({cell.text[:20]}).")
    if not isinstance(cell, str):
        return cell
    if len(cell) > MAX_CELL:
        return Fault(f"Ce texte dépasse {number(MAX_CELL)} caractères.")
    if FORBIDDEN.search(cell):
        return Fault("Ce texte contient un caractère invisible interdit\u00a0: retapez-le.")
    return canonical(cell) or None


def csv_rows(
    data: bytes, name: str, separator_of: Callable[[io.StringIO], str] | None = None
) -> Iterator[tuple[str, ...]]:
    """The rows of a CSV in any encoding of theirs; its separator as `separator_of` finds it."""
    lines = io.StringIO(_decode(data, name), newline="")
    separator = (separator_of or separator_by_head)(lines)
    # The first line may say the separator, for Excel alone.
    yield from [()] if lines.tell() else []
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        for row in reader:
            # Of millions of cells, only as many as it takes to refuse them.
            more = ["…"] if any(row[MAX_COLUMNS:]) else []
            yield tuple(restore(text) for text in [*row[:MAX_COLUMNS], *more])
    except csv.Error as error:
        raise refuse(
            f"«\u00a0{name}\u00a0» ne se lit plus après la ligne {reader.line_num}\u00a0: "
            "un guillemet y manque, ou une case y est trop longue."
        ) from error


def _decode(data: bytes, name: str) -> str:
    """Text in the encoding that its mark says; else UTF-8, else that of Excel on Windows."""
    for mark, encoding in _ENCODINGS:
        if data.startswith(mark):
            candidates = [encoding]
            break
    else:
        candidates = ["utf-8", "cp1252"]
    for encoding in candidates:
        try:
            return data.decode(encoding)
        except UnicodeError:
            continue
    raise mismatch(name, "un fichier CSV")


def separator_by_head(lines: io.StringIO) -> str:
    """The separator of a CSV, by its first line; leaves `lines` where the table starts."""
    first = lines.readline(MAX_CELL)
    while first and not first.strip(" \r\n"):
        first = lines.readline(MAX_CELL)
    if first.lower().startswith("sep=") and first.strip("\r\n")[4:] in list(SEPARATORS):
        return first[4]
    lines.seek(0)
    return max(SEPARATORS, key=lambda sign: len(next(csv.reader([first], delimiter=sign), [])))
