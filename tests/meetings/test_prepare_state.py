"""Starting, closing and opening a meeting again: what the data allow, once, in the journal."""

import datetime

import pytest
from django.urls import reverse

from meetings.acts import states
from meetings.models import Meeting
from members.models import AuditEntry
from tests.factories import MeetingFactory, SynthesisFactory

TODAY = datetime.date(2026, 5, 5)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: TODAY)


@pytest.fixture
def meeting(db):
    return MeetingFactory(slug="salle", held_on=TODAY)


def press(client, meeting, act):
    address = reverse("meetings:meeting_state", args=[meeting.slug])
    response = client.post(address, {"act": act}, follow=True)
    assert response.redirect_chain == [(meeting.get_absolute_url(), 302)]
    meeting.refresh_from_db()
    return response.content.decode()


@pytest.mark.parametrize(
    ("state", "act", "after", "text"),
    [
        ("convened", "start", "held", "La rencontre est commencée."),
        ("held", "close", "closed", "La rencontre est close."),
        ("closed", "reopen", "held", "La rencontre est rouverte."),
    ],
)
def test_a_meeting_goes_on(staff, meeting, facilitator, state, act, after, text):
    Meeting.objects.update(state=state)
    assert text in press(staff, meeting, act)
    assert meeting.state == after
    entry = AuditEntry.objects.get(action=states.STATE)
    assert (entry.actor, entry.before, entry.after) == (
        facilitator,
        {"state": state},
        {"state": after},
    )


@pytest.mark.parametrize(
    ("state", "act", "text"),
    [
        ("held", "start", "déjà commencée"),
        ("closed", "close", "déjà close"),
        ("held", "reopen", "déjà ouverte"),
    ],
)
def test_a_second_click_is_harmless(staff, meeting, state, act, text):
    Meeting.objects.update(state=state)
    assert text in press(staff, meeting, act)
    assert meeting.state == state
    assert not AuditEntry.objects.filter(action=states.STATE).exists()


@pytest.mark.parametrize(
    ("state", "act", "text"),
    [
        ("draft", "start", "convoquez-la d’abord"),
        ("draft", "close", "convoquez-la d’abord"),
        ("draft", "reopen", "convoquez-la d’abord"),
        ("convened", "close", "commencez-la d’abord"),
        ("convened", "reopen", "commencez-la d’abord"),
        ("closed", "start", "rouvrez-la d’abord"),
        ("cancelled", "start", "La rencontre est annulée."),
        ("cancelled", "reopen", "La rencontre est annulée."),
        ("convened", "", "Choisissez ce qu’il advient"),
        ("convened", "annuler", "Choisissez ce qu’il advient"),
    ],
)
def test_what_cannot_come_next_is_refused_and_says_why(staff, meeting, state, act, text):
    Meeting.objects.update(state=state)
    assert text in press(staff, meeting, act)
    assert meeting.state == state
    assert not AuditEntry.objects.filter(action=states.STATE).exists()


def test_a_meeting_does_not_start_before_its_day(staff, meeting):
    Meeting.objects.update(held_on=datetime.date(2026, 5, 6))
    text = "La rencontre est prévue le 6\u00a0mai 2026\u00a0: rien ne commence avant ce jour."
    assert text in press(staff, meeting, "start")
    assert meeting.state == "convened"
    # The page says so instead of showing a button.
    page = staff.get(meeting.get_absolute_url()).content.decode()
    assert text in page
    assert "Commencer la rencontre" not in page


def test_a_meeting_is_not_closed_under_a_review(staff, meeting):
    SynthesisFactory(meeting=meeting, state="in_review", review_until=TODAY)
    Meeting.objects.update(state="held")
    assert "La synthèse est en révision" in press(staff, meeting, "close")
    assert meeting.state == "held"


def test_a_meeting_whose_synthesis_is_a_draft_is_closed(staff, meeting):
    SynthesisFactory(meeting=meeting)
    Meeting.objects.update(state="held")
    press(staff, meeting, "close")
    assert meeting.state == "closed"


@pytest.mark.parametrize(
    ("state", "label"),
    [
        ("convened", "Commencer la rencontre"),
        ("held", "Clore la rencontre"),
        ("closed", "Rouvrir la rencontre"),
    ],
)
def test_the_page_has_the_button_of_what_comes_next(staff, meeting, state, label):
    Meeting.objects.update(state=state)
    page = staff.get(meeting.get_absolute_url()).content.decode()
    every = [meeting.worded(row.label) for row in states.TRANSITIONS.values()]
    labels = [each for each in every if each in page]
    assert labels == [label]


def test_members_may_not(log_in_as, manager, meeting):
    client = log_in_as(manager)
    address = reverse("meetings:meeting_state", args=[meeting.slug])
    assert client.post(address, {"act": "start"}).status_code == 403
    assert client.get(address).status_code == 405
    meeting.refresh_from_db()
    assert meeting.state == "convened"
    assert "Commencer la rencontre" not in client.get(meeting.get_absolute_url()).content.decode()


def test_the_room_leads_to_the_state_and_to_the_preparation(staff, meeting):
    page = staff.get(reverse("meetings:meeting_run", args=[meeting.slug])).content.decode()
    assert f"{meeting.get_absolute_url()}#h-etat" in page
    assert reverse("meetings:meeting_prepare", args=[meeting.slug]) in page
