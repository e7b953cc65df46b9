"""The grid of an organization as a spreadsheet, on its way out."""

import io
from collections.abc import Iterator
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from chantier.lib.french import NOT_AVAILABLE
from chantier.lib.spreadsheets import Column, Value, csv_chunks
from measures.indicators.grid import Cell, Grid, Line
from measures.models import Indicator

SHEET = "Indicateurs"
CODE, NAME, UNIT = "Code", "Indicateur", "Unité"
_WIDTHS = (8, 44, 18)
_HEAD = PatternFill("solid", fgColor="E7E6E1")
_COMPUTED = PatternFill("solid", fgColor="F3F4F1")
_FED = PatternFill("solid", fgColor="E3EEF4")


def chunks(kind: str, grid: Grid) -> Iterator[bytes]:
    """The grid as a file of this kind."""
    if kind == "csv":
        labels = (CODE, NAME, UNIT, *(year.label for year in grid.years))
        yield from csv_chunks([Column(label) for label in labels], map(_row, _lines(grid)))
    else:
        yield _workbook(grid)


def value_of(cell: Cell) -> Decimal | str | None:
    """What a cell holds in a spreadsheet: a number as the grid rounds it, « n. d. », or nothing."""
    source = cell.computed or cell.stored or cell.fed
    if source is None:
        return None
    if source.value is None:
        return NOT_AVAILABLE
    return round(source.value, cell.indicator.decimals)


def _lines(grid: Grid) -> Iterator[Line]:
    return (line for group in grid.groups for line in group.lines)


def _row(line: Line) -> list[Value]:
    indicator = line.indicator
    return [indicator.code, indicator.name, indicator.unit, *map(value_of, line.cells)]


def _workbook(grid: Grid) -> bytes:
    workbook = Workbook()
    workbook.properties.creator = "Chantier économie sociale"
    sheet = workbook.worksheets[0]
    sheet.title = SHEET
    _draw_head(sheet, grid)
    for number, line in enumerate(_lines(grid), 2):
        _draw_line(sheet, number, line)
    # The head and what is computed are locked, against slips: no password.
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.freeze_panes = "D2"
    page = workbook.create_sheet("Mode d’emploi")
    page.column_dimensions["A"].width = 100
    for number, text in enumerate(instructions(), 1):
        cell = page.cell(number, 1, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=number == 1)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _draw_head(sheet: Worksheet, grid: Grid) -> None:
    for number, label in enumerate((CODE, NAME, UNIT, *(year.label for year in grid.years)), 1):
        cell = sheet.cell(1, number, label)
        cell.font, cell.fill = Font(bold=True), _HEAD
        width = _WIDTHS[number - 1] if number <= len(_WIDTHS) else 16
        sheet.column_dimensions[get_column_letter(number)].width = width


def _draw_line(sheet: Worksheet, number: int, line: Line) -> None:
    for place, text in enumerate(
        (line.indicator.code, line.indicator.name, line.indicator.unit), 1
    ):
        named = sheet.cell(number, place, text)
        # A name that begins with « = » is a name.
        named.data_type = "s"
        named.alignment = Alignment(wrap_text=place > 1, vertical="top")
    for place, each in enumerate(line.cells, len(_WIDTHS) + 1):
        cell = sheet.cell(number, place, value_of(each))
        cell.number_format = _format(line.indicator)
        cell.alignment = Alignment(horizontal="right", vertical="top")
        if each.is_fed:
            cell.fill = _FED
        if each.is_typed:
            cell.protection = Protection(locked=False)
        else:
            cell.fill = _COMPUTED


def _format(indicator: Indicator) -> str:
    """How its values look. For a percentage none: « 12 % » typed there must stay twelve."""
    if indicator.unit == "%":
        return "General"
    return "#,##0" + (f".{'0' * indicator.decimals}" if indicator.decimals else "")


def instructions() -> list[str]:
    """The page of the workbook that says how to fill it in."""
    return [
        "Remplir les indicateurs dans un tableur",
        (
            f"Remplissez la feuille «\u00a0{SHEET}\u00a0», puis importez ce fichier dans le "
            "portail\u00a0: vous verrez ce qui changera avant que rien ne soit enregistré."
        ),
        "Une ligne par indicateur, une colonne par année financière\u00a0: gardez leurs titres.",
        (
            "Écrivez un nombre seul, dans l’unité de la ligne\u00a0: 12,5 pour 12,5\u00a0%; "
            "1\u00a0234,50 ou 1234.50 pour un montant."
        ),
        (
            "«\u00a0n. d.\u00a0» dit que la valeur n’est pas disponible\u00a0: ce n’est pas zéro. "
            "Une case laissée vide ne change rien."
        ),
        (
            "Les cases grises se calculent dans le portail. Laissez-les telles quelles\u00a0: les "
            "deux termes d’une part se corrigent sur la page de sa valeur."
        ),
        (
            "Les cases bleutées viennent des achats du portail. Laissez-les telles quelles pour "
            "qu’elles les suivent; ce que vous y tapez prend leur place."
        ),
        "Une valeur corrigée garde l’ancienne, avec la personne et la date.",
        "La feuille est protégée sans mot de passe, contre les fausses manœuvres.",
    ]
