"""What changes after an invitation is told once; what is called off too."""

import datetime
import re

import pytest
from django.utils import timezone

from meetings.acts import convening
from meetings.models import Meeting, MeetingAnswer
from members.models import AuditEntry, Notification
from tests.factories import MeetingAnswerFactory, MeetingFactory, MembershipFactory
from tests.meetings.convening import N, announce, at, coming, convene, event_of, queued, sent, to

_UNTOLD = "Des changements n’ont pas été annoncés"


@pytest.fixture
def convened(db, facilitator, reader, manager):
    """`reader` and `manager` have received their invitation."""
    meeting = coming()
    convene(meeting, [reader, manager], facilitator)
    assert len(sent()) == 2
    return meeting


def change(meeting, **values):
    meeting.refresh_from_db()
    for name, value in values.items():
        setattr(meeting, name, value)
    meeting.save()


def page_of(client, meeting):
    return client.get(at("meeting_convene", meeting)).content.decode()


def press(client, meeting, page):
    seen = re.search(r'name="seen" value="(\w+)">\s*<button[^>]*value="announce"', page)[1]
    return client.post(at("meeting_convene", meeting), {"act": "announce", "seen": seen})


# --- A change ---------------------------------------------------------------------


def test_a_change_is_said_on_both_pages_then_told_before_and_after(
    staff, convened, reader, manager, log_in_as
):
    for client in (staff, log_in_as(reader)):
        assert _UNTOLD not in client.get(convened.get_absolute_url()).content.decode()
    assert _UNTOLD not in page_of(staff, convened)
    change(convened, place="Salle 12", starts_at=datetime.time(9), ends_at=datetime.time(11))
    assert _UNTOLD in staff.get(convened.get_absolute_url()).content.decode()
    assert _UNTOLD not in log_in_as(reader).get(convened.get_absolute_url()).content.decode()
    page = page_of(staff, convened)
    assert _UNTOLD in page
    assert press(staff, convened, page).status_code == 302
    letters = sent()
    assert len(letters) == 2
    [letter] = to(reader, letters)
    assert letter.subject.startswith(f"Changement{N}: Rencontre 6")
    assert f"Lieu{N}: Salle 12 (avant{N}: Salle 4)" in letter.body
    assert f"Heures{N}: 9{N}h à 11{N}h (avant{N}: 13{N}h{N}30 à 16{N}h)" in letter.body
    assert f"Jour{N}" not in letter.body
    method, event = event_of(letter)
    assert (method, event["LOCATION"]) == ("REQUEST", "Salle 12")
    assert _UNTOLD not in page_of(staff, convened)
    assert _UNTOLD not in staff.get(convened.get_absolute_url()).content.decode()


def test_nobody_is_told_the_same_change_twice(staff, facilitator, convened, outsider):
    change(convened, place="Salle 12")
    page = page_of(staff, convened)
    for _ in range(2):
        assert press(staff, convened, page).status_code == 302
    assert len(sent()) == 2
    # Who is invited after the change knows it already.
    change(convened, place="Salle 13")
    convene(convened, [outsider], facilitator)
    assert len(to(outsider, sent())) == 1
    assert announce(convened, facilitator) == 2
    letters = sent()
    assert len(letters) == 2
    assert not to(outsider, letters)


def test_a_change_taken_back_has_nothing_to_announce(staff, facilitator, convened):
    change(convened, place="Salle 12")
    change(convened, place="Salle 4")
    assert _UNTOLD not in page_of(staff, convened)
    with pytest.raises(convening.AlreadyDoneError):
        announce(convened, facilitator)
    assert sent() == []


def test_the_link_alone_is_told_with_a_higher_sequence(facilitator, convened, reader):
    before = convened.calendar_sequence
    change(convened, link="https://visio.example/nouveau")
    announce(convened, facilitator)
    [letter] = to(reader, sent())
    assert "https://visio.example/nouveau" in letter.body
    assert event_of(letter)[1]["SEQUENCE"] == before + 1
    convened.refresh_from_db()
    assert convened.calendar_sequence == before + 1


def test_what_is_not_told_in_invitations_is_no_change(staff, facilitator, convened):
    change(convened, message="Un mot")
    with pytest.raises(convening.AlreadyDoneError):
        announce(convened, facilitator)
    assert _UNTOLD not in page_of(staff, convened)


def test_an_invitation_that_waits_tells_the_new_facts_and_no_update_follows(
    facilitator, reader, manager
):
    meeting = coming()
    convene(meeting, [reader], facilitator)
    change(meeting, place="Salle 12")
    # Announced or not: an invitation tells what was read by who sent it, until told otherwise.
    assert announce(meeting, facilitator) == 1
    [letter] = sent()
    assert letter.subject.startswith(f"Invitation{N}:")
    assert "Salle 12" in letter.body
    assert event_of(letter)[1]["LOCATION"] == "Salle 12"
    assert sent() == []


def test_what_was_not_announced_does_not_slip_out(facilitator, reader, convened, outsider):
    """Changed after the click and before the sending: staff have not announced it."""
    meeting = coming(slug="autre", number=7)
    convene(meeting, [outsider], facilitator)
    change(meeting, place="Salle secrète")
    [letter] = sent()
    assert "Salle 4" in letter.body
    assert "secrète" not in letter.body
    assert event_of(letter)[1]["LOCATION"] == "Salle 4"


def test_two_announcements_before_the_mail_leaves_make_one(facilitator, convened, reader):
    change(convened, place="Salle 12")
    announce(convened, facilitator)
    change(convened, place="Salle 13")
    announce(convened, facilitator)
    [letter] = to(reader, sent())
    assert f"Salle 13 (avant{N}: Salle 4)" in letter.body
    convened.refresh_from_db()
    assert event_of(letter)[1]["SEQUENCE"] == convened.calendar_sequence


def test_a_change_since_the_preview_is_not_announced_unread(staff, convened):
    change(convened, place="Salle 12")
    page = page_of(staff, convened)
    change(convened, place="Salle 13")
    response = press(staff, convened, page)
    assert response.status_code == 409
    assert "Salle 13" in response.content.decode()
    assert not queued("meeting_update").exists()
    assert press(staff, convened, response.content.decode()).status_code == 302
    assert queued("meeting_update").count() == 2


def test_the_announcement_is_journalled(facilitator, convened):
    change(convened, place="Salle 12")
    announce(convened, facilitator)
    entry = AuditEntry.objects.get(action=convening.ANNOUNCE)
    assert (entry.actor, entry.after["told"], entry.after["place"]) == (facilitator, 2, "Salle 12")


# --- Called off -------------------------------------------------------------------


def call_off(client, meeting, reason="Trop peu de personnes sont libres.", **values):
    return client.post(at("meeting_cancel", meeting), {"reason": reason} | values)


def test_the_cancellation_is_told_with_its_reason_and_the_rest_is_kept(
    staff, facilitator, convened, reader, log_in_as
):
    MeetingAnswer.objects.filter(user=reader).update(answer="present", answered_at=timezone.now())
    before = convened.calendar_sequence
    page = staff.get(at("meeting_cancel", convened)).content.decode()
    assert "Annuler la rencontre et aviser 2 personnes" in page
    response = call_off(staff, convened)
    assert response.url == convened.get_absolute_url()
    convened.refresh_from_db()
    assert (convened.state, convened.calendar_sequence) == ("cancelled", before + 1)
    assert MeetingAnswer.objects.get(user=reader).answer == "present"
    letters = sent()
    assert len(letters) == 2
    [letter] = to(reader, letters)
    assert letter.subject.startswith(f"Annulation{N}: Rencontre 6")
    assert "est annulée." in letter.body
    assert "Trop peu de personnes sont libres." in letter.body
    method, event = event_of(letter)
    assert (method, event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", before + 1)
    told = log_in_as(reader).get(convened.get_absolute_url()).content.decode()
    assert "La rencontre est annulée." in told
    assert "Trop peu de personnes" in told
    entry = AuditEntry.objects.get(action=convening.CANCEL)
    assert (entry.actor, entry.before["state"]) == (facilitator, "convened")


def test_the_words_of_a_cancellation_agree_with_what_is_cancelled(staff, facilitator, reader):
    workshop = coming(kind="workshop", number=None, held_on=datetime.date(2027, 1, 11))
    convene(workshop, [reader], facilitator)
    sent()
    page = staff.get(at("meeting_cancel", workshop)).content.decode()
    assert "La personne invitée sera avisée." in page
    assert "Annuler l’atelier et aviser 1 personne" in page
    call_off(staff, workshop)
    [letter] = to(reader, sent())
    assert f"L’atelier du 11{N}janvier 2027, «{N}{workshop.title}{N}», est annulé." in letter.body
    assert "Le fichier joint le retire de votre calendrier." in letter.body


def test_a_second_click_cancels_and_tells_once(staff, convened):
    for _ in range(2):
        assert call_off(staff, convened).status_code == 302
    assert queued("meeting_cancellation").count() == 2
    assert AuditEntry.objects.filter(action=convening.CANCEL).count() == 1


@pytest.mark.parametrize("reason", ["", "   ", "x" * 1001])
def test_a_reason_is_needed_and_its_text_is_kept(staff, convened, reason):
    response = call_off(staff, convened, reason)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Rien n’est annulé" in page
    assert reason.strip() in page
    convened.refresh_from_db()
    assert convened.state == "convened"
    assert not queued("meeting_cancellation").exists()


def test_the_preview_of_a_cancellation_is_the_mail(staff, convened, reader):
    reason = "Une grève.\n\nNous en choisirons une autre."
    shown = call_off(staff, convened, reason, act="preview").context["preview"]
    convened.refresh_from_db()
    assert convened.state == "convened"
    call_off(staff, convened, reason)
    [letter] = to(reader, sent())
    assert (letter.subject, letter.body) == (shown.subject, shown.text)


def test_a_draft_is_cancelled_without_mail_and_members_never_see_it(staff, reader, log_in_as):
    draft = coming()
    page = staff.get(at("meeting_cancel", draft)).content.decode()
    assert "aucun courriel ne partira" in page
    assert call_off(staff, draft).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "cancelled"
    assert not Notification.objects.exists()
    assert log_in_as(reader).get(draft.get_absolute_url()).status_code == 404
    assert staff.get(draft.get_absolute_url()).status_code == 200


def test_who_was_never_told_is_not_told_of_the_cancellation(
    staff, facilitator, convened, outsider, reader
):
    convene(convened, [outsider], facilitator)
    page = staff.get(at("meeting_cancel", convened)).content.decode()
    assert "2 des 3 personnes invitées seront avisées; les autres" in page
    assert call_off(staff, convened).status_code == 302
    waiting = queued("meeting_invitation").get(recipient=outsider)
    assert (waiting.state, waiting.reason) == ("dropped", "la rencontre est annulée")
    letters = sent()
    assert len(letters) == 2
    assert not to(outsider, letters)


def test_what_waits_to_be_told_is_dropped(staff, facilitator, convened):
    change(convened, place="Salle 12")
    announce(convened, facilitator)
    call_off(staff, convened)
    assert {row.state for row in queued("meeting_update")} == {"dropped"}
    assert {each.subject.partition(N)[0] for each in sent()} == {"Annulation"}


def test_the_cancellation_names_the_day_that_the_person_knows(staff, convened, reader):
    known = convened.held_on
    change(convened, held_on=known + datetime.timedelta(days=7))
    call_off(staff, convened)
    [letter] = to(reader, sent())
    assert event_of(letter)[1].start.date() == known


@pytest.mark.parametrize("state", ["held", "closed"])
def test_a_meeting_that_took_place_is_not_cancelled(staff, state):
    meeting = MeetingFactory(state=state)
    MeetingAnswerFactory(meeting=meeting, user=MembershipFactory().user)
    assert staff.get(at("meeting_cancel", meeting)).status_code == 302
    assert call_off(staff, meeting).status_code == 302
    assert Meeting.objects.get().state == state
    with pytest.raises(convening.NotConvenedError):
        convening.cancel(meeting=meeting, reason="Non.", by=MembershipFactory().user)


def test_members_do_not_cancel(convened, manager, log_in_as):
    assert call_off(log_in_as(manager), convened).status_code == 403
    assert Meeting.objects.get().state == "convened"


def test_no_synthesis_is_awaited_of_a_meeting_that_was_called_off(
    staff, convened, reader, log_in_as, five_stages
):
    call_off(staff, convened)
    day = timezone.localdate() - datetime.timedelta(days=8)
    Meeting.objects.update(held_on=day)
    assert "Publier la synthèse" not in staff.get("/tableau-de-bord/").content.decode()
    for client in (staff, log_in_as(reader)):
        page = client.get(convened.get_absolute_url()).content.decode()
        assert "pas encore publiée" not in page
        assert "paraîtra" not in page
