"""Chosen clauses as a document that Word and LibreOffice open: texts to paste, and what they need.

Headings are headings and the language is said: a screen reader and a spelling checker need both.
"""

import datetime
import io
from collections.abc import Iterable, Sequence

from django.utils import timezone
from docx import Document
from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from chantier.lib.french import long_date
from chantier.lib.spreadsheets.formats import printable
from measures.models import Clause, ClauseVersion
from measures.wording import parts

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TITLE = "Clauses à adapter"
_OWNER = "Chantier économie sociale de l’ECPAR"
_LANGUAGE = "fr-CA"
_FONT = "Calibri"
_INK = RGBColor(0x16, 0x28, 0x3A)
# Styles of ours, by the names that Word shows.
_TEXT, _NOTICE, _VARIABLE = "Libellé", "À faire valider", "Variable à remplir"
_SHOWN_CODE = 30
_OF_TEMPLATE = ("/thumbnail", "/extended-properties", "/stylesWithEffects", "/customXml")


def choose(slugs: Sequence[str]) -> list[Clause]:
    """The clauses of the library under these addresses, in that order."""
    rows = (
        Clause.objects.active()
        .filter(slug__in=slugs)
        .with_latest_version()
        .prefetch_related("documents", "contract_kinds", "legal_references")
    )
    by_slug = {clause.slug: clause for clause in rows}
    return [by_slug[slug] for slug in slugs if slug in by_slug]


def refusal(slugs: Sequence[str], found: Iterable[Clause]) -> str:
    """Why no document was written."""
    if not slugs:
        return "Cochez au moins une clause à exporter."
    known = {clause.slug for clause in found}
    missing = [slug[:_SHOWN_CODE] for slug in slugs if slug not in known]
    names = ", ".join(f"«\u00a0{slug}\u00a0»" for slug in missing[:5])
    return (
        f"Aucun document n’a été produit\u00a0: {names} n’est pas ou n’est plus à la bibliothèque."
    )


def write(clauses: Sequence[Clause], *, today: datetime.date) -> bytes:
    """The document of the clauses, in their order, which must be read as `choose` does."""
    document = Document()
    _describe(document)
    _prepare_styles(document)
    _write_front(document, clauses, today)
    for clause in clauses:
        _write_clause(document, clause)
    _write_footer(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _describe(document: Docx) -> None:
    """What the file says of itself: nothing of the library that wrote it, nor of a person."""
    properties = document.core_properties
    properties.title, properties.language = TITLE, _LANGUAGE
    properties.author, properties.last_modified_by, properties.comments = _OWNER, "", ""
    properties.subject = Clause.NOTICE
    now = timezone.now().astimezone(datetime.UTC).replace(tzinfo=None, microsecond=0)
    properties.created = properties.modified = now
    _forget_template(document)
    section = document.sections[0]
    # Letter, as printers of Québec hold.
    section.page_width, section.page_height = Mm(215.9), Mm(279.4)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(22)


def _forget_template(document: Docx) -> None:
    """Drop what the library’s template brings and no reader needs: the program that made it, a
    picture of its page, its styles a second time."""
    for owner in (document.part.package, document.part):
        for key, relation in list(owner.rels.items()):
            if relation.reltype.endswith(_OF_TEMPLATE):
                del owner.rels[key]


def _prepare_styles(document: Docx) -> None:
    _speak_french(document)
    styles = document.styles
    styles["Normal"].font.size = Pt(11)
    for name, size in (("Normal", 11), ("Title", 24), ("Heading 1", 15), ("Heading 2", 12)):
        _write_in(styles[name], size)
    styles["Normal"].paragraph_format.space_after = Pt(6)
    for border in styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    heading = styles["Heading 1"].paragraph_format
    heading.space_before, heading.space_after, heading.keep_with_next = Pt(20), Pt(4), True
    text = styles.add_style(_TEXT, WD_STYLE_TYPE.PARAGRAPH)
    text.base_style = styles["Normal"]
    text.paragraph_format.left_indent = Mm(6)
    _draw_side(text)
    notice = styles.add_style(_NOTICE, WD_STYLE_TYPE.PARAGRAPH)
    notice.base_style, notice.font.bold = styles["Normal"], True
    # A text and its notice are never on two pages.
    text.paragraph_format.keep_with_next = True
    variable = styles.add_style(_VARIABLE, WD_STYLE_TYPE.CHARACTER)
    variable.font.bold = True
    _shade(variable)


def _write_in(style: object, size: int) -> None:
    """One font, in ink: the theme of the library’s template has others, in blue."""
    font = style.font  # type: ignore[attr-defined]
    font.name, font.size = _FONT, Pt(size)
    font.color.rgb = _INK
    fonts = font.element.rPr.rFonts
    for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{attribute}"), None)


def _speak_french(document: Docx) -> None:
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _LANGUAGE)
    for language in document.settings.element.iter(qn("w:themeFontLang")):
        language.set(qn("w:val"), _LANGUAGE)
    # The standard asks for a percentage, which the library’s template forgets.
    for zoom in document.settings.element.iter(qn("w:zoom")):
        zoom.set(qn("w:percent"), "100")


def _draw_side(style: object) -> None:
    """A rule on the left of the texts to paste, as in the portal."""
    borders, left = OxmlElement("w:pBdr"), OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "8"), ("color", "76858F")):
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    properties = style.element.get_or_add_pPr()  # type: ignore[attr-defined]
    # The schema gives the parts of a paragraph an order: borders come before its spacing.
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
    )


def _shade(style: object) -> None:
    """A coloured ground: LibreOffice shows no highlighter that a style holds."""
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "FFE699")):
        shade.set(qn(f"w:{name}"), value)
    style.element.get_or_add_rPr().append(shade)  # type: ignore[attr-defined]


def _write_front(document: Docx, clauses: Sequence[Clause], today: datetime.date) -> None:
    document.add_paragraph(TITLE, "Title")
    document.add_paragraph(f"{_OWNER}, le {long_date(today)}")
    document.add_paragraph(Clause.NOTICE, _NOTICE)
    paragraph = document.add_paragraph("Ce qui est ")
    paragraph.add_run("[entre crochets]", _VARIABLE)
    paragraph.add_run(" est à remplir.")
    for clause in clauses:
        document.add_paragraph(_heading(clause), "List Bullet")


def _heading(clause: Clause) -> str:
    return printable(f"{clause.code} – {clause.title}")


def _write_clause(document: Docx, clause: Clause) -> None:
    document.add_paragraph(_heading(clause), "Heading 1")
    _write_line(document, "Pour", [term.label for term in clause.documents.all()])
    _write_line(document, "Contrats", [term.label for term in clause.contract_kinds.all()])
    _write_line(document, "À savoir", _marks(clause))
    version = clause.latest_version
    if version is None:
        document.add_paragraph("Le libellé reste à écrire.")
    else:
        _write_text(document, version)
    _write_laws(document, clause)
    if version is not None:
        since = long_date(timezone.localtime(version.created_at).date())
        document.add_paragraph(f"Version {version.number}, du {since}.")


def _marks(clause: Clause) -> list[str]:
    marks = {"à vérifier": clause.to_verify, "proposition à valider": clause.is_inference}
    return [mark for mark, is_so in marks.items() if is_so]


def _write_line(document: Docx, label: str, values: Sequence[str]) -> None:
    """« Pour : contrat, politique », where there is something to say; never far from its text."""
    if values:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        paragraph.add_run(f"{label}\u00a0: ").bold = True
        paragraph.add_run(printable(", ".join(values)))


def _write_laws(document: Docx, clause: Clause) -> None:
    laws = clause.legal_references.all()
    if laws:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        paragraph.add_run("Cadre légal\u00a0:").bold = True
    for law in laws:
        mark = " (à vérifier)" if law.to_verify else ""
        document.add_paragraph(printable(f"{law.name}{mark}"), "List Bullet")


def _write_text(document: Docx, version: ClauseVersion) -> None:
    """The text, a paragraph for each of its lines, then the notice that always follows it."""
    paragraph = None
    for part in parts(printable(version.text)):
        if part.is_variable:
            paragraph = paragraph or document.add_paragraph(style=_TEXT)
            paragraph.add_run(part.text.replace("\n", " "), _VARIABLE)
            continue
        for number, line in enumerate(part.text.split("\n")):
            if number:
                paragraph = None
            if line.strip() or (line and paragraph):
                paragraph = paragraph or document.add_paragraph(style=_TEXT)
                paragraph.add_run(line)
    document.add_paragraph(Clause.NOTICE, _NOTICE)


def _write_footer(document: Docx) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.add_run(f"{TITLE}, page\u00a0")
    _write_field(paragraph, "PAGE")
    paragraph.add_run(" de\u00a0")
    _write_field(paragraph, "NUMPAGES")


def _write_field(paragraph: Paragraph, name: str) -> None:
    """A number that Word and LibreOffice work out."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
