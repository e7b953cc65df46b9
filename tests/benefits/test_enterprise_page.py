"""The page of one EÉS: what it offers, why we believe it is one, and how it is reached."""

import datetime
from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from benefits.models import Criterion, FavouriteEnterprise, SocialEnterprise
from members.models import User
from tests.conftest import LogIn
from tests.factories import (
    EligibilityReviewFactory,
    FavouriteEnterpriseFactory,
    PurchaseFactory,
    SocialEnterpriseFactory,
    TermFactory,
)
from tests.html import StrictClient

PAGE = "/entreprises/les-marmites/"
FAVOURITE = f"{PAGE}favori/"


@pytest.fixture
def enterprise(db: None) -> SocialEnterprise:
    row = SocialEnterpriseFactory(
        name="Les Marmites",
        slug="les-marmites",
        neq="1143920115",
        mission="Former en cuisine",
        offer="Boîtes à lunch\n\nBuffets",
        certification="Certifiée B",
        website="https://marmites.example/",
        contact_name="Ana Tremblay",
        contact_role="Ventes",
        contact_email="ventes@marmites.example",
        contact_phone="418 555-0100",
    )
    row.sectors.add(TermFactory(code="sector:alimentation", label="Traiteur"))
    row.served_regions.add(TermFactory(code="region:03", label="Capitale-Nationale"))
    row.tags.add(TermFactory(code="enterprise_tag:entreprise_insertion", label="Insertion"))
    return row


CONTACT = ("Ana Tremblay", "ventes@marmites.example", "418 555-0100", "Ventes")


def test_visitors_read_all_but_the_person(
    client: StrictClient, enterprise: SocialEnterprise
) -> None:
    response = client.get(PAGE)
    for shown in (
        *("Les Marmites", "Former en cuisine", "<p>Buffets</p>", "Certifiée B", "1143920115"),
        *("https://marmites.example/", "Traiteur", "Capitale-Nationale", "Insertion", "Fictif"),
        "réservées aux membres",
    ):
        assertContains(response, shown)
    for hidden in (*CONTACT, "mailto:", "favori-"):
        assertNotContains(response, hidden)


def test_members_read_how_to_reach_it(
    log_in_as: LogIn, reader: User, enterprise: SocialEnterprise
) -> None:
    response = log_in_as(reader).get(PAGE)
    for shown in CONTACT:
        assertContains(response, shown)
    SocialEnterprise.objects.update(
        contact_name="", contact_role="", contact_email="", contact_phone=""
    )
    assertNotContains(log_in_as(reader).get(PAGE), "Pour la joindre")


def test_the_last_examination_says_each_criterion(
    client: StrictClient, enterprise: SocialEnterprise
) -> None:
    EligibilityReviewFactory(
        enterprise=enterprise,
        criteria=[Criterion.ACTIVITY, Criterion.PURPOSE],
        evidence="Ses statuts.",
        source_url="https://preuve.example/",
        examined_on=datetime.date(2021, 3, 1),
        state="zone-grise",
    )
    # Written since, of an older day.
    EligibilityReviewFactory(
        enterprise=enterprise, evidence="Ancienne.", examined_on=datetime.date(2019, 1, 1)
    )
    response = client.get(PAGE)
    for criterion in Criterion:
        assertContains(response, criterion.label)
    for shown in ("2 critères sur 7 démontrés", "1er\u00a0mars 2021", "Ses statuts.", "Zone grise"):
        assertContains(response, shown)
    assertContains(response, ">Démontré<", count=2)
    assertContains(response, ">Non démontré<", count=5)
    assertNotContains(response, "Ancienne.")


def test_without_an_examination_it_says_so(
    client: StrictClient, enterprise: SocialEnterprise
) -> None:
    assertContains(client.get(PAGE), "Aucun examen n’est encore noté")


def test_purchases_are_never_shown(
    log_in_as: LogIn, manager: User, enterprise: SocialEnterprise
) -> None:
    PurchaseFactory(enterprise=enterprise, amount="1234.56", description="Secret d’achat")
    response = log_in_as(manager).get(PAGE)
    assertNotContains(response, "234,56")
    assertNotContains(response, "Secret d’achat")


@pytest.mark.parametrize("state", ["proposed", "declined"])
def test_what_is_not_listed_is_nowhere(
    log_in_as: LogIn, coordinator: User, enterprise: SocialEnterprise, state: str
) -> None:
    SocialEnterprise.objects.update(state=state)
    client = log_in_as(coordinator)
    assert client.get(PAGE).status_code == 404
    assert client.post(FAVOURITE, {"favori": "oui"}).status_code == 404
    assert not FavouriteEnterprise.objects.exists()


def test_what_is_typed_is_never_markup(client: StrictClient, enterprise: SocialEnterprise) -> None:
    SocialEnterprise.objects.update(offer="<script>alert(1)</script>", name="<b>A</b>")
    response = client.get(PAGE)
    assertContains(response, "&lt;script&gt;")
    assertNotContains(response, "<b>A</b>")


def test_the_page_costs_a_fixed_number_of_queries(
    log_in_as: LogIn,
    reader: User,
    enterprise: SocialEnterprise,
    django_assert_num_queries: Any,
) -> None:
    client = log_in_as(reader)
    for _ in range(2):
        # session, person, enterprise, sectors, tags, served regions, examination, favourite,
        # what it will present, what was observed, organization, spine
        with django_assert_num_queries(12):
            client.get(PAGE)
        for number in range(5):
            enterprise.sectors.add(TermFactory(code=f"sector:{number}"))
            enterprise.served_regions.add(TermFactory(code=f"region:x{number}"))
            EligibilityReviewFactory(enterprise=enterprise)


# --- Favourites --------------------------------------------------------------------


def test_a_favourite_is_kept_and_taken_back(
    log_in_as: LogIn, reader: User, enterprise: SocialEnterprise
) -> None:
    client = log_in_as(reader)
    back = "/entreprises/?q=cuisine"
    for _ in range(2):
        response = client.post(FAVOURITE, {"favori": "oui", "retour": back})
        assertRedirects(response, back, fetch_redirect_response=False)
        assert FavouriteEnterprise.objects.get().user == reader
    assertContains(client.get(PAGE), 'value="non" aria-pressed="true"')
    for _ in range(2):
        client.post(FAVOURITE, {"favori": "non"})
        assert not FavouriteEnterprise.objects.exists()
    assertContains(client.get(PAGE), 'value="oui" aria-pressed="false"')


def test_taking_back_leaves_the_favourites_of_others(
    log_in_as: LogIn, reader: User, enterprise: SocialEnterprise
) -> None:
    FavouriteEnterpriseFactory(enterprise=enterprise)
    log_in_as(reader).post(FAVOURITE, {"favori": "non"})
    assert FavouriteEnterprise.objects.count() == 1


@pytest.mark.parametrize("back", ["https://ailleurs.example/", "//ailleurs.example", "", "\\\\a"])
def test_a_favourite_leads_nowhere_else(
    log_in_as: LogIn, reader: User, enterprise: SocialEnterprise, back: str
) -> None:
    response = log_in_as(reader).post(FAVOURITE, {"favori": "oui", "retour": back})
    assertRedirects(response, PAGE, fetch_redirect_response=False)


def test_htmx_gets_the_button(log_in_as: LogIn, reader: User, enterprise: SocialEnterprise) -> None:
    client = log_in_as(reader)
    response = client.post(FAVOURITE, {"favori": "oui"}, headers={"HX-Request": "true"})
    assert response.content.startswith(b"<button")
    assertContains(response, 'aria-pressed="true"')


def test_the_button_of_the_list_belongs_to_its_form(
    log_in_as: LogIn, reader: User, enterprise: SocialEnterprise
) -> None:
    """Without a script, that form is what posts it."""
    response = log_in_as(reader).get("/entreprises/?region=06")
    assertContains(response, '<form id="favoris" method="post"')
    assertContains(response, f'form="favoris" formaction="{FAVOURITE}"')
    assertContains(response, 'name="retour" value="/entreprises/?region=06"')


@pytest.mark.parametrize("path", ["/entreprises/", PAGE])
def test_the_form_of_favourites_is_one_of_ours(
    log_in_as: LogIn, reader: User, enterprise: SocialEnterprise, path: str
) -> None:
    """It holds its token, whichever template draws it."""
    form = log_in_as(reader).get(path).content.partition(b'<form id="favoris"')[2]
    assert b'name="csrfmiddlewaretoken" value="' in form.partition(b"</form>")[0]
