"""Enterprises that members propose to the directory, and what staff answer."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from benefits.models import SocialEnterprise
from chantier.home.staff_tasks import staff_tasks
from members.models import AuditEntry, Notification, Organization, User
from members.notifications.kinds import kind_of
from tests.benefits.kept import lists, opened, typed
from tests.conftest import LogIn
from tests.factories import SocialEnterpriseFactory
from tests.html import StrictClient

OWN = "/organisations/organisation-a/entreprises/"
PROPOSE = f"{OWN}proposer/"
LIST = "/entreprises/propositions/"


@pytest.fixture(autouse=True)
def terms(db: None) -> None:
    lists()


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


@pytest.fixture
def staff(log_in_as: LogIn, facilitator: User) -> StrictClient:
    return log_in_as(facilitator)


@pytest.fixture
def proposal(contributor: User, organization: Organization) -> SocialEnterprise:
    return SocialEnterpriseFactory(
        name="Coop Brosse et Balai",
        slug="proposition-1",
        state="proposed",
        proposed_by=contributor,
        proposed_for=organization,
        contact_name="Alex Tremblay",
    )


def answer(proposal: SocialEnterprise) -> str:
    return f"{LIST}{proposal.pk}/"


def told(kind: str = "enterprise_proposal_answered") -> str:
    notification = Notification.objects.get(kind=kind)
    message = kind_of(kind).compose(notification)
    assert message is not None
    return " ".join((message.subject, *message.paragraphs, message.path))


def test_a_proposal_waits_outside_the_directory(
    member: StrictClient, contributor: User, organization: Organization
) -> None:
    assertRedirects(member.post(PROPOSE, typed()), OWN)
    row = SocialEnterprise.objects.get()
    assert (row.state, row.proposed_by, row.proposed_for) == (
        "proposed",
        contributor,
        organization,
    )
    assert not SocialEnterprise.objects.listed().exists()
    assertContains(member.get(OWN), "À l’étude")
    assert member.get(row.get_absolute_url()).status_code == 404


def test_a_double_post_is_one_proposal(member: StrictClient) -> None:
    form = typed()
    for _ in range(2):
        assertRedirects(member.post(PROPOSE, form), OWN)
    assert SocialEnterprise.objects.count() == 1
    response = member.post(PROPOSE, typed(name="Marmites Solidaires inc.", neq=""))
    assertContains(response, "Votre organisation l’a déjà proposée")
    assert SocialEnterprise.objects.count() == 1


def test_near_names_are_shown_first(member: StrictClient) -> None:
    known = SocialEnterpriseFactory(name="Marmite solidaire")
    form = typed()
    response = member.post(PROPOSE, form)
    assertContains(response, "Est-elle déjà au répertoire?")
    assertContains(response, "nom proche")
    assert SocialEnterprise.objects.count() == 1
    assertRedirects(member.post(PROPOSE, form | {"seen": str(known.pk)}), OWN)


def test_what_another_organization_proposes_is_not_shown(
    member: StrictClient, other_organization: Organization, outsider: User
) -> None:
    SocialEnterpriseFactory(
        name="Marmites solidaires",
        state="proposed",
        proposed_for=other_organization,
        proposed_by=outsider,
    )
    assertNotContains(member.get(OWN), "Marmites")
    assertRedirects(member.post(PROPOSE, typed()), OWN)


def test_a_reader_reads_and_staff_do_not_propose(
    log_in_as: LogIn, reader: User, staff: StrictClient
) -> None:
    client = log_in_as(reader)
    assertNotContains(client.get(OWN), PROPOSE)
    assert client.post(PROPOSE, typed()).status_code == 403
    assert staff.post(PROPOSE, typed()).status_code == 403
    assert not SocialEnterprise.objects.exists()


def test_staff_list_it_at_an_address_of_its_own_and_its_author_is_told(
    staff: StrictClient, proposal: SocialEnterprise, contributor: User, facilitator: User
) -> None:
    form = opened(proposal, name="Coop Brosse & Balai", answer="Merci!")
    assertRedirects(staff.post(answer(proposal), form), LIST)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.slug) == ("listed", "coop-brosse-balai")
    assert (proposal.answered_by, proposal.answer) == (facilitator, "Merci!")
    assert Notification.objects.get().recipient == contributor
    assert "est maintenant au répertoire" in told()
    assert proposal.get_absolute_url() in told()
    # The second click.
    assertRedirects(staff.post(answer(proposal), form), LIST)
    assert Notification.objects.count() == 1
    assert AuditEntry.objects.filter(action="enterprise_list").count() == 1


def test_a_refusal_needs_its_reason_and_keeps_nobody_s_address(
    staff: StrictClient, member: StrictClient, proposal: SocialEnterprise
) -> None:
    assertContains(
        staff.post(answer(proposal), {"act": "decline", "answer": ""}),
        "Dites pourquoi cette entreprise n’est pas retenue.",
    )
    assert not Notification.objects.exists()
    form = {"act": "decline", "answer": "Ses statuts permettent de partager les surplus."}
    assertRedirects(staff.post(answer(proposal), form), LIST)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.contact_name) == ("declined", "")
    assertContains(member.get(OWN), "Ses statuts permettent")
    assert "n’est pas retenue" in told()


def test_one_that_is_known_leads_to_the_one_of_the_directory(
    staff: StrictClient, member: StrictClient, proposal: SocialEnterprise
) -> None:
    known = SocialEnterpriseFactory(name="Brosse et Balai", slug="brosse-et-balai")
    assertContains(staff.get(answer(proposal)), "même nom")
    form = {"act": "known", "enterprise": known.slug}
    assertRedirects(staff.post(answer(proposal), form), LIST)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.merged_into) == ("merged", known)
    assertContains(member.get(OWN), known.get_absolute_url())
    assert "est déjà au répertoire" in told()


def test_of_two_answers_the_first_stands_and_the_second_is_not_lost(
    staff: StrictClient, log_in_as: LogIn, coordinator: User, proposal: SocialEnterprise
) -> None:
    log_in_as(coordinator).post(answer(proposal), {"act": "decline", "answer": "Non."})
    response = staff.post(answer(proposal), opened(proposal, answer="Bravo à vous"))
    assertContains(response, "Bravo à vous", status_code=409)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer) == ("declined", "Non.")
    assert Notification.objects.count() == 1


def test_a_neq_of_the_directory_stops_the_answer(
    staff: StrictClient, proposal: SocialEnterprise
) -> None:
    SocialEnterpriseFactory(name="Octet", neq="1143920115")
    response = staff.post(answer(proposal), opened(proposal, neq="1143920115"))
    assertContains(response, "Ce NEQ est déjà celui de")
    proposal.refresh_from_db()
    assert proposal.state == "proposed"


def test_staff_have_it_to_do(proposal: SocialEnterprise, facilitator: User) -> None:
    titles = [task.title for task in staff_tasks(facilitator, today=proposal.created_at.date())]
    assert "Répondre à une EÉS proposée" in titles


@pytest.mark.parametrize("path", [OWN, PROPOSE])
def test_proposals_stand_under_the_directory(member: StrictClient, path: str) -> None:
    response = member.get(path)
    assertContains(response, 'href="/benefices/" aria-current="page"')
    assertContains(response, 'href="/entreprises/" aria-current="true"')
