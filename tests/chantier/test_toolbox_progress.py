"""What the dashboard says of the tools agrees with a count by hand."""

import datetime
from decimal import Decimal
from typing import Any

from chantier.progress import ToolboxProgress
from measures.models import Indicator
from members.models import Cycle, Organization
from tests.factories import (
    BarrierEncounterFactory,
    BarrierFactory,
    ClauseUseFactory,
    CycleFactory,
    IndicatorFactory,
    IndicatorValueFactory,
)

TODAY = datetime.date(2021, 2, 1)


def build(organization: Organization, cycle: Cycle) -> ToolboxProgress:
    return ToolboxProgress.build(organization, cycle, today=TODAY)


def test_it_counts_what_the_cycle_holds(
    organization: Organization, other_organization: Organization
) -> None:
    cycle = CycleFactory()
    day = datetime.date(2020, 9, 1)
    ClauseUseFactory(organization=organization, used_on=day, awarded=True, document_reference="A")
    # The same document, another clause: one document.
    ClauseUseFactory(organization=organization, used_on=day, awarded=True, document_reference="A")
    ClauseUseFactory(organization=organization, used_on=day, document_reference="B")
    # Before the cycle, after today, and of somebody else.
    ClauseUseFactory(organization=organization, used_on=datetime.date(2020, 3, 31))
    ClauseUseFactory(organization=organization, used_on=datetime.date(2021, 2, 2))
    ClauseUseFactory(organization=other_organization, used_on=day)
    barrier = BarrierFactory()
    for stage in (1, 2):
        BarrierEncounterFactory(
            organization=organization, alone=True, cycle=cycle, barrier=barrier, stage__order=stage
        )
    told = build(organization, cycle)
    assert (told.uses.documents, told.uses.awarded) == (2, 1)
    assert told.barriers == 1


def test_known_values_are_those_of_the_last_year_that_is_over(organization: Organization) -> None:
    """The organization counts by civil year; on 1 February 2021 that is 2020."""
    known, unknown, _ = IndicatorFactory.create_batch(3)
    IndicatorFactory(computation=Indicator.Computation.PROGRESS_RATE)
    IndicatorFactory(level=Indicator.Level.CHANTIER)
    IndicatorValueFactory(organization=organization, indicator=known, value=Decimal(0))
    IndicatorValueFactory(organization=organization, indicator=unknown, value=None)
    IndicatorValueFactory(organization=organization, indicator=unknown, year=2019)
    IndicatorValueFactory(indicator=unknown)
    told = build(organization, CycleFactory())
    assert told.year.label == "2020"
    # Zero is known; « n. d. » is not.
    assert (told.noted.known, told.noted.total) == (1, 3)


def test_three_queries_whatever_the_rows(
    organization: Organization, django_assert_num_queries: Any
) -> None:
    cycle = CycleFactory()
    for _ in range(10):
        ClauseUseFactory(organization=organization, used_on=cycle.starts_on)
        IndicatorValueFactory(organization=organization)
        BarrierEncounterFactory(organization=organization, alone=True, cycle=cycle)
    with django_assert_num_queries(3):
        build(organization, cycle)
