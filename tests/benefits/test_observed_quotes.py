"""Consent to be quoted, and what is quoted: nothing leads to who did not want to be named."""

from typing import Any

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from benefits.actions.merging import merge_enterprises
from benefits.models import Benefit, ObservedBenefit
from benefits.observed.quotes import quotes_by_benefit, revealing_words
from benefits.observed.strength import Strength
from members.models import AuditEntry, Organization, User
from tests.conftest import LogIn
from tests.factories import (
    BenefitFactory,
    MembershipFactory,
    ObservedBenefitFactory,
    OrganizationFactory,
    PurchaseFactory,
    SocialEnterpriseFactory,
    UserFactory,
)
from tests.html import StrictClient

STORY = "Trois équipes ont été formées."


@pytest.fixture
def benefit(db: None) -> Benefit:
    row: Benefit = BenefitFactory()
    return row


def quoted(benefit: Benefit, consent: str = "named", **row: Any) -> ObservedBenefit:
    found: ObservedBenefit = ObservedBenefitFactory(
        **{"benefit": benefit, "statement": STORY, "organization__may_be_named": True} | row,
        consent=consent,
        consent_by=UserFactory(),
        consent_at=timezone.now(),
    )
    return found


def crowd(benefit: Benefit, number: int = 4) -> None:
    ObservedBenefitFactory.create_batch(number, benefit=benefit)


# --- What is quoted ------------------------------------------------------------------


def test_a_named_quote_needs_nobody_else(client: StrictClient, benefit: Benefit) -> None:
    row = quoted(benefit, organization__name="Ville de Val-Fictif")
    page = client.get(benefit.get_absolute_url())
    assertContains(page, STORY)
    assertContains(page, "Ville de Val-Fictif, 2021")
    assert row.purchase is not None
    assertNotContains(page, row.purchase.supplier_name)


@pytest.mark.parametrize(
    "changes",
    [
        {"consent": "none"},
        {"sharing": "private"},
        {"organization__is_active": False},
        {"statement": ""},
    ],
)
def test_nothing_is_quoted_without_consent_nor_of_what_is_kept(
    client: StrictClient, benefit: Benefit, changes: dict[str, Any]
) -> None:
    crowd(benefit)
    quoted(benefit, **changes)
    page = client.get(benefit.get_absolute_url())
    assert page.context["quotes"] == []
    assertNotContains(page, STORY)


def test_an_unnamed_quote_waits_for_a_crowd(client: StrictClient, benefit: Benefit) -> None:
    row = quoted(benefit, "unnamed", organization__name="Ville de Val-Fictif")
    crowd(benefit, 2)
    assertNotContains(client.get(benefit.get_absolute_url()), STORY)
    crowd(benefit, 1)
    page = client.get(benefit.get_absolute_url())
    assertContains(page, STORY)
    assertContains(page, "Un membre du chantier")
    assert row.purchase is not None
    for secret in ("Val-Fictif", row.purchase.supplier_name, row.organization.region.label):
        assertNotContains(page, secret)
    # Neither its day nor its verification, which a row of the page could match.
    (quote,) = page.context["quotes"]
    assert (quote.who, quote.year, quote.is_verified) == ("", None, False)


def test_those_who_are_named_hide_nobody(client: StrictClient, benefit: Benefit) -> None:
    quoted(benefit, "unnamed", statement="Sans nom.")
    for number in range(3):
        quoted(benefit, "named", statement=f"Nommée {number}.")
    page = client.get(benefit.get_absolute_url())
    assertContains(page, "Nommée 1.")
    assertNotContains(page, "Sans nom.")


def test_an_organization_that_accepts_no_name_is_not_named(
    client: StrictClient, benefit: Benefit
) -> None:
    quoted(benefit, organization__may_be_named=False, organization__name="Ville discrète")
    assertNotContains(client.get(benefit.get_absolute_url()), STORY)
    crowd(benefit)
    page = client.get(benefit.get_absolute_url())
    assertContains(page, STORY)
    assertNotContains(page, "Ville discrète")


def test_a_text_that_tells_whose_it_is_is_not_quoted_without_a_name(
    client: StrictClient, benefit: Benefit
) -> None:
    crowd(benefit)
    row = quoted(
        benefit, "unnamed", organization__name="Val-Fictif", statement="À VAL-FICTIF, tout va."
    )
    assert revealing_words(row) == ["Val-Fictif"]
    assertNotContains(client.get(benefit.get_absolute_url()), "tout va")
    assert row.purchase is not None
    for told in (row.purchase.supplier_name, row.organization.region.label):
        row.statement = f"Grâce à {told}, tout va."
        assert told in revealing_words(row)


@pytest.mark.parametrize(
    ("story", "found"),
    [
        ("À Montmagny, tout va.", "montmagny"),
        ("La Marmite a servi 400 repas.", "marmite"),
        ("Merci aux gens de la rue Octet!", "octet"),
        # Its kind and its trade are those of many.
        ("La Ville a un nouveau traiteur pour les repas.", None),
    ],
)
def test_a_word_of_a_name_tells_whose_it_is(
    client: StrictClient, log_in_as: LogIn, benefit: Benefit, story: str, found: str | None
) -> None:
    crowd(benefit)
    owner = OrganizationFactory(name="Ville de Montmagny", may_be_named=True)
    purchase = PurchaseFactory(
        organization=owner,
        supplier_name="Traiteur Les Marmites inc.",
        enterprise=SocialEnterpriseFactory(name="Coop Octet"),
    )
    row = quoted(benefit, "unnamed", organization=owner, purchase=purchase, statement=story)
    assert revealing_words(row) == ([found] if found else [])
    quotes = client.get(benefit.get_absolute_url()).context["quotes"]
    assert [quote.text for quote in quotes] == ([] if found else [story])

    member = UserFactory()
    MembershipFactory(user=member, organization=owner, role="contributor")
    page = quoted_by(log_in_as(member), row, "unnamed")
    assert page.status_code == (200 if found else 302)
    if found:
        assertContains(page, f"Le texte fait reconnaître votre organisation («\u00a0{found}")


def test_names_that_an_enterprise_had_tell_too(
    client: StrictClient, benefit: Benefit, facilitator: User
) -> None:
    crowd(benefit)
    gone = SocialEnterpriseFactory(name="Les Marmites")
    last, kept = SocialEnterpriseFactory(name="Octet"), SocialEnterpriseFactory(name="Zéphyr")
    purchase = PurchaseFactory(enterprise=gone, supplier_name="9123-4567 QC")
    for text in ("Les Marmites ont servi 400 repas.", "Octet aussi."):
        quoted(benefit, "unnamed", statement=text, purchase=purchase)
    for one, other in ((last, gone), (kept, last)):
        one.refresh_from_db()
        other.refresh_from_db()
        merge_enterprises(
            kept=one, gone=other, versions=(one.version, other.version), by=facilitator
        )
        page = client.get(benefit.get_absolute_url())
        assertNotContains(page, "Les Marmites ont servi")
        assertNotContains(page, "Octet aussi")


def test_quotes_cost_the_same_whatever_the_enterprises(
    benefit: Benefit, facilitator: User, django_assert_num_queries: Any
) -> None:
    def more() -> None:
        for _ in range(3):
            gone, kept = SocialEnterpriseFactory.create_batch(2)
            purchase = PurchaseFactory(enterprise=kept)
            merge_enterprises(
                kept=kept, gone=gone, versions=(kept.version, gone.version), by=facilitator
            )
            quoted(benefit, "unnamed", purchase=purchase)

    for _ in range(2):
        more()
        with django_assert_num_queries(2):
            (quotes,) = quotes_by_benefit({benefit.pk: Strength(may_quote_unnamed=True)}).values()
            assert quotes


def test_named_quotes_make_a_benefit_observed_on_the_list(
    client: StrictClient, benefit: Benefit
) -> None:
    quoted(benefit)
    assertContains(
        client.get("/benefices/", {"appui": "membres"}), "Observé par des membres</span>"
    )


# --- Consent -------------------------------------------------------------------------


@pytest.fixture
def observation(organization: Organization) -> ObservedBenefit:
    organization.may_be_named = True
    organization.save()
    row: ObservedBenefit = ObservedBenefitFactory(organization=organization, statement=STORY)
    return row


def address(row: ObservedBenefit) -> str:
    return f"{row.get_absolute_url()}consentement/"


def test_nothing_is_chosen_in_advance(
    log_in_as: LogIn, contributor: User, observation: ObservedBenefit
) -> None:
    client = log_in_as(contributor)
    page = client.get(address(observation))
    assertContains(page, STORY)
    assertNotContains(page, "checked")
    assertContains(client.post(address(observation), {"version": "1"}), "Faites un choix")
    observation.refresh_from_db()
    assert (observation.consent, observation.consent_at) == ("none", None)
    # Nor is what was chosen before.
    quoted_by(client, observation, "named")
    assertNotContains(client.get(address(observation)), "checked")


def quoted_by(client: StrictClient, row: ObservedBenefit, consent: str) -> Any:
    return client.post(address(row), {"consent": consent, "version": row.version})


def test_consent_is_dated_told_and_taken_back_at_once(
    client: StrictClient, log_in_as: LogIn, contributor: User, observation: ObservedBenefit
) -> None:
    member, page = log_in_as(contributor), observation.benefit.get_absolute_url()
    assertNotContains(client.get(page), STORY)
    response = quoted_by(member, observation, "named")
    assertRedirects(response, observation.get_absolute_url())
    observation.refresh_from_db()
    assert observation.consent_by == contributor
    assert observation.consent_at is not None
    assertContains(client.get(page), STORY)
    # The button that takes it back sends no version: it never waits.
    member.post(address(observation), {"consent": "none"})
    assertNotContains(client.get(page), STORY)
    lines = AuditEntry.objects.filter(action="observation_consent").order_by("pk")
    assert [(line.before, line.after) for line in lines] == [
        ({"consent": "none"}, {"consent": "named"}),
        ({"consent": "named"}, {"consent": "none"}),
    ]
    journal = member.get(observation.get_absolute_url())
    assertContains(journal, "Choix sur la citation", count=2)


def test_consent_is_to_the_text_that_was_read(
    log_in_as: LogIn, contributor: User, observation: ObservedBenefit
) -> None:
    ObservedBenefit.objects.update(version=2, statement="Tout autre chose.")
    response = quoted_by(log_in_as(contributor), observation, "named")
    assert response.status_code == 409
    observation.refresh_from_db()
    assert observation.consent == "none"


@pytest.mark.parametrize(
    ("changes", "consent", "message"),
    [
        ({"statement": "", "value": 3}, "named", "pas de texte à citer"),
        ({"sharing": "private"}, "unnamed", "partagez-le d’abord"),
        ({"statement": "À Organisation A, tout va."}, "unnamed", "fait reconnaître"),
        ({}, "peut-être", "Choisissez une des réponses proposées."),
    ],
)
def test_what_cannot_be_quoted_says_why(
    log_in_as: LogIn,
    contributor: User,
    observation: ObservedBenefit,
    changes: dict[str, Any],
    consent: str,
    message: str,
) -> None:
    ObservedBenefit.objects.update(**changes)
    assertContains(quoted_by(log_in_as(contributor), observation, consent), message)
    observation.refresh_from_db()
    assert observation.consent == "none"
    assert not AuditEntry.objects.exists()


def test_an_organization_that_accepts_no_name_is_told_so(
    log_in_as: LogIn, contributor: User, observation: ObservedBenefit
) -> None:
    Organization.objects.update(may_be_named=False)
    response = quoted_by(log_in_as(contributor), observation, "named")
    assertContains(response, "n’a pas accepté d’être nommée")


def test_the_same_choice_twice_is_one_line(
    log_in_as: LogIn, contributor: User, observation: ObservedBenefit
) -> None:
    client = log_in_as(contributor)
    for _ in range(2):
        quoted_by(client, observation, "unnamed")
    assert AuditEntry.objects.count() == 1
