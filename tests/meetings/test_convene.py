"""Staff read who is invited and what is written, then convene the meeting once."""

import datetime
import re

import pytest
from django.utils import timezone

from meetings.acts import convening
from meetings.models import Meeting, MeetingAnswer
from members.models import AuditEntry, Notification
from tests.factories import (
    AgendaItemFactory,
    MembershipFactory,
    ObjectiveFactory,
    OrganizationFactory,
    SocialEnterpriseFactory,
    UserFactory,
)
from tests.meetings.convening import N, at, coming, convene, queued, sent, to


@pytest.fixture
def draft(db):
    return coming()


def page_of(client, meeting, status=200):
    response = client.get(at("meeting_convene", meeting))
    assert response.status_code == status
    return response.content.decode()


def seen_on(page):
    return re.search(r'name="seen" value="(\w+)"', page)[1]


def post(client, meeting, people, **values):
    data = {"act": "convene", "people": [person.pk for person in people]} | values
    return client.post(at("meeting_convene", meeting), data)


def boxes(page):
    return {int(pk) for pk in re.findall(r'name="people" value="(\d+)"', page)}


def test_a_chantier_of_many_people_is_convened(staff, draft):
    """Each is a field of the form, ticked at first."""
    data = {"act": "convene", "people": list(range(1, 5_000)), "seen": "autre"}
    assert staff.post(at("meeting_convene", draft), data).status_code == 409


# --- Who, and what ----------------------------------------------------------------


def test_people_of_active_organizations_are_listed_once_and_staff_are_not(
    staff, facilitator, draft, reader, manager, outsider, other_organization
):
    MembershipFactory(user=reader, organization=other_organization)
    MembershipFactory(user=facilitator)
    left = MembershipFactory(organization__is_active=False).user
    closed = MembershipFactory(user__is_active=False).user
    alone = UserFactory()
    draft.guests.add(SocialEnterpriseFactory())
    page = page_of(staff, draft)
    assert boxes(page) == {reader.pk, manager.pk, outsider.pk}
    assert page.count(f'name="people" value="{reader.pk}"') == 1
    assert "aussi de Organisation B" in page
    assert f"Convoquer et envoyer 3{N}invitations" in page.replace("&nbsp;", N)
    assert not {left.pk, closed.pk, alone.pk, facilitator.pk} & boxes(page)


def test_what_an_invitation_lacks_is_said_and_holds_nothing_back(staff, facilitator, reader):
    bare = coming(starts_at=None, ends_at=None, place="")
    page = page_of(staff, bare)
    for words in ("L’heure", "Ni lieu ni lien", "L’ordre du jour est vide", "Aucun objectif"):
        assert words in page
    assert post(staff, bare, [reader], seen=seen_on(page)).status_code == 302
    assert Meeting.objects.get().state == "convened"


def test_nothing_is_said_to_lack_when_all_is_there(staff, draft, reader):
    AgendaItemFactory(meeting=draft)
    ObjectiveFactory(meeting=draft)
    assert "Avant d’envoyer" not in page_of(staff, draft)


def test_the_preview_is_the_mail_word_for_word(staff, draft, reader):
    draft.message = "Apportez vos clauses.\n\nUn café sera servi."
    draft.link = "https://visio.example/4"
    draft.save()
    ObjectiveFactory(meeting=draft, text="Partager des clauses")
    AgendaItemFactory(meeting=draft, title="Accueil", minutes=90)
    shown = staff.get(at("meeting_convene", draft)).context["page"]
    post(staff, draft, [reader], seen=shown.seen)
    [letter] = sent()
    assert (letter.subject, letter.body) == (shown.preview.subject, shown.preview.text)
    for words in (
        "Salle 4",
        f"13{N}h{N}30 à 16{N}h",
        "https://visio.example/4",
        "Un café sera servi.",
        "– Partager des clauses",
        f"– Accueil (1{N}h{N}30)",
        "/rencontres/clauses/repondre/",
    ):
        assert words in letter.body
    assert shown.preview.files == [f"rencontre-6-{draft.held_on}.ics"]


# --- Sending ----------------------------------------------------------------------


def test_convening_shows_the_meeting_and_invites_those_who_are_ticked(
    staff, facilitator, draft, reader, manager, outsider, log_in_as
):
    assert log_in_as(reader).get(draft.get_absolute_url()).status_code == 404
    seen = seen_on(page_of(staff, draft))
    response = post(staff, draft, [reader, outsider], seen=seen)
    assert response.url == at("meeting_convene", draft)
    draft.refresh_from_db()
    assert draft.state == "convened"
    assert timezone.now() - draft.convened_at < datetime.timedelta(minutes=1)
    rows = MeetingAnswer.objects.order_by("pk")
    assert {row.user for row in rows} == {reader, outsider}
    assert {row.answer for row in rows} == {""}
    assert {row.told_sequence for row in rows} == {draft.calendar_sequence}
    assert {row.recipient for row in queued("meeting_invitation")} == {reader, outsider}
    entry = AuditEntry.objects.get(action=convening.CONVENE)
    assert (entry.actor, entry.after["invited"]) == (facilitator, 2)
    assert {each.to[0].split("<")[1] for each in sent()} == {
        f"{reader.email}>",
        f"{outsider.email}>",
    }
    page = log_in_as(reader).get(draft.get_absolute_url()).content.decode()
    assert "Serez-vous là?" in page
    assert "Serez-vous là?" not in log_in_as(manager).get(draft.get_absolute_url()).content.decode()


def test_a_second_click_and_a_second_person_convene_once(
    staff, draft, reader, coordinator, log_in_as
):
    seen = seen_on(page_of(staff, draft))
    other = log_in_as(coordinator)
    page_of(other, draft)
    for client in (staff, staff, other):
        assert post(client, draft, [reader], seen=seen).status_code == 302
    assert queued("meeting_invitation").count() == MeetingAnswer.objects.count() == 1
    assert AuditEntry.objects.filter(action=convening.CONVENE).count() == 1
    assert len(sent()) == 1
    assert sent() == []


@pytest.mark.parametrize("change", ["title", "objective"])
def test_what_changed_since_it_was_read_does_not_leave(staff, draft, reader, manager, change):
    seen = seen_on(page_of(staff, draft))
    if change == "title":
        Meeting.objects.update(title="Un autre titre")
    else:
        ObjectiveFactory(meeting=draft, text="Un autre objectif")
    response = post(staff, draft, [reader], seen=seen)
    page = response.content.decode()
    assert response.status_code == 409
    assert "a changé depuis que vous avez ouvert la page" in page
    # The new text, and the ticks as they were.
    assert "Un autre" in page
    ticks = re.findall(r'name="people" value="(\d+)" id="p-\d+" checked', page)
    assert ticks == [str(reader.pk)]
    assert Meeting.objects.get().state == "draft"
    assert not MeetingAnswer.objects.exists()
    assert not Notification.objects.exists()
    assert post(staff, draft, [reader], seen=seen_on(page)).status_code == 302


def test_a_person_who_left_meanwhile_is_not_invited(staff, draft, reader, manager):
    seen = seen_on(page_of(staff, draft))
    reader.memberships.all().delete()
    assert post(staff, draft, [reader, manager], seen=seen).status_code == 409
    assert not Notification.objects.exists()


@pytest.mark.parametrize("people", [[], ["x"], ["-1"], ["99999999999999999999"]])
def test_nobody_ticked_convenes_nothing(staff, draft, reader, people):
    seen = seen_on(page_of(staff, draft))
    data = {"act": "convene", "people": people, "seen": seen}
    page = staff.post(at("meeting_convene", draft), data)
    assert page.status_code == 200
    assert "Cochez au moins une personne." in page.content.decode()
    assert Meeting.objects.get().state == "draft"


def test_staff_and_people_of_nowhere_cannot_be_added_by_hand(staff, draft, reader, facilitator):
    seen = seen_on(page_of(staff, draft))
    assert post(staff, draft, [reader, facilitator], seen=seen).status_code == 409
    assert not MeetingAnswer.objects.exists()


def test_without_members_the_meeting_is_convened_without_mail(staff, draft):
    page = page_of(staff, draft)
    assert "sans courriel" in page
    assert post(staff, draft, [], seen=seen_on(page), nobody="1").status_code == 302
    assert Meeting.objects.get().state == "convened"


def test_a_day_that_has_passed_is_not_convened(staff, facilitator, reader):
    past = coming(held_on=timezone.localdate() - datetime.timedelta(days=1))
    page = page_of(staff, past)
    assert "Ce moment est passé" in page
    assert 'value="convene"' not in page
    seen = convening.invitation_print(past, facilitator)
    assert post(staff, past, [reader], seen=seen).status_code == 302
    assert Meeting.objects.get().state == "draft"


def test_once_it_has_begun_nobody_is_invited_nor_told(staff, facilitator, draft, reader, manager):
    convene(draft, [reader], facilitator)
    assert len(sent()) == 1
    today = {"starts_at": datetime.time(0), "ends_at": datetime.time(23), "place": "Salle 12"}
    Meeting.objects.update(held_on=timezone.localdate(), **today)
    draft.refresh_from_db()
    page = page_of(staff, draft)
    assert "La rencontre a commencé" in page
    assert "<button" not in page.partition("<h1>")[2].partition("</main>")[0]
    for act in ("invite", "announce"):
        post(staff, draft, [manager], act=act, seen=convening.invitation_print(draft, facilitator))
    assert queued("meeting_invitation").count() == 1
    assert not queued("meeting_update").exists()


@pytest.mark.parametrize("state", ["held", "closed", "cancelled"])
def test_what_took_place_or_is_cancelled_is_not_convened(staff, facilitator, reader, state):
    meeting = coming(state=state)
    assert "personne d’autre n’y est invité" in page_of(staff, meeting)
    seen = convening.invitation_print(meeting, facilitator)
    for act in ("convene", "invite", "announce"):
        post(staff, meeting, [reader], seen=seen, act=act)
    assert Meeting.objects.get().state == state
    assert not Notification.objects.exists()


def test_members_do_not_open_the_page(draft, manager, log_in_as):
    client = log_in_as(manager)
    assert client.get(at("meeting_convene", draft)).status_code == 403
    assert post(client, draft, [manager]).status_code == 403


# --- Those who join later ---------------------------------------------------------


def test_those_who_join_later_are_invited_too_and_nobody_twice(
    staff, facilitator, draft, reader, other_organization
):
    convene(draft, [reader], facilitator)
    late = MembershipFactory(organization=other_organization).user
    page = page_of(staff, draft)
    assert boxes(page) == {late.pk}
    assert f"Envoyer 1{N}invitation" in page.replace("&nbsp;", N)
    for _ in range(2):
        post(staff, draft, [late], seen=seen_on(page), act="invite")
    # Sent by hand again: those who were invited are not invited twice.
    post(staff, draft, [late, reader], seen=seen_on(page), act="invite")
    assert queued("meeting_invitation").count() == 2
    assert len(to(late, sent())) == 1
    assert 'name="people"' not in page_of(staff, draft)


def test_who_leaves_the_chantier_before_the_mail_hears_nothing(facilitator, draft, reader, manager):
    convene(draft, [reader, manager], facilitator)
    reader.memberships.all().delete()
    assert [each.to[0].split("<")[1] for each in sent()] == [f"{manager.email}>"]


# --- Cost -------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 12])
def test_the_page_costs_the_same_whatever_the_people(
    staff, facilitator, draft, number, django_assert_num_queries, five_stages
):
    people = [MembershipFactory(organization=OrganizationFactory()).user for _ in range(number)]
    page_of(staff, draft)
    with django_assert_num_queries(8):
        page_of(staff, draft)
    convene(draft, people, facilitator)
    with django_assert_num_queries(11):
        page_of(staff, draft)
