"""Clauses that members propose to the library, and what staff answer."""

from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.actions import clause_proposals as actions
from measures.models import CatalogueEvent, Clause, ClauseProposal
from measures.views import clause_proposals as views
from members.models import AuditEntry, Organization, User
from tests.conftest import LogIn
from tests.factories import ClauseFactory, ClauseProposalFactory, StageFactory, UserFactory
from tests.html import StrictClient
from tests.measures.sent import url
from tests.measures.uses import sent_acceptance, sent_proposal

LIST = reverse("measures:clause_proposal_list")


def answer_at(proposal: ClauseProposal) -> str:
    return reverse("measures:clause_proposal_answer", args=[proposal.pk])


def sent(**values: Any) -> dict[str, Any]:
    return sent_proposal(stage=str(StageFactory(order=4).pk), **values)


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


@pytest.fixture
def staff(log_in_as: LogIn, facilitator: User) -> StrictClient:
    return log_in_as(facilitator)


@pytest.fixture
def proposal(organization: Organization, contributor: User) -> ClauseProposal:
    return ClauseProposalFactory(
        organization=organization,
        title="Visite des lieux",
        text="Une visite est offerte dans les [5] jours.",
        created_by=contributor,
    )


# --- Proposing ---------------------------------------------------------------------


def test_a_clause_is_proposed_and_waits(
    member: StrictClient, organization: Organization, contributor: User
) -> None:
    response = member.post(url("clause_propose", organization), sent())
    assertRedirects(response, f"{url('clause_use_list', organization)}#h-propositions")
    row = ClauseProposal.objects.get()
    assert (row.organization, row.created_by, row.state) == (organization, contributor, "waiting")
    assert AuditEntry.objects.get().action == "clause_proposal_add"
    page = member.get(url("clause_use_list", organization))
    assertContains(page, "Visite des lieux")
    assertContains(page, "À l’étude")


def test_a_second_click_proposes_once(member: StrictClient, organization: Organization) -> None:
    data = sent()
    for _ in range(2):
        assert member.post(url("clause_propose", organization), data).status_code == 302
    assert ClauseProposal.objects.count() == AuditEntry.objects.count() == 1


def test_other_words_under_the_same_key_are_another_proposal(
    member: StrictClient, organization: Organization
) -> None:
    data = sent()
    for title in ("Une", "Deux"):
        member.post(url("clause_propose", organization), data | {"title": title})
    assert ClauseProposal.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("title", " ", "Donnez-lui un titre"),
        ("title", "x" * 201, "200"),
        ("text", "\n", "Écrivez le libellé"),
        ("text", "x" * 10_001, "10000"),
        ("stage", "", "Choisissez l’étape"),
        ("stage", "999999", "Sélectionnez un choix valide"),
        ("why", "x" * 2001, "2000"),
    ],
)
def test_bad_input_is_told_at_its_field_and_writes_nothing(
    member: StrictClient, organization: Organization, name: str, value: str, message: str
) -> None:
    response = member.post(url("clause_propose", organization), sent() | {name: value})
    assert message in str(response.context["form"].errors[name]).replace("\u202f", "")
    assertContains(response, "La clause n’est pas encore proposée")
    assert not ClauseProposal.objects.exists()
    assert not AuditEntry.objects.exists()


def test_readers_and_staff_propose_nothing(
    log_in_as: LogIn, reader: User, facilitator: User, organization: Organization
) -> None:
    for user in (reader, facilitator):
        response = log_in_as(user).post(url("clause_propose", organization), sent())
        assert response.status_code == 403
    assert not ClauseProposal.objects.exists()


def test_nobody_sees_the_proposals_of_others(
    member: StrictClient, organization: Organization, other_organization: Organization
) -> None:
    ClauseProposalFactory(organization=other_organization, title="Secrète")
    assertNotContains(member.get(url("clause_use_list", organization)), "Secrète")
    assert member.get(LIST).status_code == 403


# --- What waits for staff ----------------------------------------------------------


def test_what_waits_comes_first_the_oldest_on_top(
    staff: StrictClient, facilitator: User, organization: Organization
) -> None:
    first, second, third = ClauseProposalFactory.create_batch(3, organization=organization)
    actions.decline_proposal(proposal=first, answer="Déjà là.", by=facilitator)
    page = staff.get(LIST)
    assert list(page.context["page"]) == [second, third, first]
    assertContains(page, "2 attendent une réponse.")


def test_an_empty_list_says_so(staff: StrictClient) -> None:
    assertContains(staff.get(LIST), "Aucune clause proposée")
    assertNotContains(staff.get(reverse("measures:catalogue_index")), "une réponse")
    assertNotContains(staff.get(reverse("home:dashboard")), "clause proposée")


def test_the_catalogue_and_the_dashboard_lead_to_what_waits(
    staff: StrictClient, proposal: ClauseProposal
) -> None:
    index = staff.get(reverse("measures:catalogue_index"))
    assertContains(index, f'<a href="{LIST}">1 clause proposée</a> par des membres attend une')
    assertContains(staff.get(reverse("home:dashboard")), "Répondre à une clause proposée")
    ClauseProposalFactory()
    assertContains(staff.get(reverse("home:dashboard")), "Répondre à deux clauses proposées")


# --- Answering ---------------------------------------------------------------------


def test_an_accepted_clause_enters_the_library(
    staff: StrictClient, member: StrictClient, facilitator: User, proposal: ClauseProposal
) -> None:
    page = staff.get(answer_at(proposal))
    assert page.context["accept"]["text"].value() == proposal.text
    data = sent_acceptance(proposal, text="Une visite est offerte.", answer="Merci!")
    assertRedirects(staff.post(answer_at(proposal), data), LIST)
    proposal.refresh_from_db()
    clause = Clause.objects.get(code="C-21")
    assert (proposal.state, proposal.clause, proposal.answered_by) == (
        "accepted",
        clause,
        facilitator,
    )
    version = clause.versions.get()
    assert (version.number, version.text, version.author) == (
        1,
        "Une visite est offerte.",
        facilitator,
    )
    assert (clause.slug, clause.stage, clause.is_active) == ("c-21", proposal.stage, True)
    event = CatalogueEvent.objects.get()
    assert (event.subject, event.code, event.kind) == ("clause", "C-21", "created")
    assert AuditEntry.objects.get().after["clause"]["label"] == "C-21"
    page = member.get(url("clause_use_list", proposal.organization))
    assertContains(page, "Ajoutée à la bibliothèque")
    assertContains(page, "Merci!")
    assertContains(page, clause.get_absolute_url())


def test_the_next_free_code_is_offered(staff: StrictClient, proposal: ClauseProposal) -> None:
    ClauseFactory(code="C-09")
    ClauseFactory(code="C-x")
    assert staff.get(answer_at(proposal)).context["accept"]["code"].value() == "C-10"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("code", "", "obligatoire"),
        ("code", "C 21", "Composez le code"),
        ("code", "c-90", "déjà pris"),
        ("text", " ", "obligatoire"),
        ("title", "", "obligatoire"),
        ("stage", "X", "Sélectionnez un choix valide"),
    ],
)
def test_a_clause_to_correct_writes_nothing(
    staff: StrictClient, proposal: ClauseProposal, name: str, value: str, message: str
) -> None:
    ClauseFactory(code="C-90")
    data = sent_acceptance(proposal, answer="Gardé.") | {name: value}
    response = staff.post(answer_at(proposal), data)
    assert message in str(response.context["accept"].errors[name])
    assertContains(response, "Gardé.")
    assert Clause.objects.count() == 1
    proposal.refresh_from_db()
    assert proposal.state == "waiting"
    assert not CatalogueEvent.objects.exists()


def test_a_refusal_says_why(
    staff: StrictClient, member: StrictClient, proposal: ClauseProposal
) -> None:
    response = staff.post(answer_at(proposal), {"act": "decline", "answer": " "})
    assertContains(response, "Dites pourquoi cette clause n’est pas retenue.")
    proposal.refresh_from_db()
    assert proposal.state == "waiting"
    data = {"act": "decline", "answer": "La clause C-08 le dit déjà."}
    assertRedirects(staff.post(answer_at(proposal), data), LIST)
    page = member.get(url("clause_use_list", proposal.organization))
    assertContains(page, "Non retenue")
    assertContains(page, "La clause C-08 le dit déjà.")
    assert not Clause.objects.exists()


# --- Two people, and a second click --------------------------------------------------


@pytest.mark.parametrize("act", ["accept", "decline"])
def test_the_second_of_two_sees_what_the_first_did(
    staff: StrictClient, log_in_as: LogIn, proposal: ClauseProposal, act: str
) -> None:
    first = UserFactory(facilitator=True, full_name="Camille Première")
    actions.decline_proposal(proposal=proposal, answer="Déjà là.", by=first)
    mine = sent_acceptance(proposal, title="Mon titre", answer="Ma réponse.")
    if act == "decline":
        mine = {"act": "decline", "answer": "Ma réponse."}
    response = staff.post(answer_at(proposal), mine)
    assert response.status_code == 409
    for text in ("Camille Première", "Déjà là.", "Ma réponse."):
        assertContains(response, text, status_code=409)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer) == ("declined", "Déjà là.")
    assert not Clause.objects.exists()
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("act", ["accept", "decline"])
def test_a_second_click_answers_once(
    staff: StrictClient, proposal: ClauseProposal, act: str
) -> None:
    data = sent_acceptance(proposal)
    if act == "decline":
        data = {"act": "decline", "answer": "Deux lignes\r\nde texte."}
    for _ in range(2):
        assertRedirects(staff.post(answer_at(proposal), data), LIST)
    assert AuditEntry.objects.count() == 1
    assert Clause.objects.count() == (act == "accept")


def test_of_two_answers_at_the_same_instant_one_is_written(
    staff: StrictClient, proposal: ClauseProposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other answer arrives between the reading and the writing of this one."""
    first, accept = UserFactory(facilitator=True), actions.accept_proposal

    def late(**kwargs: Any) -> Clause:
        monkeypatch.setattr(views, "accept_proposal", accept)
        actions.decline_proposal(proposal=proposal, answer="Déjà là.", by=first)
        return accept(**kwargs)

    monkeypatch.setattr(views, "accept_proposal", late)
    response = staff.post(answer_at(proposal), sent_acceptance(proposal))
    assertContains(response, "Déjà là.", status_code=409)
    assert not Clause.objects.exists()
    assert not CatalogueEvent.objects.exists()


def test_the_code_taken_at_the_same_instant_is_told(
    staff: StrictClient, proposal: ClauseProposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = actions.accept_proposal

    def late(**kwargs: Any) -> Clause:
        monkeypatch.setattr(views, "accept_proposal", accept)
        ClauseFactory(code="C-21", slug="c-21")
        return accept(**kwargs)

    monkeypatch.setattr(views, "accept_proposal", late)
    response = staff.post(answer_at(proposal), sent_acceptance(proposal))
    assert "déjà pris" in str(response.context["accept"].errors["code"])
    proposal.refresh_from_db()
    assert proposal.state == "waiting"


def test_the_lists_cost_the_same_whatever_the_number(
    staff: StrictClient, organization: Organization, django_assert_num_queries: Any
) -> None:
    ClauseProposalFactory.create_batch(30, organization=organization)
    staff.get(LIST)
    # session, person, own organization, number found, rows, number that waits, stages
    with django_assert_num_queries(7):
        staff.get(LIST)
