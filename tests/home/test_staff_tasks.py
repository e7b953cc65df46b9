"""« À faire » of those who animate the chantier, and the review that members are led to."""

import datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from meetings.models import Meeting
from members.models import Mail, User
from tests.conftest import LogIn
from tests.factories import (
    AmendmentFactory,
    AttendanceFactory,
    MailFactory,
    MeetingFactory,
    SynthesisFactory,
    TopicFactory,
)
from tests.html import StrictClient

N = "\u00a0"
DASHBOARD = "/tableau-de-bord/"


@pytest.fixture(autouse=True)
def in_december() -> Any:
    with time_machine.travel("2021-12-01 12:00", tick=False):
        yield


@pytest.fixture
def staff(log_in_as: LogIn, facilitator: User) -> StrictClient:
    return log_in_as(facilitator)


@pytest.fixture
def reviewed(db: None) -> Meeting:
    meeting = MeetingFactory(
        number=4, title="Des devis", held_on=datetime.date(2021, 11, 29), state="held"
    )
    SynthesisFactory(meeting=meeting, state="in_review", review_until=datetime.date(2021, 12, 3))
    return meeting


def tasks_of(client: StrictClient) -> Any:
    context = client.get(DASHBOARD).context
    return (context["member"] or context["staff"]).tasks


def told(client: StrictClient) -> list[tuple[str, str, str]]:
    return [(task.title, task.url, task.action) for task in tasks_of(client)]


def test_a_review_is_open_until_a_day(
    staff: StrictClient, facilitator: User, reviewed: Meeting
) -> None:
    title = f"Synthèse en révision jusqu’au 3{N}décembre 2021"
    address = f"/rencontres/{reviewed.slug}/synthese/reviser/"
    assert told(staff) == [(title, address, "Voir")]
    AmendmentFactory(synthesis=reviewed.synthesis)
    AmendmentFactory(
        synthesis=reviewed.synthesis,
        state="refused",
        answer="Déjà dit.",
        answered_by=facilitator,
        answered_at=timezone.now(),
    )
    title += f" – 1{N}modification proposée à trancher"
    assert told(staff) == [(title, address, "Trancher")]


def test_once_the_review_is_over_the_synthesis_is_to_publish(
    staff: StrictClient, reviewed: Meeting
) -> None:
    AmendmentFactory(synthesis=reviewed.synthesis)
    with time_machine.travel("2021-12-07 12:00", tick=False):
        [task] = tasks_of(staff)
    assert task.title == f"Publier la synthèse{N}: Rencontre 4, Des devis"
    assert task.why == f"Tenue le 29{N}novembre 2021; 1{N}modification proposée à trancher"
    assert task.late


def test_a_workshop_needs_a_synthesis_and_a_webinar_none(staff: StrictClient) -> None:
    day = datetime.date(2021, 11, 29)
    MeetingFactory(kind="webinar", number=None, held_on=day, state="held")
    MeetingFactory(held_on=day, state="cancelled", cancel_reason="Neige.")
    MeetingFactory(held_on=day, state="draft")
    MeetingFactory(held_on=datetime.date(2021, 12, 1), state="held")
    assert told(staff) == []
    # Closed too soon, it still needs one.
    MeetingFactory(kind="workshop", number=None, title="Clauses", held_on=day, state="closed")
    [task] = tasks_of(staff)
    assert task.title == f"Publier la synthèse{N}: Atelier, Clauses"
    assert task.why == f"Tenu le 29{N}novembre 2021"


def test_topics_that_wait_are_counted(staff: StrictClient, facilitator: User) -> None:
    TopicFactory()
    assert told(staff) == [(f"1{N}sujet proposé à l’étude", "/sujets/", "Répondre")]
    TopicFactory()
    TopicFactory(
        state="declined",
        answer="Déjà traité.",
        answered_by=facilitator,
        answered_at=timezone.now(),
    )
    assert told(staff)[0][0] == f"2{N}sujets proposés à l’étude"


def test_mails_that_failed_are_counted(staff: StrictClient) -> None:
    MailFactory(state=Mail.State.SENT, sent_at=timezone.now())
    assert told(staff) == []
    MailFactory(state=Mail.State.FAILED)
    assert told(staff) == [(f"1{N}courriel en échec", "/courriels/?etat=echec", "Voir")]


def test_those_who_attended_are_led_to_the_review(
    log_in_as: LogIn, reader: User, outsider: User, organization: Any, reviewed: Meeting
) -> None:
    AttendanceFactory(meeting=reviewed, organization=organization, present=True)
    title = f"Relire la synthèse de la rencontre{N}4, jusqu’au 3{N}décembre 2021"
    address = f"/rencontres/{reviewed.slug}/synthese/reviser/"
    assert (title, address, "Relire") in told(log_in_as(reader))
    page = log_in_as(reader).get(reviewed.get_absolute_url()).content.decode()
    assert title in page
    other = log_in_as(outsider)
    assert all(action != "Relire" for _, _, action in told(other))
    assert title not in other.get(reviewed.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("day", "present"), [("2021-12-04 12:00", True), ("2021-12-01 12:00", False)]
)
def test_no_review_that_is_over_or_of_others(
    log_in_as: LogIn, reader: User, organization: Any, reviewed: Meeting, day: str, present: bool
) -> None:
    AttendanceFactory(meeting=reviewed, organization=organization, present=present)
    with time_machine.travel(day, tick=False):
        client = log_in_as(reader)
        assert all(action != "Relire" for _, _, action in told(client))
        page = client.get(reviewed.get_absolute_url()).content.decode()
    assert "en révision" not in page
