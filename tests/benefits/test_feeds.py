"""What purchases say of the indicators, as a hand count finds it."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from benefits import spending
from benefits.feeds import values_of
from measures.indicators.feeds import FedValue
from members.fiscal import FiscalYear
from members.models import Organization
from tests.benefits.spent import buy, enterprise, sector
from tests.factories import OrganizationFactory

YEAR = FiscalYear.beginning(2020, 1)


def told(organization: Organization, year: FiscalYear = YEAR) -> dict[str, FedValue]:
    found = values_of([organization], [year])
    return {code: value for (_, code, start), value in found.items() if start == year.start}


def numbers(organization: Organization, year: FiscalYear = YEAR) -> dict[str, Any]:
    return {code: value.value for code, value in told(organization, year).items()}


@pytest.fixture
def bought(organization: Organization) -> Organization:
    """Six purchases of 2020 from two EÉS, and what counts nowhere."""
    food, print_ = sector("alimentation"), sector("impression")
    one, two = enterprise("Une", "06"), enterprise("Deux", "03")
    buy(organization, one, "100.10", "2020-01-01", sector=food, reference="C-1")
    buy(organization, one, "50.25", "2020-06-30", sector=food, reference="C-1")
    buy(organization, one, "-10.05", "2020-07-01", sector=food)
    buy(organization, two, "20.00", "2020-12-31", sector=print_, reference="C-2")
    buy(organization, two, "5.00", "2020-12-31")
    buy(organization, two, "5.00", "2020-12-31")
    # Before and after the year, of nobody known, and of somebody else.
    buy(organization, one, "7000", "2019-12-31")
    buy(organization, one, "7000", "2021-01-01")
    buy(organization, None, "7000", "2020-05-01")
    buy(OrganizationFactory(), one, "7000", "2020-05-01")
    return organization


def test_figures_agree_with_a_hand_count(bought: Organization) -> None:
    found = numbers(bought)

    assert found["I-01"] == Decimal("170.30")
    # C-1, C-2, and two without a number; the credit note is no contract.
    assert found["I-03"] == 4
    assert found["I-04"] == 2
    assert found["I-10"] == 2
    assert found["I-11"] == 2


def test_words_tell_how_many_purchases_and_lead_to_them(bought: Organization) -> None:
    value = told(bought)["I-01"]

    assert value.words == "d’après 6\u00a0achats"
    assert value.link == f"/organisations/{bought.slug}/achats/?annee=2020&suivi=rapproches"


def test_credit_note_alone_is_no_payment(organization: Organization) -> None:
    buy(organization, enterprise("Une"), "100", "2020-02-01", sector=sector("a"))
    buy(organization, enterprise("Deux", "03"), "-10", "2020-02-01", sector=sector("b"))

    found = numbers(organization)

    assert (found["I-01"], found["I-03"], found["I-04"]) == (90, 1, 1)
    assert (found["I-10"], found["I-11"]) == (1, 1)


def test_credit_notes_above_the_purchases_are_no_value(organization: Organization) -> None:
    buy(organization, enterprise("Une"), "-10", "2020-02-01")

    value = told(organization)["I-01"]

    assert value.value is None
    assert value.why == "Les notes de crédit dépassent les achats."


def test_new_ees_are_those_without_a_payment_in_two_years(organization: Organization) -> None:
    old, known, back, new = (enterprise(name) for name in ("Vieille", "Connue", "Revenue", "Neuve"))
    buy(organization, old, "1", "2018-01-01")
    buy(organization, known, "1", "2019-05-01")
    buy(organization, back, "1", "2017-12-31")
    for each in (old, known, back, new):
        buy(organization, each, "1", "2020-05-01")

    value: Any = told(organization)["I-05"]

    assert value.value == 50
    assert (value.numerator, value.denominator) == (2, 4)


@pytest.mark.parametrize(("first", "is_known"), [("2018-12-31", True), ("2019-01-01", False)])
def test_new_ees_are_not_known_without_two_years_before(
    first: str, is_known: bool, organization: Organization
) -> None:
    one = enterprise("Une")
    buy(organization, one, "1", first)
    buy(organization, one, "1", "2020-05-01")

    value = told(organization)["I-05"]

    assert (value.value is not None) is is_known
    assert value.why == (
        "" if is_known else "Les achats notés ne remontent pas aux deux années financières d’avant."
    )


def test_fiscal_years_are_those_of_the_organization(db: None) -> None:
    buyer = OrganizationFactory(fiscal_year_start_month=4)
    one = enterprise("Une")
    buy(buyer, one, "1", "2020-03-31")
    buy(buyer, one, "2", "2020-04-01")
    buy(buyer, one, "4", "2021-03-31")
    buy(buyer, one, "8", "2021-04-01")

    assert numbers(buyer, FiscalYear.beginning(2020, 4))["I-01"] == 6
    # A year that is not theirs says nothing.
    assert numbers(buyer, FiscalYear.beginning(2020, 1)) == {}


def test_year_without_purchases_says_nothing(bought: Organization) -> None:
    assert numbers(bought, FiscalYear.beginning(2016, 1)) == {}


def test_several_organizations_cost_one_query(
    bought: Organization, django_assert_num_queries
) -> None:
    others = [OrganizationFactory(fiscal_year_start_month=4) for _ in range(3)]
    for other in others:
        buy(other, enterprise(f"De {other.pk}"), "10", "2020-04-01")
    years = [YEAR, FiscalYear.beginning(2020, 4)]
    everyone = Organization.objects.all()
    with django_assert_num_queries(1):
        found = values_of(everyone, years)

    start = datetime.date(2020, 4, 1)
    assert [found[other.pk, "I-01", start].value for other in others] == [10, 10, 10]
    assert found[bought.pk, "I-01", YEAR.start].value == Decimal("170.30")


def test_large_amounts_are_added_to_the_cent(organization: Organization) -> None:
    one = enterprise("Une")
    for _ in range(9):
        buy(organization, one, "999999999999.99", "2020-05-01")
    buy(organization, one, "0.01", "2020-05-01")

    cells = spending.spent([organization], [YEAR]).cells

    assert spending.total(cells) == Decimal("8999999999999.92")


def test_diversity_is_a_decimal_between_none_and_many(organization: Organization) -> None:
    one = enterprise("Une")
    for key in ("a", "b"):
        buy(organization, one, "50", "2020-05-01", sector=sector(key))
    cells = spending.spent([organization], [YEAR]).cells

    assert spending.diversity(cells) == Decimal("0.50")
    assert spending.diversity(cells[:1]) == Decimal("0.00")
    assert spending.diversity([]) is None
