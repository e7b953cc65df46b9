"""Tables of tens of thousands of rows, as programs of accounting write them.

Titles stand above the table, and its amounts are computed: what a cell shows is read, not its
formula. The workbook is read by a library that needs seconds where openpyxl needs a minute; it
makes room for every cell up to the last, so that where cells stand is checked first.
"""

import csv
import datetime
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any, cast

from django.core.exceptions import ValidationError
from django.core.files.base import File
from python_calamine import CalamineWorkbook

from chantier.lib.french import number
from chantier.lib.inspection.markup import NotMarkup, TooLong, count_cells
from chantier.lib.inspection.refusals import mismatch, refuse
from chantier.lib.spreadsheets.reading import (
    MAX_COLUMNS,
    SEPARATORS,
    Row,
    cell_value,
    csv_rows,
    separator_by_head,
)
from chantier.lib.spreadsheets.workbooks import Wrong


@dataclass(frozen=True)
class Limits:
    """The most that a file may hold; a cell of a workbook is up to three tags."""

    size: int = 20 * 1024 * 1024
    rows: int = 60_000
    tags: int = 4_000_000
    unpacked: int = 160 * 1024 * 1024


LARGE = Limits()
# A row is up to 69 999, a column up to BZ: what lies further is no table.
_PLACE = re.compile(r"(?:[A-B]?[A-Z])?(?:[1-6]?[0-9]{1,4})")
_SAMPLE = 60
_WRONG = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!)")


def read_large(
    file: File, name: str, *, limits: Limits = LARGE, is_checked: bool = False
) -> Iterator[Row]:
    """The rows that say something, as they are read; of a workbook, those of its first sheet.

    `is_checked`: the same file was read to its end before, and need not be looked through again.
    """
    if file.size > limits.size:
        most = f"{limits.size // 1024 // 1024}\u00a0Mo"
        raise refuse(f"«\u00a0{name}\u00a0» dépasse {most}. Partagez-le en plusieurs fichiers.")
    file.seek(0)
    if PurePath(name).suffix.lower() == ".xlsx":
        raw: Iterable[tuple[Any, ...]] = _workbook_rows(file, name, None if is_checked else limits)
    else:
        raw = csv_rows(file.read(), name, _separator)
    return _bounded(raw, name, limits)


def _bounded(rows: Iterable[tuple[Any, ...]], name: str, limits: Limits) -> Iterator[Row]:
    said = 0
    for place, raw in enumerate(rows, 1):
        values = [cell_value(cell) for cell in raw]
        while values and values[-1] is None:
            values.pop()
        if not values:
            continue
        said += 1
        if said > limits.rows:
            raise refuse(
                f"«\u00a0{name}\u00a0» dépasse {number(limits.rows)} lignes. "
                "Partagez-le en plusieurs fichiers."
            )
        if len(values) > MAX_COLUMNS:
            raise refuse(
                f"La ligne {place} de «\u00a0{name}\u00a0» dépasse {MAX_COLUMNS} colonnes."
            )
        yield Row(place, tuple(values))


# --- Workbooks -----------------------------------------------------------------


def _workbook_rows(file: File, name: str, limits: Limits | None) -> Iterator[tuple[Any, ...]]:
    stream = cast("IO[bytes]", file)
    try:
        if limits is not None:
            _check_parts(stream, name, limits)
        stream.seek(0)
        sheet = CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0)
        # The rows above the table are given, the columns before it are not.
        before = (None,) * (sheet.start or (0, 0))[1]
        rows = sheet.iter_rows()
    except ValidationError:
        raise
    # Whatever a damaged workbook makes the library raise, it means that it cannot be read.
    except Exception as error:
        raise mismatch(name, "un classeur lisible") from error
    for row in rows:
        yield (*before, *(_shown(cell) for cell in row))


def _shown(cell: Any) -> Any:
    """The value of a cell as the rest of the portal knows values."""
    if isinstance(cell, str):
        return Wrong(cell) if _WRONG.fullmatch(cell) else cell
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, datetime.time | datetime.timedelta):
        return str(cell)
    return cell


def _check_parts(stream: IO[bytes], name: str, limits: Limits) -> None:
    too_large = refuse(
        f"«\u00a0{name}\u00a0» contient trop de cases, ou des cases trop loin du tableau. "
        "Effacez les lignes et les colonnes vides, ou enregistrez-le en CSV."
    )
    with zipfile.ZipFile(stream) as archive:
        parts = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".xml")]
        if sum(entry.file_size for entry in parts) > limits.unpacked:
            raise too_large
        for entry in parts:
            is_sheet = entry.filename.lower().startswith("xl/worksheets/")
            with archive.open(entry) as part:
                try:
                    count_cells(
                        part,
                        most=limits.tags,
                        may_stand=_may_stand if is_sheet else lambda _: True,
                    )
                except TooLong as error:
                    raise too_large from error
                except NotMarkup as error:
                    raise mismatch(name, "un classeur lisible") from error


def _may_stand(place: str) -> bool:
    return _PLACE.fullmatch(place) is not None


# --- Texts ---------------------------------------------------------------------


def _separator(lines: io.StringIO) -> str:
    """The separator of a CSV, by what most of its first lines have: titles stand above."""
    start = lines.tell()
    by_head = separator_by_head(lines)
    if lines.tell() != start:
        # « sep=; » says it.
        return by_head
    sample = [line for _, line in zip(range(_SAMPLE), lines, strict=False) if line.strip(" \r\n")]
    lines.seek(start)
    return max(SEPARATORS, key=lambda sign: _columns(sample, sign)) if sample else by_head


def _columns(sample: list[str], sign: str) -> tuple[int, int]:
    """How many lines have the same number of columns with this sign, and how many columns."""
    numbers = Counter(
        width for row in csv.reader(sample, delimiter=sign) if (width := len(row)) > 1
    )
    return max(((times, width) for width, times in numbers.items()), default=(0, 0))
