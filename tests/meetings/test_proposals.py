"""Proposals in the register of an organization: accepted, declined, each once."""

import datetime
from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.actions import StaleRecord
from measures.models import Implementation, ImplementationEvent, Stage
from meetings.acts import promises
from meetings.acts.promises import (
    ACCEPTED,
    DECLINED,
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
from tests.factories import ImplementationFactory, MeasureFactory, MeetingFactory, StageFactory
from tests.factories.live import CommitmentFactory, RoundTableEntryFactory
from tests.html import StrictClient

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


def address(row: Commitment, organization: Organization | None = None) -> str:
    slug = (organization or row.organization).slug
    return reverse("meetings:proposal_answer", kwargs={"org_slug": slug, "pk": row.pk})


def listed(organization: Organization) -> str:
    return reverse("meetings:proposal_list", kwargs={"org_slug": organization.slug})


def terms(**values: Any) -> dict[str, Any]:
    """What the form of an acceptance sends."""
    return {"planned_for": "2021-06-30", "lead": "Achats", "record_version": "0"} | values


def record_for(proposal: Commitment, **values: Any) -> Implementation:
    """The record of the same measure, already in the register."""
    return ImplementationFactory(
        organization=proposal.organization, measure=proposal.measure, **values
    )


def nothing_was_written(row: Commitment) -> bool:
    row.refresh_from_db()
    lines = AuditEntry.objects.filter(action__in=(ACCEPTED, DECLINED)).exists()
    return row.is_waiting and not lines and not ImplementationEvent.objects.exists()


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


# Two people, and second clicks


def test_a_second_click_writes_nothing_more(
    member: StrictClient, own: Commitment, stage: Stage
) -> None:
    sent = terms(own_title="Ouvrir la cantine", stage=stage.pk)
    places = {member.post(address(own), sent).url for _ in range(2)}
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


# The list and the dashboard


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
