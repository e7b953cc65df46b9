"""The record that tests of the register work on, and what hangs on it."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine

from measures.actions.results import save_encounter, save_result
from measures.models import Barrier, BarrierEncounter, Evidence, Implementation, Result
from members.models import Cycle, Organization, User
from tests.factories import (
    BarrierFactory,
    CycleFactory,
    EvidenceFactory,
    ImplementationFactory,
    ResultFactory,
    SolutionFactory,
    StageFactory,
)


@pytest.fixture
def record(organization: Organization) -> Implementation:
    return ImplementationFactory(organization=organization, in_progress=True, description="Début.")


@pytest.fixture
def piece(organization: Organization) -> Evidence:
    """A file that proves one record."""
    row = EvidenceFactory(organization=organization, is_file=True, title="Bilan")
    row.implementations.add(ImplementationFactory(organization=organization, in_progress=True))
    return row


@pytest.fixture
def result(record: Implementation, contributor: User) -> Result:
    """Four contracts out of fifteen, with the line of journal that says so."""
    row = ResultFactory.build(
        implementation=record, name="Contrats", value=Decimal(4), target=Decimal(15)
    )
    save_result(result=row, by=contributor)
    return row


@pytest.fixture
def encounter(record: Implementation, contributor: User) -> BarrierEncounter:
    """A barrier with two solutions, of which one helped."""
    barrier = BarrierFactory(title="Contrats trop gros")
    helped = SolutionFactory(barrier=barrier, text="Lots", order=1)
    SolutionFactory(barrier=barrier, text="Sous-traitance", order=2)
    row = BarrierEncounter(
        implementation=record, barrier=barrier, what_worked="Trois lots par secteur."
    )
    save_encounter(encounter=row, solutions=[helped], by=contributor)
    return row


@pytest.fixture
def in_2021() -> Iterator[None]:
    with time_machine.travel("2021-03-03 12:00", tick=False):
        yield


@pytest.fixture
def barrier_met(db: None) -> Barrier:
    row = BarrierFactory(code="EN-01", title="Contrats trop gros")
    for order, text in enumerate(("Lots", "Sous-traitance"), start=1):
        SolutionFactory(barrier=row, code=f"EN-01-S{order}", text=text, order=order)
    return row


@pytest.fixture
def chantier_year(db: None, in_2021: None) -> Cycle:
    """The year under way, and one that has not begun."""
    CycleFactory(start_year=2021)
    return CycleFactory(start_year=2020)


@pytest.fixture
def mark(
    organization: Organization, contributor: User, barrier_met: Barrier, chantier_year: Cycle
) -> BarrierEncounter:
    """One mark, with the line of journal that says so."""
    row = BarrierEncounter(
        organization=organization,
        barrier=barrier_met,
        stage=StageFactory(order=4),
        cycle=chantier_year,
        what_worked="Trois lots.",
    )
    save_encounter(
        encounter=row, solutions=[barrier_met.solutions.get(text="Lots")], by=contributor
    )
    return row
