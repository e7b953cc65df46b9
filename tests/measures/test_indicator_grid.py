"""The entry grid: what it shows, to whom, and what its form stores without JavaScript."""

import re
from decimal import Decimal
from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from measures.models import Indicator, IndicatorValue
from members.models import Organization, User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import (
    IndicatorAimFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    OrganizationFactory,
    StageFactory,
)
from tests.html import StrictClient
from tests.measures.grid import N, grid_at, in_2021, value_of

__all__ = ["in_2021"]
C = Indicator.Computation


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


@pytest.fixture
def share(db: None) -> Indicator:
    return IndicatorFactory(
        code="I-02", name="Part", unit="%", decimals=1, minimum=0, maximum=100, kind="processus"
    )


@pytest.fixture
def contracts(db: None) -> Indicator:
    return IndicatorFactory(code="I-03", name="Contrats", unit="nombre")


def columns(body: str) -> list[str]:
    return re.findall(r'<th scope="col" id="y-\d+" data-label="([^"]+)"', body)


# --- What it shows ----------------------------------------------------------------


def test_five_years_then_ten_the_oldest_first(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    body = member.get(grid_at(organization)).content.decode()
    assert columns(body) == ["2017", "2018", "2019", "2020", "2021"]
    assert re.search(r'data-label="2021" class="grid-now">2021 <span class="tag">en cours', body)
    assert body.count("en cours</span>") == 1
    long = member.get(grid_at(organization), {"annees": 10}).content.decode()
    assert columns(long) == [str(year) for year in range(2012, 2022)]


@pytest.mark.parametrize("asked", ["", "7", "1000", "dix", "-5"])
def test_an_odd_number_of_years_is_five(
    asked: str, member: StrictClient, organization: Organization, share: Indicator
) -> None:
    body = member.get(grid_at(organization), {"annees": asked}).content.decode()
    assert len(columns(body)) == 5


def test_the_years_are_those_of_the_organization(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    organization.fiscal_year_start_month = 7
    organization.save()
    body = member.get(grid_at(organization)).content.decode()
    assert columns(body)[-1] == "2020-2021"
    assert value_of(body, "I-02.2020-07-01") == ""


def test_each_cell_says_what_is_stored_and_which_version(
    member: StrictClient, organization: Organization, share: Indicator, contracts: Indicator
) -> None:
    row = IndicatorValueFactory(organization=organization, indicator=contracts, value=1234)
    IndicatorValue.objects.filter(pk=row.pk).update(version=3)
    IndicatorValueFactory(organization=organization, indicator=share, value=None)
    zero = {"organization": organization, "indicator": share, "year": 2019, "value": Decimal(0)}
    IndicatorValueFactory(**zero)
    response = member.get(grid_at(organization))
    body = response.content.decode()
    assert value_of(body, "I-03.2020-01-01") == f"1{N}234"
    assert value_of(body, "I-02.2020-01-01") == f"n.{N}d."
    assert value_of(body, "I-02.2019-01-01") == "0"
    assert value_of(body, "I-02.2018-01-01") == ""
    assert value_of(body, "seen") == "I-02.2019-01-01:1 I-02.2020-01-01:1 I-03.2020-01-01:3"
    assertContains(response, '<input id="c-I-03-2020" aria-labelledby="r-I-03 y-2020"')


def test_indicators_are_grouped_by_kind_and_those_of_the_chantier_are_not_there(
    member: StrictClient, organization: Organization, share: Indicator, contracts: Indicator
) -> None:
    IndicatorFactory(code="I-01", name="Formés", kind="moyen")
    IndicatorFactory(code="I-20", name="Participation", level="chantier")
    body = member.get(grid_at(organization)).content.decode()
    assert re.findall(r'rowgroup" colspan="6"><span>([^<]+)', body) == [
        "Moyens",
        "Processus d’achat",
        "Résultats",
    ]
    assert re.findall(r'<a id="r-[^"]+" href="([^"]+)"', body) == [
        f"{grid_at(organization)}I-01/",
        f"{grid_at(organization)}I-02/",
        f"{grid_at(organization)}I-03/",
    ]
    assert "Participation" not in body


def test_what_is_computed_is_read_and_says_why(
    member: StrictClient, organization: Organization, contracts: Indicator
) -> None:
    amount = IndicatorFactory(code="I-01", unit="$", decimals=2)
    IndicatorFactory(
        code="I-09",
        unit="$",
        decimals=2,
        computation=C.QUOTIENT,
        dividend=amount,
        divisor=contracts,
    )
    IndicatorValueFactory(organization=organization, indicator=amount, value=1000)
    IndicatorValueFactory(organization=organization, indicator=contracts, value=3)
    response = member.get(grid_at(organization))
    assertContains(response, f'<span id="c-I-09-2020">333,33{N}$</span>')
    assertContains(response, f'href="{grid_at(organization)}I-09/2020/">pourquoi ce chiffre')
    assertNotContains(response, 'name="I-09.')


def test_a_ratio_typed_by_its_terms_is_read_and_leads_to_them(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    IndicatorValueFactory(
        organization=organization,
        indicator=share,
        numerator=1,
        denominator=3,
        value=Decimal("33.3333"),
    )
    response = member.get(grid_at(organization))
    assertContains(response, f'<span id="c-I-02-2020">33,3{N}%</span>')
    assertContains(response, f'href="{grid_at(organization)}I-02/2020/"')
    assertNotContains(response, 'name="I-02.2020-01-01"')
    assertContains(response, 'name="I-02.2019-01-01"')


def test_values_of_other_periods_are_told(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    IndicatorValueFactory(organization=organization, indicator=share, year=2019)
    organization.fiscal_year_start_month = 4
    organization.save()
    assertContains(member.get(grid_at(organization)), "1 valeur notée sur d’autres périodes")


def test_without_an_indicator_the_page_says_so(
    member: StrictClient, organization: Organization
) -> None:
    assertContains(member.get(grid_at(organization)), "Aucun indicateur à montrer")


# --- Who sees it ------------------------------------------------------------------


def test_a_reader_reads_everything_and_types_nothing(
    log_in_as: LogIn, organization: Organization, share: Indicator, reader: User
) -> None:
    IndicatorValueFactory(organization=organization, indicator=share)
    IndicatorAimFactory(organization=organization, indicator=share, sharing=SharingLevel.PRIVATE)
    response = log_in_as(reader).get(grid_at(organization))
    assertContains(response, f'<td class="grid-read">12,5{N}%</td>')
    assertNotContains(response, "<input id=")
    assertNotContains(response, "data-grid ")
    assertNotContains(response, "grid.js")
    assert log_in_as(reader).post(grid_at(organization)).status_code == 403


@pytest.mark.parametrize(
    ("sharing", "is_shown"),
    [("", True), ("private", False), ("coordination", True), ("chantier", True), ("public", True)],
)
def test_staff_read_what_is_shared_with_them(
    sharing: str,
    is_shown: bool,
    log_in_as: LogIn,
    organization: Organization,
    share: Indicator,
    facilitator: User,
) -> None:
    IndicatorValueFactory(organization=organization, indicator=share)
    if sharing:
        IndicatorAimFactory(organization=organization, indicator=share, sharing=sharing)
    response = log_in_as(facilitator).get(grid_at(organization))
    assert (f"12,5{N}%" in response.content.decode()) is is_shown
    assert ('id="r-I-02"' in response.content.decode()) is is_shown
    assertNotContains(response, "<input id=")
    assert log_in_as(facilitator).post(grid_at(organization)).status_code == 403


def test_a_quotient_does_not_give_away_the_term_that_is_private(
    log_in_as: LogIn,
    organization: Organization,
    contracts: Indicator,
    facilitator: User,
    contributor: User,
) -> None:
    amount = IndicatorFactory(code="I-01", unit="$")
    IndicatorFactory(
        code="I-09", unit="$", computation=C.QUOTIENT, dividend=amount, divisor=contracts
    )
    IndicatorValueFactory(organization=organization, indicator=amount, value=1000)
    IndicatorValueFactory(organization=organization, indicator=contracts, value=4)
    IndicatorAimFactory(organization=organization, indicator=amount, sharing=SharingLevel.PRIVATE)
    body = log_in_as(facilitator).get(grid_at(organization)).content.decode()
    assert 'id="r-I-03"' in body
    assert "I-09" not in body
    assert f"250{N}$" not in body
    assert f"250{N}$" in log_in_as(contributor).get(grid_at(organization)).content.decode()


def test_another_organization_is_neither_seen_nor_counted(
    member: StrictClient,
    organization: Organization,
    other_organization: Organization,
    share: Indicator,
) -> None:
    IndicatorValueFactory(organization=other_organization, indicator=share, value=Decimal(77))
    IndicatorAimFactory(organization=other_organization, indicator=share, sharing="private")
    body = member.get(grid_at(organization)).content.decode()
    assert value_of(body, "I-02.2020-01-01") == ""
    assert member.get(grid_at(other_organization)).status_code == 404
    assert member.post(grid_at(other_organization)).status_code == 404


# --- Cost -------------------------------------------------------------------------


def _twenty_by_ten(organization: Organization) -> None:
    indicators = IndicatorFactory.create_batch(17, unit="$", decimals=2)
    first, second = indicators[:2]
    IndicatorFactory(computation=C.QUOTIENT, dividend=first, divisor=second, unit="$")
    IndicatorFactory(computation=C.PROGRESS_RATE)
    IndicatorFactory(computation=C.PROGRESS_POINTS)
    for indicator in indicators:
        for year in range(2012, 2022):
            IndicatorValueFactory(organization=organization, indicator=indicator, year=year)


def test_twenty_indicators_over_ten_years_cost_six_queries(
    member: StrictClient, organization: Organization, django_assert_num_queries: Any
) -> None:
    """Session, person, access, stages; then the indicators with their values, and the register."""
    for order in range(1, 6):
        StageFactory(order=order)
    _twenty_by_ten(organization)
    member.get(grid_at(organization))
    with django_assert_num_queries(6):
        response = member.get(grid_at(organization), {"annees": 10})
    assert response.content.decode().count("<input id=") == 170
    for _ in range(10):
        other = OrganizationFactory()
        for indicator in Indicator.objects.filter(computation="")[:3]:
            IndicatorValueFactory(organization=other, indicator=indicator)
            IndicatorAimFactory(organization=other, indicator=indicator)
    IndicatorFactory.create_batch(20)
    with django_assert_num_queries(6):
        member.get(grid_at(organization), {"annees": 10})


def test_staff_pay_one_query_more_for_the_door_and_one_for_the_header(
    log_in_as: LogIn, organization: Organization, facilitator: User, django_assert_num_queries: Any
) -> None:
    _twenty_by_ten(organization)
    client = log_in_as(facilitator)
    client.get(grid_at(organization))
    with django_assert_num_queries(8):
        client.get(grid_at(organization), {"annees": 10})
