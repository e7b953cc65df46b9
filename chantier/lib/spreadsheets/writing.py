"""Tables written as they are read, so that a hundred thousand rows cost the memory of a few.

openpyxl draws the workbook: its styles, its lists, its page of instructions. It would hold every
row in memory, so the rows are written into its sheet one by one, in the stream of the answer.
Texts are texts: no cell is ever typed as a formula.
"""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, cast
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from chantier.lib.spreadsheets.formats import (
    Column,
    Value,
    escape_numbered,
    neutralize,
    printable,
)

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_CHUNK = 64 * 1024
_ROWS_AT_ONCE = 100
_SHEET = "xl/worksheets/sheet1.xml"
_LAST_ROW = 1_048_576
# Excel believes that 1900 had a 29 February: its older dates are one day off.
_FIRST_SAFE_DAY = datetime.date(1900, 3, 1)
_FORMATS = {"text": "@", "number": "0", "amount": "#,##0.00", "date": "yyyy-mm-dd"}


def csv_chunks(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """A CSV as Excel opens it in Québec: UTF-8 with its mark, semicolons, CRLF."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.label for column in columns])
    yield b"\xef\xbb\xbf" + buffer.getvalue().encode()
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
        if buffer.tell() >= _CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _csv_cell(value: Value) -> str:
    if isinstance(value, str):
        return neutralize(printable(value))
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        # A spreadsheet in Québec takes a number with a point for a text.
        return f"{value:f}".replace(".", ",")
    return "" if value is None else str(value)


def xlsx_chunks(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    *,
    title: str,
    instructions: Sequence[str],
) -> Iterator[bytes]:
    """A workbook of one sheet of rows and one of instructions."""
    skeleton = _skeleton(columns, title, instructions)
    sink = _Sink()
    with (
        ZipFile(io.BytesIO(skeleton.archive)) as drawn,
        ZipFile(cast("IO[bytes]", sink), "w", ZIP_DEFLATED, compresslevel=4) as archive,
    ):
        for entry in drawn.infolist():
            if entry.filename != _SHEET:
                archive.writestr(entry.filename, drawn.read(entry))
        yield sink.take()
        before, after = _around_rows(drawn.read(_SHEET))
        with archive.open(_SHEET, "w") as sheet:
            sheet.write(before)
            for lines in _lines(rows, skeleton.styles):
                sheet.write(lines)
                if sink.size >= _CHUNK:
                    yield sink.take()
            sheet.write(after)
    yield sink.take()


class _Sink:
    """Where the archive is written; what has been written is taken away as the answer goes out."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        # Copied: the archive may use its buffer again.
        self._pieces.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing to do: what is written is already there."""

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        self.size = 0
        return taken


@dataclass(frozen=True)
class _Skeleton:
    """A workbook without rows, and the number that its style sheet gives to each column."""

    archive: bytes
    styles: list[int]


def _skeleton(columns: Sequence[Column], title: str, instructions: Sequence[str]) -> _Skeleton:
    workbook = Workbook()
    workbook.properties.creator = "Chantier économie sociale"
    sheet = workbook.worksheets[0]
    sheet.title = title
    sheet.freeze_panes = "A2"
    styles = [_draw_column(sheet, number, column) for number, column in enumerate(columns, 1)]
    page = workbook.create_sheet("Mode d’emploi")
    page.column_dimensions["A"].width = 100
    for number, line in enumerate(instructions, 1):
        cell = page.cell(number, 1, line)
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=number == 1)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return _Skeleton(buffer.getvalue(), styles)


def _draw_column(sheet: Worksheet, number: int, column: Column) -> int:
    """Head a column, and return the number of the style of its cells."""
    letter = get_column_letter(number)
    head = sheet.cell(1, number, column.label)
    head.font = Font(bold=True)
    head.fill = PatternFill("solid", fgColor="E7E6E1")
    head.alignment = Alignment(wrap_text=True, vertical="top")
    # The whole column, so that what is added below keeps its leading zeros.
    dimension = sheet.column_dimensions[letter]
    dimension.width = column.width
    dimension.number_format = _FORMATS[column.kind]
    # Left in the sheet only to be given a style; `_around_rows` drops it.
    sample = sheet.cell(2, number)
    sample.number_format = _FORMATS[column.kind]
    sample.alignment = Alignment(wrap_text=column.width >= 40, vertical="top")
    if column.choices:
        listed = DataValidation(
            type="list",
            formula1=f'"{",".join(column.choices)}"',
            allow_blank=True,
            showErrorMessage=True,
            errorTitle=column.label,
            error="Choisissez dans la liste.",
        )
        listed.add(f"{letter}2:{letter}{_LAST_ROW}")
        sheet.add_data_validation(listed)
    return int(sample.style_id)


def _around_rows(drawn: bytes) -> tuple[bytes, bytes]:
    """What a sheet holds up to its head, and after its rows; without its size, still unknown."""
    before, rest = drawn.split(b'<row r="2"', 1)
    head, size_and_more = before.split(b"<dimension", 1)
    _, tail = size_and_more.split(b"/>", 1)
    return head + tail, b"</sheetData>" + rest.split(b"</sheetData>", 1)[1]


def _lines(rows: Iterable[Sequence[Value]], styles: list[int]) -> Iterator[bytes]:
    """The rows as XML, some at a time."""
    heads = [(get_column_letter(i), style) for i, style in enumerate(styles, 1)]
    lines: list[str] = []
    for number, row in enumerate(rows, 2):
        cells = [
            _xml_cell(f"{letter}{number}", style, value)
            for (letter, style), value in zip(heads, row, strict=True)
            if value not in (None, "")
        ]
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
        if len(lines) == _ROWS_AT_ONCE:
            yield "".join(lines).encode()
            lines.clear()
    yield "".join(lines).encode()


def _xml_cell(place: str, style: int, value: Value) -> str:
    if isinstance(value, datetime.date):
        if value >= _FIRST_SAFE_DAY:
            return f'<c r="{place}" s="{style}"><v>{to_excel(value):.0f}</v></c>'
        value = value.isoformat()
    if isinstance(value, str):
        text = escape(escape_numbered(printable(value)))
        return (
            f'<c r="{place}" s="{style}" t="inlineStr">'
            f'<is><t xml:space="preserve">{text}</t></is></c>'
        )
    number = f"{value:f}" if isinstance(value, Decimal) else value
    return f'<c r="{place}" s="{style}"><v>{number}</v></c>'
