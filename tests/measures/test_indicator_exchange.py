"""The grid as a spreadsheet: out, back in, and nothing lost on the way."""

import datetime
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from measures.models import Indicator, IndicatorRevision, IndicatorValue
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import IndicatorAimFactory, IndicatorFactory, IndicatorValueFactory
from tests.html import StrictClient
from tests.measures.sent_figures import at, text_of
from tests.measures.tables import as_csv, as_xlsx, rows_of

HEAD = ["Code", "2019", "2020"]
NA = "n.\u00a0d."


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to(datetime.datetime(2021, 6, 30, 12, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def amount(db: None) -> Indicator:
    return IndicatorFactory(code="I-01", name="=Achats", unit="$", decimals=2, minimum=0)


@pytest.fixture
def share(db: None) -> Indicator:
    return IndicatorFactory(
        code="I-02",
        decimals=1,
        minimum=0,
        maximum=100,
        numerator_label="achats",
        denominator_label="tous les achats",
    )


@pytest.fixture
def average(amount: Indicator) -> Indicator:
    contracts = IndicatorFactory(code="I-03", unit="nombre", minimum=0)
    return IndicatorFactory(
        code="I-09",
        unit="$",
        decimals=2,
        computation="quotient",
        dividend=amount,
        divisor=contracts,
    )


@pytest.fixture
def client(contributor: User, log_in_as: LogIn) -> StrictClient:
    return log_in_as(contributor)


@pytest.fixture
def full(
    organization: Organization, amount: Indicator, share: Indicator, average: Indicator
) -> None:
    """A grid with a money of two decimals, zero, « n. d. », terms, and what is computed."""

    def put(indicator: Indicator, year: int, value: str | None, **more: Any) -> None:
        number = None if value is None else Decimal(value)
        IndicatorValueFactory(
            organization=organization, indicator=indicator, year=year, value=number, **more
        )

    assert average.divisor is not None
    put(amount, 2018, "0")
    put(amount, 2019, None)
    put(amount, 2020, "1234567.80")
    put(average.divisor, 2020, "3")
    put(share, 2019, "12.5")
    put(share, 2020, "33.3333", numerator=Decimal(1), denominator=Decimal(3))


def export(client: StrictClient, organization: Organization, kind: str, query: str = "") -> bytes:
    response = client.get(at("indicator_export", organization, kind=kind) + query)
    assert response.status_code == 200
    return b"".join(response)


def send(client: StrictClient, organization: Organization, data: bytes, name: str) -> Any:
    upload = SimpleUploadedFile(name, data)
    return client.post(at("indicator_import", organization), {"table": upload})


def confirm(client: StrictClient, organization: Organization, preview: Any) -> Any:
    form = {"cells": preview.context["token"]}
    return client.post(at("indicator_import", organization), form)


def errors_of(response: Any) -> dict[str, str]:
    """Messages by cell."""
    plan = response.context["plan"]
    return {error.reference: error.message.replace("\u00a0", " ") for error in plan.errors}


# --- Out --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("full")
def test_workbook_holds_the_grid_in_numbers(
    organization: Organization, client: StrictClient
) -> None:
    rows = rows_of(export(client, organization, "xlsx"), "xlsx")

    assert rows[0][:3] == ["Code", "Indicateur", "Unité"]
    assert rows[0][3:] == [str(year) for year in range(2012, 2022)]
    by_code = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    money = by_code["I-01"]
    assert (money["2017"], money["2018"], money["2019"]) == (None, 0, NA)
    assert money["2020"] == pytest.approx(1234567.80)
    assert by_code["I-02"]["2020"] == pytest.approx(33.3)
    assert by_code["I-09"]["2020"] == pytest.approx(411522.60)
    assert by_code["I-09"]["2019"] == NA


@pytest.mark.usefixtures("full")
def test_workbook_guards_its_head_and_what_is_computed(
    organization: Organization, client: StrictClient
) -> None:
    workbook = load_workbook(io.BytesIO(export(client, organization, "xlsx")))
    sheet = workbook.worksheets[0]

    places = {row[0].value: row for row in sheet.iter_rows()}
    assert sheet.protection.sheet
    assert sheet.freeze_panes == "D2"
    assert all(cell.protection.locked for cell in places["Code"])
    assert not places["I-01"][11].protection.locked
    assert places["I-01"][11].number_format == "#,##0.00"
    # Its value comes from its terms, that of the quotient from two others.
    assert places["I-02"][11].protection.locked
    assert places["I-09"][11].protection.locked
    # A name is no formula.
    assert places["I-01"][1].data_type == "s"
    assert workbook.sheetnames == ["Indicateurs", "Mode d’emploi"]


@pytest.mark.usefixtures("full")
def test_csv_is_written_as_quebec_reads_it(
    organization: Organization, client: StrictClient
) -> None:
    rows = rows_of(export(client, organization, "csv"), "csv")

    [money] = [row for row in rows if row[0] == "I-01"]
    assert money[-5:] == ["", "0,00", NA, "1234567,80", ""]
    assert money[1] == "'=Achats"


@pytest.mark.usefixtures("full")
def test_years_asked_are_those_of_the_grid(
    organization: Organization, client: StrictClient
) -> None:
    rows = rows_of(export(client, organization, "csv", "?annees=5"), "csv")

    assert rows[0][3:] == ["2017", "2018", "2019", "2020", "2021"]


def test_staff_take_away_what_is_shared_with_them(
    organization: Organization,
    amount: Indicator,
    share: Indicator,
    coordinator: User,
    reader: User,
    log_in_as: LogIn,
) -> None:
    IndicatorAimFactory(organization=organization, indicator=amount, sharing="private")

    def codes(person: User) -> set[str]:
        rows = rows_of(export(log_in_as(person), organization, "csv"), "csv")
        return {row[0] for row in rows[1:]}

    assert codes(coordinator) == {"I-02"}
    assert codes(reader) == {"I-01", "I-02"}


def test_other_kinds_are_not_found(organization: Organization, client: StrictClient) -> None:
    assert client.get(at("indicator_export", organization, kind="ods")).status_code == 404


# --- Back in ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_comes_back_untouched_changes_nothing(
    kind: str, organization: Organization, client: StrictClient
) -> None:
    data = export(client, organization, kind)

    response = send(client, organization, data, f"grille.{kind}")

    assert response.status_code == 200
    assert errors_of(response) == {}
    assert response.context["plan"].changes == []
    assert response.context["plan"].unchanged == 16
    assert "Rien à changer" in text_of(response)


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_values_are_told_then_stored(
    write: Callable[..., bytes],
    organization: Organization,
    amount: Indicator,
    share: Indicator,
    client: StrictClient,
    contributor: User,
) -> None:
    IndicatorValueFactory(
        organization=organization, indicator=amount, value=Decimal(10), source="Système"
    )
    name = f"grille.{'csv' if write is as_csv else 'xlsx'}"
    table = write(HEAD, ["I-01", "1 234,50", "n. d."], ["I-02", "0", ""])

    preview = send(client, organization, table, name)

    page = text_of(preview)
    assert "3 valeurs à enregistrer" in page
    assert "10,00 $" in page
    assert "1 234,50 $" in page
    assert IndicatorValue.objects.count() == 1

    assert confirm(client, organization, preview).status_code == 302

    stored = {
        (row.indicator.code, row.period_start.year): row.value
        for row in IndicatorValue.objects.select_related("indicator")
    }
    # Empty is not « n. d. », which is not zero.
    assert stored == {
        ("I-01", 2019): Decimal("1234.5"),
        ("I-01", 2020): None,
        ("I-02", 2019): 0,
    }
    row = IndicatorValue.objects.get(indicator=amount, period_start__year=2020)
    assert (row.source, row.updated_by) == ("Système", contributor)
    revision = IndicatorRevision.objects.get(indicator_value=row)
    assert revision.reason == f"Importé de «\u00a0{name}\u00a0»"


def test_refused_cells_are_named_and_nothing_is_stored(
    organization: Organization,
    amount: Indicator,
    share: Indicator,
    client: StrictClient,
) -> None:
    table = as_csv(
        ["Code", "2019", "2020", "2035", "Notes"],
        ["I-01", "douze", "12", "1", "à voir"],
        ["I-02", "100,5", "1,25", "", ""],
        ["I-99", "1", "", "", ""],
        ["", "1", "", "", ""],
        ["I-01", "1", "", "", ""],
    )

    response = send(client, organization, table, "grille.csv")

    messages = errors_of(response)
    assert set(messages) == {"D1", "B2", "B3", "C3", "A4", "A5", "A6"}
    assert "Écrivez un nombre seul" in messages["B2"]
    assert "Au plus 100 %" in messages["B3"]
    assert "Au plus une décimale" in messages["C3"]
    assert "« I-99 »" in messages["A4"]
    assert "Il manque le code" in messages["A5"]
    assert "déjà à la ligne 2" in messages["A6"]
    assert "année financière" in messages["D1"]
    page = text_of(response)
    assert "La colonne « Notes » est ignorée." in page
    assert "token" not in response.context
    assert not IndicatorValue.objects.exists()


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (["Indicateur", "2020"], "Il manque la colonne « Code »"),
        (["Code", "Indicateur"], "Il manque les colonnes des années"),
        (["Code", "2020", "2020"], "figure deux fois"),
        (["Code", "Code", "2020"], "figure deux fois"),
    ],
)
def test_head_that_cannot_be_read_is_told(
    head: list[str],
    message: str,
    organization: Organization,
    amount: Indicator,
    client: StrictClient,
) -> None:
    response = send(client, organization, as_csv(head, ["I-01", "1", "1"]), "grille.csv")

    assert message in text_of(response)
    assert not IndicatorValue.objects.exists()


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    ("code", "typed", "words"),
    [
        ("I-09", "5", "Cette valeur se calcule dans le portail : 411 522,60 $."),
        ("I-02", "40", "Cette valeur se calcule de ses deux termes : 33,3 %."),
    ],
)
def test_what_is_computed_cannot_be_changed(
    code: str, typed: str, words: str, organization: Organization, client: StrictClient
) -> None:
    response = send(client, organization, as_csv(["Code", "2020"], [code, typed]), "grille.csv")

    assert words in errors_of(response)["B2"]


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("typed", ["411 522,60", "411522.6", "411522,60 $", ""])
def test_what_is_computed_may_stay(
    typed: str, organization: Organization, client: StrictClient
) -> None:
    response = send(client, organization, as_csv(["Code", "2020"], ["I-09", typed]), "grille.csv")

    assert errors_of(response) == {}


def test_numbers_of_a_spreadsheet_are_read_as_they_are_shown(
    organization: Organization, amount: Indicator, share: Indicator, client: StrictClient
) -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["Code", 2019, 2020])
    sheet.append(["I-01", 0.1 + 0.2, 1e300])
    sheet.append(["I-02", 0.125, datetime.date(2020, 1, 1)])
    sheet["B3"].number_format = "0.0%"
    sheet.append(["I-03", "=1+1", None])
    buffer = io.BytesIO()
    workbook.save(buffer)
    IndicatorFactory(code="I-03")

    response = send(client, organization, buffer.getvalue(), "grille.xlsx")

    after = [change.after.replace("\u00a0", " ") for change in response.context["plan"].changes]
    assert after == ["0,30 $", "12,5 %"]
    messages = errors_of(response)
    assert set(messages) == {"C2", "C3", "B4"}
    assert "une date" in messages["C3"]
    assert "formule" in messages["B4"]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("grille.pdf", b"%PDF-1.4", "n’est ni un XLSX ni un CSV"),
        ("grille.xlsx", b"pas un classeur", "n’est pas"),
        ("grille.csv", b"Code;2020\r\nI-01;\x00", "n’est pas"),
        ("grille.csv", b"", "vide"),
        ("grille.csv", as_csv(["Code", "2020"], *([["I-01", "1"]] * 300)), "dépasse 200 lignes"),
    ],
)
def test_files_that_are_no_table_are_refused(
    name: str,
    data: bytes,
    message: str,
    organization: Organization,
    amount: Indicator,
    client: StrictClient,
) -> None:
    response = send(client, organization, data, name)

    assert response.status_code == 200
    assert message in text_of(response)
    assert not IndicatorValue.objects.exists()


@pytest.mark.usefixtures("full")
def test_preview_costs_the_same_queries_with_many_cells(
    organization: Organization, client: StrictClient, django_assert_num_queries
) -> None:
    for index in range(10):
        IndicatorFactory(code=f"X-{index}")
    rows = [[f"X-{index}", *["1"] * 9] for index in range(10)]
    table = as_csv(["Code", *(str(year) for year in range(2012, 2021))], *rows)
    client.get("/aide/")

    # Session, user, membership, grid, stages.
    with django_assert_num_queries(5):
        response = send(client, organization, table, "grille.csv")

    assert len(response.context["plan"].changes) == 90
