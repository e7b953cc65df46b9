"""A report as a workbook: one sheet per section, dates as dates and numbers as numbers."""

import datetime
import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from chantier.lib.office_files import settled
from chantier.lib.spreadsheets.formats import Column, Value, escape_numbered, printable
from chantier.reports.exchange.shared import Table, written_on
from chantier.reports.exchange.tables import tables_of

# What a cell of Excel holds.
LONGEST = 32_767
CUT = " […] La suite est dans le fichier JSON."
_FORMATS = {"text": "@", "number": "0", "amount": "#,##0.00", "date": "yyyy-mm-dd"}
_DAY = "yyyy-mm-dd"
_WIDE = 40
_FONT = "Calibri"
# Points; no row may be taller than 409.
_LINE, _MOST_LINES = 15, 27
# Words do not fill a line to its end.
_FILLED = 0.9


def workbook_bytes(content: Mapping[str, Any]) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    workbook.properties.creator = "Chantier économie sociale"
    workbook.properties.title = cell_text(f"{content['title']}, {content['owner']}")
    workbook.properties.language = "fr-CA"
    for table in tables_of(content):
        _write(workbook.create_sheet(table.title), table)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return settled(buffer.getvalue(), written_on(content))


def cell_text(text: str) -> str:
    """What a cell may hold of a text; a text that is cut says so."""
    safe = escape_numbered(printable(text))
    return safe if len(safe) <= LONGEST else safe[: LONGEST - len(CUT)] + CUT


def _write(sheet: Worksheet, table: Table) -> None:
    sheet.freeze_panes = "A2"
    # Rows of a long table stay headed on paper.
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    # As wide as the page, and as long as it takes.
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
    for number, column in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
        head = sheet.cell(1, number, column.label)
        head.font = Font(name=_FONT, bold=True)
        head.fill = PatternFill("solid", fgColor="E7E6E1")
        head.alignment = Alignment(wrap_text=True, vertical="top")
    for place, row in enumerate(table.rows, 2):
        for number, (column, value) in enumerate(zip(table.columns, row, strict=True), 1):
            _fill(sheet.cell(place, number), column, value)  # type: ignore[arg-type]
        sheet.row_dimensions[place].height = _LINE * _lines_of(table.columns, row)


def _lines_of(columns: Sequence[Column], row: Sequence[Value]) -> int:
    """How many lines its longest text takes: not every program works it out when it opens."""
    lines = [
        sum(1 + len(line) // int(column.width * _FILLED) for line in value.split("\n"))
        for column, value in zip(columns, row, strict=True)
        if isinstance(value, str) and column.width >= _WIDE
    ]
    return min(max(lines, default=1), _MOST_LINES)


def _fill(cell: Cell, column: Column, value: Value) -> None:
    cell.alignment = Alignment(wrap_text=column.width >= _WIDE, vertical="top")
    if value is None or value == "":
        return
    if isinstance(value, str):
        cell.value = cell_text(value)
        # Never a formula, whatever it begins with.
        cell.data_type = "s"
        cell.number_format = _FORMATS["text"]
        return
    cell.value = value
    if isinstance(value, datetime.date):
        cell.number_format = _DAY
    elif column.kind != "text":
        cell.number_format = _FORMATS[column.kind]
