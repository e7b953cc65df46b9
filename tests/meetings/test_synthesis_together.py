"""Two people on one synthesis, and second clicks: united, told, never lost."""

import pytest
from django.db import connections

from meetings import actions
from meetings.actions import save_synthesis
from meetings.drafts import Draft, PointDraft
from meetings.models import SynthesisPoint
from members.models import AuditEntry
from tests.factories import (
    MeetingFactory,
    ObjectiveFactory,
    SynthesisFactory,
    SynthesisPointFactory,
    UserFactory,
)
from tests.meetings.test_synthesis import address, opened, posted, texts


@pytest.fixture
def meeting(db):
    return MeetingFactory(held=True, number=4, slug="rencontre-4", title="Clauses")


@pytest.fixture
def staff(log_in_as, facilitator):
    return log_in_as(facilitator)


def test_a_second_click_is_done_once(staff, meeting):
    data = opened(staff, meeting) | {"points-0-text": "Un constat."}
    responses = [staff.post(address(meeting), data) for _ in range(2)]
    assert [response.status_code for response in responses] == [302, 302]
    assert texts(meeting) == [("finding", "Un constat.")]
    assert AuditEntry.objects.filter(action=actions.SAVE).count() == 1


def test_a_second_click_after_somebody_else_s_save_takes_nothing_back(
    staff, meeting, log_in_as, coordinator
):
    data = opened(staff, meeting) | {"points-0-text": "Un constat."}
    staff.post(address(meeting), data)
    other = log_in_as(coordinator)
    other.post(address(meeting), opened(other, meeting) | {"points-0-text": "Corrigé."})
    assert staff.post(address(meeting), data).status_code == 302
    assert texts(meeting) == [("finding", "Corrigé.")]


def test_the_same_form_with_another_text_is_not_a_second_click(staff, meeting):
    """Back in the browser, a word changed, saved again: that word must not vanish."""
    data = opened(staff, meeting) | {"points-0-text": "Un constat."}
    staff.post(address(meeting), data)
    response = staff.post(address(meeting), data | {"points-0-text": "Un autre constat."})
    assert response.status_code == 409
    assert "Un autre constat." in response.content.decode()


def test_two_people_on_one_point_lose_nothing(staff, meeting, log_in_as, coordinator):
    SynthesisPointFactory(synthesis__meeting=meeting, text="Le guide aide.")
    mine = opened(staff, meeting) | {"points-0-text": "Le guide aide les acheteurs."}
    other = log_in_as(coordinator)
    other.post(address(meeting), opened(other, meeting) | {"points-0-text": "Le guide soutient."})

    response = staff.post(address(meeting), mine)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Le guide soutient." in page
    assert "Le guide aide les acheteurs." in page
    assert "retiré&nbsp;: </span>soutient" in page
    assert "ajouté&nbsp;: </span>aide les acheteurs" in page
    assert str(coordinator) in page
    assert texts(meeting) == [("finding", "Le guide soutient.")]

    form = response.context["form"]
    assert form.points[0]["text"].value() == "Le guide aide les acheteurs."
    assert staff.post(address(meeting), posted(form)).status_code == 302
    assert texts(meeting) == [("finding", "Le guide aide les acheteurs.")]


def test_two_people_on_two_points_are_united(staff, meeting, log_in_as, coordinator):
    synthesis = SynthesisFactory(meeting=meeting)
    for text in ("Un.", "Deux."):
        SynthesisPointFactory(synthesis=synthesis, text=text)
    mine = opened(staff, meeting) | {"points-0-text": "Un, par moi."}
    other = log_in_as(coordinator)
    theirs = opened(other, meeting) | {
        "points-1-text": "Deux, par l’autre.",
        "points-2-text": "Trois.",
    }
    other.post(address(meeting), theirs)
    page = staff.post(address(meeting), mine, follow=True).content.decode()
    assert [text for _, text in texts(meeting)] == ["Un, par moi.", "Deux, par l’autre.", "Trois."]
    assert f"Ce que {coordinator} a écrit entre-temps y est réuni au vôtre." in page
    # Again, after the other wrote more: what was united is not added a second time.
    other.post(address(meeting), opened(other, meeting) | {"points-3-text": "Quatre."})
    assert staff.post(address(meeting), mine).status_code == 302
    assert len(texts(meeting)) == 4


def test_what_was_united_is_in_the_journal_beside_what_was_typed(
    staff, meeting, log_in_as, coordinator
):
    other = log_in_as(coordinator)
    mine = opened(staff, meeting) | {"points-0-text": "Le mien."}
    other.post(address(meeting), opened(other, meeting) | {"points-0-text": "Le leur."})
    staff.post(address(meeting), mine)
    after = AuditEntry.objects.filter(action=actions.SAVE).latest("pk").after
    assert [point["text"] for point in after["typed"]["points"]] == ["Le mien."]
    assert sorted(point["text"] for point in after["points"]) == ["Le leur.", "Le mien."]


def test_an_outcome_noted_by_the_other_is_united(staff, meeting, log_in_as, coordinator):
    objective = ObjectiveFactory(meeting=meeting)
    mine = opened(staff, meeting) | {"points-0-text": "Le mien."}
    other = log_in_as(coordinator)
    reached = {f"objective_{objective.pk}": "reached", "points-0-text": "Le leur."}
    other.post(address(meeting), opened(other, meeting) | reached)
    assert staff.post(address(meeting), mine).status_code == 302
    objective.refresh_from_db()
    assert objective.outcome == "reached"


def test_two_people_open_the_first_draft_at_once(staff, meeting, log_in_as, coordinator):
    other = log_in_as(coordinator)
    forms = [
        opened(client, meeting) | {"points-0-text": text}
        for client, text in ((staff, "Le mien."), (other, "Le leur."))
    ]
    assert other.post(address(meeting), forms[1]).status_code == 302
    assert staff.post(address(meeting), forms[0]).status_code == 302
    assert sorted(text for _, text in texts(meeting)) == ["Le leur.", "Le mien."]


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_the_same_instant_one_is_told():
    from threading import Barrier, Thread

    meeting, people = MeetingFactory(held=True), UserFactory.create_batch(2, facilitator=True)
    SynthesisFactory(meeting=meeting, version=1)
    start, outcomes = Barrier(2), []

    def save(person):
        draft = Draft([PointDraft("finding", f"Par {person}.")])
        start.wait()
        try:
            save_synthesis(meeting=meeting, draft=draft, version=1, key=person.email, by=person)
            outcomes.append("saved")
        except actions.StaleSynthesisError:
            outcomes.append("told")
        finally:
            connections.close_all()

    threads = [Thread(target=save, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", "told"]
    assert SynthesisPoint.objects.count() == 1
