"""The tables of a report on a page that one edits: narrower than a sheet, so not all of it."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from docx.document import Document as Docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table as Drawn

from chantier.lib import french
from chantier.lib.spreadsheets.formats import Value, printable
from chantier.reports.exchange.shared import Table

_MILLIMETRES = 170
# A table of more columns is told line by line, under the title of each.
_MOST_COLUMNS = 6
_TITLE_WIDTH, _TEXT_WIDTH = 44, 60
# A column no narrower than its longest usual word, no wider than a third of the page.
_NARROWEST, _WIDEST = 20, 40
# What is retold in somebody's own report; the workbook has the rest.
_KEPT = {
    "Avancement par étape": (
        "Étape",
        "Implantée",
        "Applicables",
        "Taux (%)",
        "Taux avant le cycle (%)",
        "Écart (points)",
    ),
    "Achats": (
        "Répartition",
        "Poste",
        "Montant avant taxes ($)",
        "Paiements",
        "Année d’avant ($)",
    ),
    "Bénéfices": ("Dimension", "Bénéfice", "Valeur", "Unité", "Observations", "Vérifiées"),
}


def write_table(document: Docx, table: Table) -> None:
    document.add_paragraph(table.title, "Heading 1")
    shown = _shown(table)
    title = next((n for n in shown if table.columns[n].width >= _TITLE_WIDTH), None)
    if len(shown) > _MOST_COLUMNS and title is not None:
        for row in table.rows:
            _write_line(document, table, row, shown, title)
    else:
        _draw(document, table, shown)


def _shown(table: Table) -> list[int]:
    """The columns that say something, among those that are kept."""
    kept = _KEPT.get(table.title)
    return [
        number
        for number, column in enumerate(table.columns)
        if (kept is None or column.label in kept)
        and any(row[number] not in (None, "") for row in table.rows)
    ]


def _write_line(
    document: Docx, table: Table, row: tuple[Value, ...], shown: Sequence[int], title: int
) -> None:
    """Its code and title, then what is short on one line, then each text."""
    told = {number: _words(row[number]) for number in shown if row[number] not in (None, "")}
    heading = [told.pop(number, "") for number in (title - 1, title)]
    document.add_paragraph(" ".join(filter(None, heading)), "Heading 2")
    texts = [number for number in told if table.columns[number].width >= _TEXT_WIDTH]
    short = [
        f"{table.columns[number].label}\u00a0: {text.replace(chr(10), '; ')}"
        for number, text in told.items()
        if number not in texts
    ]
    if short:
        document.add_paragraph(". ".join(short) + ".")
    for number in texts:
        for line in told[number].split("\n"):
            document.add_paragraph(line)


def _draw(document: Docx, table: Table, shown: Sequence[int]) -> None:
    drawn = document.add_table(rows=1, cols=len(shown), style="Table Grid")
    drawn.autofit = False
    _size(drawn, table, shown)
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    drawn.rows[0]._tr.get_or_add_trPr().append(head)
    for cell, number in zip(drawn.rows[0].cells, shown, strict=True):
        cell.paragraphs[0].add_run(table.columns[number].label).bold = True
    for row in table.rows:
        for cell, number in zip(drawn.add_row().cells, shown, strict=True):
            cell.text = _words(row[number])
    _keep_rows_whole(drawn)


def _size(drawn: Drawn, table: Table, shown: Sequence[int]) -> None:
    """Columns as wide as what they hold; new rows take the width of their column."""
    widths = [min(max(table.columns[n].width, _NARROWEST), _WIDEST) for n in shown]
    for column, width in zip(drawn.columns, widths, strict=True):
        column.width = Mm(_MILLIMETRES * width / sum(widths))


def _keep_rows_whole(drawn: Drawn) -> None:
    for row in drawn.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(2)
                for run in paragraph.runs:
                    run.font.size = Pt(9.5)


def _words(value: Value) -> str:
    if isinstance(value, datetime.date):
        return french.long_date(value)
    if isinstance(value, (int, float, Decimal)):
        return french.number(value)
    return printable(value or "")
