"""The page of an EÉS says what was observed there, when it tells of no organization."""

from typing import Any

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from benefits.models import Benefit, ObservedBenefit, SocialEnterprise
from tests.factories import (
    BenefitFactory,
    MembershipFactory,
    ObservedBenefitFactory,
    SocialEnterpriseFactory,
    UserFactory,
)
from tests.html import StrictClient

pytestmark = pytest.mark.django_db
TITLE = "Heures d’insertion"


@pytest.fixture
def enterprise() -> SocialEnterprise:
    row: SocialEnterprise = SocialEnterpriseFactory()
    return row


@pytest.fixture
def benefit() -> Benefit:
    row: Benefit = BenefitFactory(title=TITLE)
    return row


def observe(
    benefit: Benefit, enterprise: SocialEnterprise, number: int, **row: Any
) -> list[ObservedBenefit]:
    verified = {"verified_by": UserFactory(facilitator=True), "verified_at": timezone.now()}
    rows: list[ObservedBenefit] = ObservedBenefitFactory.create_batch(
        number, benefit=benefit, purchase__enterprise=enterprise, **(verified | row)
    )
    return rows


def test_what_four_organizations_observed_is_told_without_a_name(
    client: StrictClient, enterprise: SocialEnterprise, benefit: Benefit
) -> None:
    rows = observe(benefit, enterprise, 3, statement="Un récit.")
    assertNotContains(client.get(enterprise.get_absolute_url()), TITLE)
    rows += observe(benefit, enterprise, 1, statement="Un récit.")
    page = client.get(enterprise.get_absolute_url())
    assertContains(page, f'<a href="{benefit.get_absolute_url()}">{TITLE}</a>')
    for kept in ("Un récit.", *(row.organization.name for row in rows)):
        assertNotContains(page, kept)
    assertNotContains(client.get(SocialEnterpriseFactory().get_absolute_url()), TITLE)


@pytest.mark.parametrize(
    "changes",
    [
        {"sharing": "private"},
        {"organization__is_active": False},
        {"verified_by": None, "verified_at": None},
    ],
)
def test_what_is_kept_or_not_verified_counts_for_nothing(
    client: StrictClient, enterprise: SocialEnterprise, benefit: Benefit, changes: dict[str, Any]
) -> None:
    observe(benefit, enterprise, 3)
    observe(benefit, enterprise, 1, **changes)
    assertNotContains(client.get(enterprise.get_absolute_url()), TITLE)


def test_who_works_for_two_takes_both_away(
    client: StrictClient, enterprise: SocialEnterprise, benefit: Benefit
) -> None:
    rows = observe(benefit, enterprise, 4)
    person = UserFactory()
    for row in rows[:2]:
        MembershipFactory(user=person, organization=row.organization)
    assertNotContains(client.get(enterprise.get_absolute_url()), TITLE)


def test_a_benefit_that_is_still_to_verify_is_not_told(
    client: StrictClient, enterprise: SocialEnterprise
) -> None:
    observe(BenefitFactory(title=TITLE, to_verify=True), enterprise, 4)
    assertNotContains(client.get(enterprise.get_absolute_url()), TITLE)
