"""Staff in the room: its addresses, its page, and a card that is sent."""

import datetime
import re
import uuid

from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    AgendaItemFactory,
    CommitmentFactory,
    MeasureFactory,
    MeetingFactory,
    MembershipFactory,
    NoteTakerFactory,
    OrganizationFactory,
    ParticipantFactory,
    RoundTableEntryFactory,
)

N = "\u00a0"
JSON = {"headers": {"accept": "application/json"}}


def at(name, meeting, **kwargs):
    return reverse(f"meetings:{name}", kwargs={"slug": meeting.slug, **kwargs})


def page_of(client, meeting, query=""):
    response = client.get(at("meeting_run", meeting) + query)
    assert response.status_code == 200
    return response.content.decode()


def opened(page):
    """The slug of the one card that is not folded away."""
    return re.findall(r'data-slug="([\w-]+)" data-name="[^"]*" data-short="[^"]*">', page)


def send(client, entry, **values):
    data = {"version": 1, "submission_key": uuid.uuid4()} | values
    return client.post(at("entry_save", entry.meeting, pk=entry.pk), data, **JSON)


def grow_room(entry):
    """Points, and an organization with its people and what it promised before."""
    AgendaItemFactory(meeting=entry.meeting)
    NoteTakerFactory(meeting=entry.meeting, seen_at=timezone.now())
    MembershipFactory(organization=entry.organization)
    ParticipantFactory(meeting=entry.meeting, organization=entry.organization)
    before = MeetingFactory(held=True, held_on=datetime.date(2020, 1, 1))
    last = RoundTableEntryFactory(meeting=before, organization=entry.organization)
    CommitmentFactory(entry=last, accepted=True, measure=MeasureFactory())


def grow_promises(record):
    """Promises of the organization of a record, waiting and answered, and of another."""
    for organization in (record.organization, OrganizationFactory()):
        entry = RoundTableEntryFactory(organization=organization)
        for state in ({}, {"accepted": True}):
            CommitmentFactory(entry=entry, measure=MeasureFactory(), **state)
    entry = RoundTableEntryFactory(organization=record.organization)
    CommitmentFactory(entry=entry, accepted=True, implementation=record)
