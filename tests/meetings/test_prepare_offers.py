"""What the page of preparation offers: objectives to take up, topics, guests and themes."""

import datetime

import pytest
from django.urls import reverse

from benefits.models import SocialEnterprise
from meetings.acts.topics import decline_topic
from meetings.models import Objective
from members.models import CycleObjective
from tests.factories import (
    AgendaItemFactory,
    BarrierFactory,
    CycleFactory,
    MeetingFactory,
    ObjectiveFactory,
    SocialEnterpriseFactory,
    TermFactory,
    TopicFactory,
)
from tests.meetings.preparing import (
    address,
    make_draft,
    make_earlier,
    objective,
    offered,
    opened,
    point,
    problems,
    save,
    titles,
)


@pytest.fixture
def meeting(db):
    return make_draft()


@pytest.fixture
def earlier(meeting):
    return make_earlier()


# --- Objectives taken up -----------------------------------------------------------------------


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
