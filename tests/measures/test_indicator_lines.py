"""The figures of an organization over a year, as reports and dashboards list them."""

import datetime
from decimal import Decimal

import pytest

from measures.indicators.lines import figure_lines, year_of_cycle
from measures.models import Indicator
from members.fiscal import FiscalYear
from members.models import Organization
from tests.factories import (
    CycleFactory,
    IndicatorAimFactory,
    IndicatorFactory,
    IndicatorValueFactory,
)

TODAY = datetime.date(2021, 6, 30)
C = Indicator.Computation


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


YEAR = FiscalYear.beginning(2020, 1)


def test_lines_hold_what_a_report_says(organization: Organization, share: Indicator) -> None:
    IndicatorValueFactory(organization=organization, indicator=share, year=2019, value=Decimal(10))
    IndicatorValueFactory(
        organization=organization,
        indicator=share,
        value=Decimal("12.5"),
        numerator=Decimal(125),
        denominator=Decimal(1000),
        source="Système d’achats",
        note="Sans les dons.",
    )
    IndicatorAimFactory(organization=organization, indicator=share)
    IndicatorFactory(code="VIDE")

    [line] = figure_lines(organization, YEAR, today=TODAY, with_private=False)

    assert (line.code, line.year, line.value) == ("I-02", "2020", Decimal("12.5000"))
    assert line.text == "12,5\u00a0%"
    assert line.previous == "10,0\u00a0%"
    assert line.change == "2,5\u00a0points de plus"
    assert line.target == "25,0\u00a0% (2022)"
    assert line.source == "Système d’achats"
    assert line.terms == "achats auprès d’EÉS\u00a0: 125; achats admissibles\u00a0: 1\u00a0000"
    assert line.note == "Sans les dons."


def test_lines_leave_out_what_is_kept_and_what_would_give_it_away(
    organization: Organization, share: Indicator
) -> None:
    other = IndicatorFactory(code="I-03")
    IndicatorFactory(code="I-09", computation=C.QUOTIENT, dividend=share, divisor=other)
    for row in (share, other):
        IndicatorValueFactory(organization=organization, indicator=row, value=Decimal(4))
    IndicatorAimFactory(organization=organization, indicator=other, sharing="private")

    told = figure_lines(organization, YEAR, today=TODAY, with_private=False)
    whole = figure_lines(organization, YEAR, today=TODAY, with_private=True)

    assert [line.code for line in told] == ["I-02"]
    assert [line.code for line in whole] == ["I-02", "I-03", "I-09"]
    assert whole[2].value == Decimal("100.0000")


def test_lines_tell_not_available_that_was_noted(
    organization: Organization, share: Indicator
) -> None:
    IndicatorValueFactory(organization=organization, indicator=share, value=None)

    [line] = figure_lines(organization, YEAR, today=TODAY, with_private=False)

    assert (line.value, line.text) == (None, "n.\u00a0d.")


def test_lines_cost_the_same_queries_with_many_values(
    organization: Organization, share: Indicator, django_assert_num_queries
) -> None:
    IndicatorFactory(computation=C.PROGRESS_RATE)
    for _ in range(10):
        row = IndicatorFactory()
        IndicatorValueFactory(organization=organization, indicator=row)
        IndicatorAimFactory(organization=organization, indicator=row)

    with django_assert_num_queries(2):
        lines = figure_lines(organization, YEAR, today=TODAY, with_private=True)

    assert len(lines) == 10


@pytest.mark.parametrize(
    ("month", "label"), [(1, "2020"), (4, "2020-2021"), (7, "2020-2021"), (8, "2019-2020")]
)
def test_a_cycle_reports_the_last_year_that_ended_with_it(
    month: int, label: str, organization: Organization
) -> None:
    organization.fiscal_year_start_month = month
    cycle = CycleFactory.build(
        starts_on=datetime.date(2020, 7, 1), ends_on=datetime.date(2021, 6, 30)
    )

    assert year_of_cycle(organization, cycle).label == label
