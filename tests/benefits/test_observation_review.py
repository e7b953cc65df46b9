"""Staff verify what organizations show to the coordination."""

from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from benefits.models import ObservedBenefit
from members.models import AuditEntry, Organization, User
from tests.conftest import LogIn
from tests.factories import EvidenceFactory, ObservedBenefitFactory

LIST = "/benefices/observations/"


@pytest.fixture
def observation(organization: Organization) -> ObservedBenefit:
    row: ObservedBenefit = ObservedBenefitFactory(organization=organization, statement="Un récit.")
    return row


def act(client: Any, row: ObservedBenefit, act: str = "verify", version: int = 1) -> Any:
    return client.post(f"{LIST}{row.pk}/verifier/?verifiee=non", {"act": act, "version": version})


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
    back = f"{LIST}?verifiee=non#observation-{observation.pk}"
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
    assert found(verifiee="non") == {observation.pk}
    assert found(organisation="organisation-a") == {observation.pk}
    assert found(benefice=other.benefit.slug) == {other.pk}


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
