"""A meeting that was called off before anybody had heard of it stays unknown to members."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from meetings.frozen import synthesis_content
from meetings.models import Meeting, Objective
from meetings.timeline import Timeline
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import MeetingFactory, ObjectiveFactory, SynthesisFactory, TopicFactory

N = "\u00a0"


@pytest.fixture
def unheard(db: None) -> Meeting:
    return MeetingFactory(
        state="cancelled", number=9, slug="rencontre-9", cancel_reason="Trop peu de sujets."
    )


@pytest.fixture
def carried(unheard: Meeting) -> Objective:
    held = MeetingFactory(held=True, number=1, cycle=unheard.cycle)
    return ObjectiveFactory(meeting=held, outcome="carried_over", carried_to=unheard)


def poster_words(user: User, objective: Objective) -> list[str]:
    poster = Timeline.build(
        user, label=objective.meeting.cycle.label, today=datetime.date(2021, 3, 1)
    )
    return [line.words for entry in poster.entries for line in entry.objectives]


@pytest.mark.parametrize("state", Meeting.State.values)
@pytest.mark.parametrize("reason", ["", "Trop peu de sujets."])
@pytest.mark.parametrize("was_convened", [True, False])
def test_a_row_and_the_query_say_the_same(
    db: None, state: str, reason: str, was_convened: bool
) -> None:
    convened_at = timezone.now() if was_convened else None
    meeting = MeetingFactory(state=state, cancel_reason=reason, convened_at=convened_at)
    assert Meeting.objects.known_to_members().exists() == meeting.is_known_to_members


def test_no_objective_is_said_to_be_carried_over_to_it(
    carried: Objective, reader: User, facilitator: User, log_in_as: LogIn
) -> None:
    assert poster_words(reader, carried) == ["reporté à une prochaine rencontre"]
    assert poster_words(facilitator, carried) == [f"reporté à la rencontre{N}9"]
    page = log_in_as(reader).get(carried.meeting.get_absolute_url())
    assertContains(page, "reporté à une prochaine rencontre")
    assertNotContains(page, f"rencontre{N}9")


def test_the_poster_names_one_that_was_convened_before_it_was_cancelled(
    carried: Objective, reader: User
) -> None:
    Meeting.objects.filter(number=9).update(convened_at=timezone.now())
    assert f"reporté à la rencontre{N}9" in poster_words(reader, carried)


def test_a_synthesis_does_not_freeze_its_number(carried: Objective) -> None:
    synthesis = SynthesisFactory(meeting=carried.meeting)
    [told] = synthesis_content(synthesis)["objectives"]
    assert told["words"] == "reporté à une prochaine rencontre"


def test_no_topic_leads_to_it(
    unheard: Meeting,
    organization: Organization,
    reader: User,
    facilitator: User,
    log_in_as: LogIn,
) -> None:
    answered = {"answered_by": facilitator, "answered_at": timezone.now()}
    TopicFactory(organization=organization, meeting=unheard, state="taken", **answered)
    address = reverse("meetings:topic_list", kwargs={"org_slug": organization.slug})
    page = log_in_as(reader).get(address)
    assertContains(page, "d’une prochaine rencontre")
    assertNotContains(page, unheard.slug)
