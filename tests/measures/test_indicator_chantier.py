"""What organizations give together for an indicator, and what is never told."""

import datetime
from collections.abc import Iterable
from decimal import Decimal

import pytest

from measures.indicators.chantier import together
from measures.models import Indicator
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import (
    AnnualReportFactory,
    CycleFactory,
    IndicatorAimFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    MembershipFactory,
    OrganizationFactory,
)
from tests.measures.sent_figures import at, text_of


@pytest.fixture
def amount(db: None) -> Indicator:
    return IndicatorFactory(code="I-01", unit="$", decimals=2)


def give(
    indicator: Indicator,
    values: Iterable[int | None],
    *,
    sharing: str | None = "chantier",
    year: int = 2020,
    organizations: list[Organization] | None = None,
) -> list[Organization]:
    """One organization a value."""
    found = []
    for index, value in enumerate(values):
        owner = organizations[index] if organizations else OrganizationFactory()
        number = None if value is None else Decimal(value)
        IndicatorValueFactory(organization=owner, indicator=indicator, year=year, value=number)
        if sharing:
            IndicatorAimFactory(organization=owner, indicator=indicator, sharing=sharing)
        found.append(owner)
    return found


def told(indicator: Indicator, *, for_staff: bool = False) -> list[tuple]:
    return [
        (year.label, year.organizations, year.value)
        for year in together(indicator, for_staff=for_staff)
    ]


def test_amounts_are_added(amount: Indicator) -> None:
    give(amount, [10, 20, 30])

    assert told(amount) == [("2020", 3, 60)]


def test_rates_have_a_median(db: None) -> None:
    rate = IndicatorFactory(unit="%")
    give(rate, [10, 20, 60, 80])

    assert told(rate) == [("2020", 4, 40)]


def test_fewer_than_three_are_not_told(amount: Indicator) -> None:
    give(amount, [10, 20])

    [year] = together(amount, for_staff=False)

    assert (year.organizations, year.value, year.text) == (None, None, "n.\u00a0d.")


def test_amount_that_one_makes_nearly_alone_is_not_told(amount: Indicator) -> None:
    give(amount, [860, 70, 70])

    [year] = together(amount, for_staff=False)

    assert (year.organizations, year.value) == (3, None)
    assert year.why == "Une organisation en fait presque tout."


def test_amount_that_one_makes_mostly_is_told(amount: Indicator) -> None:
    give(amount, [850, 75, 75])

    assert told(amount) == [("2020", 3, 1000)]


@pytest.mark.parametrize("values", [[1000, 700, 30], [1000, 700, 30, 50]])
def test_who_reads_subtracts_their_own(
    values: list[int], amount: Indicator, outsider: User, reader: User, log_in_as: LogIn
) -> None:
    """Of the three others, or of the two, one makes 90 %."""
    owners = give(amount, values)
    MembershipFactory(user=outsider, organization=owners[0])
    address = at("indicator_detail", code="I-01")
    total = f"{sum(values):,},00 $".replace(",", " ", 1)

    # Each of the others makes less than 85 % of the whole.
    assert total in text_of(log_in_as(reader).get(address))
    page = text_of(log_in_as(outsider).get(address))
    assert total not in page
    assert "la vôtre mise à part" in page


def test_median_and_union_are_of_three_others(amount: Indicator) -> None:
    rate = IndicatorFactory(unit="%")
    owners = give(rate, [10, 20, 60])

    [year] = together(rate, for_staff=False, own={owners[0].pk})
    assert (year.organizations, year.value) == (None, None)
    give(rate, [80])
    [year] = together(rate, for_staff=False, own={owners[0].pk})
    assert (year.organizations, year.value) == (4, Decimal(40))


def test_zeros_are_told(amount: Indicator) -> None:
    give(amount, [0, 0, 0])

    assert told(amount) == [("2020", 3, 0)]


def test_not_available_is_no_value(amount: Indicator) -> None:
    give(amount, [10, 20, None])

    assert told(amount) == [("2020", None, None)]


def test_years_that_end_in_the_same_year_go_together(amount: Indicator) -> None:
    give(amount, [10, 20])
    owner = OrganizationFactory(fiscal_year_start_month=4)
    IndicatorValueFactory(
        organization=owner,
        indicator=amount,
        period_start=datetime.date(2019, 4, 1),
        period_end=datetime.date(2020, 3, 31),
        value=Decimal(30),
    )
    IndicatorAimFactory(organization=owner, indicator=amount, sharing="public")

    assert told(amount) == [("2020", 3, 60)]


def test_two_periods_of_one_organization_count_it_once(amount: Indicator) -> None:
    owner, *_ = give(amount, [10, 20])
    IndicatorValueFactory(
        organization=owner,
        indicator=amount,
        period_start=datetime.date(2019, 4, 1),
        period_end=datetime.date(2020, 3, 31),
        value=Decimal(30),
    )

    assert told(amount) == [("2020", None, None)]


@pytest.mark.parametrize(
    ("sharing", "members", "staff"),
    [
        ("private", [], []),
        ("coordination", [], [("2020", 3, 60)]),
        # Without an aim, a value is open to the coordination.
        (None, [], [("2020", 3, 60)]),
        ("chantier", [("2020", 3, 60)], [("2020", 3, 60)]),
        ("public", [("2020", 3, 60)], [("2020", 3, 60)]),
    ],
)
def test_only_what_is_shared_is_told(
    sharing: str | None, members: list, staff: list, amount: Indicator
) -> None:
    give(amount, [10, 20, 30], sharing=sharing)

    assert told(amount) == members
    assert told(amount, for_staff=True) == staff


def test_organizations_that_left_are_not_counted(amount: Indicator) -> None:
    first, *_ = give(amount, [10, 20, 30])
    Organization.objects.filter(pk=first.pk).update(is_active=False)

    assert told(amount) == [("2020", None, None)]


@pytest.fixture
def average(amount: Indicator) -> Indicator:
    contracts = IndicatorFactory(code="I-03", unit="nombre")
    return IndicatorFactory(
        code="I-09", unit="$", computation="quotient", dividend=amount, divisor=contracts
    )


def divisor_of(average: Indicator) -> Indicator:
    assert average.divisor is not None
    return average.divisor


def test_quotients_have_a_median(amount: Indicator, average: Indicator) -> None:
    owners = give(amount, [10, 40, 90])
    give(divisor_of(average), [10, 20, 30], organizations=owners)
    for owner in owners:
        IndicatorAimFactory(organization=owner, indicator=average, sharing="chantier")

    assert told(average) == [("2020", 3, 2)]


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_quotient_is_shared_with_both_its_terms(
    kept: int, amount: Indicator, average: Indicator
) -> None:
    levels = ["chantier"] * 3
    levels[kept] = "coordination"
    owners = give(amount, [10, 40, 90], sharing=levels[0])
    give(divisor_of(average), [10, 20, 30], organizations=owners, sharing=levels[1])
    for owner in owners:
        IndicatorAimFactory(organization=owner, indicator=average, sharing=levels[2])

    assert told(average) == []
    assert told(average, for_staff=True) == [("2020", 3, 2)]


def test_nothing_is_divided_by_zero(amount: Indicator, average: Indicator) -> None:
    owners = give(amount, [10, 40, 90, 5])
    give(divisor_of(average), [10, 20, 30, 0], organizations=owners)
    for owner in owners:
        IndicatorAimFactory(organization=owner, indicator=average, sharing="chantier")

    assert told(average) == [("2020", 3, 2)]


def test_three_queries_whatever_the_values(amount: Indicator, django_assert_num_queries) -> None:
    for year in range(2015, 2021):
        give(amount, [1, 2, 3, 4], year=year)

    # What was typed; then when fiscal years begin, and purchases.
    with django_assert_num_queries(3):
        assert len(told(amount)) == 6


def test_share_of_reports(db: None) -> None:
    row = IndicatorFactory(code="I-20", level="chantier", decimals=1, computation="reports")
    cycle = CycleFactory()
    members = [OrganizationFactory(joined_on=cycle.starts_on) for _ in range(8)]
    # Came after the cycle.
    OrganizationFactory(joined_on=cycle.ends_on + datetime.timedelta(days=1))
    for member in members[:5]:
        AnnualReportFactory(organization=member, cycle=cycle, submitted=True)
    AnnualReportFactory(organization=members[5], cycle=cycle)
    AnnualReportFactory(of_chantier=True, cycle=cycle, submitted=True)

    assert told(row) == [(cycle.label, 5, Decimal("62.5"))]


@pytest.mark.parametrize("submitted", [2, 6])
def test_reports_of_too_few_are_not_told(submitted: int, db: None) -> None:
    """Neither those who submitted, nor, by subtraction, those who did not."""
    row = IndicatorFactory(code="I-20", level="chantier", computation="reports")
    cycle = CycleFactory()
    members = [OrganizationFactory(joined_on=cycle.starts_on) for _ in range(8)]
    for member in members[:submitted]:
        AnnualReportFactory(organization=member, cycle=cycle, submitted=True)

    assert told(row) == [(cycle.label, None, None)]


def test_reports_are_told_of_enough_besides_our_own(db: None) -> None:
    row = IndicatorFactory(code="I-20", level="chantier", decimals=0, computation="reports")
    cycle = CycleFactory()
    members = [OrganizationFactory(joined_on=cycle.starts_on) for _ in range(8)]
    for member in members[:3]:
        AnnualReportFactory(organization=member, cycle=cycle, submitted=True)

    assert told(row) == [(cycle.label, 3, Decimal("37.5"))]
    [year] = together(row, for_staff=False, own={members[0].pk})
    assert (year.organizations, year.value) == (None, None)


def test_page_tells_members_and_staff_each_theirs(
    amount: Indicator, reader: User, coordinator: User, log_in_as: LogIn
) -> None:
    give(amount, [10, 20, 30], sharing="coordination")
    address = at("indicator_detail", code="I-01")

    assert "60,00 $" in text_of(log_in_as(coordinator).get(address))
    page = text_of(log_in_as(reader).get(address))
    assert "60,00 $" not in page
    assert "Aucune organisation ne partage encore" in page


def test_page_leads_to_the_comparison_for_what_the_register_gives(
    organization: Organization, reader: User, log_in_as: LogIn
) -> None:
    IndicatorFactory(code="I-13", computation="progress_rate")

    page = text_of(log_in_as(reader).get(at("indicator_detail", code="I-13")))

    assert at("benchmark", organization) in page
