"""What people type as a value, or as its two terms, and over which year."""

import datetime
from decimal import Decimal

import pytest

from measures.models import Indicator, IndicatorValue
from members.fiscal import FiscalYear
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import IndicatorFactory, IndicatorValueFactory
from tests.measures.sent_figures import at, sent_value, text_of

YEAR = FiscalYear.beginning(2020, 1)


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to(datetime.datetime(2021, 6, 30, 12, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def share(db: None) -> Indicator:
    return IndicatorFactory(
        code="I-02",
        name="Part des achats",
        decimals=1,
        minimum=0,
        maximum=100,
        numerator_label="achats auprès d’EÉS",
        denominator_label="achats admissibles",
        exclusions="Les dons.",
    )


@pytest.fixture
def amount(db: None) -> Indicator:
    return IndicatorFactory(code="I-01", name="Achats", unit="$", decimals=2, minimum=0)


@pytest.fixture
def address(organization: Organization) -> str:
    return at("indicator_value", organization, code="I-01", year=2020)


def test_not_available_is_not_zero(
    organization: Organization, amount: Indicator, contributor: User, log_in_as: LogIn, address: str
) -> None:
    client = log_in_as(contributor)

    assert client.post(address, sent_value(value="n. d.")).status_code == 302

    assert IndicatorValue.objects.get().value is None
    assert '<p class="trend-figure">n. d.</p>' in text_of(client.get(address))


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("douze", "Écrivez un nombre seul"),
        ("12 34", "Écrivez un nombre seul"),
        ("-1", "Au moins 0 $"),
        ("1,234", "Au plus deux décimales"),
        ("", "Écrivez une valeur"),
        ("9" * 70, "Écrivez un nombre seul"),
    ],
)
def test_what_is_no_value_is_told_at_its_field(
    typed: str,
    message: str,
    amount: Indicator,
    contributor: User,
    log_in_as: LogIn,
    address: str,
) -> None:
    response = log_in_as(contributor).post(address, sent_value(value=typed, note="Gardée."))

    assert response.status_code == 200
    assert message in text_of(response)
    assert "value" in response.context["form"].errors
    assert "Gardée." in text_of(response)
    assert not IndicatorValue.objects.exists()


def test_value_is_worked_out_from_its_two_terms(
    organization: Organization, share: Indicator, contributor: User, log_in_as: LogIn
) -> None:
    client = log_in_as(contributor)
    address = at("indicator_value", organization, code="I-02", year=2020)

    form = sent_value(numerator="412 750", denominator="9 650 000")
    assert client.post(address, form).status_code == 302

    row = IndicatorValue.objects.get()
    assert row.value == Decimal("4.2772")
    page = text_of(client.get(address))
    assert "4,3 %" in page
    assert "Achats auprès d’EÉS</dt><dd>412 750" in page
    assert "Les dons." in page


def test_nothing_divided_is_not_available(
    organization: Organization, share: Indicator, contributor: User, log_in_as: LogIn
) -> None:
    address = at("indicator_value", organization, code="I-02", year=2020)

    form = sent_value(numerator="0", denominator="0")
    assert log_in_as(contributor).post(address, form).status_code == 302

    assert IndicatorValue.objects.get().value is None


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"numerator": "5"}, "denominator", "Écrivez les deux termes, ou aucun."),
        ({"denominator": "5"}, "numerator", "Écrivez les deux termes, ou aucun."),
        ({"numerator": "6", "denominator": "5"}, "numerator", "Au plus 100 %"),
        ({"numerator": "-1", "denominator": "5"}, "numerator", "0"),
        ({"numerator": "1", "denominator": "4", "value": "30"}, "value", "videz ce champ"),
        ({"value": "100,1"}, "value", "Au plus 100 %"),
    ],
)
def test_terms_that_make_no_value_are_told_at_their_field(
    typed: dict[str, str],
    field: str,
    message: str,
    organization: Organization,
    share: Indicator,
    contributor: User,
    log_in_as: LogIn,
) -> None:
    address = at("indicator_value", organization, code="I-02", year=2020)

    response = log_in_as(contributor).post(address, sent_value(**typed))

    assert response.status_code == 200
    errors = response.context["form"].errors[field]
    assert message in " ".join(errors).replace("\u00a0", " ")
    assert not IndicatorValue.objects.exists()


def test_untouched_value_stays_as_fine_as_it_was(
    organization: Organization, share: Indicator, contributor: User, log_in_as: LogIn
) -> None:
    IndicatorValueFactory(organization=organization, indicator=share, value=Decimal("33.3333"))
    address = at("indicator_value", organization, code="I-02", year=2020)

    form = sent_value(value="33,3", source="Système", version=1)
    assert log_in_as(contributor).post(address, form).status_code == 302

    assert IndicatorValue.objects.get().value == Decimal("33.3333")


@pytest.mark.parametrize("year", [1999, 2022])
def test_year_outside_the_range_is_not_found(
    year: int, organization: Organization, amount: Indicator, contributor: User, log_in_as: LogIn
) -> None:
    address = at("indicator_value", organization, code="I-01", year=year)
    client = log_in_as(contributor)

    assert client.get(address).status_code == 404
    assert client.post(address, sent_value(value="1")).status_code == 404
    assert not IndicatorValue.objects.exists()


@pytest.mark.parametrize("year", [2000, 2021])
def test_first_and_last_years_open(
    year: int, organization: Organization, amount: Indicator, reader: User, log_in_as: LogIn
) -> None:
    address = at("indicator_value", organization, code="I-01", year=year)

    assert log_in_as(reader).get(address).status_code == 200


def test_fiscal_year_is_that_of_the_organization(
    organization: Organization, amount: Indicator, contributor: User, log_in_as: LogIn, address: str
) -> None:
    Organization.objects.filter(pk=organization.pk).update(fiscal_year_start_month=4)

    log_in_as(contributor).post(address, sent_value(value="1"))

    row = IndicatorValue.objects.get()
    assert (row.period_start, row.period_end) == (
        datetime.date(2020, 4, 1),
        datetime.date(2021, 3, 31),
    )
