"""Promises stay in the room until they are sent; then each is a proposal in its register."""

import datetime
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from meetings import actions
from meetings.acts.promises import make_promise, withdraw_promise
from meetings.acts.transmitting import SENT, send_promises
from meetings.models import Commitment, Meeting, RoundTableEntry, Synthesis
from members.models import AuditEntry, Notification, Organization, User
from members.notifications.kinds import kind_of
from tests.conftest import LogIn
from tests.factories import (
    MeetingFactory,
    SynthesisFactory,
    SynthesisPointFactory,
    SynthesisVersionFactory,
)
from tests.factories.live import MOMENT, CommitmentFactory, RoundTableEntryFactory
from tests.html import StrictClient
from tests.meetings.promises import address, listed

TABLE = "/promesses/"
DASHBOARD = "/tableau-de-bord/"
SECRET = "Une promesse mal notée"


@pytest.fixture
def staff(log_in_as: LogIn, facilitator: User) -> StrictClient:
    return log_in_as(facilitator)


@pytest.fixture
def meeting(db: None) -> Meeting:
    return MeetingFactory(number=4, slug="rencontre-4", held=True)


@pytest.fixture
def card(meeting: Meeting, organization: Organization) -> RoundTableEntry:
    return RoundTableEntryFactory(meeting=meeting, organization=organization)


@pytest.fixture
def noted(card: RoundTableEntry) -> Commitment:
    return CommitmentFactory(entry=card, noted=True, text=SECRET)


@pytest.fixture
def synthesis(meeting: Meeting) -> Synthesis:
    synthesis = SynthesisFactory(meeting=meeting)
    SynthesisPointFactory(synthesis=synthesis)
    return synthesis


def send(client: StrictClient, meeting: Meeting, **data: str) -> Any:
    there = reverse("meetings:commitment_send", kwargs={"slug": meeting.slug})
    return client.post(there, data, follow=True)


def promise(card: RoundTableEntry, by: User, text: str = "Former l’équipe") -> Commitment:
    return make_promise(
        entry=card, text=text, measure=None, due_on=None, submission_key=uuid.uuid4(), by=by
    )


def publish(synthesis: Synthesis, by: User, number: int = 1, reason: str = "") -> None:
    actions.publish_synthesis(synthesis=synthesis, expected_number=number, reason=reason, by=by)


# Before


def test_what_is_noted_is_nowhere_in_the_register(
    log_in_as: LogIn, manager: User, noted: Commitment
) -> None:
    client = log_in_as(manager)
    assertNotContains(client.get(listed(noted.organization)), SECRET)
    assertContains(client.get(listed(noted.organization)), "Aucune proposition")
    assertNotContains(client.get(DASHBOARD), SECRET)
    assert client.get(address(noted)).status_code == 404
    assert client.post(address(noted), {"act": "decline", "answer": "Non"}).status_code == 404
    noted.refresh_from_db()
    assert noted.is_waiting


def test_the_database_refuses_an_answer_to_what_was_never_sent(
    noted: Commitment, manager: User
) -> None:
    rows = Commitment.objects.filter(pk=noted.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="declined", answered_by=manager, answered_at=MOMENT)


def test_staff_see_what_is_not_yet_sent(staff: StrictClient, noted: Commitment) -> None:
    page = staff.get(TABLE)
    assertContains(page, SECRET)
    assertContains(page, "pas encore transmise</span>")
    assertContains(page, "1 promesse de 1 organisation n’est pas encore transmise")
    assert page.context["totals"] == {
        "promised": 1,
        "proposed": 0,
        "to_send": 1,
        "accepted": 0,
        "declined": 0,
        "implemented": 0,
    }
    assertContains(staff.get(TABLE, {"etat": "a-transmettre"}), SECRET)
    assertNotContains(staff.get(TABLE, {"etat": "sans-reponse"}), SECRET)


def test_the_next_meeting_recalls_it_all_the_same(staff: StrictClient, noted: Commitment) -> None:
    coming = MeetingFactory(held_on=datetime.date(2021, 6, 1))
    RoundTableEntryFactory(meeting=coming, organization=noted.organization)
    assert list(Commitment.objects.promised_before(coming)) == [noted]
    room = staff.get(reverse("meetings:meeting_run", kwargs={"slug": coming.slug}))
    assertContains(room, SECRET)
    assertContains(room, "pas encore transmise")


def test_noting_says_that_it_waits_for_the_synthesis(
    staff: StrictClient, card: RoundTableEntry
) -> None:
    sent = {"entry": card.pk, "text": "Former", "measure": "", "due_on": ""}
    there = reverse("meetings:commitment_create", kwargs={"slug": card.meeting.slug})
    page = staff.post(there, sent | {"submission_key": str(uuid.uuid4())}, follow=True)
    assertContains(page, "la recevra au registre avec la synthèse")
    assert not Notification.objects.exists()


# Sent


def test_the_first_version_sends_what_stands(
    synthesis: Synthesis, noted: Commitment, facilitator: User, manager: User, log_in_as: LogIn
) -> None:
    elsewhere = CommitmentFactory(noted=True)
    taken_back = CommitmentFactory(entry=noted.entry, noted=True, text="Reprise")
    withdraw_promise(commitment=taken_back, by=facilitator)
    publish(synthesis, facilitator)
    assert list(Commitment.objects.received()) == [noted]
    line = AuditEntry.objects.get(action=SENT)
    assert (line.actor, line.organization) == (facilitator, noted.organization)
    client = log_in_as(manager)
    assertContains(client.get(listed(noted.organization)), SECRET)
    assertContains(client.get(DASHBOARD), SECRET)
    assert client.get(address(noted)).status_code == 200
    # Taken back before: never seen.
    assertNotContains(client.get(listed(noted.organization)), "Reprise")
    assert client.get(address(taken_back)).status_code == 404
    elsewhere.refresh_from_db()
    assert not elsewhere.is_received


def test_a_later_version_sends_nothing(
    synthesis: Synthesis, card: RoundTableEntry, facilitator: User
) -> None:
    SynthesisVersionFactory(synthesis=synthesis)
    late = CommitmentFactory(entry=card, noted=True)
    SynthesisPointFactory(synthesis=synthesis, text="Ajouté")
    publish(synthesis, facilitator, 2, "Un oubli.")
    late.refresh_from_db()
    assert not late.is_received


def test_a_promise_made_after_the_approval_is_sent_at_once(
    synthesis: Synthesis, card: RoundTableEntry, facilitator: User, manager: User
) -> None:
    assert not promise(card, facilitator).is_received
    publish(synthesis, facilitator)
    before = Notification.objects.filter(kind="proposals_received")
    assert before.count() == 1
    late = promise(card, facilitator, "Une de plus")
    assert Commitment.objects.get(pk=late.pk).is_received
    # Told together: the first mail had not left.
    assert before.waiting().count() == 1
    told = kind_of("proposals_received").compose(before.waiting().get())
    assert told is not None
    assert "2\u00a0propositions" in told.subject


def test_staff_may_send_without_waiting(
    staff: StrictClient, noted: Commitment, meeting: Meeting
) -> None:
    other = CommitmentFactory(entry__meeting=meeting, noted=True)
    page = send(staff, meeting)
    assertRedirects(page, TABLE)
    assertContains(page, "2\u00a0propositions transmises à 2\u00a0organisations")
    assert set(Commitment.objects.received()) == {noted, other}
    assert AuditEntry.objects.filter(action=SENT).count() == 2
    moments = set(Commitment.objects.values_list("sent_at", flat=True))
    # A second click finds nothing left.
    page = send(staff, meeting, **{"from": "synthese"})
    assertRedirects(page, reverse("meetings:synthesis_detail", kwargs={"slug": meeting.slug}))
    assertContains(page, "déjà transmises")
    assert set(Commitment.objects.values_list("sent_at", flat=True)) == moments
    assert AuditEntry.objects.filter(action=SENT).count() == 2


def test_the_page_of_the_synthesis_offers_it(staff: StrictClient, noted: Commitment) -> None:
    page = staff.get(reverse("meetings:synthesis_detail", kwargs={"slug": "rencontre-4"}))
    assertContains(page, "Transmettre la proposition")
    send(staff, noted.meeting)
    page = staff.get(reverse("meetings:synthesis_detail", kwargs={"slug": "rencontre-4"}))
    assertNotContains(page, "Transmettre la proposition")


def test_who_publishes_reads_what_would_become_no_proposal(
    staff: StrictClient, card: RoundTableEntry, synthesis: Synthesis
) -> None:
    """A next action is proposed only once a promise is noted of it."""
    RoundTableEntryFactory(meeting=card.meeting, next_action="")
    RoundTableEntry.objects.filter(pk=card.pk).update(next_action="Deux contrats.")
    page = reverse("meetings:synthesis_publish", args=[card.meeting.slug])
    assertContains(staff.get(page), "1 prochaine action du tour de table ne deviendra pas")
    CommitmentFactory(entry=card, noted=True)
    assertNotContains(staff.get(page), "aucune promesse n’en est notée")


def test_nothing_is_sent_before_the_meeting_takes_place(staff: StrictClient) -> None:
    coming = MeetingFactory(slug="a-venir")
    row = CommitmentFactory(entry__meeting=coming, noted=True)
    assertContains(send(staff, coming), "une fois la rencontre tenue")
    row.refresh_from_db()
    assert not row.is_received
    assertNotContains(staff.get(TABLE), "Transmettre la proposition")


def test_a_refusal_to_publish_sends_nothing(
    synthesis: Synthesis, noted: Commitment, facilitator: User
) -> None:
    synthesis.points.all().delete()
    with pytest.raises(actions.NotPublishableError):
        publish(synthesis, facilitator)
    assert not Commitment.objects.received().exists()
    assert not Notification.objects.exists()


# Told


def test_those_who_may_answer_are_told_once_for_the_meeting(
    noted: Commitment,
    facilitator: User,
    reader: User,
    contributor: User,
    manager: User,
    outsider: User,
) -> None:
    CommitmentFactory(entry=noted.entry, noted=True, text="La seconde")
    send_promises(meeting=noted.meeting, by=facilitator)
    rows = Notification.objects.filter(kind="proposals_received")
    assert {row.recipient for row in rows} == {contributor, manager}
    assert {row.organization for row in rows} == {noted.organization}
    wait = rows[0].due_at - rows[0].created_at
    assert datetime.timedelta(minutes=9) < wait <= datetime.timedelta(minutes=10)
    told = kind_of("proposals_received").compose(rows[0])
    assert told is not None
    assert told.subject == "Organisation A\u00a0: 2\u00a0propositions de la rencontre\u00a04"
    assert any(SECRET in line for line in told.paragraphs)
    assert any("La seconde" in line for line in told.paragraphs)
    assert told.path == listed(noted.organization)


def test_nothing_is_told_once_all_is_answered_or_taken_back(
    noted: Commitment, facilitator: User, manager: User
) -> None:
    send_promises(meeting=noted.meeting, by=facilitator)
    row = Notification.objects.get(kind="proposals_received")
    withdraw_promise(commitment=noted, by=facilitator)
    assert kind_of("proposals_received").compose(row) is None


def test_people_who_left_and_closed_organizations_are_told_nothing(
    noted: Commitment, facilitator: User, manager: User, contributor: User
) -> None:
    User.objects.filter(pk=manager.pk).update(is_active=False)
    other = CommitmentFactory(entry__meeting=noted.meeting, noted=True)
    Organization.objects.filter(pk=other.organization.pk).update(is_active=False)
    send_promises(meeting=noted.meeting, by=facilitator)
    assert [row.recipient for row in Notification.objects.all()] == [contributor]


# The rows of before


@pytest.mark.django_db(transaction=True)
def test_promises_of_before_were_in_the_register_at_once() -> None:
    keys = [CommitmentFactory().pk, CommitmentFactory(accepted=True).pk]
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    executor.migrate([("meetings", "0004_meetings_in_depth")])
    MigrationExecutor(connection).migrate(leaves)
    for row in Commitment.objects.filter(pk__in=keys):
        assert row.sent_at == row.created_at
