"""The record that tests of the register work on, and what hangs on it."""

from decimal import Decimal

import pytest

from measures.actions.results import save_encounter, save_result
from measures.models import BarrierEncounter, Evidence, Implementation, Result
from members.models import Organization, User
from tests.factories import (
    BarrierFactory,
    EvidenceFactory,
    ImplementationFactory,
    ResultFactory,
    SolutionFactory,
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
