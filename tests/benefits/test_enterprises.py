"""The directory of social economy enterprises: its list, its filters, its regions."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from benefits.directory import reading
from benefits.models import SocialEnterprise
from members.models import User
from tests.conftest import LogIn
from tests.factories import (
    FavouriteEnterpriseFactory,
    OrganizationFactory,
    SocialEnterpriseFactory,
    TermFactory,
    UserFactory,
)
from tests.html import StrictClient

LIST = "/entreprises/"


def names(response: Any) -> list[str]:
    return [line.name for line in response.context["lines"]]


def tile(response: Any, key: str) -> Any:
    return next(tile for tile in response.context["tiles"] if tile.key == key)


def serving(*keys: str, **values: Any) -> SocialEnterprise:
    """An enterprise that serves these regions beside its own."""
    row = SocialEnterpriseFactory(**values)
    row.served_regions.add(*(TermFactory(code=f"region:{key}") for key in keys))
    row.note_reach()
    return row


@pytest.fixture
def member(log_in_as: LogIn, reader: User) -> StrictClient:
    return log_in_as(reader)


@pytest.mark.django_db
def test_visitors_read_the_directory_and_neither_keep_nor_export(client: StrictClient) -> None:
    SocialEnterpriseFactory(name="Les Marmites", contact_email="ana@marmites.example")
    response = client.get(LIST, {"favoris": "oui"})
    assert names(response) == ["Les Marmites"]
    for absent in ("ana@marmites", "Exporter", 'name="favori', "Mes favoris"):
        assertNotContains(response, absent)


def test_the_directory_says_what_is_fictional_and_what_is_confirmed(member: StrictClient) -> None:
    SocialEnterpriseFactory(
        name="Les Marmites",
        mission="Former en cuisine",
        is_fictional=True,
        eligibility=SocialEnterprise.Eligibility.CONFIRMED,
    )
    response = member.get(LIST)
    assertContains(response, "Former en cuisine")
    assertContains(response, "Fictif")
    assertContains(response, "Confirmée</span>")
    assertNotContains(response, "Zone grise</span>")


def test_a_real_enterprise_bears_no_mark(member: StrictClient) -> None:
    SocialEnterpriseFactory(is_fictional=False)
    assertNotContains(member.get(LIST), "Fictif")


def test_what_is_typed_is_never_markup(member: StrictClient) -> None:
    SocialEnterpriseFactory(name="<b>Coop</b>", mission="<i>Aider</i>")
    response = member.get(LIST)
    assertContains(response, "&lt;b&gt;Coop&lt;/b&gt;</a>")
    assertContains(response, "&lt;i&gt;Aider&lt;/i&gt;")


def test_only_what_is_listed_shows(member: StrictClient) -> None:
    kept = SocialEnterpriseFactory(name="Gardée")
    for state in ("proposed", "declined"):
        SocialEnterpriseFactory(state=state)
    SocialEnterpriseFactory(state="merged", merged_into=kept)
    response = member.get(LIST)
    assert names(response) == ["Gardée"]
    assert tile(response, "06").number == 1


@pytest.mark.parametrize(
    "filters",
    [
        {"q": "cuisiniere"},
        {"secteur": "alimentation"},
        {"region": "03"},
        {"forme": "coop_travail"},
        {"etiquette": "entreprise_insertion"},
        {"admissibilite": "confirmee"},
        {"favoris": "oui"},
        {"region": "03", "secteur": "alimentation", "q": "l'atelier", "favoris": "oui"},
    ],
)
def test_filters(member: StrictClient, reader: User, filters: dict[str, str]) -> None:
    wanted = SocialEnterpriseFactory(
        name="L’Atelier",
        mission="La cuisinière d’à côté",
        region=TermFactory(code="region:03"),
        legal_form=TermFactory(code="legal_form:coop_travail"),
        eligibility="confirmee",
    )
    wanted.sectors.add(TermFactory(code="sector:alimentation"), TermFactory(code="sector:autre"))
    wanted.tags.add(TermFactory(code="enterprise_tag:entreprise_insertion"))
    FavouriteEnterpriseFactory(user=reader, enterprise=wanted)
    # Somebody else's favourite is not mine.
    FavouriteEnterpriseFactory(enterprise=SocialEnterpriseFactory(name="Une autre"))
    response = member.get(LIST, filters)
    assert names(response) == ["L’Atelier"]
    assert response.context["listing"].number_found == 1
    assert len(response.context["listing"].chips) == len(filters)


def test_a_region_has_those_seated_there_and_those_that_serve_it(member: StrictClient) -> None:
    serving("12", "06", name="Sert ailleurs", region=TermFactory(code="region:03"))
    SocialEnterpriseFactory(name="Assise ici", region=TermFactory(code="region:12"))
    SocialEnterpriseFactory(name="Loin", region=TermFactory(code="region:09"))
    response = member.get(LIST, {"region": "12"})
    assert names(response) == ["Assise ici", "Sert ailleurs"]
    assertContains(response, "et 2 autres desservies")


def test_regions_are_counted_under_the_other_filters(member: StrictClient) -> None:
    food = TermFactory(code="sector:alimentation")
    region = TermFactory(code="region:12")
    for name in ("Une", "Deux"):
        SocialEnterpriseFactory(name=name, region=region).sectors.add(food)
    SocialEnterpriseFactory(region=region)
    response = member.get(LIST, {"secteur": "alimentation", "region": "12", "page": "1"})
    chosen = tile(response, "12")
    assert (chosen.number, chosen.is_current) == (2, True)
    # Its link takes the filter back, and keeps the other one.
    assert chosen.query == "secteur=alimentation"
    other = member.get(LIST, {"secteur": "alimentation"})
    assert tile(other, "12").query == "secteur=alimentation&region=12"
    assertContains(response, "région choisie; retirer ce filtre")


def test_a_region_that_was_added_to_the_list_has_its_tile(member: StrictClient) -> None:
    SocialEnterpriseFactory(region=TermFactory(code="region:18", label="Outre-mer"))
    response = member.get(LIST)
    assert (tile(response, "18").short_name, tile(response, "18").place) == ("Outre-mer", "")


def test_the_reach_follows_the_seat_and_the_regions_served(db: None) -> None:
    row = serving("12", "03", region=TermFactory(code="region:06"))
    assert row.reach == " 03 06 12 "
    row.region = TermFactory(code="region:09")
    row.save()
    row.refresh_from_db()
    assert row.reach == " 03 09 12 "
    row.served_regions.clear()
    SocialEnterprise.objects.note_reach()
    row.refresh_from_db()
    assert row.reach == " 09 "


@pytest.mark.parametrize(
    "filters", [{"region": "99"}, {"region": "__"}, {"secteur": "rien"}, {"etiquette": "x-y"}]
)
def test_an_unknown_term_finds_nothing(member: StrictClient, filters: dict[str, str]) -> None:
    SocialEnterpriseFactory()
    assertContains(member.get(LIST, filters), "Aucune entreprise ne correspond")


@pytest.mark.parametrize(
    "filters", [{"region": "06' OR 1=1"}, {"secteur": "%"}, {"admissibilite": "x"}, {"forme": "\0"}]
)
def test_what_no_list_may_hold_filters_nothing(
    member: StrictClient, filters: dict[str, str]
) -> None:
    SocialEnterpriseFactory(name="La seule")
    assert names(member.get(LIST, filters)) == ["La seule"]


def test_nothing_found_offers_the_whole_directory(member: StrictClient) -> None:
    SocialEnterpriseFactory()
    assertContains(member.get(LIST, {"q": "introuvable"}), "Aucune entreprise ne correspond")
    SocialEnterprise.objects.all().delete()
    assertContains(member.get(LIST), "Le répertoire est vide")


def test_names_are_in_order_whatever_their_accents(member: StrictClient) -> None:
    for name in ("Zénith", "école", "Abri", "Éclat"):
        SocialEnterpriseFactory(name=name)
    assert names(member.get(LIST)) == ["Abri", "Éclat", "école", "Zénith"]


@pytest.mark.parametrize(
    ("page", "first"), [("1", "Coop 00"), ("2", "Coop 25"), ("9", "Coop 25"), ("x", "Coop 00")]
)
def test_pages(member: StrictClient, page: str, first: str) -> None:
    for number in range(30):
        SocialEnterpriseFactory(name=f"Coop {number:02d}")
    response = member.get(LIST, {"page": page, "q": "coop"})
    assert names(response)[0] == first
    assert response.context["listing"].number_found == 30


def test_htmx_gets_the_fragment_of_the_page(member: StrictClient) -> None:
    SocialEnterpriseFactory()
    fragment = member.get(LIST, headers={"HX-Request": "true"})
    assert b"<html" not in fragment.content
    for place in (b'id="found"', b'id="regions"', b'id="results"'):
        assert place in fragment.content
        assert place in member.get(LIST).content


def test_the_directory_costs_six_queries(
    member: StrictClient, django_assert_num_queries: Any
) -> None:
    sector, tag = TermFactory(code="sector:tic"), TermFactory(code="enterprise_tag:cpe")
    serving("12").sectors.add(sector)
    for _ in range(2):
        for filters in ({}, {"q": "entreprise", "region": "06"}, {"secteur": "tic"}):
            # session, person, terms with numbers and keys, enterprises, organization, spine
            with django_assert_num_queries(6):
                member.get(LIST, filters)
        for _ in range(10):
            row = serving("12", "03")
            row.sectors.add(sector)
            row.tags.add(tag)


@pytest.mark.django_db
def test_a_visit_costs_three_queries(client: StrictClient) -> None:
    SocialEnterpriseFactory()
    with CaptureQueriesContext(connection) as captured:
        client.get(LIST)
    # terms with numbers and keys, enterprises, spine
    assert len(captured) == 3


def test_people_of_two_organizations_see_the_same_directory(log_in_as: LogIn) -> None:
    SocialEnterpriseFactory(proposed_for=OrganizationFactory(), name="Pour tout le monde")
    assert names(log_in_as(UserFactory()).get(LIST)) == ["Pour tout le monde"]


@pytest.mark.parametrize("few", [2, 2_000])
def test_many_found_are_read_in_the_same_order_as_few(
    member: StrictClient, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Above a number the keys are not kept; what the pages show is the same."""
    monkeypatch.setattr(reading, "_FEW", few)
    region = TermFactory(code="region:06", vocabulary="region")
    for number in range(30):
        SocialEnterpriseFactory(name=f"Coop {number:02}", region=region)
    serving("06", name="Éconord coop")
    SocialEnterpriseFactory(name="Autre")
    page = member.get(LIST, {"q": "coop", "region": "06", "page": "2"})
    assert names(page) == [*(f"Coop {number:02}" for number in range(25, 30)), "Éconord coop"]
    assert (tile(page, "06").number, page.context["listing"].number_found) == (31, 31)


@pytest.mark.parametrize(
    ("query", "is_open"),
    [("", False), ("?q=coop&region=06", False), ("?forme=obnl", True), ("?admissibilite=x", True)],
)
def test_the_filters_that_are_folded_open_when_one_is_at_work(
    member: StrictClient, query: str, is_open: bool
) -> None:
    response = member.get(f"{LIST}{query}")
    fold = '<details class="fold mt-3" open>' if is_open else '<details class="fold mt-3">'
    assertContains(response, fold)
