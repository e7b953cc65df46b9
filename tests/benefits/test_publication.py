"""Figures are told anew only when the difference is of enough organizations."""

import csv
import datetime
import io
import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from benefits.models import Benefit, ObservedBenefit, PublishedStrength
from benefits.observed.actions import (
    add_observation,
    change_observation,
    remove_observation,
    state_of,
    unverify_observation,
    verify_observation,
)
from benefits.observed.publication import may_follow, publish_all
from benefits.observed.strength import Strength, strengths
from benefits.observed.tallies import Tally
from chantier.lib.french import NBSP
from members.models import Organization, User
from tests.chantier.reports.test_pdf import text_of
from tests.conftest import LogIn
from tests.factories import (
    BenefitFactory,
    ObservedBenefitFactory,
    OrganizationFactory,
    PurchaseFactory,
    UserFactory,
)
from tests.html import StrictClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> User:
    person: User = UserFactory(facilitator=True)
    return person


@pytest.fixture
def benefit() -> Benefit:
    row: Benefit = BenefitFactory(unit="heures", slug="heures")
    return row


def observe(
    benefit: Benefit, value: int, organization: Organization | None = None, **row: Any
) -> ObservedBenefit:
    """As the form does, then verified as staff do."""
    organization = organization or OrganizationFactory()
    author = UserFactory()
    observation = ObservedBenefit(
        organization=organization,
        benefit=benefit,
        value=Decimal(value),
        observed_on=datetime.date(2021, 4, 1),
        purchase=PurchaseFactory(organization=organization),
        **row,
    )
    add_observation(row=observation, submission_key=uuid.uuid4(), by=author)
    verify_observation(row=observation, version=1, by=UserFactory(facilitator=True))
    return observation


def save(row: ObservedBenefit, before: dict[str, Any], by: User) -> None:
    change_observation(row=row, before=before, submission_key=uuid.uuid4(), by=by)


def told(benefit: Benefit) -> Strength:
    return strengths([benefit.pk])[benefit.pk]


@pytest.fixture
def known(benefit: Benefit) -> list[ObservedBenefit]:
    """Four organizations, verified: 280 hours are told."""
    rows = [observe(benefit, value) for value in (100, 80, 60, 40)]
    assert told(benefit).value == 280
    return rows


def test_one_more_observation_moves_no_figure(
    client: StrictClient, benefit: Benefit, known: list[ObservedBenefit]
) -> None:
    before = client.get(benefit.get_absolute_url()).content
    observe(benefit, 77)
    figures = told(benefit)
    assert figures.value == 280
    assert (figures.organizations, figures.observations) == (4, 4)
    assert client.get(benefit.get_absolute_url()).content == before


def test_it_moves_once_enough_organizations_observed_something(
    benefit: Benefit, known: list[ObservedBenefit]
) -> None:
    for value in (50, 40, 30):
        observe(benefit, value)
        assert told(benefit).value == 280
    observe(benefit, 20)
    assert told(benefit).value == 420
    assert told(benefit).organizations == 8


def test_the_same_organization_again_and_again_moves_nothing(
    benefit: Benefit, known: list[ObservedBenefit]
) -> None:
    for value in (10, 20, 30, 40, 50):
        observe(benefit, value, known[0].organization)
    assert told(benefit).value == 280


def test_a_change_that_is_nearly_all_of_one_waits(
    benefit: Benefit, known: list[ObservedBenefit]
) -> None:
    for value in (5000, 1, 1, 1):
        observe(benefit, value)
    assert told(benefit).value == 280
    for value in (4000, 3000):
        observe(benefit, value)
    assert told(benefit).value == 280 + 5000 + 3 + 7000


def test_what_members_read_row_by_row_hides_nobody(
    benefit: Benefit, known: list[ObservedBenefit]
) -> None:
    for value in (50, 40, 30):
        observe(benefit, value, sharing="chantier")
    observe(benefit, 20)
    # Three of the four are read one by one: the difference would be the fourth.
    assert told(benefit).value == 280


def test_visitors_do_not_find_what_only_members_read(
    client: StrictClient, benefit: Benefit
) -> None:
    """Four public values and one that members read: the total minus the four is that one."""
    for value in (100, 200, 300, 400):
        observe(benefit, value, sharing="public")
    assert told(benefit).value == 1000
    rows = [observe(benefit, 123, sharing="chantier")]
    assert told(benefit).value == 1000
    PublishedStrength.objects.all().delete()
    publish_all()
    assert not told(benefit)
    assertNotContains(client.get(benefit.get_absolute_url()), f"1{NBSP}123")

    rows += [observe(benefit, value, sharing="chantier") for value in (110, 120, 130)]
    assert (told(benefit).value, told(benefit).verified) == (Decimal(1483), 8)
    # What is verified of the others is told by subtraction too.
    unverify_observation(row=rows[0], by=UserFactory(facilitator=True))
    PublishedStrength.objects.all().delete()
    publish_all()
    assert (told(benefit).observations, told(benefit).verified) == (8, None)
    assert told(benefit).value is None


def test_public_rows_hide_nobody_when_figures_move(
    benefit: Benefit, known: list[ObservedBenefit]
) -> None:
    for value in (50, 40, 30):
        observe(benefit, value, sharing="public")
    observe(benefit, 20, sharing="chantier")
    # To visitors, three of the four are read one by one.
    assert told(benefit).value == 280


def test_what_members_read_waits_too_for_visitors_do_not_read_it(
    benefit: Benefit, known: list[ObservedBenefit]
) -> None:
    for value in (50, 40, 30):
        observe(benefit, value, sharing="chantier")
        assert told(benefit).value == 280
    observe(benefit, 20, sharing="chantier")
    assert told(benefit).value == 420


def test_a_first_value_needs_no_other_organization(benefit: Benefit, staff: User) -> None:
    """Nobody can take it away from a sum that was never told."""
    rows = []
    for value in (100, 80, 60, 40):
        row = observe(benefit, value)
        unverify_observation(row=row, by=staff)
        rows.append(row)
    assert (told(benefit).organizations, told(benefit).value) == (4, None)
    for row in rows:
        verify_observation(row=row, version=1, by=staff)
    assert told(benefit).value == 280
    assert told(benefit).verified == 4


@pytest.mark.parametrize("act", ["remove", "private", "unverify", "open", "inactive"])
def test_what_an_organization_takes_back_is_told_no_longer(
    benefit: Benefit, known: list[ObservedBenefit], staff: User, act: str
) -> None:
    row = ObservedBenefit.objects.get(pk=known[0].pk)
    before = state_of(row)
    if act == "remove":
        remove_observation(row=row, by=staff)
    elif act == "unverify":
        unverify_observation(row=row, by=staff)
    elif act == "inactive":
        Organization.objects.filter(pk=row.organization_id).update(is_active=False)
    else:
        row.sharing = "private" if act == "private" else "chantier"
        save(row, before, staff)
    assert not told(benefit)
    assert told(benefit).value is None


def test_a_changed_value_is_told_neither_old_nor_new_before_enough_changed(
    benefit: Benefit, known: list[ObservedBenefit], staff: User
) -> None:
    row = ObservedBenefit.objects.get(pk=known[0].pk)
    before = state_of(row)
    row.value = Decimal(900)
    save(row, before, staff)
    # It waits for a verification, and is no part of a sum of verified values.
    assert not told(benefit)
    verify_observation(row=row, version=2, by=staff)
    assert told(benefit).value == 280


def test_a_benefit_that_changes_leaves_both(
    benefit: Benefit, known: list[ObservedBenefit], staff: User
) -> None:
    other = BenefitFactory(unit="heures")
    for value in (10, 20, 30):
        observe(other, value)
    row = ObservedBenefit.objects.get(pk=known[0].pk)
    before = state_of(row)
    row.benefit = other
    save(row, before, staff)
    assert not told(benefit)
    assert told(other).organizations == 4


def test_the_content_that_is_loaded_is_told(benefit: Benefit, staff: User) -> None:
    """Rows that no form brought: a portal that was filled before figures were kept."""
    for value in (100, 80, 60, 40):
        ObservedBenefitFactory(
            benefit=benefit, value=value, verified_by=staff, verified_at=timezone.now()
        )
    assert not told(benefit)
    publish_all()
    assert told(benefit).value == 280
    first = PublishedStrength.objects.get()
    publish_all()
    assert PublishedStrength.objects.get().at == first.at


def tally(organization: int, total: int, **row: Any) -> Tally:
    fields = {"is_open": False, "is_verified": True, "number": 1, "measured": 1} | row
    return Tally(organization, total=Decimal(total), **fields)


def test_who_works_for_two_takes_both_away_from_a_difference() -> None:
    held = [tally(number, 10) for number in range(1, 5)]
    live = [*held, *(tally(number, 10) for number in range(5, 9))]
    assert may_follow(held, live, "heures", [])
    assert not may_follow(held, live, "heures", [frozenset({5, 6})])
    assert not may_follow(held, held, "heures", [])


def test_a_difference_of_shares_does_not_tell_each() -> None:
    held = [tally(number, value) for number, value in ((1, 40), (2, 50), (3, 60), (4, 70))]
    for values, is_told in (((40, 50, 60, 70), True), ((100, 100, 100, 100), False)):
        live = [*held, *(tally(number, value) for number, value in enumerate(values, start=5))]
        assert may_follow(held, live, "%", []) is is_told


# --- The same everywhere ------------------------------------------------------------


def test_the_page_says_the_rule_and_the_day(
    client: StrictClient, benefit: Benefit, known: list[ObservedBenefit]
) -> None:
    PublishedStrength.objects.update(at=datetime.datetime(2021, 5, 3, 16, tzinfo=datetime.UTC))
    page = client.get(benefit.get_absolute_url())
    assertContains(page, f"Nombres publiés le 3{NBSP}mai 2021.")
    assertContains(page, "ne sont mis à jour que lorsque assez d’organisations")
    assertNotContains(client.get(BenefitFactory().get_absolute_url()), "Nombres publiés")


def test_the_inventory_the_page_the_case_and_the_data_say_the_same(
    client: StrictClient, log_in_as: LogIn, staff: User, benefit: Benefit
) -> None:
    known = [observe(benefit, value) for value in (100, 80, 60, 40)]
    # Neither the latest, which waits, nor what is kept in an organization.
    observe(benefit, 77)
    ObservedBenefitFactory(
        benefit=benefit, organization=known[0].organization, sharing="private", value=5
    )
    publish_all()
    words = f"bservé par 4{NBSP}organisations, 4{NBSP}bénéfices observés dont 4{NBSP}vérifiés"
    for path in ("/benefices/", "/benefices/?appui=membres"):
        assertContains(client.get(path), words)
    page = client.get(benefit.get_absolute_url())
    assertContains(page, f"280{NBSP}heures")
    assertContains(page, "dont 4&nbsp;vérifiés par la coordination")
    member = log_in_as(staff)
    query = f"?benefice={benefit.code}"
    case = member.get(f"/benefices/argumentaire/{query}")
    sentence = f"{words}{NBSP}: 280{NBSP}heures."
    # On the page, and in the text to copy.
    assertContains(case, sentence, count=2)
    pdf = text_of(member.get(f"/benefices/argumentaire.pdf{query}").content)
    assert sentence.replace(NBSP, " ") in pdf.replace(NBSP, " ")
    body = b"".join(client.get("/donnees/benefices.json")).decode()
    (row,) = json.loads(body)["donnees"]
    (line,) = csv.DictReader(
        io.StringIO(b"".join(client.get("/donnees/benefices.csv")).decode("utf-8-sig"))
    )
    names = ("organisations", "observations", "observations_verifiees", "valeur_observee")
    assert [row[name] for name in names] == [4, 4, 4, 280]
    assert [Decimal(line[name]) for name in names] == [4, 4, 4, 280]
