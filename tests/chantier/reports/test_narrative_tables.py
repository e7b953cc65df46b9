"""Tables of a report in a document: as wide as a page, or told line by line."""

import datetime

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from chantier.lib.spreadsheets.formats import Column
from chantier.reports.exchange.narrative_tables import write_table
from chantier.reports.exchange.shared import Table

_MEASURES = (
    Column("Code", width=12),
    Column("Mesure", width=50),
    Column("État", width=18),
    Column("Responsable", width=28),
    Column("Date", "date", width=14),
    Column("Résultat", width=60),
    Column("Preuves", width=40),
)


def written(table):
    document = Document()
    write_table(document, table)
    return document


def told(document):
    return [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs]


def test_a_table_wider_than_a_page_is_told_line_by_line():
    day = datetime.date(2026, 7, 8)
    row = ("M4-09", "Simplifier", "implantée", "Achats", day, "Rien de rejeté.\nOuf.", "Note\nAvis")
    document = written(Table("Mesures implantées", _MEASURES, [row]))
    told_in_short = (
        "État\u00a0: implantée. Responsable\u00a0: Achats. Date\u00a0: 8\u00a0juillet 2026. "
        "Preuves\u00a0: Note; Avis."
    )
    assert not document.tables
    assert told(document) == [
        ("Heading 1", "Mesures implantées"),
        ("Heading 2", "M4-09 Simplifier"),
        ("Normal", told_in_short),
        ("Normal", "Rien de rejeté."),
        ("Normal", "Ouf."),
    ]


def test_columns_that_say_nothing_leave_a_table_that_fits():
    row = ("M1-08", "Former", "planifiée", "Achats", datetime.date(2026, 12, 29), "", "")
    (table,) = written(Table("Mesures à venir", _MEASURES, [row])).tables
    assert [cell.text for cell in table.rows[0].cells] == [
        "Code",
        "Mesure",
        "État",
        "Responsable",
        "Date",
    ]
    widths = [column.width for column in table.columns]
    # In twentieths of a point, hence the millimetre.
    assert abs(sum(widths) - Mm(170)) < Mm(1)
    assert widths[1] == max(widths)
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_figures_keep_those_that_one_retells():
    columns = tuple(
        Column(label)
        for label in ("Étape", "Implantée", "Planifiée", "Sans objet", "Applicables", "Taux (%)")
    )
    (table,) = written(Table("Avancement par étape", columns, [("Total", 2, 3, 0, 9, 22)])).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Étape", "Implantée", "Applicables", "Taux (%)"],
        ["Total", "2", "9", "22"],
    ]
