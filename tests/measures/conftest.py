"""The record and the piece of evidence that tests of the register work on."""

import pytest

from measures.models import Evidence, Implementation
from members.models import Organization
from tests.factories import EvidenceFactory, ImplementationFactory


@pytest.fixture
def record(organization: Organization) -> Implementation:
    return ImplementationFactory(organization=organization, in_progress=True, description="Début.")


@pytest.fixture
def piece(organization: Organization) -> Evidence:
    """A file that proves one record."""
    row = EvidenceFactory(organization=organization, is_file=True, title="Bilan")
    row.implementations.add(ImplementationFactory(organization=organization, in_progress=True))
    return row
