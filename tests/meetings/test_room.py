"""The room: its pages, who may open them, what each screen is told, and who is there."""

import datetime
import re

import pytest
from django.utils import timezone

from meetings.models import (
    Attendance,
    LiveState,
    Meeting,
)
from members.models import AuditEntry
from tests.factories import (
    AgendaItemFactory,
    AttendanceFactory,
    CommitmentFactory,
    ImplementationFactory,
    MeasureFactory,
    MeetingAnswerFactory,
    MeetingFactory,
    MembershipFactory,
    OrganizationFactory,
    ParticipantFactory,
    RoundTableEntryFactory,
    UserFactory,
)
from tests.meetings.room import N, at, opened, page_of, send

# --- The screen ---------------------------------------------------------------------------


def test_the_first_opening_makes_the_cards_once(meeting, organization, staff):
    other = OrganizationFactory(name="Abbaye")
    assert opened(page_of(staff, meeting)) == [other.slug]
    page_of(staff, meeting)
    assert meeting.entries.count() == 2


def test_a_card_is_opened_by_its_address_or_by_a_name(meeting, organization, staff):
    OrganizationFactory(name="Abbaye des Érables", slug="abbaye")
    assert opened(page_of(staff, meeting, "?carte=organisation-a")) == ["organisation-a"]
    assert opened(page_of(staff, meeting, "?carte=des+erables")) == ["abbaye"]


def test_a_draft_can_be_rehearsed_and_a_closed_meeting_is_only_read(entry, staff):
    meeting = entry.meeting
    Meeting.objects.filter(pk=meeting.pk).update(state="draft")
    assert "Répétition." in page_of(staff, meeting)
    Meeting.objects.filter(pk=meeting.pk).update(state="closed")
    OrganizationFactory(name="Venue plus tard")
    page = page_of(staff, meeting)
    assert "Les cartes se lisent et ne changent plus." in page
    assert "Enregistrer la carte" not in page
    assert page.count(" readonly") == 5
    assert meeting.entries.count() == 1


def test_what_was_promised_last_time_stands_beside_the_card(entry, staff):
    last = MeetingFactory(held=True, held_on=datetime.date(2026, 3, 3), number=7)
    before = MeetingFactory(closed=True, held_on=datetime.date(2026, 1, 3), number=6)
    was = RoundTableEntryFactory(meeting=last, organization=entry.organization, done="Dit alors.")
    older = RoundTableEntryFactory(meeting=before, organization=entry.organization)
    done = ImplementationFactory(organization=entry.organization, implemented=True)
    kept = ImplementationFactory(
        organization=entry.organization, sharing="private", in_progress=True
    )
    CommitmentFactory(entry=older, text="Ancienne, sans réponse.")
    CommitmentFactory(entry=older, accepted=True, implementation=done, text="Ancienne et faite.")
    CommitmentFactory(entry=older, accepted=True, implementation=kept, text="Ancienne et gardée.")
    shared = ImplementationFactory(organization=entry.organization, implemented=True)
    hidden = ImplementationFactory(
        organization=entry.organization, sharing="private", in_progress=True
    )
    CommitmentFactory(entry=was, accepted=True, implementation=shared, text="Une partagée.")
    CommitmentFactory(entry=was, accepted=True, implementation=hidden, text="Une gardée.")
    CommitmentFactory(entry=was, text="Une sans réponse.")
    page = page_of(staff, entry.meeting)
    assert f"Promis à la rencontre{N}7" in page.replace("&nbsp;", N)
    assert "Dit alors." in page
    assert page.count("status-implantee") == 1
    assert shared.get_absolute_url() in page
    assert "acceptée; sa fiche n’est pas partagée" in page
    assert "status-en-cours" not in page
    assert hidden.get_absolute_url() not in page
    assert "proposée, sans réponse" in page
    # Of earlier ones, those that are still open, as far as staff may know it.
    assert "Ancienne, sans réponse." in page
    assert f"(à la rencontre{N}6)" in page.replace("&nbsp;", N)
    assert "Ancienne et faite." not in page
    assert "Ancienne et gardée." not in page


def test_what_is_noted_as_a_promise_today_stands_on_the_card(entry, staff):
    CommitmentFactory(entry=entry, noted=True, text="Deux contrats.")
    answered = {"answered_by": UserFactory(), "answered_at": timezone.now()}
    CommitmentFactory(entry=entry, state="withdrawn", text="Retirée depuis.", **answered)
    page = page_of(staff, entry.meeting)
    assert "Promesse notée" in page
    assert "Deux contrats." in page
    assert "Retirée depuis." not in page


def test_the_round_opens_on_somebody_who_is_there(entry, staff):
    there = RoundTableEntryFactory(meeting=entry.meeting, order=9)
    AttendanceFactory(meeting=entry.meeting, organization=there.organization, present=True)
    assert opened(page_of(staff, entry.meeting)) == [there.organization.slug]


def test_those_who_said_to_come_are_noted_in_one_press(entry, staff, facilitator):
    meeting = entry.meeting
    coming, absent = (
        RoundTableEntryFactory(meeting=meeting, organization=MembershipFactory().organization)
        for _ in range(2)
    )
    for card, answer in ((entry, "absent"), (coming, "present"), (absent, "present")):
        person = MembershipFactory(organization=card.organization).user
        MeetingAnswerFactory(
            meeting=meeting,
            user=person,
            organization=card.organization,
            answer=answer,
            answered_at=timezone.now(),
        )
    # What has been noted stands, whatever was answered.
    AttendanceFactory(meeting=meeting, organization=absent.organization, present=False)
    assert "Noter présente l’organisation attendue" in page_of(staff, meeting)
    for _ in range(2):
        staff.post(at("attendance_save", meeting), {"act": "expected"})
    present = Attendance.objects.filter(meeting=meeting, present=True)
    assert [row.organization for row in present] == [coming.organization]
    assert meeting.participants.get().organization == coming.organization
    assert AuditEntry.objects.filter(action="attendance_save").count() == 1
    assert "attendue</button>" not in page_of(staff, meeting)


def test_nobody_is_noted_once_the_meeting_is_closed(entry, staff):
    Meeting.objects.update(state="closed")
    MeetingAnswerFactory(meeting=entry.meeting, organization=entry.organization)
    staff.post(at("attendance_save", entry.meeting), {"act": "expected"})
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("name", ["meeting_run", "meeting_screen", "run_state"])
def test_members_do_not_enter_the_room(name, meeting, manager, log_in_as):
    assert log_in_as(manager).get(at(name, meeting)).status_code == 403


def test_the_screen_shows_who_speaks_and_nothing_of_accounts(entry, staff, facilitator):
    member = MembershipFactory(organization=entry.organization).user
    ParticipantFactory(
        meeting=entry.meeting, organization=entry.organization, user=member, name="Nom Privé"
    )
    other = RoundTableEntryFactory(meeting=entry.meeting, done="Pas son tour.")
    LiveState.objects.create(meeting=entry.meeting, organization=other.organization)
    page = staff.get(at("meeting_screen", entry.meeting)).content.decode()
    assert "Pas son tour." in page
    assert page.count('data-screen-card="') - page.count("hidden>\n            <h2") == 1
    for private in ("Nom Privé", member.email, facilitator.email, facilitator.full_name, "logout"):
        assert private not in page


# --- Saving a card  ----------------------------------------------------------------------------


def test_a_card_is_saved_and_the_answer_is_what_it_says(entry, staff, facilitator):
    MeasureFactory(code="M1-01", title="Nommer une personne")
    answer = send(
        staff, entry, done=" Fait.\r\nBien. ", measure="m1-01", due_on="2026-09-01"
    ).json()
    assert answer["state"] == "saved"
    card = answer["card"]
    assert (card["version"], card["done"]) == (2, "Fait.\nBien.")
    assert card["measure"] == "M1-01 – Nommer une personne"
    assert (card["due_on"], card["by"]) == ("2026-09-01", facilitator.full_name)


@pytest.mark.parametrize("typed", ["M1-01 – Nommer", "nommer", "M1-01", "Nommér"])
def test_a_measure_is_found_by_its_code_or_its_title(typed, entry, staff):
    MeasureFactory(code="M1-01", title="Nommer")
    assert send(staff, entry, measure=typed).json()["card"]["measure"] == "M1-01 – Nommer"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("measure", "Inventée", "Aucune mesure du guide"),
        ("due_on", "demain", "Écrivez la date ainsi"),
        ("done", "x" * 4001, "plus de 4"),
        ("need", "a\x00b", ""),
    ],
)
def test_what_cannot_be_stored_says_why_and_stores_nothing(field, value, message, entry, staff):
    response = send(staff, entry, **{"next_action": "Bonne.", field: value})
    assert response.status_code == 422
    assert message in response.json()["errors"][field]
    entry.refresh_from_db()
    assert (entry.version, entry.next_action) == (1, "")


def test_two_people_in_one_field_get_both_texts(entry, staff, coordinator, log_in_as):
    send(staff, entry, done="Le premier.")
    response = send(log_in_as(coordinator), entry, done="Le second.", need="Un modèle.")
    assert response.status_code == 409
    answer = response.json()
    assert (answer["state"], answer["fields"]) == ("conflict", ["done"])
    assert (answer["card"]["done"], answer["card"]["version"]) == ("Le premier.", 2)


def test_without_a_script_the_card_is_a_form(entry, staff):
    address = at("entry_save", entry.meeting, pk=entry.pk)
    response = staff.post(address, {"version": 1, "done": "Fait."}, follow=True)
    assert opened(response.content.decode()) == ["organisation-a"]
    assert "est enregistrée" in response.content.decode()


def test_without_a_script_a_conflict_shows_both_and_the_next_save_wins(entry, staff, coordinator):
    send(staff, entry, done="Le premier.", need="De la première.")
    address = at("entry_save", entry.meeting, pk=entry.pk)
    response = staff.post(address, {"version": 1, "done": "Le second."})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Le second.</textarea>" in page
    assert "De la première.</textarea>" in page
    assert f"«{N}Le premier.{N}»" in page.replace("&nbsp;", N)
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    both = {"version": version, "done": "Le premier. Le second.", "need": "De la première."}
    assert staff.post(address, both).status_code == 302
    entry.refresh_from_db()
    assert entry.done == "Le premier. Le second."


def test_without_a_script_a_wrong_date_keeps_what_was_typed(entry, staff):
    address = at("entry_save", entry.meeting, pk=entry.pk)
    page = staff.post(address, {"version": 1, "done": "Tapé.", "due_on": "32 mai"}).content.decode()
    assert "Tapé.</textarea>" in page
    assert "Écrivez la date ainsi" in page
    assert 'aria-invalid="true"' in page


def test_a_closed_meeting_refuses_cards_and_moves(entry, staff):
    point = AgendaItemFactory(meeting=entry.meeting)
    Meeting.objects.filter(pk=entry.meeting_id).update(state="closed")
    response = send(staff, entry, done="Trop tard.")
    assert response.status_code == 422
    assert "close" in response.json()["message"]
    staff.post(at("run_state", entry.meeting), {"act": "point", "target": point.pk})
    staff.post(at("attendance_save", entry.meeting), {"organization": "organisation-a"})
    entry.refresh_from_db()
    assert entry.done == ""
    assert not LiveState.objects.exists()
    assert not Attendance.objects.exists()


def test_a_card_of_another_meeting_is_none(entry, staff):
    other = MeetingFactory()
    assert staff.post(at("entry_save", other, pk=entry.pk), {"done": "x"}).status_code == 404
