"""The one page of preparation: particulars, objectives, agenda, topics, guests and themes."""

import datetime
import re

import pytest
from django.conf import settings
from django.contrib import admin
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benefits.models import SocialEnterprise
from meetings.acts.preparing import SAVE
from meetings.acts.topics import decline_topic, take_topic
from meetings.agenda import Agenda, Balance, clocks
from meetings.models import AgendaItem, Meeting, Objective
from members.models import AuditEntry, CycleObjective
from tests.factories import (
    PASSWORD,
    AgendaItemFactory,
    BarrierFactory,
    CycleFactory,
    MeetingFactory,
    ObjectiveFactory,
    SocialEnterpriseFactory,
    TermFactory,
    TopicFactory,
)
from tests.meetings.preparing import address, objective, opened, point, posted, save


@pytest.fixture
def meeting(db):
    return MeetingFactory(
        slug="prochaine",
        number=6,
        title="Clauses",
        draft=True,
        held_on=datetime.date(2026, 3, 12),
        starts_at=datetime.time(13, 30),
        ends_at=datetime.time(16, 0),
        place="Salle A",
    )


def objectives(meeting):
    return list(meeting.objectives.order_by("order").values_list("text", flat=True))


def titles(meeting):
    return list(meeting.agenda.order_by("order").values_list("title", flat=True))


def problems(response):
    return [problem["text"] for problem in response.context["form"].problems]


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


# --- Objectives taken up -----------------------------------------------------------------------


def offered(response):
    form = response.context["form"]
    return [tick.label for tick in [*form.offered_objectives, *form.offered_topics]]


def test_objectives_of_the_cycle_are_offered_until_the_meeting_has_them(staff, meeting):
    goal = CycleObjective.objects.create(cycle=meeting.cycle, code="C1", text="Promouvoir l’offre")
    CycleObjective.objects.create(
        cycle=CycleFactory(start_year=2019), code="C2", text="D’un autre cycle"
    )
    other = MeetingFactory(number=5, held=True)
    ObjectiveFactory(meeting=other, cycle_objective=goal, reached=True)
    page = staff.get(address(meeting))
    assert offered(page) == ["Promouvoir l’offre"]
    assert "déjà pris à la rencontre\u00a05" in page.content.decode()
    save(staff, meeting, offers=[f"cycle:{goal.pk}"])
    row = meeting.objectives.get()
    assert (row.text, row.cycle_objective) == ("Promouvoir l’offre", goal)
    assert offered(staff.get(address(meeting))) == []


@pytest.fixture
def earlier(meeting):
    return MeetingFactory(number=5, held=True, held_on=datetime.date(2026, 1, 20))


def test_an_objective_of_an_earlier_meeting_is_carried_over_to_this_one(staff, meeting, earlier):
    barrier = BarrierFactory()
    left = ObjectiveFactory(meeting=earlier, text="Choisir les indicateurs", barrier=barrier)
    save(staff, meeting, offers=[f"earlier:{left.pk}"])
    left.refresh_from_db()
    assert (left.outcome, left.carried_to) == ("carried_over", meeting)
    row = meeting.objectives.get()
    assert (row.text, row.carried_from, row.barrier) == (left.text, left, barrier)
    page = staff.get(address(meeting))
    assert offered(page) == []
    assert "Repris de la rencontre\u00a05" in page.content.decode()
    shown = staff.get(reverse("meetings:meeting_detail", args=[earlier.slug])).content.decode()
    assert "reporté à la rencontre\u00a06" in shown


def test_an_objective_that_is_removed_again_is_carried_over_to_no_meeting(staff, meeting, earlier):
    left = ObjectiveFactory(meeting=earlier)
    save(staff, meeting, offers=[f"earlier:{left.pk}"])
    save(staff, meeting, **objective(0, remove="on", text="Reformulé entre-temps"))
    left.refresh_from_db()
    assert (left.outcome, left.carried_to) == ("carried_over", None)
    assert offered(staff.get(address(meeting))) == [left.text]


def test_only_what_is_left_of_meetings_that_took_place_is_offered(staff, meeting, earlier):
    third = MeetingFactory(number=4, held=True, held_on=datetime.date(2025, 11, 3))
    carried = Objective.Outcome.CARRIED_OVER
    ObjectiveFactory(meeting=earlier, text="Laissé")
    ObjectiveFactory(meeting=earlier, text="Reporté sans date", outcome=carried)
    ObjectiveFactory(meeting=earlier, text="Atteint", reached=True)
    ObjectiveFactory(meeting=third, text="Repris", outcome=carried, carried_to=earlier)
    ObjectiveFactory(
        meeting=third, text="Reporté ici, déjà écrit", outcome=carried, carried_to=meeting
    )
    ObjectiveFactory(meeting=meeting, text="reporté ici, deja écrit")
    ObjectiveFactory(meeting=MeetingFactory(draft=True, held_on=earlier.held_on), text="Brouillon")
    after = MeetingFactory(held=True, held_on=datetime.date(2026, 4, 1))
    ObjectiveFactory(meeting=after, text="Plus tard")
    assert offered(staff.get(address(meeting))) == ["Laissé", "Reporté sans date"]


def test_an_outcome_that_a_synthesis_form_shows_is_not_taken_back(staff, meeting, earlier):
    """The synthesis of the earlier meeting was open while its objective was taken up."""
    left = ObjectiveFactory(meeting=earlier)
    url = reverse("meetings:synthesis_edit", args=[earlier.slug])
    form = staff.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields}
    save(staff, meeting, offers=[f"earlier:{left.pk}"])
    data |= {"points-0-kind": "finding", "points-0-text": "Un constat."}
    assert staff.post(url, data).status_code == 302
    left.refresh_from_db()
    assert left.carried_to == meeting


def test_an_objective_whose_outcome_is_noted_stays(staff, meeting):
    ObjectiveFactory(meeting=meeting, reached=True)
    response = save(staff, meeting, **objective(0, remove="on"))
    assert response.status_code == 200
    assert "La synthèse dit ce qu’il en est advenu" in problems(response)[0]
    assert meeting.objectives.count() == 1


# --- Topics ------------------------------------------------------------------------------------


def test_a_topic_that_is_ticked_is_a_point_of_the_agenda(staff, meeting, facilitator):
    AgendaItemFactory(meeting=meeting, title="Accueil")
    topic = TopicFactory(title="Visites d’EÉS", why="Nos acheteurs le demandent.")
    page = staff.get(address(meeting)).content.decode()
    assert "Nos acheteurs le demandent." in page
    assert str(topic.organization) in page
    save(staff, meeting, offers=[f"topic:{topic.pk}"])
    assert titles(meeting) == ["Accueil", "Visites d’EÉS"]
    topic.refresh_from_db()
    assert (topic.state, topic.meeting, topic.answered_by) == ("taken", meeting, facilitator)
    assert offered(staff.get(address(meeting))) == []


def test_a_topic_whose_point_is_removed_waits_again(staff, meeting):
    topic = TopicFactory()
    save(staff, meeting, offers=[f"topic:{topic.pk}"])
    save(staff, meeting, **point(0, remove="on"))
    topic.refresh_from_db()
    assert (topic.state, topic.meeting, topic.answered_by) == ("waiting", None, None)
    assert offered(staff.get(address(meeting))) == [topic.title]


def test_a_topic_answered_meanwhile_is_told_and_nothing_is_stored(staff, meeting, coordinator):
    topic = TopicFactory()
    data = opened(staff, meeting) | {"offers": [f"topic:{topic.pk}"], "place": "Salle B"}
    decline_topic(topic=topic, answer="Déjà traité.", by=coordinator)
    response = staff.post(address(meeting), data)
    assert response.status_code == 200
    assert "n’est plus offert" in problems(response)[0]
    assert response.context["form"].particulars["place"].value() == "Salle B"
    meeting.refresh_from_db()
    assert (meeting.place, meeting.version) == ("Salle A", 1)
    assert titles(meeting) == []


@pytest.mark.parametrize("value", ["topic:999999", "cycle:x", "autre:1", "earlier:", "topic:²"])
def test_what_was_never_offered_is_refused(staff, meeting, value):
    response = save(staff, meeting, offers=[value])
    assert response.status_code == 200
    assert "n’est plus offert" in problems(response)[0]


def test_a_meeting_that_took_place_takes_no_topics(staff, earlier):
    TopicFactory()
    assert offered(staff.get(address(earlier))) == []


# --- Guests and themes -------------------------------------------------------------------------


@pytest.fixture
def enterprises(db):
    return [SocialEnterpriseFactory(name=name) for name in ("Les Ateliers Boréal", "Traiteur Vif")]


def test_guests_are_named_and_taken_back(staff, meeting, enterprises):
    save(staff, meeting, kind="webinar", new_guest=["les ateliers boreal", "", "Traiteur Vif"])
    assert set(meeting.guests.all()) == set(enterprises)
    save(staff, meeting, guests=[str(enterprises[1].pk)])
    assert list(meeting.guests.all()) == [enterprises[1]]


def test_a_name_that_nobody_has_is_told_and_kept(staff, meeting, enterprises):
    response = save(staff, meeting, new_guest=["Traiteur Vide"])
    assert problems(response) == [
        "Aucune EÉS du répertoire ne s’appelle «\u00a0Traiteur Vide\u00a0»."
    ]
    assert 'value="Traiteur Vide"' in response.content.decode()
    assert not SocialEnterprise.meetings.through.objects.exists()


def test_themes_are_ticked(staff, meeting):
    sector = TermFactory(vocabulary="sector", label="Alimentation")
    TermFactory(vocabulary="legal_form", label="Coopérative")
    page = staff.get(address(meeting)).content.decode()
    assert "Alimentation" in page
    save(staff, meeting, kind="webinar", themes=[str(sector.pk), "999999", "x"])
    assert list(meeting.themes.all()) == [sector]


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


# --- Without JavaScript --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "order"),
    [
        ("agenda-up-1", ["B", "A"]),
        ("agenda-down-0", ["B", "A"]),
        ("agenda-up-0", ["A", "B"]),
        ("agenda-down-1", ["A", "B"]),
        ("agenda-add", ["A", "B", ""]),
        ("agenda-up-99", ["A", "B"]),
        ("objectives-up-1", ["A", "B"]),
        ("agenda-up-" + "9" * 5000, ["A", "B"]),
        ("agenda-down-²", ["A", "B"]),
        ("agenda-up", ["A", "B"]),
        ("autre", ["A", "B"]),
    ],
)
def test_rows_are_added_and_moved_and_keep_what_was_typed(staff, meeting, act, order):
    data = opened(staff, meeting) | point(0, title="A") | point(1, title="B", minutes="x")
    data |= {"act": act, "place": "Tapé"}
    form = staff.post(address(meeting), data).context["form"]
    assert [row["title"].value() or "" for row in form.points] == order
    assert form.particulars["place"].value() == "Tapé"
    assert form.control["key"].value() == data["key"]
    assert not AgendaItem.objects.exists()
    meeting.refresh_from_db()
    assert meeting.place == "Salle A"


def test_the_agenda_of_another_meeting_is_taken_over_unsaved(staff, meeting, earlier, facilitator):
    goal = ObjectiveFactory(meeting=earlier)
    topic = TopicFactory()
    take_topic(topic=topic, meeting=meeting, by=facilitator)
    AgendaItem.objects.update(meeting=earlier, order=3)
    AgendaItemFactory(
        meeting=earlier, order=1, title="Accueil", minutes=10, lead="Lou", objective=goal
    )
    AgendaItemFactory(meeting=earlier, order=2, title="Tour", minutes=40, is_round_table=True)
    page = staff.get(address(meeting))
    assert [copy.value for copy in page.context["form"].copies] == [str(earlier.pk)]
    data = posted(page.context["form"]) | point(0, title="Le mien")
    data |= {"act": "copy", "copy_from": str(earlier.pk)}
    form = staff.post(address(meeting), data).context["form"]
    assert [row["title"].value() for row in form.points] == [
        "Le mien",
        "Accueil",
        "Tour",
        topic.title,
    ]
    assert titles(meeting) == []
    assert staff.post(address(meeting), posted(form)).status_code == 302
    rows = meeting.agenda.order_by("order")
    assert list(rows.values_list("title", "minutes", "is_round_table", "objective", "topic")) == [
        ("Le mien", None, False, None, None),
        ("Accueil", 10, False, None, None),
        ("Tour", 40, True, None, None),
        (topic.title, None, False, None, None),
    ]
    # The other one keeps its own.
    assert titles(earlier) == ["Accueil", "Tour", topic.title]


@pytest.mark.parametrize("key", ["", "x", "999999", "9" * 40])
def test_taking_over_nothing_adds_nothing(staff, meeting, key):
    data = opened(staff, meeting) | point(0, title="A") | {"act": "copy", "copy_from": key}
    form = staff.post(address(meeting), data).context["form"]
    assert [row["title"].value() for row in form.points] == ["A"]


# --- Bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"title": ""}, "Titre\u00a0: Donnez un titre à la rencontre."),
        ({"ends_at": "12:00"}, "Fin\u00a0: La fin doit suivre le début."),
        (
            point(0, title="A", minutes="0"),
            "Point\u00a01, minutes\u00a0: Écrivez un nombre entier, de 1 à 600.",
        ),
        (point(0, minutes="15"), "Point\u00a01, titre\u00a0: Donnez un titre à ce point."),
        (
            point(0, title="A", objective="999999"),
            "Point\u00a01, objectif servi\u00a0: Choisissez un objectif de la liste.",
        ),
        (
            objective(0, text="x" * 301),
            "Objectif\u00a01, texte\u00a0: 300 caractères au plus\u00a0: abrégez ce texte.",
        ),
        ({"version": "x"}, "Rouvrez la page\u00a0: Saisissez un nombre entier."),
    ],
)
def test_bad_input_is_told_and_stores_nothing(staff, meeting, changes, text):
    response = save(staff, meeting, **({"place": "Salle B"} | changes))
    assert response.status_code == 200
    assert problems(response) == [text]
    meeting.refresh_from_db()
    assert (meeting.place, meeting.version) == ("Salle A", 1)


def test_a_row_of_another_meeting_is_not_touched(staff, meeting, earlier):
    foreign = AgendaItemFactory(meeting=earlier, title="Ailleurs")
    save(staff, meeting, **point(0, pk=str(foreign.pk), title="Volé"))
    foreign.refresh_from_db()
    assert (foreign.title, foreign.meeting) == ("Ailleurs", earlier)
    assert titles(meeting) == ["Volé"]


def test_a_stored_point_that_is_emptied_is_asked_about(staff, meeting):
    AgendaItemFactory(meeting=meeting)
    response = save(staff, meeting, **point(0, title="", minutes="", lead=""))
    assert "cochez «\u00a0Retirer\u00a0»" in problems(response)[0]


def test_too_many_rows_are_refused(staff, meeting):
    rows = {}
    for index in range(61):
        rows |= point(index, title=f"P{index}")
    response = save(staff, meeting, **rows)
    assert problems(response) == ["60 lignes au plus par liste\u00a0: regroupez-en."]


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
