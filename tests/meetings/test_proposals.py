"""Proposals in the register of an organization: accepted, declined, each once."""

import datetime
from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.models import Implementation, ImplementationEvent, Stage
from meetings.acts.promises import (
    ACCEPTED,
    DECLINED,
    Terms,
    accept_proposal,
    decline_proposal,
    withdraw_promise,
)
from meetings.models import Commitment, Meeting
from members.models import AuditEntry, Organization, User
from tests.conftest import LogIn
from tests.factories import ImplementationFactory, MeasureFactory, MeetingFactory, StageFactory
from tests.factories.live import CommitmentFactory, RoundTableEntryFactory
from tests.html import StrictClient
from tests.meetings.promises import address, listed, nothing_was_written, record_for, terms

DUE = datetime.date(2021, 6, 30)
DASHBOARD = "/tableau-de-bord/"


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
        due_on=DUE,
    )


@pytest.fixture
def own(proposal: Commitment) -> Commitment:
    """Of no measure of the guide."""
    return CommitmentFactory(entry=proposal.entry, text="Ouvrir une cantine", due_on=None)


# Accepted


def test_an_acceptance_adds_the_measure_to_the_register(
    member: StrictClient, proposal: Commitment, contributor: User, stage: Stage
) -> None:
    response = member.get(address(proposal))
    assertContains(response, "Proposition de la rencontre\u00a04")
    assertContains(response, "2021-06-30")
    response = member.post(address(proposal), terms())
    record = Implementation.objects.get()
    assertRedirects(response, record.get_absolute_url(), fetch_redirect_response=False)
    assert (record.organization, record.measure) == (proposal.organization, proposal.measure)
    assert (record.status, record.planned_for, record.lead) == ("planifiee", DUE, "Achats")
    assert (record.stage, record.created_by) == (stage, contributor)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answered_by) == ("accepted", contributor)
    assert (proposal.implementation, proposal.version) == (record, 2)
    assert proposal.answered_at is not None
    assert ImplementationEvent.objects.get().actor == contributor
    line = AuditEntry.objects.get(action=ACCEPTED)
    assert (line.organization, line.after["record"]) == (proposal.organization, record.pk)


def test_without_a_date_it_is_to_undertake(member: StrictClient, proposal: Commitment) -> None:
    member.post(address(proposal), terms(planned_for=""))
    assert Implementation.objects.get().status == "a-entreprendre"


def test_a_promise_about_no_measure_becomes_a_measure_of_their_own(
    member: StrictClient, own: Commitment, stage: Stage
) -> None:
    response = member.get(address(own))
    assert response.context["accept"].initial["own_title"] == "Ouvrir une cantine"
    member.post(address(own), terms(own_title="Ouvrir la cantine", stage=stage.pk))
    record = Implementation.objects.get()
    assert (record.own_title, record.measure, record.stage) == ("Ouvrir la cantine", None, stage)


def test_a_long_promise_opens_with_a_title_that_fits(member: StrictClient, own: Commitment) -> None:
    Commitment.objects.filter(pk=own.pk).update(text="Former l’équipe " * 30)
    title = member.get(address(own)).context["accept"].initial["own_title"]
    assert len(title) <= 200
    assert title.endswith("…")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("own_title", "", "Donnez-lui un titre."),
        ("stage", "", "Choisissez l’étape du guide où la ranger."),
        ("planned_for", "bientôt", "Écrivez la date ainsi"),
        ("lead", "a" * 151, "150"),
    ],
)
def test_what_is_wrong_is_said_and_kept(
    member: StrictClient, own: Commitment, stage: Stage, field: str, value: str, message: str
) -> None:
    sent = terms(own_title="Ouvrir la cantine", stage=stage.pk) | {field: value}
    response = member.post(address(own), sent)
    assertContains(response, "La proposition n’est pas encore acceptée")
    assertContains(response, message)
    assert nothing_was_written(own)


def test_the_record_of_the_measure_is_joined(member: StrictClient, proposal: Commitment) -> None:
    record = record_for(proposal, to_undertake=True, lead="Direction", description="Début.")
    response = member.get(address(proposal))
    assertContains(response, "La mesure est déjà au registre")
    assert response.context["accept"].initial["lead"] == "Direction"
    member.post(address(proposal), terms(record_version="1"))
    stored = Implementation.objects.get()
    assert (stored.pk, stored.status, stored.planned_for) == (record.pk, "planifiee", DUE)
    assert (stored.lead, stored.description, stored.version) == ("Achats", "Début.", 2)
    changes = ImplementationEvent.objects.get().changes
    assert changes["status"] == ["a-entreprendre", "planifiee"]
    proposal.refresh_from_db()
    assert proposal.implementation == stored


def test_what_is_in_progress_stays_so(member: StrictClient, proposal: Commitment) -> None:
    record_for(proposal, in_progress=True)
    member.post(address(proposal), terms(record_version="1"))
    stored = Implementation.objects.get()
    assert (stored.status, stored.planned_for) == ("en-cours", DUE)


def test_what_is_implemented_is_joined_and_does_not_change(
    member: StrictClient, proposal: Commitment
) -> None:
    record_for(proposal, implemented=True)
    assertContains(member.get(address(proposal)), "La mesure est déjà implantée")
    member.post(address(proposal), terms(record_version="1"))
    stored = Implementation.objects.get()
    assert (stored.status, stored.version, stored.lead) == ("implantee", 1, "")
    proposal.refresh_from_db()
    assert proposal.implementation == stored


@pytest.mark.parametrize(
    "shut",
    [
        {"status": "abandonnee"},
        {"status": "sans-objet", "not_applicable_reason": "Aucun achat de cette sorte"},
    ],
    ids=["abandoned", "not applicable"],
)
def test_a_closed_record_is_reopened_or_only_joined(
    member: StrictClient, proposal: Commitment, shut: dict[str, str]
) -> None:
    record = record_for(proposal, **shut)
    assertContains(member.get(address(proposal)), "sa fiche est fermée")
    response = member.post(address(proposal), terms(record_version="1"))
    assertContains(response, "Choisissez ce que devient la fiche.")
    assert nothing_was_written(proposal)
    member.post(address(proposal), terms(record_version="1", outcome="rouvrir"))
    record.refresh_from_db()
    assert (record.status, record.not_applicable_reason) == ("planifiee", "")
    assert ImplementationEvent.objects.get().changes["status"] == [shut["status"], "planifiee"]


def test_a_closed_record_may_stay_closed(member: StrictClient, proposal: Commitment) -> None:
    record = record_for(proposal, status="abandonnee", lead="Direction")
    sent = terms(record_version="1", outcome="relier")
    for _ in range(2):
        response = member.post(address(proposal), sent)
        assertRedirects(response, record.get_absolute_url(), fetch_redirect_response=False)
    record.refresh_from_db()
    assert (record.status, record.lead, record.version) == ("abandonnee", "Direction", 1)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.implementation) == ("accepted", record)


# Declined


def test_a_proposal_is_declined_with_a_word(
    member: StrictClient, proposal: Commitment, contributor: User
) -> None:
    sent = {"act": "decline", "answer": "Trop tôt\r\npour nous"}
    for _ in range(2):
        assertRedirects(member.post(address(proposal), sent), listed(proposal.organization))
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer) == ("declined", "Trop tôt\npour nous")
    assert (proposal.answered_by, proposal.implementation) == (contributor, None)
    assert AuditEntry.objects.get(action=DECLINED).after["answer"] == "Trop tôt\npour nous"
    assert not Implementation.objects.exists()


def test_a_proposal_is_declined_without_a_word(member: StrictClient, proposal: Commitment) -> None:
    member.post(address(proposal), {"act": "decline"})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer) == ("declined", "")


def test_a_word_too_long_is_refused_and_kept(member: StrictClient, proposal: Commitment) -> None:
    response = member.post(address(proposal), {"act": "decline", "answer": "Trop tôt " * 300})
    assertContains(response, "La réponse n’est pas encore enregistrée")
    assertContains(response, "Trop tôt Trop tôt")
    assert nothing_was_written(proposal)


# Who may


def test_the_proposal_of_another_organization_is_none(
    member: StrictClient, organization: Organization, other_organization: Organization
) -> None:
    theirs = CommitmentFactory(
        entry=RoundTableEntryFactory(organization=other_organization), text="Secret de B"
    )
    for ask in (member.get, member.post):
        assert ask(address(theirs, organization)).status_code == 404
        assert ask(address(theirs)).status_code == 404
    assertNotContains(member.get(listed(organization)), "Secret de B")
    assertNotContains(member.get(DASHBOARD), "Secret de B")
    assert nothing_was_written(theirs)


@pytest.mark.parametrize("who", ["reader", "facilitator", "coordinator"])
def test_only_those_who_edit_the_register_answer(
    log_in_as: LogIn, proposal: Commitment, who: str, request: pytest.FixtureRequest
) -> None:
    client = log_in_as(request.getfixturevalue(who))
    for data in (terms(), {"act": "decline"}):
        assert client.post(address(proposal), data).status_code == 403
    response = client.get(listed(proposal.organization))
    assertContains(response, proposal.text)
    assertNotContains(response, address(proposal))
    assert nothing_was_written(proposal)


def test_staff_do_not_see_the_record_that_is_kept_inside(
    log_in_as: LogIn, facilitator: User, reader: User, proposal: Commitment, contributor: User
) -> None:
    record = accept_proposal(commitment=proposal, terms=Terms(0), by=contributor)
    Implementation.objects.update(sharing="private", status="en-cours")
    page = listed(proposal.organization)
    assertNotContains(log_in_as(facilitator).get(page), record.get_absolute_url())
    assertContains(log_in_as(facilitator).get(page), "acceptée, dans son registre")
    assertContains(log_in_as(reader).get(page), record.get_absolute_url())


# The list, the record and the dashboard


def test_the_record_says_where_it_was_promised(
    member: StrictClient, proposal: Commitment, contributor: User
) -> None:
    record = accept_proposal(commitment=proposal, terms=Terms(0), by=contributor)
    response = member.get(record.get_absolute_url())
    link = f'Promesse <a href="{proposal.meeting.get_absolute_url()}">de la rencontre\u00a04</a>'
    assertContains(response, link, html=False)
    other = record_for(CommitmentFactory(entry=proposal.entry, measure=MeasureFactory()))
    assertNotContains(member.get(other.get_absolute_url()), "Promesse")


def test_the_list_has_what_waits_first_then_what_became_of_the_rest(
    member: StrictClient, proposal: Commitment, own: Commitment, contributor: User
) -> None:
    decline_proposal(commitment=own, answer="Trop tôt", by=contributor)
    response = member.get(listed(proposal.organization))
    assertContains(response, "Propositions de la rencontre\u00a04")
    assertContains(response, address(proposal))
    assert response.context["waiting"] == (proposal,)
    assert list(response.context["page"]) == [own]
    assertContains(response, "Trop tôt")


def test_what_was_taken_back_is_not_listed(
    member: StrictClient, proposal: Commitment, facilitator: User
) -> None:
    withdraw_promise(commitment=proposal, by=facilitator)
    response = member.get(listed(proposal.organization))
    assertContains(response, "Aucune proposition")
    assertNotContains(member.get(DASHBOARD), "à la proposition")


def test_a_proposal_is_the_first_thing_to_do(
    member: StrictClient, log_in_as: LogIn, reader: User, proposal: Commitment
) -> None:
    ImplementationFactory(organization=proposal.organization, implemented=True)
    tasks = member.get(DASHBOARD).context["member"].tasks
    assert tasks[0].title == "Répondre à la proposition de la rencontre\u00a04"
    assert tasks[0].url == address(proposal)
    # A reader reads: the answer is for others to give.
    task = log_in_as(reader).get(DASHBOARD).context["member"].tasks[0]
    assert task.url == listed(proposal.organization)


def test_proposals_of_one_meeting_are_one_thing_to_do(
    member: StrictClient, proposal: Commitment, own: Commitment
) -> None:
    task = member.get(DASHBOARD).context["member"].tasks[0]
    assert task.title == "Répondre aux 2\u00a0propositions de la rencontre\u00a04"
    assert task.url == listed(proposal.organization)


def test_the_pages_cost_the_same_whatever_the_rows(
    member: StrictClient, proposal: Commitment, contributor: User, django_assert_num_queries: Any
) -> None:
    record_for(proposal, in_progress=True)
    for number in (1, 6):
        for _ in range(number):
            CommitmentFactory(entry=proposal.entry, measure=MeasureFactory())
            row = CommitmentFactory(entry=proposal.entry, measure=MeasureFactory())
            accept_proposal(commitment=row, terms=Terms(0), by=contributor)
        member.get(listed(proposal.organization))
        # session, person, membership, waiting, number answered, answered, stages
        with django_assert_num_queries(7):
            member.get(listed(proposal.organization))
        # session, person, membership, proposal, record, stages
        with django_assert_num_queries(6):
            member.get(address(proposal))
