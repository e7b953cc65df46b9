"""Suppliers without EÉS: what the directory proposes, what a person says, and takes back."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from benefits.models import Purchase, SocialEnterprise, SupplierMatch
from members.models import AuditEntry, Organization, User
from tests.benefits.bought import noted, page_of, sent, url
from tests.conftest import LogIn
from tests.factories import (
    PurchaseFactory,
    SocialEnterpriseFactory,
    SupplierMatchFactory,
    TermFactory,
)
from tests.html import StrictClient


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


@pytest.fixture
def here(organization: Organization) -> str:
    return url("supplier_list", organization)


@pytest.fixture
def coop() -> SocialEnterprise:
    row: SocialEnterprise = SocialEnterpriseFactory(name="Coop Brosse et Balai")
    row.sectors.add(TermFactory(code="sector:entretien", vocabulary="sector", label="Entretien"))
    return row


@pytest.fixture
def spellings(organization: Organization, contributor: User) -> list[Purchase]:
    """Three purchases of one supplier, under two spellings."""
    names = ("BROSSE & BALAI INC.", "BROSSE & BALAI INC.", "Brosse et Balai, coopérative")
    return [noted(organization, contributor, supplier_name=name) for name in names]


def shown(page: Any) -> dict[str, Any]:
    return {one.name: one for one in page.context["suppliers"]}


def test_suppliers_are_grouped_whatever_their_spelling(
    member: StrictClient,
    organization: Organization,
    other_organization: Organization,
    here: str,
    coop: SocialEnterprise,
    spellings: list[Purchase],
) -> None:
    PurchaseFactory(
        organization=organization,
        enterprise=None,
        supplier_name="Papeterie Élan",
        amount=Decimal("9999.99"),
        purchased_on=datetime.date(2021, 5, 1),
    )
    PurchaseFactory(organization=organization, enterprise=coop, supplier_name="Déjà dit")
    PurchaseFactory(organization=other_organization, enterprise=None, supplier_name="Secret")
    page = member.get(here)
    suppliers = shown(page)
    # The largest amount first.
    assert list(suppliers) == ["Papeterie Élan", "BROSSE & BALAI INC."]
    brush = suppliers["BROSSE & BALAI INC."]
    assert (brush.number, brush.amount) == (3, Decimal("3751.50"))
    assert brush.other_spellings == ["Brosse et Balai, coopérative"]
    assert [offer.enterprise for offer in brush.offers] == [coop]
    assert "%" in brush.offers[0].why
    assert suppliers["Papeterie Élan"].offers == ()
    assertContains(page, "C’est Coop Brosse et Balai")


def test_one_press_ties_all_purchases_of_a_supplier(
    member: StrictClient,
    contributor: User,
    organization: Organization,
    here: str,
    coop: SocialEnterprise,
    spellings: list[Purchase],
) -> None:
    data = {"fournisseur": "brosse balai", "ees": str(coop.pk)}
    response = member.post(here, data, follow=True)
    assertContains(response, "3 achats de")
    rows = Purchase.objects.order_by("pk")
    assert [(row.enterprise, row.version) for row in rows] == [(coop, 2)] * 3
    # The only sector of the EÉS comes with it.
    assert {row.sector.code for row in rows if row.sector} == {"sector:entretien"}
    match = SupplierMatch.objects.get()
    assert (match.organization, match.enterprise, match.confirmed_by) == (
        organization,
        coop,
        contributor,
    )
    lines = AuditEntry.objects.filter(action="purchase_match")
    assert lines.count() == 3
    assert lines[0].after["enterprise"] == {"key": coop.pk, "label": "Coop Brosse et Balai"}
    assert AuditEntry.objects.filter(action="supplier_confirm").count() == 1
    assertContains(member.get(page_of(rows[0])), "Fournisseur rapproché d’une EÉS")
    # The second click, or a colleague.
    assertContains(member.post(here, data, follow=True), "n’est plus à rapprocher")
    assert lines.count() == 3


def test_a_form_opened_before_is_united_with_what_was_said(
    member: StrictClient,
    here: str,
    coop: SocialEnterprise,
    spellings: list[Purchase],
) -> None:
    purchase = spellings[0]
    data = sent(purchase, description="La mienne")
    member.post(here, {"fournisseur": "brosse balai", "ees": str(coop.pk)})
    response = member.post(page_of(purchase), data)
    assert response.status_code == 409
    assert not response.context["merge"].clashes
    assert response.context["form"]["enterprise"].value() == str(coop.pk)
    assert response.context["form"]["description"].value() == "La mienne"


def test_what_has_an_ees_keeps_it(
    member: StrictClient,
    organization: Organization,
    here: str,
    coop: SocialEnterprise,
    spellings: list[Purchase],
) -> None:
    other = SocialEnterpriseFactory(name="Une autre")
    kept = PurchaseFactory(
        organization=organization, enterprise=other, supplier_name="BROSSE & BALAI INC."
    )
    member.post(here, {"fournisseur": "brosse balai", "ees": str(coop.pk)})
    kept.refresh_from_db()
    assert (kept.enterprise, kept.version) == (other, 1)


def test_a_supplier_that_is_no_ees_leaves_the_list(
    member: StrictClient, here: str, spellings: list[Purchase]
) -> None:
    response = member.post(here, {"fournisseur": "brosse balai", "ees": "aucune"}, follow=True)
    assertContains(response, "n’est pas une EÉS")
    assert response.context["suppliers"] == []
    assertContains(response, "Tous les fournisseurs sont rapprochés")
    assert not Purchase.objects.exclude(enterprise=None, version=1).exists()
    assert SupplierMatch.objects.get().enterprise is None


def test_what_was_said_is_taken_back(
    member: StrictClient,
    organization: Organization,
    here: str,
    coop: SocialEnterprise,
    spellings: list[Purchase],
) -> None:
    member.post(here, {"fournisseur": "brosse balai", "ees": str(coop.pk)})
    match = SupplierMatch.objects.get()
    page = member.get(here, {"vue": "dits"})
    assertContains(page, "À rapprocher de nouveau")
    address = url("supplier_reopen", organization, pk=match.pk)
    response = member.post(address, follow=True)
    assertContains(response, "avec 3 achats")
    assert not Purchase.objects.exclude(enterprise=None, version=3).exists()
    assert not SupplierMatch.objects.exists()
    assert AuditEntry.objects.filter(action="purchase_unmatch").count() == 3
    # The second click finds nothing, and says nothing.
    assertRedirects(member.post(address), here)


def test_no_ees_is_taken_back_too(
    member: StrictClient, organization: Organization, here: str, spellings: list[Purchase]
) -> None:
    member.post(here, {"fournisseur": "brosse balai", "ees": "aucune"})
    match = SupplierMatch.objects.get()
    assertContains(member.get(here, {"vue": "dits"}), "N’est pas une EÉS")
    member.post(url("supplier_reopen", organization, pk=match.pk))
    assert len(shown(member.get(here))) == 1


def test_what_was_confirmed_before_comes_first(
    member: StrictClient,
    organization: Organization,
    here: str,
    coop: SocialEnterprise,
    spellings: list[Purchase],
) -> None:
    other = SocialEnterpriseFactory(name="Tout autre nom")
    SupplierMatchFactory(organization=organization, supplier_key="brosse balai", enterprise=other)
    (supplier,) = member.get(here).context["suppliers"]
    assert [offer.enterprise for offer in supplier.offers] == [other, coop]


def test_the_directory_is_searched_for_one_supplier(
    member: StrictClient, here: str, spellings: list[Purchase]
) -> None:
    found = SocialEnterpriseFactory(name="Vert le Coin")
    page = member.get(here, {"fournisseur": "brosse balai", "ees": "vert le coins"})
    assert [offer.enterprise for offer in page.context["search"]["offers"]] == [found]
    assertContains(page, "C’est Vert le Coin")
    page = member.get(here, {"fournisseur": "brosse balai", "ees": "zzzz\x00"})
    assertContains(page, "Aucune EÉS du répertoire ne ressemble à")


@pytest.mark.parametrize("key", ["0", "abc", "²", "9" * 30, "-1", ""])
def test_an_ees_that_does_not_exist_is_refused(
    member: StrictClient, here: str, spellings: list[Purchase], key: str
) -> None:
    data = {"fournisseur": "brosse balai", "ees": key}
    assert member.post(here, data).status_code == 404
    assert not SupplierMatch.objects.exists()


def test_an_ees_that_is_only_proposed_is_refused(
    member: StrictClient, here: str, spellings: list[Purchase]
) -> None:
    hidden = SocialEnterpriseFactory(state="proposed")
    data = {"fournisseur": "brosse balai", "ees": str(hidden.pk)}
    assert member.post(here, data).status_code == 404


def test_a_reader_reads_and_others_do_not(
    log_in_as: LogIn,
    reader: User,
    outsider: User,
    facilitator: User,
    organization: Organization,
    other_organization: Organization,
    member: StrictClient,
    here: str,
    coop: SocialEnterprise,
    spellings: list[Purchase],
) -> None:
    page = log_in_as(reader).get(here)
    assertContains(page, "BROSSE &amp; BALAI")
    assertNotContains(page, "C’est Coop")
    data = {"fournisseur": "brosse balai", "ees": str(coop.pk)}
    assert log_in_as(reader).post(here, data).status_code == 403
    assert log_in_as(outsider).post(here, data).status_code == 404
    assert log_in_as(facilitator).get(here).status_code == 403
    foreign = SupplierMatchFactory(organization=other_organization)
    member.post(url("supplier_reopen", organization, pk=foreign.pk))
    assert SupplierMatch.objects.filter(pk=foreign.pk).exists()


def test_the_page_asks_a_fixed_number_of_queries(
    member: StrictClient,
    organization: Organization,
    here: str,
    coop: SocialEnterprise,
    spellings: list[Purchase],
    django_assert_num_queries: Any,
) -> None:
    def add(first: int, last: int) -> None:
        for index in range(first, last):
            SocialEnterpriseFactory(name=f"Atelier du Ruisseau {index}")
            PurchaseFactory.create_batch(
                2,
                organization=organization,
                enterprise=None,
                supplier_name=f"ATELIER RUISSEAU {index}",
            )

    add(0, 5)
    member.get(here)
    # The session, the person, the membership, the stages; then how many suppliers, those of the
    # page, their spellings, the directory, what was confirmed, what is offered, the purchases.
    with django_assert_num_queries(11):
        assert member.get(here).context["page"].paginator.num_pages == 1
    add(5, 50)
    with django_assert_num_queries(11):
        page = member.get(here)
    assert page.context["page"].paginator.num_pages > 1
    assert len(page.context["suppliers"]) == 25
