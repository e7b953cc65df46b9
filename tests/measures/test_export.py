"""The register as a spreadsheet, on its way out."""

import datetime
import io
import zipfile

import pytest
from django.http import StreamingHttpResponse
from openpyxl import load_workbook

from measures.exchange import exporting
from measures.models import Implementation
from members.access import Access
from members.sharing import SharingLevel
from tests.factories import ImplementationFactory, MeasureFactory, StageFactory
from tests.measures.sent import url
from tests.measures.tables import export, rows_of

KINDS = ["csv", "xlsx"]
HEAD = [
    "Fiche",
    "Version",
    "Code",
    "Mesure",
    "Étape",
    "Statut",
    "Échéance prévue",
    "Date de début",
    "Date d’implantation",
    "Date de révision",
    "Responsable",
    "Ce que nous avons fait",
    "Ce que cela a changé",
    "Raison du «\u00a0sans objet\u00a0»",
    "Qui peut voir la fiche",
]
# What begins a formula in one spreadsheet or another.
PREFIXES = ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "|", "%", "＝", "＋", "－", "＠"]


@pytest.fixture
def named(organization):
    """A record whose code and whose dates spreadsheets like to spoil."""
    return ImplementationFactory(
        organization=organization,
        measure=MeasureFactory(code="007", title="Réserver l’achat", stage=StageFactory(order=2)),
        implemented=True,
        lead="Unité; des achats",
        description="Ligne 1\r\nLigne 2",
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_columns_in_both_formats(named, organization, reader, log_in_as, kind):
    head, row = rows_of(export(log_in_as(reader), organization, kind), kind)
    assert head == HEAD
    shown = dict(zip(head, row, strict=True))
    assert str(shown["Fiche"]) == str(named.pk)
    assert str(shown["Version"]) == "1"
    # In a CSV, the apostrophe keeps Excel from reading the number 7.
    assert shown["Code"] == ("'007" if kind == "csv" else "007")
    assert shown["Étape"] == "2 – Étape 2"
    assert shown["Statut"] == "Implantée"
    assert shown["Responsable"] == "Unité; des achats"
    assert shown["Ce que nous avons fait"] == "Ligne 1\nLigne 2"
    assert shown["Qui peut voir la fiche"] == "Mon organisation et la coordination"
    day = shown["Date d’implantation"]
    assert day == ("2020-10-01" if kind == "csv" else datetime.datetime(2020, 10, 1))


@pytest.mark.parametrize("kind", KINDS)
def test_all_filtered_rows_whatever_the_page(organization, reader, log_in_as, kind):
    ImplementationFactory.create_batch(30, organization=organization, planned=True)
    ImplementationFactory(organization=organization, implemented=True)
    query = "?statut=planifiee&page=2"
    rows = rows_of(export(log_in_as(reader), organization, kind, query), kind)
    assert len(rows) == 31
    assert {row[HEAD.index("Statut")] for row in rows[1:]} == {"Planifiée"}


def test_rows_follow_the_order_of_the_list(organization, reader, log_in_as):
    late = ImplementationFactory(
        organization=organization, planned=True, planned_for=datetime.date(2030, 1, 1)
    )
    soon = ImplementationFactory(organization=organization, planned=True)
    rows = rows_of(export(log_in_as(reader), organization, "csv", "?tri=echeance"), "csv")
    assert [row[0] for row in rows[1:]] == [str(soon.pk), str(late.pk)]


@pytest.mark.parametrize("kind", KINDS)
def test_staff_get_what_is_shared_with_them(organization, facilitator, reader, log_in_as, kind):
    shared = ImplementationFactory(organization=organization, sharing=SharingLevel.COORDINATION)
    ImplementationFactory(organization=organization, sharing=SharingLevel.PRIVATE)
    rows = rows_of(export(log_in_as(facilitator), organization, kind), kind)
    assert [str(row[0]) for row in rows[1:]] == [str(shared.pk)]
    assert len(rows_of(export(log_in_as(reader), organization, kind), kind)) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_no_row_of_another_organization(named, other_organization, outsider, log_in_as, kind):
    rows = rows_of(export(log_in_as(outsider), other_organization, kind), kind)
    assert rows == [HEAD]


def test_a_csv_opens_in_excel_in_quebec(named, organization, reader, log_in_as):
    data = export(log_in_as(reader), organization, "csv")
    assert data.startswith(b"\xef\xbb\xbfFiche;Version;")
    assert data.endswith(b"\r\n")


def test_the_workbook_helps_to_fill_it_in(named, organization, reader, log_in_as):
    data = export(log_in_as(reader), organization, "xlsx")
    workbook = load_workbook(io.BytesIO(data))
    sheet, page = workbook.worksheets
    assert (sheet.title, page.title) == ("Registre", "Mode d’emploi")
    assert sheet.freeze_panes == "A2"
    lists = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    assert "Non évaluée,À entreprendre" in lists["F2:F1048576"]
    assert sheet["C2"].number_format == "@"
    assert sheet["I2"].is_date
    assert "Non évaluée, À entreprendre" in " ".join(str(row[0].value) for row in page.iter_rows())


@pytest.mark.parametrize("prefix", PREFIXES)
def test_no_text_becomes_a_formula(organization, reader, log_in_as, prefix):
    text = f"{prefix}cmd|' /C calc'!A0"
    fields = ["own_title", "lead", "description", "result_story", "not_applicable_reason"]
    ImplementationFactory(organization=organization, own=True, not_applicable=True)
    Implementation.objects.update(**dict.fromkeys(fields, text))
    client = log_in_as(reader)
    for cell in rows_of(export(client, organization, "csv"), "csv")[1]:
        assert not cell.strip().startswith(tuple("=+-@|%＝＋－＠"))
        assert not cell.startswith(("\t", "\r", "\n"))
    sheet = load_workbook(io.BytesIO(export(client, organization, "xlsx"))).worksheets[0]
    shown = [cell for cell in sheet[2] if "calc" in str(cell.value)]
    assert len(shown) == len(fields)
    assert {cell.data_type for cell in shown} == {"s"}
    assert "<f>" not in _sheet_xml(export(client, organization, "xlsx"))


def test_characters_that_no_xml_may_hold_are_left_out(organization, reader, log_in_as):
    ImplementationFactory(organization=organization, lead="a\x07\x0b\ufffeb")
    client = log_in_as(reader)
    for kind in KINDS:
        assert (
            rows_of(export(client, organization, kind), kind)[1][HEAD.index("Responsable")] == "ab"
        )


def test_a_file_is_streamed_under_its_name(named, organization, reader, log_in_as):
    response = log_in_as(reader).get(url("implementation_export", organization, kind="xlsx"))
    assert isinstance(response, StreamingHttpResponse)
    today = datetime.date.today()
    assert f"registre-organisation-a-{today:%Y-%m-%d}.xlsx" in response["Content-Disposition"]
    assert response["Content-Disposition"].startswith("attachment")


def test_a_kind_that_does_not_exist(organization, reader, contributor, log_in_as):
    assert (
        log_in_as(reader).get(url("implementation_export", organization, kind="pdf")).status_code
        == 404
    )
    template = url("import_template", organization, kind="pdf")
    assert log_in_as(contributor).get(template).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_queries_do_not_grow(organization, reader, log_in_as, django_assert_num_queries, kind):
    ImplementationFactory.create_batch(30, organization=organization)
    client = log_in_as(reader)
    # The session, the person, the membership, the stages of the filter; the keys, and the rows.
    with django_assert_num_queries(6):
        export(client, organization, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_batches_keep_the_order_and_lose_no_row(organization, reader, log_in_as, kind, monkeypatch):
    monkeypatch.setattr(exporting, "_BATCH", 3)
    made = ImplementationFactory.create_batch(10, organization=organization)
    rows = rows_of(export(log_in_as(reader), organization, kind), kind)
    assert [str(row[0]) for row in rows[1:]] == [str(record.pk) for record in made]


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_out_outside_any_transaction(reader, organization, log_in_as):
    ImplementationFactory.create_batch(3, organization=organization)
    assert len(rows_of(export(log_in_as(reader), organization, "xlsx"), "xlsx")) == 4


def test_what_stops_being_shared_while_the_file_goes_out_is_not_in_it(organization, monkeypatch):
    monkeypatch.setattr(exporting, "_BATCH", 1)
    first, second = ImplementationFactory.create_batch(2, organization=organization)
    access = Access(organization, is_member=False, permissions=frozenset())
    rows = exporting.register_rows(Implementation.objects.open_to(access))
    assert next(rows)[0] == first.pk
    Implementation.objects.filter(pk=second.pk).update(sharing=SharingLevel.PRIVATE)
    assert list(rows) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_template_has_what_the_register_lacks(organization, contributor, log_in_as, kind):
    known, free = MeasureFactory(code="A1"), MeasureFactory(code="Z0042", title="=2+2")
    MeasureFactory(is_active=False)
    ImplementationFactory(organization=organization, measure=known)
    response = log_in_as(contributor).get(url("import_template", organization, kind=kind))
    head, *rows = rows_of(b"".join(response), kind)
    assert head == HEAD
    assert [row[2] for row in rows] == [free.code]
    assert rows[0][5] in ("", None)
    assert rows[0][3] == ("'=2+2" if kind == "csv" else "=2+2")


def test_readers_get_no_template(organization, reader, log_in_as):
    template = url("import_template", organization, kind="csv")
    assert log_in_as(reader).get(template).status_code == 403


def test_the_list_offers_its_files(named, organization, reader, contributor, log_in_as):
    register = url("implementation_list", organization)
    csv_file = url("implementation_export", organization, kind="csv")
    page = log_in_as(contributor).get(f"{register}?statut=implantee").content.decode()
    assert f'href="{csv_file}?statut=implantee&amp;"' in page
    assert "CSV, 1 mesure<" in page
    assert url("import_create", organization) in page
    # What htmx swaps in follows the filters too.
    part = log_in_as(reader).get(f"{register}?q=r%C3%A9server", headers={"HX-Request": "true"})
    assert f'href="{csv_file}?q=r%C3%A9server&amp;"' in part.content.decode()
    assert url("import_create", organization) not in part.content.decode()


def _sheet_xml(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()
