"""A purchase: noted, corrected, taken away; the EÉS that its supplier is."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from benefits.models import Purchase, SupplierMatch
from members.models import AuditEntry, Organization, User
from tests.benefits.bought import noted, page_of, sent, sent_new, url
from tests.conftest import LogIn
from tests.factories import (
    ClauseUseFactory,
    ObservedBenefitFactory,
    PurchaseFactory,
    SocialEnterpriseFactory,
    SupplierMatchFactory,
    TermFactory,
)
from tests.html import StrictClient

N = "\u00a0"


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


@pytest.fixture
def create(organization: Organization) -> str:
    return url("purchase_create", organization)


# --- Noting --------------------------------------------------------------------------


def test_a_purchase_is_noted_with_its_cents(
    member: StrictClient, organization: Organization, contributor: User, create: str
) -> None:
    response = member.post(create, sent_new())
    assertRedirects(response, url("purchase_list", organization))
    row = Purchase.objects.get()
    assert (row.amount, row.purchased_on) == (Decimal("1234.50"), datetime.date(2021, 3, 15))
    assert (row.organization, row.created_by, row.enterprise) == (organization, contributor, None)
    assert len(row.fingerprint) == 64
    line = AuditEntry.objects.get(action="purchase_add")
    assert line.after["amount"] == "1234.50"
    assert line.actor == contributor


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1234.5", "1234.50"),
        ("$12", "12.00"),
        (f"48{N}000{N}$", "48000.00"),
        ("-250,00", "-250.00"),
        ("−1\u202f250,05 $", "-1250.05"),
    ],
)
def test_an_amount_is_read_as_people_of_quebec_type_it(
    member: StrictClient, create: str, typed: str, kept: str
) -> None:
    member.post(create, sent_new(amount=typed))
    assert Purchase.objects.get().amount == Decimal(kept)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"amount": ""}, "Donnez le montant"),
        ({"amount": "0"}, "Un achat de zéro dollar"),
        ({"amount": "environ 20"}, "Écrivez le montant seul"),
        ({"amount": "12,345"}, "deux chiffres au plus"),
        ({"supplier_name": " "}, "Donnez le nom du fournisseur."),
        ({"purchased_on": ""}, "Donnez la date"),
        ({"purchased_on": "1921-03-15"}, "Vérifiez l’année"),
        ({"purchased_on": "2999-03-15"}, "n’est pas encore passée"),
        ({"supplier_neq": "123"}, "Un NEQ compte dix chiffres"),
        ({"enterprise": "abc", "asked_for": "boulangerie gagnon"}, "Choisissez une EÉS"),
        ({"enterprise": "9" * 30, "asked_for": "boulangerie gagnon"}, "Choisissez une EÉS"),
    ],
)
def test_what_cannot_be_noted_is_said_and_leaves_nothing(
    member: StrictClient, create: str, values: dict[str, str], message: str
) -> None:
    response = member.post(create, sent_new(**values))
    assertContains(response, message)
    assertContains(response, "Pains")
    assert not Purchase.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_purchase_of_today_is_accepted(member: StrictClient, create: str) -> None:
    member.post(create, sent_new(purchased_on=timezone.localdate().isoformat()))
    assert Purchase.objects.exists()


def test_the_same_form_twice_notes_one_purchase(member: StrictClient, create: str) -> None:
    data = sent_new()
    for _ in range(2):
        assert member.post(create, data).status_code == 302
    assert Purchase.objects.count() == 1
    # The key has served, but these words are another purchase.
    member.post(create, data | {"description": "Viennoiseries"})
    assert Purchase.objects.count() == 2


def test_another_one_may_be_noted_at_once(member: StrictClient, create: str) -> None:
    assertRedirects(member.post(create, sent_new(encore="1")), create)


def test_two_purchases_alike_may_both_be_true(member: StrictClient, create: str) -> None:
    for _ in range(2):
        member.post(create, sent_new())
    assert len(set(Purchase.objects.values_list("fingerprint", flat=True))) == 1
    assert Purchase.objects.count() == 2


# --- Which EÉS -----------------------------------------------------------------------


def test_the_very_name_or_the_very_neq_needs_no_question(member: StrictClient, create: str) -> None:
    named = SocialEnterpriseFactory(name="Écho-Logis")
    numbered = SocialEnterpriseFactory(name="Tout autre nom", neq="1140000001")
    member.post(create, sent_new(supplier_name="ECHO-LOGIS"))
    member.post(create, sent_new(supplier_name="9000-0000 inc.", supplier_neq="11 4000 0001"))
    assert list(Purchase.objects.order_by("pk").values_list("enterprise", flat=True)) == [
        named.pk,
        numbered.pk,
    ]


def test_the_same_name_under_another_number_is_another_enterprise(
    member: StrictClient, create: str
) -> None:
    SocialEnterpriseFactory(name="Écho-Logis", neq="1140000001")
    member.post(create, sent_new(supplier_name="Écho-Logis", supplier_neq="1140000002"))
    assert Purchase.objects.get().enterprise is None


def test_a_name_that_comes_near_is_asked_and_the_answer_serves_again(
    member: StrictClient, organization: Organization, create: str
) -> None:
    enterprise = SocialEnterpriseFactory(name="Coop Brosse et Balai")
    data = sent_new(supplier_name="BROSSE & BALAI, COOPÉRATIVE")
    response = member.post(create, data)
    assertContains(response, "dites si c’est elle")
    assertContains(response, f'value="{enterprise.pk}"')
    assert not Purchase.objects.exists()
    form = response.context["form"]
    asked = form["asked_for"].value()
    # As the page sends it: the supplier that is asked about goes with the answer.
    assert asked == "brosse balai"
    answer = data | {"enterprise": str(enterprise.pk), "asked_for": asked}
    assert member.post(create, answer).status_code == 302
    assert Purchase.objects.get().enterprise == enterprise
    match = SupplierMatch.objects.get()
    assert (match.organization, match.enterprise) == (organization, enterprise)
    # The next time, nobody is asked.
    member.post(create, sent_new(supplier_name="brosse et balai"))
    assert Purchase.objects.filter(enterprise=enterprise).count() == 2


def test_none_of_those_is_an_answer_and_is_asked_again_next_time(
    member: StrictClient, create: str
) -> None:
    SocialEnterpriseFactory(name="Coop Brosse et Balai")
    data = sent_new(supplier_name="Brosse et Balais")
    asked = member.post(create, data).context["form"]["asked_for"].value()
    member.post(create, data | {"enterprise": "aucune", "asked_for": asked})
    assert Purchase.objects.get().enterprise is None
    assert not SupplierMatch.objects.exists()


def test_an_answer_about_another_name_is_no_answer(member: StrictClient, create: str) -> None:
    """The name was typed over after the question: it is asked anew."""
    first = SocialEnterpriseFactory(name="Coop Brosse et Balai")
    SocialEnterpriseFactory(name="Atelier des Cèdres")
    data = sent_new(
        supplier_name="Ateliers des Cèdres", enterprise=str(first.pk), asked_for="brosse balai"
    )
    response = member.post(create, data)
    assertContains(response, "dites si c’est elle")
    assertContains(response, "Atelier des Cèdres")
    assert not Purchase.objects.exists()


def test_a_supplier_that_is_no_ees_is_not_asked_again(
    member: StrictClient, organization: Organization, create: str
) -> None:
    SocialEnterpriseFactory(name="Coop Brosse et Balai")
    SupplierMatchFactory(organization=organization, supplier_key="brosse balais", enterprise=None)
    member.post(create, sent_new(supplier_name="Brosse et Balais"))
    assert Purchase.objects.get().enterprise is None


def test_what_another_organization_confirmed_is_not_ours(
    member: StrictClient, other_organization: Organization, create: str
) -> None:
    SupplierMatchFactory(organization=other_organization, supplier_key="boulangerie gagnon")
    member.post(create, sent_new())
    assert Purchase.objects.get().enterprise is None


@pytest.mark.parametrize("state", ["proposed", "declined"])
def test_an_enterprise_that_is_not_listed_cannot_be_chosen(
    member: StrictClient, create: str, state: str
) -> None:
    hidden = SocialEnterpriseFactory(name="Cachette", state=state)
    data = sent_new(enterprise=str(hidden.pk), asked_for="boulangerie gagnon")
    response = member.post(create, data)
    assertContains(response, "Choisissez une EÉS du répertoire.")
    assertNotContains(response, "Cachette")
    member.post(create, sent_new(supplier_name="Cachette"))
    assert Purchase.objects.get().enterprise is None


def test_an_ees_is_searched_by_its_own_name(
    member: StrictClient, organization: Organization, contributor: User
) -> None:
    enterprise = SocialEnterpriseFactory(name="Vert le Coin")
    purchase = noted(organization, contributor, supplier_name="9000-1111 Québec inc.")
    near = member.post(page_of(purchase), sent(purchase, other_enterprise="Vert le Coins"))
    assertContains(near, "choisissez parmi ses voisines")
    assertContains(near, "Vert le Coin</label>", html=False, count=0)
    assertContains(near, f'id="ees-{enterprise.pk}"')
    nothing = member.post(page_of(purchase), sent(purchase, other_enterprise="zzzz"))
    assertContains(nothing, "ni un nom semblable")
    found = member.post(page_of(purchase), sent(purchase, other_enterprise="VERT LE COIN"))
    assert found.status_code == 302
    purchase.refresh_from_db()
    assert purchase.enterprise == enterprise


def test_the_only_sector_of_the_ees_is_that_of_the_purchase(
    member: StrictClient, create: str
) -> None:
    one, other = TermFactory(code="sector:a"), TermFactory(code="sector:b")
    single = SocialEnterpriseFactory(name="Une seule")
    single.sectors.add(one)
    double = SocialEnterpriseFactory(name="Les deux")
    double.sectors.add(one, other)
    member.post(create, sent_new(supplier_name="Une seule"))
    member.post(create, sent_new(supplier_name="Une seule", sector=str(other.pk)))
    member.post(create, sent_new(supplier_name="Les deux"))
    assert list(Purchase.objects.order_by("pk").values_list("sector__code", flat=True)) == [
        "sector:a",
        "sector:b",
        None,
    ]


# --- Clauses -------------------------------------------------------------------------


def test_clauses_used_are_those_of_the_organization(
    member: StrictClient,
    organization: Organization,
    other_organization: Organization,
    create: str,
) -> None:
    mine = ClauseUseFactory(organization=organization, document_reference="AO-1")
    foreign = ClauseUseFactory(organization=other_organization, document_reference="Secret")
    page = member.get(create)
    assertContains(page, "AO-1")
    assertNotContains(page, "Secret")
    for key in (str(foreign.pk), "9" * 18, "abc"):
        response = member.post(create, sent_new(clause_uses=[key]))
        assert response.context["form"].errors["clause_uses"]
    assert not Purchase.objects.exists()
    member.post(create, sent_new(clause_uses=[str(mine.pk)]))
    assert list(Purchase.objects.get().clause_uses.all()) == [mine]
    told = AuditEntry.objects.get(action="purchase_add").after["clause_uses"]
    assert told["key"] == [mine.pk]
    assert "AO-1" in told["label"]


# --- Correcting and taking away ------------------------------------------------------


def test_a_purchase_is_corrected_and_the_journal_says_what(
    member: StrictClient, organization: Organization, contributor: User
) -> None:
    purchase = noted(organization, contributor, amount=Decimal("100.00"))
    assertRedirects(member.post(page_of(purchase), sent(purchase, amount="150")), page_of(purchase))
    purchase.refresh_from_db()
    assert (purchase.amount, purchase.version) == (Decimal("150.00"), 2)
    line = AuditEntry.objects.get(action="purchase_change")
    assert (line.before, line.after["amount"]) == ({"amount": "100.00"}, "150.00")
    assertContains(member.get(page_of(purchase)), "Achat modifié")
    # Nothing more: no version, no line.
    purchase.refresh_from_db()
    member.post(page_of(purchase), sent(purchase))
    purchase.refresh_from_db()
    assert purchase.version == 2


def test_a_purchase_is_taken_away_once_confirmed(
    member: StrictClient, organization: Organization, contributor: User
) -> None:
    purchase = noted(organization, contributor, supplier_name="À retirer", version=1)
    address = page_of(purchase, "purchase_delete")
    assertContains(member.get(address), "Oui, retirer cet achat")
    assert Purchase.objects.exists()
    for _ in range(2):
        response = member.post(address, {"version": "1"})
        assertRedirects(response, url("purchase_list", organization))
    assert not Purchase.objects.exists()
    assert AuditEntry.objects.get(action="purchase_delete").before["supplier_name"] == "À retirer"


def test_a_purchase_that_changed_is_shown_before_it_is_taken_away(
    member: StrictClient, organization: Organization, contributor: User
) -> None:
    purchase = noted(organization, contributor)
    address = page_of(purchase, "purchase_delete")
    for version in ("2", "", "abc"):
        assertRedirects(member.post(address, {"version": version}), page_of(purchase))
    assert Purchase.objects.exists()


def test_what_an_observed_benefit_leans_on_stays(
    member: StrictClient, organization: Organization, contributor: User
) -> None:
    purchase = noted(organization, contributor)
    ObservedBenefitFactory(organization=organization, purchase=purchase)
    response = member.post(page_of(purchase, "purchase_delete"), {"version": "1"}, follow=True)
    assertContains(response, "Un bénéfice observé s’appuie sur cet achat")
    purchase.refresh_from_db()
    assert purchase.version == 1
    assert not AuditEntry.objects.filter(action="purchase_delete").exists()


# --- Who -----------------------------------------------------------------------------


def test_a_reader_reads_without_a_form(
    log_in_as: LogIn, reader: User, organization: Organization, contributor: User
) -> None:
    purchase = noted(organization, contributor, description="Pains")
    page = log_in_as(reader).get(page_of(purchase))
    assertContains(page, "Pains")
    assertNotContains(page, "Enregistrer")
    assert log_in_as(reader).post(page_of(purchase), sent(purchase)).status_code == 403


def test_another_organization_and_staff_see_nothing(
    log_in_as: LogIn,
    outsider: User,
    facilitator: User,
    member: StrictClient,
    organization: Organization,
    other_organization: Organization,
    contributor: User,
) -> None:
    purchase = noted(organization, contributor)
    assert log_in_as(outsider).get(page_of(purchase)).status_code == 404
    assert log_in_as(facilitator).get(page_of(purchase)).status_code == 403
    foreign = PurchaseFactory(organization=other_organization)
    for name in ("purchase_edit", "purchase_delete"):
        address = url(name, organization, pk=foreign.pk)
        assert member.get(address).status_code == 404
        assert member.post(address, {"version": "1"}).status_code == 404
    assert Purchase.objects.filter(pk=foreign.pk).exists()


def test_suggestions_are_of_the_directory_and_of_our_own_books(
    member: StrictClient, organization: Organization, other_organization: Organization
) -> None:
    SocialEnterpriseFactory(name="Coop Soleil")
    SocialEnterpriseFactory(name="Coop Cachée", state="proposed")
    PurchaseFactory(organization=organization, supplier_name="COOP SOLEIL ENR", enterprise=None)
    PurchaseFactory(organization=other_organization, supplier_name="Coop Voisine", enterprise=None)
    address = url("purchase_suggest", organization)
    body = member.get(address, {"supplier_name": "coop"})
    assertContains(body, 'value="Coop Soleil"')
    assertContains(body, 'value="COOP SOLEIL ENR"')
    assertNotContains(body, "Cachée")
    assertNotContains(body, "Voisine")
    assertNotContains(member.get(address, {"other_enterprise": "coop"}), "ENR")
    assertNotContains(member.get(address, {"supplier_name": "c"}), "Soleil")
