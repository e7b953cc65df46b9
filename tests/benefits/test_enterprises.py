"""The directory of social economy enterprises."""

from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from benefits.models import SocialEnterprise
from members.models import User
from tests.conftest import LogIn
from tests.factories import SocialEnterpriseFactory, TermFactory
from tests.html import StrictClient

LIST = "/entreprises/"


def names(response: Any) -> set[str]:
    return {enterprise.name for enterprise in response.context["listing"].page}


@pytest.mark.django_db
def test_visitors_are_asked_to_log_in(client: StrictClient) -> None:
    address = reverse("benefits:enterprise_list")
    assertRedirects(
        client.get(address), f"/connexion/?next={address}", fetch_redirect_response=False
    )


@pytest.mark.django_db
def test_an_expired_session_opens_the_log_in_page_whole(client: StrictClient) -> None:
    """A fragment would swallow it, and leave an empty list."""
    response = client.get(f"{LIST}?region=06", headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == "/connexion/?next=/entreprises/%3Fregion%3D06"


def test_the_directory_says_what_is_fictional_and_what_is_confirmed(
    log_in_as: LogIn, reader: User
) -> None:
    SocialEnterpriseFactory(
        name="Les Marmites",
        mission="Former en cuisine",
        is_fictional=True,
        eligibility=SocialEnterprise.Eligibility.CONFIRMED,
    )
    response = log_in_as(reader).get(LIST)
    assertContains(response, "Former en cuisine")
    assertContains(response, "Fictif")
    assertContains(response, "Confirmée</span>")
    assertNotContains(response, "Zone grise</span>")


def test_a_real_enterprise_bears_no_mark(log_in_as: LogIn, reader: User) -> None:
    SocialEnterpriseFactory(is_fictional=False)
    assertNotContains(log_in_as(reader).get(LIST), "Fictif")


@pytest.mark.parametrize(
    "filters",
    [
        {"q": "cuisiniere"},
        {"secteur": "alimentation"},
        {"region": "03"},
        {"forme": "coop_travail"},
        {"etiquette": "entreprise_insertion"},
        {"region": "03", "secteur": "alimentation", "q": "l'atelier"},
    ],
)
def test_filters(log_in_as: LogIn, reader: User, filters: dict[str, str]) -> None:
    wanted = SocialEnterpriseFactory(
        name="L’Atelier",
        mission="La cuisinière d’à côté",
        region=TermFactory(code="region:03"),
        legal_form=TermFactory(code="legal_form:coop_travail"),
    )
    wanted.sectors.add(TermFactory(code="sector:alimentation"), TermFactory(code="sector:autre"))
    wanted.tags.add(TermFactory(code="enterprise_tag:entreprise_insertion"))
    SocialEnterpriseFactory(name="Une autre")
    response = log_in_as(reader).get(LIST, filters)
    assert names(response) == {"L’Atelier"}
    assert response.context["listing"].number_found == 1
    assert len(response.context["listing"].chips) == len(filters)


def test_nothing_found_offers_the_whole_directory(log_in_as: LogIn, reader: User) -> None:
    SocialEnterpriseFactory()
    client = log_in_as(reader)
    assertContains(client.get(LIST, {"q": "introuvable"}), "Aucune entreprise ne correspond")
    SocialEnterprise.objects.all().delete()
    assertContains(client.get(LIST), "Le répertoire est vide")


def test_htmx_gets_the_fragment_of_the_page(log_in_as: LogIn, reader: User) -> None:
    SocialEnterpriseFactory()
    client = log_in_as(reader)
    fragment = client.get(LIST, headers={"HX-Request": "true"})
    assert fragment.content.strip() in client.get(LIST).content
    assert b"<html" not in fragment.content


def test_the_directory_costs_a_fixed_number_of_queries(
    log_in_as: LogIn, reader: User, django_assert_num_queries: Any
) -> None:
    client = log_in_as(reader)
    sector, tag = TermFactory(code="sector:tic"), TermFactory(code="enterprise_tag:cpe")
    SocialEnterpriseFactory().sectors.add(sector)
    for _ in range(2):
        # session, person, choices, number found, enterprises, sectors, tags, organization, spine
        with django_assert_num_queries(9):
            client.get(LIST)
        for row in SocialEnterpriseFactory.create_batch(10):
            row.sectors.add(sector)
            row.tags.add(tag)
