"""What may be told of several organizations: never of fewer than three, nor of one alone."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from benefits.models import Benefit
from benefits.observed.publication import publish, publish_all
from benefits.observed.secrecy import may_add, may_count, may_stand, read_hands
from benefits.observed.strength import Strength, strengths
from chantier.lib.french import NBSP
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import (
    BenefitFactory,
    MembershipFactory,
    ObservedBenefitFactory,
    OrganizationFactory,
    UserFactory,
)
from tests.html import StrictClient

LIST = "/benefices/"


def observe(benefit: Benefit, *values: float | None, verified: bool = True, **row: Any) -> None:
    """One observation by as many organizations as there are values."""
    staff = UserFactory(facilitator=True)
    for value in values:
        ObservedBenefitFactory(
            benefit=benefit,
            value=None if value is None else Decimal(str(value)),
            statement="" if value is not None else "Un récit.",
            verified_by=staff if verified else None,
            verified_at=timezone.now() if verified else None,
            **row,
        )


def told(benefit: Benefit) -> Strength:
    publish(benefit.pk)
    return strengths()[benefit.pk]


# --- The rules ---------------------------------------------------------------------


def amounts(*values: int) -> dict[int, Decimal]:
    return {key: Decimal(value) for key, value in enumerate(values)}


def test_three_others_are_left_whoever_takes_away_their_own() -> None:
    assert not may_count({1, 2, 3}, [])
    assert may_count({1, 2, 3, 4}, [])
    # One person works for two of the four.
    assert not may_count({1, 2, 3, 4}, [frozenset({1, 2})])
    assert may_count({1, 2, 3, 4}, [frozenset({1, 9})])


def test_parts_are_nothing_or_enough() -> None:
    assert may_stand([(), range(4)], [])
    assert not may_stand([(1,), range(4)], [])


@pytest.mark.parametrize(
    ("values", "is_told"),
    [
        ((10, 10, 10, 10), True),
        ((10, 10, 10), False),
        # One makes more than 85 % of the sum.
        ((900, 10, 10, 10), False),
        # Once the largest has taken away its own, another one makes nearly all.
        ((900, 880, 10, 10), False),
        ((0, 0, 0, 0), False),
        ((100, 0, 0, 0, 0), False),
        ((100, 90, 40, 30), True),
    ],
)
def test_a_sum_is_of_no_single_organization(values: tuple[int, ...], is_told: bool) -> None:
    assert may_add(amounts(*values), []) is is_told


def test_who_works_for_two_takes_both_away() -> None:
    values = amounts(50, 50, 90, 5, 5)
    assert may_add(values, [])
    assert not may_add(values, [frozenset({0, 1})])


@pytest.mark.django_db
def test_hands_are_of_those_who_work_for_several() -> None:
    first, second = OrganizationFactory.create_batch(2)
    person = UserFactory()
    for organization in (first, second):
        MembershipFactory(user=person, organization=organization)
    MembershipFactory(organization=first)
    assert read_hands() == [frozenset({first.pk, second.pk})]


# --- Figures ------------------------------------------------------------------------


@pytest.mark.django_db
def test_four_organizations_are_counted_and_their_verified_values_added() -> None:
    benefit = BenefitFactory(unit="heures")
    observe(benefit, 100, 80, 60, 40.5)
    figures = told(benefit)
    assert figures.quantity == f"280,5{NBSP}heures"
    assert figures.combination == "Somme des valeurs vérifiées"
    expected = f"observé par 4{NBSP}organisations, 4{NBSP}bénéfices observés dont 4{NBSP}vérifiés"
    assert str(figures) == expected


@pytest.mark.django_db
def test_three_organizations_are_not_told_for_each_knows_its_own() -> None:
    benefit = BenefitFactory()
    observe(benefit, 100, 80, 60)
    assert not told(benefit)
    assert told(benefit).value is None


@pytest.mark.parametrize("unit", ["%", "% en activité après 10 ans", "$ par $ dépensé", "$/an"])
@pytest.mark.django_db
def test_a_share_or_a_rate_is_a_mean_and_never_a_sum(unit: str) -> None:
    benefit = BenefitFactory(unit=unit)
    observe(benefit, 40, 50, 60, 80)
    assert told(benefit).quantity == f"57,5{NBSP}{unit}"
    assert told(benefit).combination == "Moyenne des valeurs vérifiées"


@pytest.mark.django_db
def test_a_mean_that_tells_each_share_is_not_told() -> None:
    benefit = BenefitFactory(unit="%")
    observe(benefit, 100, 100, 100, 100)
    assert told(benefit).value is None


@pytest.mark.django_db
def test_only_verified_values_are_added() -> None:
    benefit = BenefitFactory()
    observe(benefit, 100, 80, 60, 40)
    observe(benefit, 1000, 900, 800, 700, verified=False)
    assert told(benefit).value == 280
    assert (told(benefit).observations, told(benefit).verified) == (8, 4)


@pytest.mark.django_db
def test_the_verified_are_not_told_when_the_others_are_too_few() -> None:
    benefit = BenefitFactory()
    observe(benefit, 100, 80, 60, 40)
    observe(benefit, 5, verified=False)
    assert told(benefit).verified is None
    assert told(benefit).observations == 5


@pytest.mark.django_db
def test_what_is_kept_or_of_an_organization_that_left_counts_for_nothing() -> None:
    benefit = BenefitFactory()
    observe(benefit, 100, 80, 60)
    observe(benefit, 50, sharing="private")
    observe(benefit, 50, organization__is_active=False)
    assert not told(benefit)


@pytest.mark.django_db
def test_what_members_read_is_taken_away_from_what_all_read() -> None:
    """Two are shared with members: the total minus these would tell of the two others."""
    benefit = BenefitFactory()
    observe(benefit, 100, 80, sharing="chantier")
    observe(benefit, 60, 40)
    assert not told(benefit)
    observe(benefit, 60, 40)
    assert told(benefit).observations == 6
    open_ones = BenefitFactory()
    observe(open_ones, 100, 80, 60, 40, sharing="chantier")
    assert told(open_ones).value == 280


@pytest.mark.django_db
def test_one_organization_with_many_rows_is_one() -> None:
    benefit = BenefitFactory()
    observe(benefit, 10, 20, 30, 40, 50, organization=OrganizationFactory())
    assert not told(benefit)


# --- Pages --------------------------------------------------------------------------


@pytest.mark.django_db
def test_visitors_and_members_read_the_same_numbers(
    client: StrictClient, log_in_as: LogIn, organization: Organization, contributor: User
) -> None:
    benefit = BenefitFactory()
    observe(benefit, 100, 80, 60)
    observe(benefit, 40, organization=organization)
    publish(benefit.pk)
    for reader in (client, log_in_as(contributor)):
        assertContains(reader.get(benefit.get_absolute_url()), f"280{NBSP}heures")
        assertContains(reader.get(LIST), f"Observé par 4{NBSP}organisations")


@pytest.mark.django_db
def test_rows_are_shown_by_their_level_without_their_text(
    client: StrictClient, log_in_as: LogIn, outsider: User
) -> None:
    benefit = BenefitFactory()
    for sharing in ("private", "coordination", "chantier", "public"):
        ObservedBenefitFactory(
            benefit=benefit,
            sharing=sharing,
            value=Decimal(7),
            statement="Un récit gardé.",
            organization__name=f"Org {sharing}",
            organization__may_be_named=sharing != "public",
        )
    page = client.get(benefit.get_absolute_url())
    assert [row.who for row in page.context["shown"]] == ["Un membre du chantier"]
    member = log_in_as(outsider).get(benefit.get_absolute_url())
    assert {row.who for row in member.context["shown"]} == {
        "Un membre du chantier",
        "Org chantier",
    }
    for response in (page, member):
        assertNotContains(response, "Un récit gardé.")
        assertNotContains(response, "Org public")


@pytest.mark.django_db
def test_the_inventory_filters_on_what_supports_a_benefit(client: StrictClient) -> None:
    from tests.factories import PublicFigureFactory

    seen, figured, both = (BenefitFactory(title=title) for title in ("Vu", "Chiffre", "Tout"))
    for benefit in (seen, both):
        observe(benefit, 100, 80, 60, 40)
    for benefit in (figured, both):
        benefit.figures.add(PublicFigureFactory())
    few, old, dubious = (BenefitFactory(title=title) for title in ("Peu", "Vieux", "Douteux"))
    observe(few, 10)
    old.figures.add(PublicFigureFactory(is_current=False))
    dubious.figures.add(PublicFigureFactory(to_verify=True))
    publish_all()

    def found(value: str) -> set[str]:
        return {row.title for row in client.get(LIST, {"appui": value}).context["listing"].page}

    assert found("membres") == {"Vu", "Tout"}
    assert found("chiffres") == {"Chiffre", "Tout"}
    assert found("les-deux") == {"Tout"}


@pytest.mark.django_db
def test_whoever_may_note_one_gets_the_way(
    log_in_as: LogIn, contributor: User, reader: User
) -> None:
    benefit = BenefitFactory(slug="heures")
    way = "/organisations/organisation-a/benefices/ajouter/?benefice=heures"
    assertContains(log_in_as(contributor).get(benefit.get_absolute_url()), way)
    assertNotContains(log_in_as(reader).get(benefit.get_absolute_url()), way)
