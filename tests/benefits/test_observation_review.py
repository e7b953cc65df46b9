"""Staff verify what organizations show to the coordination."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from benefits.models import ObservedBenefit
from chantier.lib.french import NBSP
from members.models import AuditEntry, Organization, User
from tests.conftest import LogIn
from tests.factories import EvidenceFactory, ImplementationFactory, ObservedBenefitFactory

LIST = "/benefices/observations/"


@pytest.fixture
def observation(organization: Organization) -> ObservedBenefit:
    row: ObservedBenefit = ObservedBenefitFactory(organization=organization, statement="Un récit.")
    return row


def act(client: Any, row: ObservedBenefit, act: str = "verify", version: int = 1) -> Any:
    return client.post(f"{LIST}{row.pk}/verifier/?page=1", {"act": act, "version": version})


def test_what_is_shared_is_listed_and_nothing_else(
    log_in_as: LogIn, facilitator: User, organization: Organization, observation: ObservedBenefit
) -> None:
    ObservedBenefitFactory(statement="Gardé.", sharing="private")
    ObservedBenefitFactory(statement="Partie.", organization__is_active=False)
    for title, sharing in (("Facture", "coordination"), ("Contrat secret", "private")):
        ObservedBenefitFactory(
            organization=organization,
            evidence=EvidenceFactory(organization=organization, title=title, sharing=sharing),
        )
    response = log_in_as(facilitator).get(LIST)
    assertContains(response, "Un récit.")
    assertContains(response, "Facture")
    assert observation.purchase is not None
    for kept in ("Gardé.", "Partie.", "Contrat secret", observation.purchase.supplier_name):
        assertNotContains(response, kept)


def test_an_observation_is_verified_then_no_more_with_their_lines(
    log_in_as: LogIn, facilitator: User, observation: ObservedBenefit
) -> None:
    client = log_in_as(facilitator)
    for _ in range(2):
        response = act(client, observation)
    back = f"{LIST}?page=1#observation-{observation.pk}"
    assertRedirects(response, back, fetch_redirect_response=False)
    observation.refresh_from_db()
    assert observation.verified_by == facilitator
    for _ in range(2):
        act(client, observation, "unverify")
    observation.refresh_from_db()
    assert observation.verified_at is None
    actions = AuditEntry.objects.order_by("pk").values_list("action", "organization")
    here = observation.organization_id
    assert list(actions) == [("observation_verify", here), ("observation_unverify", here)]


def test_one_that_changed_is_read_again(
    log_in_as: LogIn, facilitator: User, observation: ObservedBenefit
) -> None:
    ObservedBenefit.objects.update(version=2)
    response = act(log_in_as(facilitator), observation)
    assert response.status_code == 302
    observation.refresh_from_db()
    assert observation.verified_at is None


def test_what_is_not_shared_is_not_found(
    log_in_as: LogIn, facilitator: User, observation: ObservedBenefit
) -> None:
    ObservedBenefit.objects.update(sharing="private")
    assert act(log_in_as(facilitator), observation).status_code == 404


def test_members_verify_nothing(
    log_in_as: LogIn, manager: User, observation: ObservedBenefit
) -> None:
    client = log_in_as(manager)
    assert client.get(LIST).status_code == 403
    assert act(client, observation).status_code == 403


def test_filters_narrow_the_list(
    log_in_as: LogIn, facilitator: User, observation: ObservedBenefit
) -> None:
    other = ObservedBenefitFactory()
    client = log_in_as(facilitator)
    act(client, other)

    def found(**query: str) -> set[int]:
        return {row.pk for row in client.get(LIST, query).context["listing"].page}

    assert found(verifiee="oui") == {other.pk}
    # It opens on those to verify.
    assert found() == {observation.pk}
    assert found(verifiee="toutes") == {observation.pk, other.pk}
    assert found(organisation="organisation-a") == {observation.pk}
    assert found(benefice=other.benefit.slug, verifiee="oui") == {other.pk}


def test_the_list_costs_a_fixed_number_of_queries(
    log_in_as: LogIn,
    facilitator: User,
    observation: ObservedBenefit,
    django_assert_num_queries: Any,
) -> None:
    client = log_in_as(facilitator)
    for _ in range(2):
        # Session, person; place; rows and their number; choices of the filters (2); spine.
        with django_assert_num_queries(8):
            client.get(LIST)
        ObservedBenefitFactory.create_batch(5)


def test_the_list_and_the_dashboard_say_how_many_are_to_verify(
    log_in_as: LogIn, facilitator: User, observation: ObservedBenefit
) -> None:
    client = log_in_as(facilitator)
    task = f"1{NBSP}bénéfice observé à vérifier"
    assertContains(client.get("/tableau-de-bord/"), task)
    assertContains(client.get(LIST), task.replace(NBSP, "&nbsp;"))
    ObservedBenefitFactory(sharing="private")
    ObservedBenefitFactory(organization__is_active=False)
    ObservedBenefitFactory()
    assertContains(client.get("/tableau-de-bord/"), f"2{NBSP}bénéfices observés à vérifier")
    assertContains(client.get(LIST), "2&nbsp;bénéfices observés à vérifier")
    for row in ObservedBenefit.objects.shared():
        act(client, row)
    assertNotContains(client.get("/tableau-de-bord/"), "à vérifier")
    page = client.get(LIST)
    assertContains(page, "Rien à vérifier")
    assertContains(client.get(LIST, {"verifiee": "oui"}), "2&nbsp;bénéfices observés vérifiés")


def test_members_have_nothing_to_verify_on_their_dashboard(
    log_in_as: LogIn, contributor: User, observation: ObservedBenefit
) -> None:
    assertNotContains(log_in_as(contributor).get("/tableau-de-bord/"), "observé à vérifier")


def test_staff_learn_whose_purchase_it_is_and_of_which_year(
    log_in_as: LogIn, facilitator: User, organization: Organization
) -> None:
    organization.fiscal_year_start_month = 4
    organization.save()
    row = ObservedBenefitFactory(
        organization=organization,
        purchase__purchased_on=datetime.date(2021, 2, 3),
        purchase__amount=Decimal("4321.99"),
    )
    page = log_in_as(facilitator).get(LIST)
    assertContains(page, "Organisation A, année financière 2020-2021")
    for kept in ("4 321", "4\u202f321", f"4{NBSP}321", "3 février", row.purchase.supplier_name):
        assertNotContains(page, kept)


def test_staff_learn_which_record_it_is_where_it_is_shared(
    log_in_as: LogIn, facilitator: User, organization: Organization
) -> None:
    for title, sharing in (("Plan montré", "coordination"), ("Plan gardé", "private")):
        record = ImplementationFactory(
            organization=organization, own=True, own_title=title, sharing=sharing
        )
        ObservedBenefitFactory(organization=organization, purchase=None, implementation=record)
    page = log_in_as(facilitator).get(LIST)
    assertContains(page, "Plan montré")
    assertContains(page, "fiche que l’organisation garde pour elle")
    assertNotContains(page, "Plan gardé")


def test_evidence_is_a_link_only_where_it_opens(
    log_in_as: LogIn, facilitator: User, organization: Organization
) -> None:
    record = ImplementationFactory(organization=organization, sharing="coordination")
    opened, alone, kept = (
        EvidenceFactory(organization=organization, title=title, sharing=sharing)
        for title, sharing in (
            ("Bilan", "coordination"),
            ("Facture", "coordination"),
            ("Contrat", "private"),
        )
    )
    record.evidence.add(opened, kept)
    for piece in (opened, alone, kept):
        ObservedBenefitFactory(organization=organization, evidence=piece)
    client = log_in_as(facilitator)
    page = client.get(LIST)
    assertContains(page, f'href="{opened.get_absolute_url()}"')
    assert client.get(opened.get_absolute_url()).status_code == 200
    assertContains(page, "Facture (jointe à aucune fiche partagée)")
    assertContains(page, "gardée par l’organisation")
    for piece in (alone, kept):
        assertNotContains(page, f'href="{piece.get_absolute_url()}"')
        assert client.get(piece.get_absolute_url()).status_code == 404
