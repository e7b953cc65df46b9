"""Two people prepare one meeting: nothing is lost, and what clashes is shown twice."""

import datetime

import pytest
from django.db import connections

from meetings.acts.preparing import SAVE, StalePlanError, save_plan
from meetings.models import Meeting
from meetings.plan import Choice, Row, read_seen, stored_plan
from members.models import AuditEntry
from tests.factories import (
    AgendaItemFactory,
    MeetingFactory,
    ObjectiveFactory,
    SocialEnterpriseFactory,
    UserFactory,
)
from tests.meetings.preparing import address, objective, opened, point, posted


@pytest.fixture
def meeting(db):
    return MeetingFactory(slug="prochaine", number=6, place="Salle A", title="Clauses")


@pytest.fixture
def other(log_in_as, coordinator):
    return log_in_as(coordinator)


def clash(staff, other, meeting, mine, theirs):
    """Both open the form; the other saves first."""
    form = opened(staff, meeting) | mine
    assert other.post(address(meeting), opened(other, meeting) | theirs).status_code == 302
    return staff.post(address(meeting), form)


def agenda(meeting):
    return list(meeting.agenda.order_by("order").values_list("title", flat=True))


def told(differences):
    return [(each.title, each.before, each.after) for each in differences]


def again(staff, meeting, response):
    assert staff.post(address(meeting), posted(response.context["form"])).status_code == 302
    meeting.refresh_from_db()


def test_two_fields_of_one_meeting_are_united(staff, other, meeting, coordinator):
    response = clash(staff, other, meeting, {"place": "Salle B"}, {"message": "Un mot."})
    assert response.status_code == 409
    merged = response.context["merged"]
    assert merged.clashes == []
    assert told(merged.taken) == [("Mot d’invitation", "", "Un mot.")]
    page = response.content.decode()
    assert str(coordinator) in page
    assert "réunis aux vôtres" in page
    meeting.refresh_from_db()
    assert meeting.place == "Salle A"
    again(staff, meeting, response)
    assert (meeting.place, meeting.message) == ("Salle B", "Un mot.")


def test_one_field_that_both_changed_shows_both(staff, other, meeting):
    response = clash(staff, other, meeting, {"place": "Salle B"}, {"place": "Salle C"})
    assert told(response.context["merged"].clashes) == [("Lieu", "Salle C", "Salle B")]
    page = response.content.decode()
    assert "Texte enregistré" in page
    assert response.context["form"].particulars["place"].value() == "Salle B"
    again(staff, meeting, response)
    assert meeting.place == "Salle B"


def test_the_same_change_is_no_clash(staff, other, meeting):
    response = clash(staff, other, meeting, {"place": "Salle C"}, {"place": "Salle C"})
    assert (response.context["merged"].clashes, response.context["merged"].taken) == ([], [])


def test_days_and_hours_read_as_words(staff, other, meeting):
    response = clash(
        staff,
        other,
        meeting,
        {"held_on": "2026-05-06", "starts_at": "13:30", "kind": "workshop"},
        {"held_on": "2026-05-07", "starts_at": "9:00", "kind": "webinar"},
    )
    assert told(response.context["merged"].clashes) == [
        ("Sorte", "webinaire", "atelier"),
        ("Jour", "7\u00a0mai 2026", "6\u00a0mai 2026"),
        ("Début", "9\u00a0h", "13\u00a0h\u00a030"),
    ]


def test_two_fields_of_one_point_are_united_and_one_is_told(staff, other, meeting):
    AgendaItemFactory(meeting=meeting, title="Accueil", minutes=10, lead="Lou")
    response = clash(
        staff,
        other,
        meeting,
        point(0, minutes="20", title="Accueil de tous"),
        point(0, minutes="15", lead="Maxime"),
    )
    merged = response.context["merged"]
    assert told(merged.clashes) == [("Point «\u00a0Accueil\u00a0», minutes", "15", "20")]
    assert told(merged.taken) == [("Point «\u00a0Accueil\u00a0», qui l’anime", "Lou", "Maxime")]
    again(staff, meeting, response)
    row = meeting.agenda.get()
    assert (row.title, row.minutes, row.lead) == ("Accueil de tous", 20, "Maxime")


def test_rows_that_each_adds_are_both_there_in_their_place(staff, other, meeting):
    for order, title in enumerate(("Un", "Trois"), start=1):
        AgendaItemFactory(meeting=meeting, title=title, order=order)
    data = opened(other, meeting)
    late = {key: data.pop(key) for key in list(data) if key.startswith("agenda-1-")}
    theirs = data | point(5, title="Deux") | late
    mine = opened(staff, meeting) | point(2, title="Quatre") | objective(0, text="Viser")
    assert other.post(address(meeting), theirs).status_code == 302
    response = staff.post(address(meeting), mine)
    assert told(response.context["merged"].taken) == [("Point ajouté", "", "Deux")]
    again(staff, meeting, response)
    assert agenda(meeting) == ["Un", "Deux", "Trois", "Quatre"]
    assert [row.text for row in meeting.objectives.all()] == ["Viser"]


def test_a_row_that_the_other_removed_goes_unless_i_wrote_in_it(staff, other, meeting):
    AgendaItemFactory(meeting=meeting, title="Un", order=1)
    AgendaItemFactory(meeting=meeting, title="Deux", order=2)
    removed = point(0, remove="on") | point(1, remove="on")
    response = clash(staff, other, meeting, point(1, title="Deux, revu"), removed)
    merged = response.context["merged"]
    assert told(merged.taken) == [("Point retiré", "Un", "")]
    assert told(merged.clashes) == [("Point retiré par l’autre personne", "", "Deux, revu")]
    again(staff, meeting, response)
    assert agenda(meeting) == ["Deux, revu"]


def test_a_row_that_i_remove_and_the_other_changed_is_told(staff, other, meeting):
    AgendaItemFactory(meeting=meeting, title="Un")
    mine, theirs = point(0, remove="on"), point(0, title="Un, revu")
    response = clash(staff, other, meeting, mine, theirs)
    assert told(response.context["merged"].clashes) == [
        ("Point que vous retirez, modifié par l’autre personne", "Un, revu", "")
    ]
    again(staff, meeting, response)
    assert agenda(meeting) == []


def test_a_row_that_both_remove_is_gone_in_silence(staff, other, meeting):
    AgendaItemFactory(meeting=meeting, title="Un")
    response = clash(staff, other, meeting, point(0, remove="on"), point(0, remove="on"))
    assert (response.context["merged"].clashes, response.context["merged"].taken) == ([], [])
    again(staff, meeting, response)
    assert agenda(meeting) == []


def swapped(data, one, two):
    """The rows of the form in another order, as the buttons of the page leave them."""
    rest = {key: value for key, value in data.items() if not key.startswith("agenda-")}
    rows = [
        {key: value for key, value in data.items() if key.startswith(f"agenda-{index}-")}
        for index in range(3)
    ]
    rows[one], rows[two] = rows[two], rows[one]
    return rest | rows[0] | rows[1] | rows[2]


@pytest.fixture
def three(meeting):
    for order, title in enumerate("ABC", start=1):
        AgendaItemFactory(meeting=meeting, title=title, order=order)


def test_an_order_that_only_the_other_changed_is_kept(staff, other, meeting, three):
    mine = opened(staff, meeting) | {"place": "Salle B"} | point(3, title="D")
    other.post(address(meeting), swapped(opened(other, meeting), 0, 2))
    response = staff.post(address(meeting), mine)
    assert response.context["merged"].clashes == []
    again(staff, meeting, response)
    assert agenda(meeting) == ["C", "B", "A", "D"]


def test_an_order_that_both_changed_shows_both(staff, other, meeting, three):
    mine = swapped(opened(staff, meeting), 0, 1)
    other.post(address(meeting), swapped(opened(other, meeting), 0, 2))
    response = staff.post(address(meeting), mine)
    assert told(response.context["merged"].clashes) == [("Ordre des points", "C\nB\nA", "B\nA\nC")]
    again(staff, meeting, response)
    assert agenda(meeting) == ["B", "A", "C"]


def test_guests_that_each_invites_are_all_invited(staff, other, meeting):
    stays, goes, mine, theirs = (
        SocialEnterpriseFactory(name=name) for name in ("Reste", "Part", "La mienne", "La leur")
    )
    meeting.guests.set([stays, goes])
    data = opened(staff, meeting) | {"guests": [str(stays.pk)], "new_guest": ["La mienne"]}
    other.post(address(meeting), opened(other, meeting) | {"new_guest": ["La leur"]})
    response = staff.post(address(meeting), data)
    again(staff, meeting, response)
    assert set(meeting.guests.all()) == {stays, mine, theirs}


def test_what_both_tick_is_taken_once(staff, other, meeting):
    earlier = MeetingFactory(held=True, held_on=meeting.held_on - datetime.timedelta(days=20))
    left = ObjectiveFactory(meeting=earlier, text="Laissé")
    ticks = {"offers": [f"earlier:{left.pk}"]}
    response = clash(staff, other, meeting, ticks, ticks)
    again(staff, meeting, response)
    assert [row.text for row in meeting.objectives.all()] == ["Laissé"]


def test_a_second_click_is_done_once(staff, meeting):
    data = opened(staff, meeting) | point(0, title="Un")
    answers = [staff.post(address(meeting), data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert agenda(meeting) == ["Un"]
    assert AuditEntry.objects.filter(action=SAVE).count() == 1


def test_a_second_click_after_another_save_takes_nothing_back(staff, other, meeting):
    data = opened(staff, meeting) | {"place": "Salle B"}
    staff.post(address(meeting), data)
    other.post(address(meeting), opened(other, meeting) | {"place": "Salle C"})
    assert staff.post(address(meeting), data).status_code == 302
    meeting.refresh_from_db()
    assert meeting.place == "Salle C"


def test_the_same_form_with_another_text_is_not_a_second_click(staff, meeting):
    data = opened(staff, meeting) | {"place": "Salle B"}
    staff.post(address(meeting), data)
    response = staff.post(address(meeting), data | {"place": "Salle D"})
    assert response.status_code == 409
    assert response.context["form"].particulars["place"].value() == "Salle D"


def test_two_titles_are_judged_by_their_words_not_by_their_spaces(staff, other, meeting):
    """A browser sends other ends of line than the database holds."""
    meeting.message = "Un mot.\nDeux."
    meeting.save()
    response = clash(
        staff, other, meeting, {"message": "Un mot.\r\nDeux."}, {"message": "Autre chose."}
    )
    assert response.context["merged"].clashes == []


@pytest.mark.parametrize("word", ["", "x", "1.2", "999999.a.b", "²." + "a." * 9])
def test_a_print_that_is_not_ours_is_nothing(word):
    assert read_seen(word, ("text", "other")) == (0, {})


def test_a_row_without_prints_clashes_rather_than_losing(staff, other, meeting):
    AgendaItemFactory(meeting=meeting, title="Un", minutes=None)
    response = clash(
        staff, other, meeting, point(0, seen="", title="Le mien"), point(0, title="Le leur")
    )
    assert ("Point «\u00a0Le leur\u00a0», titre", "Le leur", "Le mien") in told(
        response.context["merged"].clashes
    )


def test_the_prints_of_a_row_survive_the_form(meeting):
    item = AgendaItemFactory(meeting=meeting)
    row = Row.of(item, ("title", "minutes"), place=3)
    assert read_seen(row.seen_word, ("title", "minutes")) == (3, row.seen)
    assert not row.is_touched


def test_sets_never_clash():
    opened_on = frozenset({1, 2})
    mine = Choice(frozenset({2, 3}), opened_on)
    assert mine.united_with(Choice(frozenset({1, 2, 4}))).chosen == {2, 3, 4}


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_the_same_instant_one_is_told():
    from threading import Barrier, Thread

    meeting, people = MeetingFactory(), UserFactory.create_batch(2, facilitator=True)
    plan = stored_plan(meeting)
    start, outcomes = Barrier(2), []

    def save(person):
        start.wait()
        try:
            save_plan(meeting=meeting, plan=plan, version=1, key=person.email, by=person)
            outcomes.append("saved")
        except StalePlanError:
            outcomes.append("told")
        finally:
            connections.close_all()

    threads = [Thread(target=save, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", "told"]
    assert Meeting.objects.get().version == 2
