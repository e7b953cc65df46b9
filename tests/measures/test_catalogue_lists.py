"""The lists that staff edit from, who gets in, and the links that lead there."""

from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from measures.models import CatalogueEvent
from members.models import User
from tests.conftest import LogIn
from tests.factories import (
    BarrierFactory,
    CatalogueEventFactory,
    ClauseFactory,
    ClauseVersionFactory,
    IndicatorFactory,
    LegalReferenceFactory,
    MeasureFactory,
    StageFactory,
)
from tests.html import StrictClient

KINDS = ["mesures", "etapes", "cadre-legal", "enjeux", "indicateurs", "clauses"]


@pytest.fixture
def staff(log_in_as: LogIn, facilitator: User) -> StrictClient:
    return log_in_as(facilitator)


def codes(response: Any) -> list[str]:
    return [row.code for row, _ in response.context["rows"]]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_list_and_stands_empty(staff: StrictClient, kind: str) -> None:
    response = staff.get(f"/catalogue/{kind}/")
    assertContains(response, 'class="empty"')
    for other in KINDS:
        assertContains(response, f'href="/catalogue/{other}/"')


@pytest.mark.parametrize("path", ["", "mesures/", "mesures/ajouter/", "mesures/M1/", "etapes/E1/"])
def test_only_staff_get_in(
    log_in_as: LogIn, manager: User, client: StrictClient, path: str
) -> None:
    MeasureFactory(code="M1", stage=StageFactory(order=1, code="E1"))
    member = log_in_as(manager)
    assert client.get(f"/catalogue/{path}")["Location"].startswith("/connexion/")
    assert member.get(f"/catalogue/{path}").status_code == 403
    if path.count("/") == 2:
        assert member.post(f"/catalogue/{path}", {"title": "Forgé"}).status_code == 403
    assert not CatalogueEvent.objects.exists()


@pytest.mark.parametrize("path", ["nope/", "nope/ajouter/", "mesures/nope/", "enjeux/M1/"])
def test_what_does_not_exist_is_not_found(staff: StrictClient, path: str) -> None:
    MeasureFactory(code="M1")
    assert staff.get(f"/catalogue/{path}").status_code == 404


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["A", "B", "C", "D"]),
        ({"etat": "a-verifier"}, ["B"]),
        ({"etat": "proposition"}, ["C"]),
        ({"etat": "retirees"}, ["D"]),
        ({"q": "economie l'achat"}, ["A"]),
        ({"q": "b"}, ["B"]),
        ({"q": "rien de tel"}, []),
    ],
)
def test_staff_filter_measures(
    staff: StrictClient, filters: dict[str, str], expected: list[str]
) -> None:
    MeasureFactory(code="A", title="L’Économie de l’achat", description="D")
    MeasureFactory(code="B", title="T", description="D", to_verify=True)
    MeasureFactory(code="C", title="T", description="D", is_inference=True)
    MeasureFactory(code="D", title="T", description="D", is_active=False)
    response = staff.get("/catalogue/mesures/", filters)
    assert codes(response) == expected
    assertContains(response, f"{len(expected)} résultat")


def test_kinds_without_a_search_text_are_searched_too(staff: StrictClient) -> None:
    BarrierFactory(code="EN-01", title="L’Énoncé est flou")
    BarrierFactory(code="EN-02", title="Autre")
    assert codes(staff.get("/catalogue/enjeux/", {"q": "l'enonce"})) == ["EN-01"]
    assertNotContains(staff.get("/catalogue/enjeux/"), "Retirées")


def test_htmx_gets_the_fragment_of_the_list(staff: StrictClient) -> None:
    MeasureFactory(code="A")
    fragment = staff.get("/catalogue/mesures/", headers={"HX-Request": "true"})
    assert b"<html" not in fragment.content
    assert fragment.content.strip() in staff.get("/catalogue/mesures/").content


def test_the_overview_says_what_waits_and_what_changed(staff: StrictClient) -> None:
    MeasureFactory(code="M1-01", to_verify=True)
    MeasureFactory()
    CatalogueEventFactory(code="M1-01", changes={"title": ["Avant", "Après"]})
    response = staff.get("/catalogue/")
    (tally,) = [each for each in response.context["kinds"] if each.kind.slug == "mesures"]
    assert (tally.total, tally.to_verify, tally.is_inference) == (2, 1, 0)
    assertContains(response, 'href="/catalogue/mesures/?etat=a-verifier"')
    assertContains(response, 'href="/catalogue/mesures/M1-01/"')
    assertContains(response, "modification (titre)")


def test_what_hangs_on_a_row_is_named_once_in_the_last_changes(staff: StrictClient) -> None:
    BarrierFactory(code="EN-01")
    changes = {"solutions.ajout-5f43ab.text": [None, "Dépôt"], "solutions.EN-01-S1.order": [1, 2]}
    CatalogueEventFactory(code="EN-01", subject="barrier", changes=changes)
    assertContains(staff.get("/catalogue/"), "modification (solutions)")


def test_staff_find_their_way_from_every_public_page(
    staff: StrictClient, log_in_as: LogIn, manager: User
) -> None:
    stage = StageFactory(order=1, code="E1")
    measure = MeasureFactory(code="M1", stage=stage)
    clause = ClauseVersionFactory(clause=ClauseFactory(code="C1", stage=stage)).clause
    BarrierFactory(code="EN1")
    IndicatorFactory(code="I1")
    LegalReferenceFactory(code="L1")
    member = log_in_as(manager)
    for address, link in (
        ("/guide/", "/catalogue/"),
        (stage.get_absolute_url(), "/catalogue/etapes/E1/"),
        (measure.get_absolute_url(), "/catalogue/mesures/M1/"),
        (clause.get_absolute_url(), "/catalogue/clauses/C1/"),
        ("/enjeux/", "/catalogue/enjeux/EN1/"),
        ("/indicateurs/", "/catalogue/indicateurs/I1/"),
        ("/cadre-legal/", "/catalogue/cadre-legal/L1/"),
    ):
        page = staff.get(address)
        assertContains(page, f'href="{link}"')
        assertContains(page, "Modifier")
        assertNotContains(member.get(address), "/catalogue/")
        assert staff.get(link).status_code == 200


def test_the_navigation_of_staff_holds_the_catalogue(staff: StrictClient) -> None:
    links = staff.get("/catalogue/mesures/").context["navigation"]
    assert [link.label for link in links if link.is_current] == ["Catalogue"]
    assert "Registre" not in [link.label for link in links]


@pytest.mark.parametrize(
    ("path", "number"),
    [
        # session, person, six kinds, changes, clauses proposed, membership, stages
        ("/catalogue/", 12),
        # session, person, number found, rows, membership, stages
        ("/catalogue/mesures/", 6),
        # one more to search in memory
        ("/catalogue/mesures/?q=mesure", 7),
    ],
)
def test_lists_cost_the_same_whatever_the_rows(
    staff: StrictClient, path: str, number: int, django_assert_num_queries: Any
) -> None:
    for rows in (1, 9):
        MeasureFactory.create_batch(rows)
        CatalogueEventFactory.create_batch(rows)
        with django_assert_num_queries(number):
            staff.get(path)
