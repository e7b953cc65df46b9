"""Other forms of a report: a workbook, a CSV, JSON, a document; and the data inside its PDF."""

import csv
import datetime
import io
import json
from decimal import Decimal

import openpyxl
import pikepdf
import pytest
from django.urls import reverse
from docx import Document
from docx.oxml.ns import qn

from chantier.lib.rendering import render_pdf
from chantier.reports.chantier_content import chantier_content
from chantier.reports.content import organization_content
from chantier.reports.exchange.forms import FORMS
from chantier.reports.exchange.narrative import document_bytes
from chantier.reports.exchange.plain import attachments, csv_bytes, json_bytes
from chantier.reports.exchange.tables import tables_of
from chantier.reports.exchange.workbook import CUT, LONGEST, workbook_bytes
from chantier.reports.models import AnnualReport
from tests.chantier.reports.conftest import TODAY, submit

HOSTILE = '=HYPERLINK("https://vol.example")\x00\x0b\ud800 <b>&amp; _x0041_ ]]>'


@pytest.fixture
def content(year, cycle):
    return organization_content(year, cycle, today=TODAY)


def old(content, schema=1):
    """As a version frozen under an older schema."""
    later = ("toolbox", "purchases", "benefits", "texts", "cases")
    kept = {key: value for key, value in content.items() if key not in later}
    summary = {key: value for key, value in content["summary"].items() if key != "attendance"}
    return kept | {"schema": schema, "summary": summary}


def book(content):
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(content)))


def lines(content):
    text = csv_bytes(content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def document(content):
    return Document(io.BytesIO(document_bytes(content)))


def all_text(made):
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in made.paragraphs] + cells)


def attached(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return {
            name: (spec.get_file().read_bytes(), spec.get_file().mod_date)
            for name, spec in opened.attachments.items()
        }


# ---- JSON


def test_json_is_the_content_with_its_schema(content):
    made = json_bytes(content)
    assert json.loads(made) == content
    assert json.loads(made)["schema"] == content["schema"]


def test_json_does_not_depend_on_the_order_of_keys(content):
    assert json_bytes(dict(reversed(content.items()))) == json_bytes(content)


# ---- XLSX


def test_each_table_is_a_sheet_with_its_head(content):
    made = book(content)
    assert made.sheetnames == [table.title for table in tables_of(content)]
    assert all(len(name) <= 31 for name in made.sheetnames)
    for table in tables_of(content):
        sheet = made[table.title]
        assert [cell.value for cell in sheet[1]] == [column.label for column in table.columns]
        assert sheet.max_row == len(table.rows) + 1
        assert sheet.freeze_panes == "A2"


def test_dates_are_dates_and_numbers_numbers(content):
    made = book(content)
    sheet = made["Mesures implantées"]
    head = [cell.value for cell in sheet[1]]
    found = {row[0].value: dict(zip(head, row, strict=True)) for row in sheet.iter_rows(min_row=2)}
    cell = found["M1-b"]["Date"]
    assert (cell.value, cell.is_date) == (datetime.datetime(2020, 10, 1), True)
    assert found["M1-b"]["Résultat"].value == "Trois EÉS de plus."
    total = list(made["Avancement par étape"].iter_rows(values_only=True))[-1]
    figures = content["progress"]["total"]
    head = [cell.value for cell in made["Avancement par étape"][1]]
    said = dict(zip(head, total, strict=True))
    assert said["Applicables"] == figures["applicable"] == 10
    assert said["Taux (%)"] == figures["rate"]
    assert said["Implantée"] == figures["counts"]["implemented"] == 4


def test_amounts_are_numbers(content):
    purchases = content["purchases"] | {
        "amount": "1234.50",
        "sectors": [{"label": "Traiteur", "amount": "1234.50", "payments": 2}],
    }
    changed = content | {"purchases": purchases}
    rows = list(book(changed)["Achats"].iter_rows(min_row=2, values_only=True))
    assert [row[3] for row in rows] == [1234.5, 1234.5]
    told = [row["Valeur"] for row in lines(changed) if row["Colonne"].startswith("Montant avant")]
    assert told == ["1234,50", "1234,50"]
    table = next(table for table in tables_of(changed) if table.title == "Achats")
    assert table.rows[0][3] == Decimal("1234.50")


def test_a_cell_holds_no_more_than_it_can_and_says_so(content):
    long = content | {"texts": content["texts"] | {"profil": "é" * 40_000}}
    cell = book(long)["Textes"].cell(2, 3).value
    assert len(cell) == LONGEST
    assert cell.endswith(CUT)
    # The other forms hold it all.
    assert "é" * 40_000 in csv_bytes(long).decode()
    assert "é" * 40_000 in all_text(document(long))


def test_hostile_texts_stay_texts(content):
    texts = content["texts"] | {"profil": HOSTILE}
    hostile = content | {"owner": HOSTILE, "texts": texts}
    cell = book(hostile)["Textes"].cell(2, 3)
    assert (cell.data_type, cell.value[:11]) == ("s", "=HYPERLINK(")
    value = next(row["Valeur"] for row in lines(hostile) if row["Colonne"] == "Texte")
    assert value.startswith("'=HYPERLINK(")
    assert "<b>&amp; _x0041_ ]]>" in all_text(document(hostile))
    assert json.loads(json_bytes(hostile))["owner"] == HOSTILE


# ---- CSV


def test_csv_says_every_cell_of_every_table(content):
    told = [
        (table.title, str(number), column.label)
        for table in tables_of(content)
        for number, row in enumerate(table.rows, 1)
        for column, value in zip(table.columns, row, strict=True)
        if value not in (None, "")
    ]
    found = lines(content)
    assert [(row["Section"], row["Ligne"], row["Colonne"]) for row in found] == told
    values = {row["Colonne"]: row["Valeur"] for row in found if row["Section"] == "Rencontres"}
    assert values["Date"] == "2021-03-02"


def test_what_is_kept_is_counted_and_never_described(content):
    forms = [
        json_bytes(content).decode(),
        csv_bytes(content).decode(),
        all_text(document(content)),
        "\n".join(str(c.value) for sheet in book(content) for row in sheet for c in row),
    ]
    for text in forms:
        assert "Trois EÉS de plus." in text
        assert "Secret gardé." not in text
        assert "Note interne" not in text
    kept = next(
        row for row in lines(content) if row["Valeur"] == "Mesures implantées\u00a0: gardées"
    )
    assert kept["Section"] == "Rapport"


# ---- DOCX


def test_the_document_has_headings_language_and_headed_tables(content):
    texts = content["texts"] | {"profil": "Premier paragraphe.\nSecond paragraphe."}
    made = document(content | {"texts": texts})
    by_style = {}
    for paragraph in made.paragraphs:
        by_style.setdefault(paragraph.style.name, []).append(paragraph.text)
    assert by_style["Title"] == ["Rapport annuel 2020-2021"]
    assert {"Profil et portée", "Mesures implantées", "Rencontres"} <= set(by_style["Heading 1"])
    assert {"Premier paragraphe.", "Second paragraphe."} <= set(by_style["Normal"])
    assert made.core_properties.language == "fr-CA"
    languages = {lang.get(qn("w:val")) for lang in made.styles.element.iter(qn("w:lang"))}
    assert languages == {"fr-CA"}
    assert made.tables
    for table in made.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert "1er\u00a0octobre 2020" in all_text(made)


def test_a_draft_says_that_it_is_one(content, version):
    assert "Brouillon" in all_text(document(content))
    submitted = all_text(document(version.content))
    assert "Brouillon" not in submitted
    assert version.verification_code in submitted


# ---- Older contents, and those of the chantier


@pytest.mark.parametrize("kind", FORMS)
def test_older_contents_have_every_form(kind, content):
    assert FORMS[kind].write(old(content))


def test_an_older_content_stays_what_it_was(content):
    assert json.loads(json_bytes(old(content))) == old(content)
    assert "Achats" not in book(old(content)).sheetnames


@pytest.mark.parametrize("kind", FORMS)
def test_the_chantier_has_every_form(kind, version, cycle):
    told = chantier_content(cycle, today=TODAY)
    assert FORMS[kind].write(told)
    assert FORMS[kind].write(
        {key: value for key, value in told.items() if key not in ("texts", "results", "cases")}
    )


def test_every_part_of_the_chantier_has_its_table(version, cycle):
    told = chantier_content(cycle, today=TODAY)
    line = {"label": "Services", "value": "1500.25", "number": 4}
    told["results"] = {
        "amount": {"value": "2500.50", "number": 5},
        "payments": {"value": "12", "number": 5},
        "contracts": None,
        "sectors": [line],
        "regions": [],
        "dimensions": [line | {"label": "social", "value": "7"}],
    }
    told["bases"]["sectors"] |= {"version": 1, "told_on": "2021-10-01"}
    tables = {table.title: table.rows for table in tables_of(told)}
    assert "Autres données" not in tables
    assert tables["Résultats"] == [
        ("total", "Achats", Decimal("2500.50"), None, 5),
        ("total", "Paiements", None, 12, 5),
        ("par secteur", "Services", Decimal("1500.25"), None, 4),
        ("observations de bénéfices", "social", None, 7, 4),
    ]
    origins = {row[0]: row[1:] for row in tables["Origine des chiffres"]}
    assert len(origins) == len(told["bases"])
    assert origins["Achats par secteur"] == (1, 1, datetime.date(2021, 10, 1))
    sheets = book(told)
    assert sheets["Résultats"]["C2"].value == 2500.5
    assert sheets["Résultats"]["D3"].value == 12


def test_a_part_without_a_table_of_its_own_is_told_all_the_same(content):
    table = tables_of(content | {"nouveau": {"a": [1, {"b": True}], "c": None}})[-1]
    assert table.title == "Autres données"
    assert table.rows == [("nouveau.a.1", 1), ("nouveau.a.2.b", "oui")]


# ---- Inside the PDF


def test_the_submitted_pdf_holds_its_data(version):
    found = attached(bytes(version.pdf))
    version.refresh_from_db()
    assert found.keys() == {"rapport.json", "rapport.csv"}
    assert json.loads(found["rapport.json"][0]) == version.content
    # What is downloaded later is the same, to the byte, on every database.
    assert found["rapport.json"][0] == json_bytes(version.content)
    assert found["rapport.csv"][0] == csv_bytes(version.content)
    assert {dated for _, dated in found.values()} == {version.submitted_at}


def test_the_pdf_of_the_chantier_holds_its_data_too(version, cycle, coordinator):
    report = AnnualReport.objects.create(organization=None, cycle=cycle)
    made = submit(report, coordinator)
    assert json.loads(attached(bytes(made.pdf))["rapport.json"][0]) == made.content


def test_the_order_in_which_a_database_keeps_keys_changes_nothing(content):
    def turned(value):
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(value)}
        return [turned(one) for one in value] if isinstance(value, list) else value

    other = turned(content | {"une_partie": {"b": 1, "a": {"d": 2, "c": 3}}})
    content = content | {"une_partie": {"a": {"c": 3, "d": 2}, "b": 1}}
    assert list(other) != list(content)
    assert csv_bytes(other) == csv_bytes(content)
    assert json_bytes(other) == json_bytes(content)


def test_the_same_content_makes_the_same_pdf(content):
    first, second = (
        render_pdf(
            "reports/pdf/organization.html",
            {"content": content},
            attachments=attachments(content),
        )
        for _ in range(2)
    )
    assert first == second
    assert json.loads(attached(first)["rapport.json"][0]) == content


# ---- Addresses


def address(name, version, kind, **more):
    report = version.report
    if report.organization:
        more["org_slug"] = report.organization.slug
    return reverse(f"reports:{name}", kwargs={"cycle": report.cycle.label, "kind": kind} | more)


@pytest.mark.parametrize("kind", FORMS)
def test_a_version_is_downloaded_in_each_form(kind, version, manager, log_in_as):
    path = address("report_version_file", version, kind, number=1)
    assert path.endswith(f"/rapports/2020-2021/version-1/exporter/{kind}/")
    response = log_in_as(manager).get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == FORMS[kind].content_type
    slug = version.report.organization.slug
    assert (
        f'filename="rapport-{slug}-2020-2021-version-1.{kind}"' in response["Content-Disposition"]
    )


def test_a_version_costs_four_queries(version, manager, log_in_as, django_assert_num_queries):
    client = log_in_as(manager)
    path = address("report_version_file", version, "csv", number=1)
    client.get(path)
    with django_assert_num_queries(4):
        client.get(path)


def test_a_draft_is_for_members(version, manager, coordinator, log_in_as):
    path = address("report_draft_file", version, "xlsx")
    assert log_in_as(manager).get(path).status_code == 200
    assert log_in_as(coordinator).get(path).status_code == 404


@pytest.mark.parametrize("kind", ["zip", "XLSX", "pdf2"])
def test_an_unknown_form_is_not_found(kind, version, manager, log_in_as):
    path = address("report_version_file", version, kind, number=1)
    assert log_in_as(manager).get(path).status_code == 404


def test_an_unknown_version_is_not_found(version, manager, log_in_as):
    assert (
        log_in_as(manager).get(address("report_version_file", version, "csv", number=2)).status_code
        == 404
    )


def test_the_page_offers_every_form(version, manager, coordinator, log_in_as):
    report = version.report
    page = log_in_as(manager).get(
        reverse("reports:report_detail", args=[report.organization.slug, report.cycle.label])
    )
    other = log_in_as(coordinator).get(
        reverse("reports:report_detail", args=[report.organization.slug, report.cycle.label])
    )
    for kind in FORMS:
        assert address("report_version_file", version, kind, number=1) in page.text
        assert address("report_draft_file", version, kind) in page.text
        assert address("report_version_file", version, kind, number=1) in other.text
        assert address("report_draft_file", version, kind) not in other.text
