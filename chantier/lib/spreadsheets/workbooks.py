"""The rows of a workbook that somebody sent, through openpyxl, which is told what to expect.

openpyxl builds a tree of what it reads: the parts are first read as a stream, and counted.
"""

import datetime
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any, cast

from django.core.exceptions import ValidationError
from django.core.files.base import File
from openpyxl import load_workbook

from chantier.lib.inspection.markup import TooLong, elements
from chantier.lib.inspection.refusals import mismatch, refuse

# Five thousand rows of a register are a tenth of this.
_MAX_UNPACKED = 32 * 1024 * 1024
_MAX_CELLS = 400_000
_MAX_OTHER = 40_000
_FULL_PARTS = ("xl/worksheets/", "xl/sharedstrings")
FORMULA = object()
# What a number format shows as it is written there.
_QUOTED = re.compile(r'"[^"]*"|\\.')


@dataclass(frozen=True)
class Wrong:
    """What the spreadsheet shows where it could compute nothing, « #N/A »."""

    text: str


@dataclass(frozen=True)
class OpenWorkbook:
    """The rows of a sheet, read as they are asked for, and the day from which dates count."""

    rows: Iterator[tuple[Any, ...]]
    epoch: datetime.datetime


def open_workbook(file: File, name: str, sheet: str) -> OpenWorkbook:
    """Open the sheet named `sheet`, else the first one."""
    stream = cast("IO[bytes]", file)
    unreadable = mismatch(name, "un classeur lisible")
    try:
        _check_parts(stream, name)
        stream.seek(0)
        workbook = load_workbook(stream, read_only=True, keep_links=False)
        sheets = [one for one in workbook.worksheets if one.title == sheet]
        chosen = (sheets or workbook.worksheets)[0]
    except ValidationError:
        raise
    # Whatever a damaged workbook makes openpyxl raise, it means that it cannot be read.
    except Exception as error:
        raise unreadable from error
    # The size that a sheet declares is not believed.
    chosen.reset_dimensions()
    return OpenWorkbook(_rows(chosen.iter_rows(), unreadable), workbook.epoch)


def _rows(rows: Iterator[tuple[Any, ...]], unreadable: ValidationError) -> Iterator[tuple]:
    try:
        for row in rows:
            yield tuple(_value(cell) for cell in row)
    # As above: the sheet is read only now.
    except Exception as error:
        raise unreadable from error


def _value(cell: Any) -> Any:
    value = cell.value
    if cell.data_type == "f":
        return FORMULA
    if cell.data_type == "e":
        return Wrong(str(value))
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, datetime.time | datetime.timedelta):
        return str(value)
    if isinstance(value, int | float) and "%" in _QUOTED.sub("", cell.number_format or ""):
        # « 12 % » as the spreadsheet shows it, which keeps 0.12.
        return f"{round(Decimal(repr(value)) * 100, 9).normalize():f} %"
    return value


def _check_parts(stream: IO[bytes], name: str) -> None:
    """Refuse what openpyxl would need too much memory or time for, and what leads elsewhere."""
    too_large = refuse(
        f"«\u00a0{name}\u00a0» contient trop de cases ou de styles. Repartez du modèle."
    )
    with zipfile.ZipFile(stream) as archive:
        parts = [
            entry
            for entry in archive.infolist()
            if entry.filename.lower().endswith((".xml", ".rels"))
        ]
        if sum(entry.file_size for entry in parts) > _MAX_UNPACKED:
            raise too_large
        for entry in parts:
            part_name = entry.filename.lower()
            if part_name.startswith("xl/externallinks/"):
                raise refuse(
                    f"«\u00a0{name}\u00a0» va chercher des données dans d’autres fichiers. "
                    "Enregistrez-le sans liaisons, ou repartez du modèle."
                )
            most = _MAX_CELLS if part_name.startswith(_FULL_PARTS) else _MAX_OTHER
            with archive.open(entry) as part:
                try:
                    if sum(1 for _ in elements(part)) > most:
                        raise too_large
                except TooLong as error:
                    raise too_large from error
