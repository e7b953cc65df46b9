"""Two people before one proposal, second clicks, and what changed under a form."""

import datetime
from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertRedirects

from measures.actions import StaleRecord
from measures.models import Implementation, Stage
from meetings.acts import promises
from meetings.acts.promises import (
    ACCEPTED,
    AlreadyAnsweredError,
    RecordChangedError,
    Terms,
    accept_proposal,
    decline_proposal,
    withdraw_promise,
)
from meetings.models import Commitment, Meeting
from meetings.views import commitments
from members.models import AuditEntry, Organization, User
from tests.conftest import LogIn
from tests.factories import MeasureFactory, MeetingFactory, StageFactory
from tests.factories.live import CommitmentFactory, RoundTableEntryFactory
from tests.html import StrictClient
from tests.meetings.promises import address, nothing_was_written, record_for, terms


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


@pytest.fixture
def meeting(db: None) -> Meeting:
    return MeetingFactory(number=4, slug="rencontre-4", held=True)


@pytest.fixture
def stage(db: None) -> Stage:
    return StageFactory(order=2)


@pytest.fixture
def proposal(meeting: Meeting, organization: Organization, stage: Stage) -> Commitment:
    """Of a measure of the guide, for a day."""
    return CommitmentFactory(
        entry=RoundTableEntryFactory(meeting=meeting, organization=organization),
        text="Réserver les petits contrats",
        measure=MeasureFactory(code="M2-03", stage=stage),
        due_on=datetime.date(2021, 6, 30),
    )


@pytest.fixture
def own(proposal: Commitment) -> Commitment:
    """Of no measure of the guide."""
    return CommitmentFactory(entry=proposal.entry, text="Ouvrir une cantine", due_on=None)


def test_a_second_click_writes_nothing_more(
    member: StrictClient, own: Commitment, stage: Stage
) -> None:
    sent = terms(own_title="Ouvrir la cantine", stage=stage.pk)
    places = {member.post(address(own), sent)["Location"] for _ in range(2)}
    assert places == {Implementation.objects.get().get_absolute_url()}
    assert AuditEntry.objects.filter(action=ACCEPTED).count() == 1


def test_the_second_of_two_people_sees_what_the_first_answered(
    member: StrictClient, log_in_as: LogIn, manager: User, contributor: User, proposal: Commitment
) -> None:
    log_in_as(manager).post(address(proposal), {"act": "decline", "answer": "Pas cette année"})
    response = member.post(address(proposal), terms(lead="Service des achats"))
    for text in ("Une réponse a déjà été donnée", "Pas cette année", "Service des achats"):
        assertContains(response, text, status_code=409)
    assert not Implementation.objects.exists()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answered_by) == ("declined", manager)


def test_a_refusal_meets_an_acceptance(
    member: StrictClient, log_in_as: LogIn, manager: User, proposal: Commitment
) -> None:
    log_in_as(manager).post(address(proposal), terms())
    response = member.post(address(proposal), {"act": "decline", "answer": "Je ne crois pas"})
    for text in (str(manager), "Je ne crois pas", "Planifiée"):
        assertContains(response, text, status_code=409)
    assert Implementation.objects.count() == 1


def test_other_terms_of_the_same_person_are_not_a_second_click(
    member: StrictClient, proposal: Commitment
) -> None:
    member.post(address(proposal), terms())
    response = member.post(address(proposal), terms(lead="Quelqu’un d’autre"))
    assertContains(response, "Quelqu’un d’autre", status_code=409)


def test_what_was_taken_back_meanwhile_is_said(
    member: StrictClient, facilitator: User, proposal: Commitment
) -> None:
    withdraw_promise(commitment=proposal, by=facilitator)
    response = member.post(address(proposal), terms(lead="Service des achats"))
    assertContains(response, "La proposition a été retirée", status_code=409)
    assertContains(response, "Service des achats", status_code=409)
    assert not Implementation.objects.exists()
    assertContains(member.get(address(proposal)), "Proposition retirée")


def test_a_record_that_changed_is_shown_before_anything_is_written(
    member: StrictClient, proposal: Commitment
) -> None:
    """The register had no such record when the form opened."""
    record = record_for(proposal, in_progress=True, lead="Direction")
    response = member.post(address(proposal), terms(lead="Service des achats"))
    for text in ("Le registre a changé entre-temps", "Direction", "Service des achats"):
        assertContains(response, text, status_code=409)
    assert nothing_was_written(proposal)
    # The form that comes back knows the record.
    response = member.post(address(proposal), terms(record_version="1"))
    assertRedirects(response, record.get_absolute_url(), fetch_redirect_response=False)


def test_a_version_that_says_nothing_is_not_taken_for_the_last(
    member: StrictClient, proposal: Commitment
) -> None:
    record_for(proposal, in_progress=True)
    for version in ("", "x", "99999999999"):
        sent = terms(record_version=version)
        assert member.post(address(proposal), sent).status_code == 409
    assert nothing_was_written(proposal)


def test_one_who_comes_between_the_reading_and_the_lock_is_met(
    member: StrictClient,
    manager: User,
    proposal: Commitment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def late(**kwargs: Any) -> Any:
        decline_proposal(commitment=kwargs["commitment"], answer="Avant vous", by=manager)
        return accept_proposal(**kwargs)

    monkeypatch.setattr(commitments, "accept_proposal", late)
    response = member.post(address(proposal), terms())
    assertContains(response, "Avant vous", status_code=409)
    assert not Implementation.objects.exists()


def test_only_one_of_two_answers_finds_the_proposal_waiting(
    proposal: Commitment, contributor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no row is locked, the write itself decides; the register is as it was."""
    read = promises._waiting(proposal)
    decline_proposal(commitment=proposal, answer="", by=contributor)
    monkeypatch.setattr(promises, "_waiting", lambda commitment: read)
    with pytest.raises(AlreadyAnsweredError):
        accept_proposal(commitment=proposal, terms=Terms(0), by=contributor)
    assert not Implementation.objects.exists()


def test_a_record_saved_at_the_same_moment_is_not_overwritten(
    proposal: Commitment, contributor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def beaten(**kwargs: Any) -> None:
        raise StaleRecord

    record_for(proposal, in_progress=True)
    monkeypatch.setattr(promises, "save_implementation", beaten)
    with pytest.raises(RecordChangedError):
        accept_proposal(commitment=proposal, terms=Terms(1), by=contributor)
    assert nothing_was_written(proposal)


def test_the_text_typed_as_the_session_ends_is_given_back(
    client: StrictClient, contributor: User, proposal: Commitment
) -> None:
    client.post(address(proposal), terms(lead="Tapé avant", author=str(contributor.pk)))
    client.force_login(contributor, backend="allauth.account.auth_backends.AuthenticationBackend")
    assertContains(client.get(address(proposal)), "Tapé avant")
    assert nothing_was_written(proposal)
