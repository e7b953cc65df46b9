"""The PDF, opened: accessible, in French, complete, and deaf to everything but our static files."""

import re
from io import BytesIO
from pathlib import Path

import page
import pikepdf
import pypdf
import pytest
from django.template.loader import render_to_string

from chantier.lib import pdf as engine
from chantier.lib.pdf import PdfError, draw, drawable, static_path
from chantier.lib.rendering import render_pdf
from chantier.reports.content import organization_content
from chantier.reports.models import AnnualReport
from tests.chantier.reports.conftest import TODAY, submit
from tests.factories import CycleObjectiveFactory, OrganizationFactory

TEMPLATE = "reports/pdf/organization.html"


def failures(data: bytes, tmp_path: Path) -> list:
    path = tmp_path / "report.pdf"
    path.write_bytes(data)
    return page.validate_pdf(str(path), profile=page.ValidationProfile.PDF_UA_1).failures


def text_of(data: bytes) -> str:
    return " ".join(
        " ".join((sheet.extract_text() or "").split())
        for sheet in pypdf.PdfReader(BytesIO(data)).pages
    ).replace("\u200b", "")


def bookmarks(data: bytes) -> list[str]:
    titles = []

    def walk(items):
        for item in items:
            if isinstance(item, list):
                walk(item)
            else:
                titles.append(str(item.title))

    walk(pypdf.PdfReader(BytesIO(data)).outline)
    return titles


@pytest.fixture
def draft(year, cycle) -> bytes:
    return render_pdf(TEMPLATE, {"content": organization_content(year, cycle, today=TODAY)})


def test_the_report_of_an_organization_is_accessible(version, tmp_path):
    data = bytes(version.pdf)
    assert failures(data, tmp_path) == []
    with pikepdf.open(BytesIO(data)) as document:
        root = document.Root
        assert "/StructTreeRoot" in root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == "fr-CA"
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert str(document.docinfo["/Title"]) == "Rapport annuel 2020-2021 – Organisation A"
        assert len(document.pages) == 8


def test_it_says_what_the_content_says(version):
    text = text_of(bytes(version.pdf))
    for words in (
        "Pendant ce cycle, l’organisation a implanté 3 mesures.",
        "40 %",
        "+30",
        "Trois EÉS de plus.",
        "Déclaration signée",
        "2 implantées, 1 en cours",
        "Une mesure est comptée sans être décrite",
        "Camille Responsable, Direction de l’approvisionnement",
        "page 2 de ",
        "Aucun achat auprès d’EÉS n’est inscrit",
        "Aucun bénéfice observé à décrire",
        "Aucun emploi de clause à décrire pendant la période.",
        "Aucun enjeu vécu à décrire pendant la période.",
    ):
        assert words in text, words
    # On the cover, at the foot of each of the seven other pages, and in the method.
    assert text.count(version.verification_code) == 9
    for secret in ("Titre 2b", "Secret gardé", "Note interne", "BROUILLON"):
        assert secret not in text, secret


def test_bookmarks_follow_the_contents(version):
    titles = bookmarks(bytes(version.pdf))
    assert titles[:2] == ["Rapport annuel 2020-2021", "Sommaire"]
    for title in (
        "Avancement par étape",
        "Mesures à venir",
        "Annexe\u00a0: méthode et définitions",
    ):
        assert title in titles


def test_tables_have_headers_and_pictures_have_words(version):
    with pikepdf.open(BytesIO(bytes(version.pdf))) as document:
        kinds: dict[str, int] = {}
        figures = []

        def walk(node):
            if isinstance(node, pikepdf.Dictionary) and "/S" in node:
                kinds[str(node.S)] = kinds.get(str(node.S), 0) + 1
                if str(node.S) == "/Figure":
                    figures.append(str(node.get("/Alt", "")))
            children = node.get("/K", []) if isinstance(node, pikepdf.Dictionary) else []
            for child in children if isinstance(children, pikepdf.Array) else [children]:
                if isinstance(child, pikepdf.Dictionary):
                    walk(child)

        walk(document.Root.StructTreeRoot)
    assert kinds["/TH"] > 20
    assert kinds["/Caption"] >= 5
    assert "Marque du chantier" in figures
    assert any("Étape 1\u00a0: 2 implantées, 1 en cours" in alt for alt in figures)
    assert all(figures)
    assert len(figures) == 6


def test_a_draft_says_so_on_every_page(draft, tmp_path):
    assert failures(draft, tmp_path) == []
    sheets = [sheet.extract_text() for sheet in pypdf.PdfReader(BytesIO(draft)).pages]
    assert "Brouillon" in sheets[0]
    assert all("BROUILLON" in sheet for sheet in sheets[1:])
    assert all("Vérification" not in sheet for sheet in sheets[:1])


def test_an_empty_report_is_accessible_and_says_what_is_missing(cycle, five_stages, tmp_path):
    content = organization_content(OrganizationFactory(), cycle, today=TODAY)
    data = render_pdf(TEMPLATE, {"content": content})
    assert failures(data, tmp_path) == []
    text = text_of(data)
    for words in (
        "Aucune mesure à décrire",
        "Aucune mesure à venir",
        "Aucune rencontre du chantier",
    ):
        assert words in text, words


def test_the_report_of_the_chantier_is_accessible(version, cycle, coordinator, tmp_path):
    CycleObjectiveFactory(cycle=cycle, text="Aider les membres")
    report = AnnualReport.objects.create(organization=None, cycle=cycle)
    data = bytes(submit(report, coordinator).pdf)
    assert failures(data, tmp_path) == []
    text = text_of(data)
    assert "Aider les membres" in text
    assert "Rien ne paraît ici sous trois rapports déposés" in text


def test_the_same_content_gives_the_same_bytes(year, cycle, draft):
    content = organization_content(year, cycle, today=TODAY)
    assert render_pdf(TEMPLATE, {"content": content}) == draft


def test_hostile_text_ends_soon_and_stays_text(year, cycle, tmp_path):
    row = year.implementations.get(measure__code="M1-b")
    row.result_story = "é" * 20_000
    row.lead = "<img src='file:///etc/passwd'>＜script＞"
    row.save()
    year.name = "N" * 200
    year.save()
    content = organization_content(year, cycle, today=TODAY)
    content["implemented"]["measures"][1]["result"] = "a\u00a0" * 10_000
    # Unbroken, this word takes the engine minutes: what makes it quick is that it may break.
    html = render_to_string(TEMPLATE, {"content": content})
    assert max(len(run) for run in re.findall(r"é+", html)) <= 40
    data = render_pdf(TEMPLATE, {"content": content})
    assert failures(data, tmp_path) == []
    assert "<img src='file:///etc/passwd'>" in text_of(data)


def test_what_the_fonts_lack_is_replaced_and_never_an_empty_box(year, cycle, tmp_path):
    content = organization_content(year, cycle, today=TODAY)
    content["implemented"]["measures"][0]["result"] = (
        "Soft\u00adhyphen " * 60
        + "flèche → ≥ 3 ✓ \U0001f600 Łódź ᒋᓴᓯᐱ e\u0301 1\u202f000 \x07\ufe0f"
    )
    data = render_pdf(TEMPLATE, {"content": content})
    assert failures(data, tmp_path) == []
    assert "flèche -> >= 3 x ? Łódź" in text_of(data)


def test_what_looks_like_markup_once_replaced_is_escaped():
    assert drawable("＜script＞") == "&lt;script&gt;"
    assert drawable("L’économie – 10\u00a0%") == "L’économie – 10\u00a0%"


def test_letters_that_come_in_two_pieces_are_drawn_whole():
    assert drawable("e\u0301te\u0301, c\u0327a") == "été, ça"
    # A mark after a tag would make another sign of its end.
    assert drawable("<p>\u0338a<b\u0338") == "<p>?a<b?"


OUTSIDE = [
    "file:///etc/passwd",
    "http://127.0.0.1/x.png",
    "https://exemple.example/x.png",
    "data:text/plain,secret",
    "ftp://exemple.example/x",
    "../manage.py",
    "css/../../manage.py",
    "css/%2e%2e/%2e%2e/manage.py",
    "css/missing.css",
    "//exemple.example/x.png",
    "file://exemple.example/static/css/pdf.css",
]
WAYS = [
    '<link rel="stylesheet" href="{}">',
    '<p style="background:url({})">x</p>',
    "<style>p::before {{ content: url('{}') }}</style><p>x</p>",
    "<style>@import '{}';</style>",
    "<style>@font-face {{ font-family: x; src: url('{}') }}</style>",
    "<ul style=\"list-style-image:url('{}')\"><li>x</li></ul>",
    '<object data="{}">x</object>',
    '<embed src="{}">',
    '<svg><title>x</title><image href="{}" width="9" height="9"/></svg>',
    '<link rel="attachment" href="{}">',
]


@pytest.mark.parametrize(
    "html",
    [f'<img src="{address}" alt="x">' for address in OUTSIDE]
    + [way.format("file:///etc/passwd") for way in WAYS],
)
def test_the_engine_reads_our_static_files_and_nothing_else(html):
    document = f"<!doctype html><html lang='fr-CA'><title>t</title><h1>t</h1>{html}"
    with pytest.raises(PdfError):
        draw(document)


def test_a_static_file_is_read():
    document = (
        "<!doctype html><html lang='fr-CA'><title>t</title><h1>t</h1>"
        '<img src="img/favicon.svg" alt="Marque">'
    )
    assert draw(document).startswith(b"%PDF-")
    assert static_path((engine.STATIC_DIR / "css" / "pdf.css").as_uri()) == engine.STYLE_SHEET


def test_only_our_fonts_are_used(version):
    with pikepdf.open(BytesIO(bytes(version.pdf))) as document:
        names = {
            str(item.BaseFont)
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and "/BaseFont" in item
        }
    assert names
    assert all("Atkinson" in name or "Bricolage" in name for name in names), names


def test_only_those_who_print_load_the_engine():
    """WeasyPrint costs a second: importing our module alone must not load it."""
    import subprocess
    import sys

    code = (
        "import django, sys; from django.conf import settings; "
        "settings.configure(STATICFILES_DIRS=['static']); "
        "import chantier.lib.pdf; sys.exit('weasyprint' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
