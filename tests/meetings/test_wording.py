"""The words that name a meeting agree with its kind, and follow the clock."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from meetings.acts import states
from tests.factories import MeetingFactory

DAY = datetime.date(2026, 5, 5)


@pytest.mark.parametrize(
    ("moment", "ends_at", "words"),
    [
        ("2026-05-05T15:59:00-04:00", datetime.time(16), "en cours"),
        ("2026-05-05T16:00:00-04:00", datetime.time(16), "tenue"),
        ("2026-05-05T23:00:00-04:00", None, "en cours"),
        ("2026-05-06T00:10:00-04:00", None, "tenue"),
    ],
)
def test_a_meeting_is_under_way_until_its_end(staff, moment, ends_at, words):
    meeting = MeetingFactory(state="held", held_on=DAY, starts_at=None, ends_at=ends_at)
    with time_machine.travel(moment, tick=False):
        assert meeting.state_words == words
        page = staff.get(meeting.get_absolute_url()).content.decode()
    assert f"<b>{words.capitalize()}</b>" in page


@pytest.mark.parametrize(
    ("kind", "state", "words"),
    [
        ("meeting", "closed", "close"),
        ("webinar", "closed", "clos"),
        ("workshop", "cancelled", "annulé"),
        ("workshop", "convened", "convoqué"),
        ("webinar", "draft", "en préparation"),
    ],
)
def test_the_words_of_a_state_agree(kind, state, words):
    assert MeetingFactory.build(kind=kind, state=state, held_on=DAY).state_words == words


def test_the_page_of_a_workshop_speaks_of_a_workshop(staff):
    workshop = MeetingFactory(kind="workshop", number=None, state="closed", held_on=DAY)
    page = staff.get(workshop.get_absolute_url()).content.decode()
    assert "État de l’atelier" in page
    assert "Rouvrir l’atelier" in page
    response = staff.post(
        reverse("meetings:meeting_state", args=[workshop.slug]), {"act": "reopen"}, follow=True
    )
    page = response.content.decode()
    assert "L’atelier est rouvert." in page
    assert "Modifier l’atelier" in page


def test_a_refusal_speaks_of_the_kind(facilitator):
    webinar = MeetingFactory(kind="webinar", number=None, state="cancelled", held_on=DAY)
    with pytest.raises(states.RefusedTransitionError, match="Le webinaire est annulé\\."):
        states.change_state(meeting=webinar, act="reopen", by=facilitator)


@time_machine.travel("2026-05-04T12:00:00-04:00", tick=False)
def test_no_synthesis_is_written_before_the_meeting(staff):
    meeting = MeetingFactory(state="convened", held_on=DAY)
    assert "Rédiger la synthèse" not in staff.get(meeting.get_absolute_url()).content.decode()
    meeting.state = "held"
    meeting.save()
    assert "Rédiger la synthèse" in staff.get(meeting.get_absolute_url()).content.decode()
