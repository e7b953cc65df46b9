"""Promises that staff note in the room, take back, and follow in their table."""

import datetime
import uuid
from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.models import Implementation
from meetings.acts.promises import MADE, WITHDRAWN, decline_proposal, withdraw_promise
from meetings.models import Commitment, Meeting, RoundTableEntry
from members.models import AuditEntry, Organization, User
from tests.conftest import LogIn
from tests.factories import (
    ImplementationFactory,
    MeasureFactory,
    MeetingFactory,
)
from tests.factories.live import CommitmentFactory, RoundTableEntryFactory
from tests.html import StrictClient

TABLE = "/promesses/"


@pytest.fixture
def staff(log_in_as: LogIn, facilitator: User) -> StrictClient:
    return log_in_as(facilitator)


@pytest.fixture
def meeting(db: None) -> Meeting:
    return MeetingFactory(number=4, slug="rencontre-4", held=True)


@pytest.fixture
def card(meeting: Meeting, organization: Organization) -> RoundTableEntry:
    return RoundTableEntryFactory(meeting=meeting, organization=organization)


def address(meeting: Meeting) -> str:
    return reverse("meetings:commitment_create", kwargs={"slug": meeting.slug})


def promise(card: RoundTableEntry, **values: Any) -> dict[str, Any]:
    """What the room sends."""
    sent = {
        "entry": card.pk,
        "text": "Écrire la déclaration",
        "measure": "",
        "due_on": "2021-06-30",
        "submission_key": str(uuid.uuid4()),
    }
    return sent | values


def withdraw(client: StrictClient, row: Commitment, **data: str) -> Any:
    return client.post(reverse("meetings:commitment_withdraw", kwargs={"pk": row.pk}), data)


# Noted


def test_a_next_action_becomes_a_proposal(
    staff: StrictClient, card: RoundTableEntry, facilitator: User
) -> None:
    measure = MeasureFactory(code="M1-07")
    response = staff.post(address(card.meeting), promise(card, measure="M1-07"))
    room = reverse("meetings:meeting_run", kwargs={"slug": "rencontre-4"})
    assertRedirects(response, f"{room}?carte=organisation-a", fetch_redirect_response=False)
    row = Commitment.objects.get()
    assert (row.meeting, row.organization, row.entry) == (card.meeting, card.organization, card)
    assert (row.text, row.measure, row.created_by) == (
        "Écrire la déclaration",
        measure,
        facilitator,
    )
    assert (row.due_on, row.state) == (datetime.date(2021, 6, 30), "proposed")
    line = AuditEntry.objects.get(action=MADE)
    assert (line.actor, line.organization) == (facilitator, card.organization)
    assert line.after["text"] == "Écrire la déclaration"
    # Staff write in no register.
    assert not Implementation.objects.exists()


def test_a_second_click_notes_nothing_more(staff: StrictClient, card: RoundTableEntry) -> None:
    sent = promise(card)
    for _ in range(2):
        assert staff.post(address(card.meeting), sent).status_code == 302
    assert Commitment.objects.count() == AuditEntry.objects.filter(action=MADE).count() == 1


def test_other_words_under_the_same_key_are_another_promise(
    staff: StrictClient, card: RoundTableEntry
) -> None:
    sent = promise(card)
    staff.post(address(card.meeting), sent)
    staff.post(address(card.meeting), sent | {"text": "Former l’équipe"})
    assert set(Commitment.objects.values_list("text", flat=True)) == {
        "Écrire la déclaration",
        "Former l’équipe",
    }


def test_a_card_alone_opens_the_form_with_its_next_action(
    staff: StrictClient, card: RoundTableEntry
) -> None:
    card.measure, card.due_on = MeasureFactory(code="M1-07"), datetime.date(2021, 6, 30)
    card.save()
    for response in (
        staff.get(address(card.meeting), {"entry": card.pk}),
        staff.post(address(card.meeting), {"entry": card.pk}),
    ):
        initial = response.context["form"].initial
        assert initial == {
            "entry": card.pk,
            "text": card.next_action,
            "measure": "M1-07",
            "due_on": card.due_on,
        }
        assertContains(response, card.next_action)
    assert not Commitment.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("text", " ", "Écrivez ce que l’organisation promet."),
        ("text", "a" * 2001, "2000"),
        ("entry", "", "Choisissez l’organisation qui promet."),
        ("entry", "9" * 30, "Cette carte n’est pas de la rencontre"),
        ("measure", "M9-99", "Cette mesure n’est pas au guide"),
        ("due_on", "demain", "Écrivez la date ainsi"),
    ],
)
def test_what_is_wrong_is_said_and_kept(
    staff: StrictClient, card: RoundTableEntry, field: str, value: str, message: str
) -> None:
    sent = promise(card, **{field: value})
    response = staff.post(address(card.meeting), sent)
    assertContains(response, "La promesse n’est pas encore notée")
    assertContains(response, message)
    # The key comes back: a corrected form is the same form.
    assertContains(response, sent["submission_key"])
    assert not Commitment.objects.exists()


def test_the_card_of_another_meeting_is_refused(staff: StrictClient, card: RoundTableEntry) -> None:
    elsewhere = RoundTableEntryFactory(next_action="Secret d’ailleurs")
    response = staff.post(address(card.meeting), promise(elsewhere))
    assertContains(response, "Cette carte n’est pas de la rencontre")
    response = staff.get(address(card.meeting), {"entry": elsewhere.pk})
    assertNotContains(response, "Secret d’ailleurs")
    assert not Commitment.objects.exists()


@pytest.mark.parametrize("state", ["draft", "closed", "cancelled"])
def test_nothing_is_promised_before_a_meeting_is_convened_nor_once_it_is_closed(
    staff: StrictClient, card: RoundTableEntry, state: str
) -> None:
    Meeting.objects.update(state=state)
    response = staff.post(address(card.meeting), promise(card))
    assertContains(response, "une promesse se note une fois la rencontre convoquée")
    assert not Commitment.objects.exists()


def test_a_promise_typed_as_the_session_ends_is_given_back(
    client: StrictClient, staff: StrictClient, facilitator: User, card: RoundTableEntry
) -> None:
    sent = promise(card, text="Tapé avant la coupure", author=str(facilitator.pk))
    client.post(address(card.meeting), sent)
    client.force_login(facilitator, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.get(address(card.meeting))
    assertContains(response, "Tapé avant la coupure")
    assert not Commitment.objects.exists()


# Taken back


def test_a_promise_that_waits_is_taken_back(staff: StrictClient, facilitator: User) -> None:
    row = CommitmentFactory()
    response = withdraw(staff, row, filters="etat=sans-reponse")
    assertRedirects(response, f"{TABLE}?etat=sans-reponse")
    row.refresh_from_db()
    assert (row.state, row.answered_by) == ("withdrawn", facilitator)
    assert AuditEntry.objects.get(action=WITHDRAWN).organization == row.organization
    # A second click has nothing to do, and says nothing.
    assertRedirects(withdraw(staff, row), TABLE)
    assert AuditEntry.objects.filter(action=WITHDRAWN).count() == 1


def test_a_promise_that_has_its_answer_stays(staff: StrictClient) -> None:
    row = CommitmentFactory(accepted=True)
    response = staff.post(
        reverse("meetings:commitment_withdraw", kwargs={"pk": row.pk}), follow=True
    )
    assertContains(response, f"{row.answered_by} a répondu entre-temps")
    row.refresh_from_db()
    assert (row.state, row.version) == ("accepted", 1)
    assert not AuditEntry.objects.filter(action=WITHDRAWN).exists()


def test_where_a_withdrawal_leads_is_no_other_site(staff: StrictClient) -> None:
    response = withdraw(staff, CommitmentFactory(), filters="//ailleurs.example")
    assert response.url.startswith(f"{TABLE}?")


# The table


def test_the_table_says_what_each_promise_became(
    staff: StrictClient, meeting: Meeting, organization: Organization
) -> None:
    card = RoundTableEntryFactory(meeting=meeting, organization=organization)
    CommitmentFactory(entry=card, text="Sans réponse encore")
    shown = CommitmentFactory(entry=card, accepted=True, text="Au vu de tous")
    Implementation.objects.filter(pk=shown.implementation.pk).update(status="en-cours")
    declined = CommitmentFactory(entry=card, text="Non merci")
    Commitment.objects.filter(pk=declined.pk).update(
        state="declined",
        answer="Trop tôt",
        answered_by=shown.answered_by,
        answered_at=shown.answered_at,
    )
    response = staff.get(TABLE)
    for text in ("Sans réponse encore", "proposée, sans réponse", "En cours", "Trop tôt"):
        assertContains(response, text)
    assertContains(response, shown.implementation.get_absolute_url())
    assert response.context["totals"] == {
        "promised": 3,
        "proposed": 1,
        "to_send": 0,
        "accepted": 1,
        "declined": 1,
        "implemented": 0,
    }
    # Only what waits is taken back.
    assertContains(response, "/retirer/", count=1)


def test_a_record_kept_to_its_organization_says_nothing_of_itself(
    staff: StrictClient, meeting: Meeting
) -> None:
    card = RoundTableEntryFactory(meeting=meeting)
    row = CommitmentFactory(entry=card, accepted=True)
    record = row.implementation
    record.sharing, record.status = "private", "implantee"
    record.implemented_on = datetime.date(2022, 1, 1)
    record.own_title, record.measure = "Titre tenu secret", None
    record.save()
    response = staff.get(TABLE)
    assertContains(response, "acceptée, dans son registre")
    for told in ("Titre tenu secret", "implantée</", record.get_absolute_url()):
        assertNotContains(response, told)
    assert response.context["totals"]["implemented"] == 0
    assertNotContains(staff.get(TABLE, {"etat": "implantees"}), row.text)


def test_what_was_implemented_before_the_meeting_is_not_implemented_since(
    meeting: Meeting,
) -> None:
    for day, expected in ((meeting.held_on, 1), (meeting.held_on - datetime.timedelta(1), 1)):
        record = ImplementationFactory(implemented=True, implemented_on=day)
        card = RoundTableEntryFactory(meeting=meeting, organization=record.organization)
        CommitmentFactory(entry=card, accepted=True, implementation=record)
        assert Commitment.objects.implemented_since().count() == expected
    assert Commitment.objects.totals()["implemented"] == 1


def test_the_filters_are_in_the_address(staff: StrictClient, meeting: Meeting) -> None:
    a = CommitmentFactory(entry__meeting=meeting, text="Promesse un")
    b = CommitmentFactory(text="Promesse deux", accepted=True)
    for query, shown, hidden in (
        ({"rencontre": meeting.slug}, a, b),
        ({"organisation": b.organization.slug}, b, a),
        ({"etat": "sans-reponse"}, a, b),
        ({"etat": "acceptees"}, b, a),
    ):
        response = staff.get(TABLE, query)
        assertContains(response, shown.text)
        assertNotContains(response, hidden.text)
    assertContains(staff.get(TABLE, {"etat": "declinees"}), "Aucune promesse ne correspond")
    # What no list offers filters nothing.
    assertContains(staff.get(TABLE, {"etat": "x", "rencontre": "nulle-part"}), "Promesse deux")


def test_an_empty_table_says_where_promises_come_from(staff: StrictClient) -> None:
    assertContains(staff.get(TABLE), "Elles se notent pendant la rencontre")


def test_what_was_taken_back_is_no_promise(staff: StrictClient, facilitator: User) -> None:
    row = CommitmentFactory(text="Reprise aussitôt")
    withdraw_promise(commitment=row, by=facilitator)
    response = staff.get(TABLE)
    assertNotContains(response, "Reprise aussitôt")
    assert response.context["totals"]["promised"] == 0


def test_the_table_costs_ten_queries(
    staff: StrictClient, meeting: Meeting, django_assert_num_queries: Any
) -> None:
    for number in (1, 6):
        for _ in range(number):
            card = RoundTableEntryFactory(meeting=meeting)
            CommitmentFactory(entry=card, accepted=True)
            CommitmentFactory(entry=card, measure=MeasureFactory())
        staff.get(TABLE)
        # session, person, number, totals, what is to send, own organization, stages, meetings,
        # organizations, page
        with django_assert_num_queries(10):
            staff.get(TABLE)


# Promised last time


def test_what_was_promised_last_time_is_of_each_organization_s_last_meeting(
    organization: Organization, other_organization: Organization, facilitator: User
) -> None:
    january, march, coming = (
        MeetingFactory(held_on=datetime.date(2021, month, 1), held=True) for month in (1, 3, 5)
    )

    def promised(meeting: Meeting, whose: Organization) -> Commitment:
        card, _ = RoundTableEntry.objects.get_or_create(meeting=meeting, organization=whose)
        return CommitmentFactory(entry=card)

    old = promised(january, organization)
    recent, taken_back = promised(march, organization), promised(march, organization)
    withdraw_promise(commitment=taken_back, by=facilitator)
    other = promised(january, other_organization)
    promised(coming, organization)
    before = Commitment.objects.promised_before(coming)
    # What is still open is not forgotten because something else was promised since.
    assert list(before) == [recent, old, other]
    assert list(Commitment.objects.promised_before(coming, organization)) == [recent, old]
    decline_proposal(commitment=old, answer="Pas cette année.", by=facilitator)
    assert list(Commitment.objects.promised_before(coming, organization)) == [recent]
    assert list(Commitment.objects.promised_before(march, organization)) == [old]
    Meeting.objects.filter(pk=march.pk).update(state="cancelled")
    assert list(Commitment.objects.promised_before(coming, organization)) == [old]
