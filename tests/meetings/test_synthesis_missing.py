"""Staff are reminded of a synthesis that tarries: after three days, after seven, once each."""

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings.notices.staff import remind_of_missing_syntheses
from members.models import MailPreference, Notification
from members.notifications.sending import send_due
from tests.factories import (
    MeetingFactory,
    SynthesisFactory,
    SynthesisVersionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TORONTO = ZoneInfo("America/Toronto")
DAY = datetime.date(2021, 3, 10)


def at(days, hour=10, minute=0):
    """That many days after the meeting, at Montréal time; clocks change on 14 March."""
    day = DAY + datetime.timedelta(days=days)
    return datetime.datetime.combine(day, datetime.time(hour, minute), tzinfo=TORONTO)


def passes(*moments):
    """What a pass at each of these moments sends: its subjects, one list by moment."""
    subjects = []
    for moment in moments:
        outbox.outbox.clear()
        with time_machine.travel(moment, tick=False):
            remind_of_missing_syntheses(moment)
            send_due(moment)
        subjects.append(sorted(message.subject for message in outbox.outbox))
    return subjects


@pytest.fixture
def meeting(db):
    return MeetingFactory(held=True, held_on=DAY, slug="rencontre-4", number=4, title="Clauses")


SUBJECT = "Synthèse de la rencontre\u00a04\u00a0: pas encore publiée"


def test_after_three_and_seven_days_once_each(meeting, facilitator, coordinator, manager):
    told = passes(at(2), at(3, 8), at(3), at(4), at(6), at(7), at(8), at(20))
    once = [SUBJECT, SUBJECT]
    assert told == [[], [], once, [], [], once, [], []]
    assert {row.recipient for row in Notification.objects.all()} == {facilitator, coordinator}


def test_days_are_those_of_montreal(meeting, facilitator):
    """Two minutes before midnight on the second day is already the third one in London."""
    with time_machine.travel(at(2, 23, 58)):
        remind_of_missing_syntheses(at(2, 23, 58))
    assert not Notification.objects.exists()
    remind_of_missing_syntheses(at(3, 0, 1))
    assert Notification.objects.get().due_at == at(3, 9)


def test_the_words(meeting, facilitator):
    SynthesisFactory(meeting=meeting, state="in_review", review_until=datetime.date(2021, 3, 31))
    passes(at(3))
    text = outbox.outbox[0].body
    assert "«\u00a0Clauses\u00a0», n’est pas encore publiée, 3\u00a0jours après." in text
    assert "Elle est en révision jusqu’au 31\u00a0mars 2021." in text
    assert "http://127.0.0.1:8000/rencontres/rencontre-4/synthese/" in text


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_meetings_that_wait_for_none(facilitator, state):
    MeetingFactory(held_on=DAY, state=state)
    assert passes(at(3), at(7)) == [[], []]


@pytest.mark.parametrize("state", ["convened", "closed"])
def test_a_past_meeting_that_nobody_marked_as_held_or_that_was_closed_too_soon(facilitator, state):
    MeetingFactory(held_on=DAY, state=state)
    assert len(passes(at(3))[0]) == 1


@pytest.mark.parametrize(("kind", "told"), [("workshop", 1), ("webinar", 0)])
def test_a_workshop_has_a_synthesis_and_a_webinar_none(facilitator, kind, told):
    MeetingFactory(held=True, held_on=DAY, kind=kind, number=None)
    assert len(passes(at(3))[0]) == told


def test_a_published_one_is_not_spoken_of(meeting, facilitator):
    remind_of_missing_syntheses(at(3, 1))
    SynthesisVersionFactory(synthesis=SynthesisFactory(meeting=meeting))
    assert passes(at(3), at(7)) == [[], []]
    assert Notification.objects.get().state == "dropped"


def test_after_a_stop_of_the_process_only_the_second_is_sent(meeting, facilitator):
    remind_of_missing_syntheses(at(3, 1))
    assert passes(at(8)) == [[SUBJECT]]


def test_old_meetings_are_left_alone(meeting, facilitator):
    assert passes(at(22)) == [[]]


def test_who_joins_the_team_is_reminded_of_what_is_late(meeting, facilitator):
    passes(at(3))
    UserFactory(facilitator=True)
    assert passes(at(4)) == [[SUBJECT]]


def test_who_wants_none(meeting, facilitator):
    MailPreference.objects.create(user=facilitator, topic="facilitation", pace="never")
    assert passes(at(3)) == [[]]


def test_nothing_is_written_when_nobody_is_to_be_told(meeting, facilitator):
    remind_of_missing_syntheses(at(3))
    MeetingFactory(held=True, held_on=DAY - datetime.timedelta(days=30))
    with CaptureQueriesContext(connection) as captured:
        remind_of_missing_syntheses(at(3, 11))
    assert len(captured) == 3
    assert all(query["sql"].startswith("SELECT") for query in captured.captured_queries)
