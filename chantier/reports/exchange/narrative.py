"""What a report tells, as a document to edit: for those who have an annual report of their own.

Headings are headings, tables have head rows and the language is said: a screen reader and a
spelling checker need all three.
"""

import io
from collections.abc import Mapping
from typing import Any

from docx import Document
from docx.document import Document as Docx
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from chantier.lib import french
from chantier.lib.office_files import settled
from chantier.lib.spreadsheets.formats import printable
from chantier.reports import schemas
from chantier.reports.exchange.narrative_tables import write_table
from chantier.reports.exchange.shared import day, texts_of, written_on
from chantier.reports.exchange.tables import tables_of

_LANGUAGE = "fr-CA"
_FONT = "Calibri"
_INK = RGBColor(0x16, 0x28, 0x3A)
# Told as texts, or of no use in somebody's own report.
_NOT_AS_TABLES = ("Rapport", "Textes", "Cas et témoignages", "Autres données")


def document_bytes(content: Mapping[str, Any]) -> bytes:
    report = schemas.read(content)
    document = Document()
    _describe(document, report)
    _prepare_styles(document)
    _write_front(document, report)
    for title, label, text in texts_of(report, of_chantier=report["kind"] == "chantier"):
        document.add_paragraph(printable(title), "Heading 1")
        if label != title:
            document.add_paragraph(printable(label), "Heading 2")
        _write_paragraphs(document, text)
    _write_cases(document, report["cases"])
    for table in tables_of(content):
        if table.rows and table.title not in _NOT_AS_TABLES:
            write_table(document, table)
    buffer = io.BytesIO()
    document.save(buffer)
    return settled(buffer.getvalue(), written_on(content))


def _describe(document: Docx, report: Mapping[str, Any]) -> None:
    """What the file says of itself: nothing of the library that wrote it, nor of a person."""
    properties = document.core_properties
    # Word takes 255 characters at most.
    properties.title = printable(f"{report['title']}, {report['owner']}")[:255]
    properties.language, properties.author = _LANGUAGE, printable(report["owner"])[:255]
    properties.last_modified_by, properties.comments = "", ""
    section = document.sections[0]
    # Letter, as printers of Québec hold.
    section.page_width, section.page_height = Mm(215.9), Mm(279.4)
    section.left_margin = section.right_margin = Mm(22)


def _prepare_styles(document: Docx) -> None:
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _LANGUAGE)
    for name, size in (("Normal", 11), ("Title", 24), ("Heading 1", 15), ("Heading 2", 12)):
        font = document.styles[name].font
        font.name, font.size = _FONT, Pt(size)
        font.color.rgb = _INK
        fonts = font.element.rPr.rFonts
        for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{attribute}"), None)


def _write_front(document: Docx, report: Mapping[str, Any]) -> None:
    period, submission = report["period"], report["submission"]
    document.add_paragraph(printable(report["title"]), "Title")
    document.add_paragraph(printable(report["owner"]))
    document.add_paragraph(
        f"Du {french.long_date(day(period['starts_on']))}"
        f" au {french.long_date(day(period['ends_on']))}."
        f" Chiffres au {french.long_date(day(period['as_of']))}."
    )
    state = "Brouillon\u00a0: ce rapport n’est pas déposé."
    if submission:
        submitted = french.long_date(day(submission["submitted_at"]))
        state = (
            f"Version {submission['version']}, déposée le {submitted}."
            f" Code de vérification\u00a0: {submission['verification_code']}."
            " Le PDF déposé fait foi."
        )
    document.add_paragraph(state)
    _write_paragraphs(document, report["summary"]["lead"])


def _write_paragraphs(document: Docx, text: str) -> None:
    for line in printable(text).split("\n"):
        if line.strip():
            document.add_paragraph(line)


def _write_cases(document: Docx, cases: list[Mapping[str, Any]]) -> None:
    if cases:
        document.add_paragraph("Cas et témoignages", "Heading 1")
    for case in cases:
        document.add_paragraph(printable(case["title"]), "Heading 2")
        _write_paragraphs(document, case["text"])
        if case.get("who"):
            document.add_paragraph(printable(case["who"]))
