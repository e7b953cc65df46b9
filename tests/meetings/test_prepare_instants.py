"""What happens between the check of a form and its write: told, and nothing is lost."""

import datetime
import uuid

import pytest

from meetings.acts import preparing
from meetings.acts.topics import TopicAnsweredError
from meetings.models import Meeting, Objective
from meetings.plan import stored_plan
from tests.factories import CycleFactory, MeetingFactory, ObjectiveFactory, TopicFactory
from tests.meetings.preparing import address, make_draft, opened, problems, save


@pytest.fixture
def meeting(db):
    return make_draft()


def test_a_first_click_that_is_stored_meanwhile_is_the_meeting(db, facilitator, monkeypatch):
    values = {
        "cycle": CycleFactory(),
        "kind": "meeting",
        "number": 8,
        "title": "Une",
        "held_on": datetime.date(2026, 3, 12),
    }
    key = uuid.uuid4()
    first, _ = preparing.add_meeting(values=values, key=key, by=facilitator)
    answers = iter([None, first])
    monkeypatch.setattr(preparing, "made_by", lambda key: next(answers))
    assert preparing.add_meeting(values=values, key=key, by=facilitator) == (first, False)
    assert Meeting.objects.count() == 1


def test_a_topic_answered_while_it_is_taken_stores_nothing(staff, meeting, monkeypatch):
    topic = TopicFactory()

    def answered(**kwargs):
        raise TopicAnsweredError(topic)

    monkeypatch.setattr(preparing, "take_topic", answered)
    response = save(staff, meeting, place="Salle B", offers=[f"topic:{topic.pk}"])
    assert "n’est plus offert" in problems(response)[0]
    meeting.refresh_from_db()
    assert (meeting.place, meeting.version) == ("Salle A", 1)


def test_a_meeting_closed_while_it_is_saved_is_told(staff, meeting, facilitator, monkeypatch):
    data = opened(staff, meeting) | {"place": "Salle B"}
    plan = stored_plan(meeting)
    Meeting.objects.update(state="closed")
    with pytest.raises(preparing.NotPreparableError):
        preparing.save_plan(meeting=meeting, plan=plan, version=1, key="k", by=facilitator)
    Meeting.objects.update(state="held")
    saved = preparing.save_plan

    def closed(**kwargs):
        Meeting.objects.update(state="closed")
        return saved(**kwargs)

    monkeypatch.setattr(preparing, "save_plan", closed)
    response = staff.post(address(meeting), data, follow=True)
    assert "rouvrez-la avant de la modifier" in response.content.decode()
    meeting.refresh_from_db()
    assert meeting.place == "Salle A"


def test_a_number_given_while_it_is_saved_is_told(staff, meeting, monkeypatch):
    MeetingFactory(number=9)
    monkeypatch.setattr("meetings.forms_prepare.ParticularsForm._check_number", lambda *args: None)
    monkeypatch.setattr("meetings.models.Meeting.validate_constraints", lambda self, exclude: None)
    response = save(staff, meeting, number="9", place="Salle B")
    assert "vient de recevoir ce numéro" in problems(response)[0]
    assert response.context["form"].particulars["place"].value() == "Salle B"
    meeting.refresh_from_db()
    assert (meeting.number, meeting.place) == (6, "Salle A")


def test_an_outcome_noted_elsewhere_while_it_is_saved_stays(staff, meeting, monkeypatch):
    """Another meeting takes the objective up between the reading of its row and the write."""
    objective = ObjectiveFactory(meeting=meeting, text="Le sien")
    stored = preparing._store_rows

    def between(model, *args):
        Objective.objects.filter(pk=objective.pk).update(outcome="reached")
        stored(model, *args)

    monkeypatch.setattr(preparing, "_store_rows", between)
    data = opened(staff, meeting)
    [name] = [key for key, value in data.items() if value == "Le sien"]
    assert staff.post(address(meeting), data | {name: "Le mien"}).status_code == 302
    objective.refresh_from_db()
    assert (objective.text, objective.outcome) == ("Le mien", "reached")
