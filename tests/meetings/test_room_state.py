"""What every screen of the room is told, how the room moves, and who is there."""

import datetime

import pytest
from django.utils import timezone

from meetings.models import (
    Attendance,
    LiveState,
    NoteTaker,
    Participant,
    RoundTableEntry,
)
from members.models import AuditEntry
from tests.factories import (
    AgendaItemFactory,
    AttendanceFactory,
    CommitmentFactory,
    MeasureFactory,
    MeetingFactory,
    MembershipFactory,
    ParticipantFactory,
    RoundTableEntryFactory,
    UserFactory,
)
from tests.meetings.room import JSON, N, at, page_of, send

# --- The state -------------------------------------------------------------------------------


def state_of(client, meeting, query="", tag=None):
    headers = {"if-none-match": tag} if tag else {}
    return client.get(at("run_state", meeting) + query, headers=headers)


def test_the_state_tells_the_cards_that_changed_and_then_nothing(entry, staff):
    old = timezone.now() - datetime.timedelta(minutes=5)
    RoundTableEntry.objects.filter(pk=entry.pk).update(updated_at=old)
    first = state_of(staff, entry.meeting)
    data = first.json()
    assert [card["pk"] for card in data["cards"]] == [entry.pk]
    query = f"?depuis={data['since'].replace('+', '%2B')}"
    other = RoundTableEntryFactory(meeting=entry.meeting, order=1)
    later = state_of(staff, entry.meeting, query)
    assert other.pk in [card["pk"] for card in later.json()["cards"]]
    assert later.json()["turn"] == [entry.pk, other.pk]
    again = state_of(staff, entry.meeting, query, later.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_cards_that_stand_are_not_sent_again(entry, staff):
    old = timezone.now() - datetime.timedelta(minutes=5)
    RoundTableEntry.objects.filter(pk=entry.pk).update(updated_at=old)
    RoundTableEntryFactory(meeting=entry.meeting)
    since = state_of(staff, entry.meeting).json()["since"].replace("+", "%2B")
    cards = state_of(staff, entry.meeting, f"?depuis={since}").json()["cards"]
    assert entry.pk not in [card["pk"] for card in cards]


@pytest.mark.parametrize("since", ["hier", "2026-01-01", "\x00", "2026-13-45T00:00:00+00:00"])
def test_a_strange_moment_asks_for_all(since, entry, staff):
    assert len(state_of(staff, entry.meeting, f"?depuis={since}").json()["cards"]) == 1


def test_note_takers_see_each_other_for_twenty_seconds(entry, staff, coordinator, log_in_as):
    state_of(staff, entry.meeting, "?carte=organisation-a")
    people = state_of(log_in_as(coordinator), entry.meeting).json()["people"]
    assert {(person["name"], person["card"]) for person in people} == {
        (str(coordinator), ""),
        (str(NoteTaker.objects.exclude(user=coordinator).get().user), "Organisation A"),
    }
    gone = timezone.now() - datetime.timedelta(seconds=21)
    NoteTaker.objects.filter(user=coordinator).update(seen_at=gone)
    people = state_of(staff, entry.meeting, "?carte=organisation-a").json()["people"]
    assert len(people) == 1


def test_a_screen_of_the_room_takes_no_notes(entry, staff):
    assert state_of(staff, entry.meeting, "?ecran=1").json()["people"] == []
    assert not NoteTaker.objects.exists()


def test_who_asks_often_is_written_every_ten_seconds(entry, staff):
    def ask():
        state_of(staff, entry.meeting, "?carte=organisation-a")
        return NoteTaker.objects.get().seen_at

    first = ask()
    assert ask() == first
    past = timezone.now() - datetime.timedelta(seconds=11)
    NoteTaker.objects.update(seen_at=past)
    assert ask() > past


def test_the_state_asks_few_queries_whatever_the_cards(entry, staff, django_assert_num_queries):
    for _ in range(5):
        RoundTableEntryFactory(meeting=entry.meeting)
    state_of(staff, entry.meeting, "?carte=organisation-a")
    # Session, person, meeting; the card looked at; who writes; where the room stands; the cards.
    with django_assert_num_queries(7):
        state_of(staff, entry.meeting, "?carte=organisation-a")


def test_a_save_asks_few_queries(entry, staff, django_assert_num_queries):
    send(staff, entry, done="Un.")
    # Session, person, card; then the transaction: lock, key twice, write, revision.
    with django_assert_num_queries(10):
        send(staff, entry, version=2, done="Deux.")


def test_the_page_asks_the_same_queries_whatever_the_cards(entry, staff, django_assert_num_queries):
    def grow(times):
        for index in range(times):
            row = RoundTableEntryFactory(meeting=entry.meeting, measure=MeasureFactory())
            member = MembershipFactory(organization=row.organization).user
            AttendanceFactory(meeting=entry.meeting, organization=row.organization)
            ParticipantFactory(
                meeting=entry.meeting, organization=row.organization, user=member, name="Une"
            )
            ParticipantFactory(meeting=entry.meeting, organization=row.organization)
            AgendaItemFactory(meeting=entry.meeting)
            last = RoundTableEntryFactory(meeting=past, organization=row.organization)
            measure = MeasureFactory()
            CommitmentFactory(entry=last, accepted=bool(index % 2), measure=measure)

    past = MeetingFactory(held=True, held_on=datetime.date(2026, 1, 1))
    grow(2)
    page_of(staff, entry.meeting)
    with django_assert_num_queries(17):
        page_of(staff, entry.meeting)
    grow(8)
    with django_assert_num_queries(17):
        page_of(staff, entry.meeting)


# --- Moving the room ---------------------------------------------------------------------------


def test_two_clicks_on_the_next_point_move_the_room_once(meeting, staff, coordinator, log_in_as):
    points = [AgendaItemFactory(meeting=meeting, title=name) for name in ("Accueil", "Suites")]
    for client in (staff, log_in_as(coordinator)):
        client.post(at("run_state", meeting), {"act": "point", "target": points[0].pk})
    live = LiveState.objects.get()
    assert (live.item, live.version) == (points[0], 2)
    assert AuditEntry.objects.filter(action="room_move").count() == 1
    page = page_of(staff, meeting)
    assert "Point suivant" in page
    assert f"reste 15{N}min" in page


def test_a_point_that_lasts_says_by_how_much(meeting, staff):
    point = AgendaItemFactory(meeting=meeting, minutes=10)
    started = timezone.now() - datetime.timedelta(minutes=14, seconds=5)
    LiveState.objects.create(meeting=meeting, item=point, item_started_at=started)
    assert f"dépassé de 4{N}min" in page_of(staff, meeting)


def test_a_new_point_takes_the_card_off_the_screen(entry, staff):
    point = AgendaItemFactory(meeting=entry.meeting)
    address = at("run_state", entry.meeting)
    staff.post(address, {"act": "speaker", "target": entry.pk})
    assert LiveState.objects.get().organization == entry.organization
    answer = staff.post(address, {"act": "point", "target": point.pk}, **JSON).json()
    assert (answer["live"]["item"], answer["live"]["speaker"]) == (point.pk, "")


def test_the_turn_is_moved_by_buttons(entry, staff):
    other = RoundTableEntryFactory(meeting=entry.meeting, order=1)
    address = at("run_state", entry.meeting)
    answer = staff.post(address, {"act": "sooner", "target": other.pk}, **JSON).json()
    assert answer["turn"] == [other.pk, entry.pk]
    answer = staff.post(address, {"act": "later", "target": other.pk}, **JSON).json()
    assert answer["turn"] == [entry.pk, other.pk]
    AttendanceFactory(meeting=entry.meeting, organization=other.organization)
    answer = staff.post(address, {"act": "present"}, **JSON).json()
    assert answer["turn"] == [other.pk, entry.pk]


@pytest.mark.parametrize("act", ["point", "speaker", "sooner"])
def test_what_belongs_to_another_meeting_moves_nothing(act, entry, staff):
    target = AgendaItemFactory().pk if act == "point" else RoundTableEntryFactory().pk
    response = staff.post(at("run_state", entry.meeting), {"act": act, "target": target})
    assert response.status_code == 404
    assert not LiveState.objects.exists()


# --- Who is there ---------------------------------------------------------------------------------


def test_an_organization_and_its_people_are_noted(entry, staff):
    one, two = (MembershipFactory(organization=entry.organization).user for _ in range(2))
    stranger = UserFactory()
    address = at("attendance_save", entry.meeting)
    shown = [one.pk, two.pk, stranger.pk]
    data = {
        "organization": "organisation-a",
        "present": "1",
        "shown_people": shown,
        "people": [one.pk, stranger.pk],
        "name": " Une invitée ",
    }
    staff.post(address, data)
    assert Attendance.objects.get().present
    people = Participant.objects.order_by("pk")
    assert [(row.name, row.user, row.present) for row in people] == [
        (str(one), one, True),
        ("Une invitée", None, True),
    ]
    guest = people.get(user=None)
    gone = {"organization": "organisation-a", "shown_people": shown, "shown_guests": guest.pk}
    staff.post(address, gone)
    assert not Attendance.objects.get().present
    assert not people.filter(present=True).exists()
    entries = AuditEntry.objects.filter(action="attendance_save").order_by("pk")
    assert [row.after["people"] for row in entries] == [[str(one), "Une invitée"], []]


def test_what_a_page_did_not_show_stays(entry, staff):
    """Somebody else has noted a person since the page was opened."""
    ParticipantFactory(
        meeting=entry.meeting, organization=entry.organization, name="Notée par une autre"
    )
    staff.post(
        at("attendance_save", entry.meeting), {"organization": "organisation-a", "present": "1"}
    )
    assert Participant.objects.get().present


def test_two_people_of_one_name_are_both_noted(entry, staff):
    users = UserFactory.create_batch(2, full_name="Camille Tremblay")
    for user in users:
        MembershipFactory(organization=entry.organization, user=user)
    picked = [user.pk for user in users]
    data = {"organization": "organisation-a", "shown_people": picked, "people": picked}
    staff.post(at("attendance_save", entry.meeting), data | {"present": "1"})
    assert set(Participant.objects.values_list("user", flat=True)) == set(picked)


@pytest.mark.parametrize("slug", ["", "nulle-part", "\x00"])
def test_no_organization_notes_nothing(slug, entry, staff):
    response = staff.post(at("attendance_save", entry.meeting), {"organization": slug}, follow=True)
    assert "Choisissez une organisation." in response.content.decode()
    assert not Attendance.objects.exists()
