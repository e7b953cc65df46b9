"""The one page of preparation: what it stores, its clock, the page of the meeting."""

import datetime
import re

import pytest
from django.conf import settings
from django.contrib import admin
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains

from meetings.acts.preparing import SAVE
from meetings.agenda import Agenda, Balance, clocks
from meetings.models import AgendaItem, Meeting, Objective
from members.models import AuditEntry, CycleObjective
from tests.factories import (
    PASSWORD,
    AgendaItemFactory,
    MeetingFactory,
    ObjectiveFactory,
    SocialEnterpriseFactory,
    TopicFactory,
)
from tests.meetings.preparing import (
    address,
    make_draft,
    objective,
    objectives,
    opened,
    point,
    posted,
    save,
    titles,
)


@pytest.fixture
def meeting(db):
    return make_draft()


# --- It works ----------------------------------------------------------------------------------


def test_opening_the_page_writes_nothing(staff, meeting):
    before = Meeting.objects.values().get()
    assert staff.get(address(meeting)).status_code == 200
    assert Meeting.objects.values().get() == before


def test_everything_is_prepared_on_one_page(staff, meeting, facilitator):
    response = save(
        staff,
        meeting,
        title="Clauses : suite",
        place="Salle B",
        message="Bienvenue.",
        link="exemple.org/salle",
        **objective(0, text="Comparer trois grilles"),
        **point(0, title="Accueil", minutes="10", lead="Lou"),
        **point(1, title="Tour de table", minutes="40", is_round_table="on", note="Par région."),
    )
    assert response.url == address(meeting)
    meeting.refresh_from_db()
    assert (meeting.title, meeting.place, meeting.message) == (
        "Clauses\u00a0: suite",
        "Salle B",
        "Bienvenue.",
    )
    assert meeting.link == "https://exemple.org/salle"
    assert (meeting.slug, meeting.version, meeting.state) == ("prochaine", 2, "draft")
    assert objectives(meeting) == ["Comparer trois grilles"]
    rows = meeting.agenda.order_by("order").values_list(
        "title", "minutes", "lead", "is_round_table", "note"
    )
    assert list(rows) == [
        ("Accueil", 10, "Lou", False, ""),
        ("Tour de table", 40, "", True, "Par région."),
    ]
    entry = AuditEntry.objects.get(action=SAVE)
    assert entry.actor == facilitator
    assert entry.before["particulars"]["place"] == "Salle A"
    assert entry.after["particulars"]["place"] == "Salle B"
    assert [row["title"] for row in entry.after["agenda"]] == ["Accueil", "Tour de table"]
    assert mail.outbox == []


def test_a_change_that_calendars_show_counts_as_a_revision(staff, meeting):
    save(staff, meeting, place="Salle B")
    meeting.refresh_from_db()
    assert meeting.calendar_sequence == 1
    save(staff, meeting, message="Un mot.")
    meeting.refresh_from_db()
    assert meeting.calendar_sequence == 1


def test_rows_are_changed_moved_and_removed_and_keep_their_keys(staff, meeting):
    first, second, third = (AgendaItemFactory(meeting=meeting, order=n) for n in (1, 2, 3))
    data = opened(staff, meeting)
    keys = [
        f"agenda-{index}-{name}"
        for index in (2, 0, 1)
        for name in ("pk", "seen", "title", "minutes", "lead", "note", "objective")
    ]
    rows = {key: data.pop(key) for key in keys}
    data |= rows | point(0, remove="on") | point(2, title="Le troisième, revu")
    assert staff.post(address(meeting), data).status_code == 302
    stored = list(meeting.agenda.order_by("order").values_list("pk", "title"))
    assert stored == [(third.pk, "Le troisième, revu"), (second.pk, second.title)]
    assert not AgendaItem.objects.filter(pk=first.pk).exists()


def test_blank_rows_are_not_kept(staff, meeting):
    save(staff, meeting, **point(0, title=" "), **point(1, title="Un"), **objective(0, text=""))
    assert titles(meeting) == ["Un"]
    assert objectives(meeting) == []


def test_a_point_serves_an_objective_until_it_is_removed(staff, meeting):
    goal = ObjectiveFactory(meeting=meeting)
    item = AgendaItemFactory(meeting=meeting)
    save(staff, meeting, **point(0, objective=str(goal.pk)))
    item.refresh_from_db()
    assert item.objective == goal
    save(staff, meeting, **objective(0, remove="on"))
    item.refresh_from_db()
    assert item.objective is None
    assert not Objective.objects.exists()


def test_a_row_that_the_form_never_showed_stays(staff, meeting):
    """A barrier taken up meanwhile is an objective that no open form holds."""
    data = opened(staff, meeting) | objective(0, text="Du formulaire")
    ObjectiveFactory(meeting=meeting, text="Venu d’ailleurs")
    assert staff.post(address(meeting), data).status_code == 302
    assert objectives(meeting) == ["Du formulaire", "Venu d’ailleurs"]


def test_the_administration_tells_open_forms(meeting, coordinator, log_in_as, rf):
    model_admin = admin.site.get_model_admin(Meeting)
    model_admin.save_model(rf.post("/"), meeting, None, change=True)
    meeting.refresh_from_db()
    assert meeting.version == 2


# --- The clock ---------------------------------------------------------------------------------


def test_each_point_has_its_hour_and_the_sum_is_told(staff, meeting):
    AgendaItemFactory(meeting=meeting, order=1, title="Accueil", minutes=10)
    AgendaItemFactory(meeting=meeting, order=2, title="Suite", minutes=60)
    AgendaItemFactory(meeting=meeting, order=3, title="Ouvert", minutes=None)
    form = staff.get(address(meeting)).context["form"]
    assert [clock for _, clock in form.timed_points] == [
        "13\u00a0h\u00a030",
        "13\u00a0h\u00a040",
        "14\u00a0h\u00a040",
    ]
    assert form.balance.words == (
        "1\u00a0h\u00a010 à l’ordre du jour, pour 2\u00a0h\u00a030 de rencontre\u00a0: "
        "il reste 1\u00a0h\u00a020. 1\u00a0point n’a pas de durée."
    )


TIMES = datetime.time(13, 30), datetime.time(16)


@pytest.mark.parametrize(
    ("minutes", "times", "words"),
    [
        (
            [150],
            TIMES,
            (
                "2\u00a0h\u00a030 à l’ordre du jour, pour 2\u00a0h\u00a030 de rencontre"
                "\u00a0: le compte est juste."
            ),
        ),
        (
            [175],
            TIMES,
            (
                "2\u00a0h\u00a055 à l’ordre du jour, pour 2\u00a0h\u00a030 de rencontre"
                "\u00a0: l’ordre du jour dépasse la fin de 25\u00a0min."
            ),
        ),
        ([120], (None, None), "2\u00a0h à l’ordre du jour."),
        (
            [5, None, None],
            (TIMES[0], None),
            ("5\u00a0min à l’ordre du jour. 2\u00a0points n’ont pas de durée."),
        ),
    ],
)
def test_the_sum_in_words(minutes, times, words):
    assert Balance.build(minutes, *times).words == words


def test_hours_go_past_midnight_and_are_silent_without_a_start():
    assert clocks(datetime.time(23, 30), [40, 10]) == ["23\u00a0h\u00a030", "0\u00a0h\u00a010"]
    assert clocks(None, [40, 10]) == ["", ""]


def test_an_overrun_is_told_in_words(staff, meeting):
    save(staff, meeting, **point(0, title="Trop long", minutes="170"))
    page = staff.get(address(meeting)).content.decode()
    assert "l’ordre du jour dépasse la fin de 20\u00a0min" in page


# --- Who, and when -------------------------------------------------------------------------------


def test_members_may_not(manager, log_in_as, meeting):
    client = log_in_as(manager)
    assert client.get(address(meeting)).status_code == 403
    assert client.post(address(meeting), {}).status_code == 403


@pytest.mark.parametrize(
    ("state", "text"), [("closed", "rouvrez-la"), ("cancelled", "ne se prépare plus")]
)
def test_a_meeting_that_is_over_is_not_prepared(staff, meeting, state, text):
    data = opened(staff, meeting) | {"place": "Salle B"}
    Meeting.objects.update(state=state)
    for response in (staff.get(address(meeting)), staff.post(address(meeting), data)):
        assert response.url == meeting.get_absolute_url()
    assert text in staff.get(response.url).content.decode()
    meeting.refresh_from_db()
    assert meeting.place == "Salle A"


def test_an_expired_session_brings_everything_back(staff, meeting, facilitator):
    goal = CycleObjective.objects.create(cycle=meeting.cycle, code="C1", text="Promouvoir")
    data = opened(staff, meeting) | point(0, title="Tapé") | objective(0, text="Visé")
    data |= {"author": str(facilitator.pk), "offers": [f"cycle:{goal.pk}"], "message": "Mot."}
    del staff.cookies[settings.SESSION_COOKIE_NAME]
    login = staff.post(address(meeting), data).url
    answer = {"login": facilitator.email, "password": PASSWORD}
    form = staff.post(login, answer, follow=True).context["form"]
    assert form.points[0]["title"].value() == "Tapé"
    assert form.particulars["message"].value() == "Mot."
    assert staff.post(address(meeting), posted(form)).status_code == 302
    assert titles(meeting) == ["Tapé"]
    assert objectives(meeting) == ["Visé", "Promouvoir"]


def test_the_public_text_is_prepared_with_the_rest_and_announces_a_webinar(staff, client, meeting):
    Meeting.objects.update(kind="webinar", state="convened", held_on=datetime.date(2099, 1, 5))
    data = opened(staff, meeting) | {"public_text": "Une offre\nà découvrir."}
    assert staff.post(address(meeting), data).status_code == 302
    meeting.refresh_from_db()
    assert meeting.public_text == "Une offre\nà découvrir."
    assert "à découvrir." in client.get("/webinaires/").content.decode()
    # Taken back, it is announced no more.
    data = opened(staff, meeting) | {"public_text": ""}
    assert staff.post(address(meeting), data).status_code == 302
    assert "à découvrir" not in client.get("/webinaires/").content.decode()


def test_a_public_text_that_is_too_long_is_refused_and_kept(staff, meeting):
    response = staff.post(address(meeting), opened(staff, meeting) | {"public_text": "a" * 1001})
    assertContains(response, "1\u00a0000 caractères au plus")
    assertContains(response, "a" * 1001)
    meeting.refresh_from_db()
    assert meeting.public_text == ""


# --- The page of the meeting ---------------------------------------------------------------------


def test_members_read_the_agenda_with_its_hours_but_not_the_notes(log_in_as, reader, meeting):
    Meeting.objects.update(state="convened")
    goal = ObjectiveFactory(meeting=meeting, text="Comparer")
    AgendaItemFactory(
        meeting=meeting, title="Accueil", minutes=10, order=1, note="Ne pas oublier.", lead="Lou"
    )
    AgendaItemFactory(meeting=meeting, title="Grilles", order=2, objective=goal)
    page = log_in_as(reader).get(meeting.get_absolute_url()).content.decode()
    assert page.index("Accueil") < page.index("13\u00a0h\u00a040") < page.index("Grilles")
    assert "10&nbsp;min" in page
    assert "Ne pas oublier." not in page
    assert "Modifier la rencontre" not in page


def test_staff_read_the_notes_and_the_way_to_the_preparation(staff, meeting):
    AgendaItemFactory(meeting=meeting, note="Ne pas oublier.")
    page = staff.get(meeting.get_absolute_url()).content.decode()
    assert "Ne pas oublier." in page
    assert f'href="{address(meeting)}"' in page
    assert not re.search(r"/admin/meetings/meeting/\d+/", page)


def test_the_agenda_costs_one_query(meeting, django_assert_num_queries):
    AgendaItemFactory.create_batch(5, meeting=meeting)
    with django_assert_num_queries(1):
        agenda = Agenda.build(meeting)
        assert [line.item.objective for line in agenda.lines] == [None] * 5


def test_the_page_costs_the_same_with_more_rows(staff, meeting, django_assert_num_queries):
    def fill(count):
        AgendaItemFactory.create_batch(count, meeting=meeting)
        goals = ObjectiveFactory.create_batch(count, meeting=meeting)
        TopicFactory.create_batch(count)
        ObjectiveFactory.create_batch(
            count, meeting=MeetingFactory(held=True, held_on=datetime.date(2026, 1, 1))
        )
        for number in range(count):
            CycleObjective.objects.create(
                cycle=meeting.cycle, code=f"C{goals[number].pk}", text=f"But {goals[number].pk}"
            )
        SocialEnterpriseFactory.create_batch(count)

    fill(2)
    staff.get(address(meeting))
    with CaptureQueriesContext(connection) as few:
        staff.get(address(meeting))
    fill(10)
    with django_assert_num_queries(len(few)):
        staff.get(address(meeting))
    assert len(few) < 30
