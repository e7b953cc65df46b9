"""The record that tests of the register work on."""

import pytest

from measures.models import Implementation
from members.models import Organization
from tests.factories import ImplementationFactory


@pytest.fixture
def record(organization: Organization) -> Implementation:
    return ImplementationFactory(organization=organization, in_progress=True, description="Début.")
