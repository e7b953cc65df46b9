"""A meeting under way, and the card of organization A in it."""

import datetime

import pytest

from meetings.models import Meeting, RoundTableEntry
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import MeetingFactory, RoundTableEntryFactory
from tests.html import StrictClient


@pytest.fixture
def meeting(organization: Organization) -> Meeting:
    return MeetingFactory(slug="salle", held_on=datetime.date(2026, 5, 5))


@pytest.fixture
def entry(meeting: Meeting, organization: Organization) -> RoundTableEntry:
    return RoundTableEntryFactory(
        meeting=meeting, organization=organization, done="", next_action="", need=""
    )


@pytest.fixture
def staff(facilitator: User, log_in_as: LogIn) -> StrictClient:
    return log_in_as(facilitator)
