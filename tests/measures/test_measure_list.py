"""The list of all measures: filters in the address, search, order, and boxes to tick."""

from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.models import Implementation, Measure
from measures.statuses import Status
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import (
    ImplementationFactory,
    LegalReferenceFactory,
    MeasureFactory,
    StageFactory,
    TermFactory,
)
from tests.html import StrictClient

LIST = "/mesures/"


def titles(response: Any) -> list[str]:
    return [line.measure.title for line in response.context["lines"]]


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


@pytest.mark.django_db
def test_visitors_read_the_list_but_not_what_is_to_verify(client: StrictClient) -> None:
    MeasureFactory(title="Montrée")
    MeasureFactory(title="À confirmer", to_verify=True)
    MeasureFactory(title="Retirée", is_active=False)
    response = client.get(LIST)
    assert titles(response) == ["Montrée"]
    assertNotContains(response, 'type="checkbox"')
    assertNotContains(response, "Chez nous")


def test_members_see_the_marks_and_where_they_stand(
    member: StrictClient, organization: Organization
) -> None:
    MeasureFactory(title="À confirmer", to_verify=True)
    ours = MeasureFactory()
    record = ImplementationFactory(organization=organization, measure=ours, in_progress=True)
    ImplementationFactory(measure=ours, implemented=True)
    response = member.get(LIST)
    assertContains(response, "À vérifier")
    assertContains(response, f'href="{record.get_absolute_url()}"')
    assertNotContains(response, f'value="{ours.slug}"')
    assert response.context["listing"].number_found == 2


@pytest.mark.parametrize("address", ["/guide/", "/guide/etape-1/"])
@pytest.mark.django_db
def test_the_guide_leads_to_the_list(client: StrictClient, address: str) -> None:
    MeasureFactory()
    assertContains(client.get(address), f'href="{LIST}"')


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"etape": "etape-2"}, ["Commune"]),
        ({"effort": "eleve"}, ["Écrite pour les villes"]),
        ({"pour": "municipal"}, ["Écrite pour les villes", "Commune"]),
        ({"pour": "prive"}, ["Commune"]),
        ({"loi": "LSES"}, ["Commune"]),
        ({"statut": "pas-au-registre"}, ["Commune"]),
        ({"statut": "planifiee"}, ["Écrite pour les villes"]),
        ({"statut": "implantee"}, []),
        ({"loi": "LSES", "effort": "eleve"}, []),
        # What is not valid filters nothing.
        ({"etape": "inconnue"}, ["Écrite pour les villes", "Commune"]),
    ],
)
def test_filters(
    member: StrictClient,
    organization: Organization,
    filters: dict[str, str],
    expected: list[str],
) -> None:
    towns = TermFactory(code="organization_group:municipal", vocabulary="organization_group")
    TermFactory(code="organization_group:prive", vocabulary="organization_group")
    first = MeasureFactory(title="Écrite pour les villes", effort="eleve")
    first.groups.add(towns)
    second = MeasureFactory(title="Commune", stage=StageFactory(order=2))
    second.legal_references.add(LegalReferenceFactory(code="LSES"), LegalReferenceFactory())
    ImplementationFactory(organization=organization, measure=first, planned=True)
    # Somebody else's record is not ours.
    ImplementationFactory(measure=second, implemented=True)
    response = member.get(LIST, filters)
    assert titles(response) == expected
    assert response.context["listing"].number_found == len(expected)


def test_a_visitor_cannot_ask_about_a_register(client: StrictClient, db: None) -> None:
    ImplementationFactory(implemented=True)
    response = client.get(LIST, {"statut": "pas-au-registre"})
    assert len(titles(response)) == 1
    assert response.context["listing"].chips == ()


@pytest.mark.parametrize(
    "words",
    [
        "economie",
        "Économie",
        "ÉCONOMIE",
        "l'achat",
        "l’achat",
        "achats economie",
        "politique d'approvisionnement",
        "politiques",
        "M-TEST",
        "preuve rare",
    ],
)
@pytest.mark.django_db
def test_search_minds_neither_accents_nor_case_nor_apostrophes(
    client: StrictClient, words: str
) -> None:
    MeasureFactory(
        code="M-TEST",
        title="L’Économie sociale dans la politique d’approvisionnement",
        description="Ce que dit l’achat.",
        expected_evidence="Une preuve rare",
    )
    MeasureFactory(title="Autre chose", description="Rien de tel.")
    response = client.get(LIST, {"q": words})
    assert titles(response) == ["L’Économie sociale dans la politique d’approvisionnement"]
    (chip,) = response.context["listing"].chips
    assert words in chip.label


@pytest.mark.parametrize("words", ["économie lune", "conomie", "%", "_", "(", "[a", "\\d", "a{9"])
@pytest.mark.django_db
def test_search_wants_every_word_from_its_beginning_and_knows_no_patterns(
    client: StrictClient, words: str
) -> None:
    MeasureFactory(title="L’économie", description="Une idée 12.")
    response = client.get(LIST, {"q": words})
    assert titles(response) == []
    assertContains(response, "Aucune mesure ne correspond")
    assertContains(response, "Voir toutes les mesures")


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("", ["Zèbre", "Été", "arbre"]),
        ("etape", ["Zèbre", "Été", "arbre"]),
        ("titre", ["arbre", "Été", "Zèbre"]),
        ("effort", ["Été", "arbre", "Zèbre"]),
    ],
)
@pytest.mark.django_db
def test_orders(client: StrictClient, order: str, expected: list[str]) -> None:
    MeasureFactory(code="A", title="Zèbre", effort="eleve")
    MeasureFactory(code="B", title="Été", effort="faible")
    MeasureFactory(code="C", title="arbre", effort="moyen", stage=StageFactory(order=2))
    assert titles(client.get(LIST, {"tri": order})) == expected


@pytest.mark.django_db
def test_the_most_implemented_come_first_and_nothing_is_told_of_fewer_than_three(
    client: StrictClient,
) -> None:
    rows = [("A", 0), ("B", 2), ("C", 1), ("D", 3), ("E", 5)]
    for code, number in rows:
        measure = MeasureFactory(code=code, title=code)
        ImplementationFactory.create_batch(number, measure=measure, implemented=True)
    assert titles(client.get(LIST, {"tri": "implantees"})) == ["E", "D", "A", "B", "C"]


@pytest.mark.django_db
def test_only_active_organizations_are_counted(client: StrictClient) -> None:
    """As in « Comparaison »: two numbers for one thing would tell of those that left."""
    measure = MeasureFactory()
    records = ImplementationFactory.create_batch(4, measure=measure, implemented=True)
    for left, told in ((1, 3), (2, None)):
        organization = records[left].organization
        organization.is_active = False
        organization.save()
        (line,) = client.get(LIST).context["lines"]
        assert line.implemented_by == told


@pytest.mark.django_db
def test_pages_keep_the_filters(client: StrictClient) -> None:
    MeasureFactory.create_batch(26, effort="faible")
    MeasureFactory(effort="eleve")
    response = client.get(LIST, {"effort": "faible"})
    assertContains(response, "26 mesures")
    assertContains(response, "?effort=faible&amp;page=2")
    assert len(titles(client.get(LIST, {"effort": "faible", "page": "2"}))) == 1


@pytest.mark.django_db
def test_an_empty_guide_says_so(client: StrictClient) -> None:
    assertContains(client.get(LIST), "Le guide n’est pas encore chargé")


def test_htmx_gets_the_fragment_of_the_page(member: StrictClient) -> None:
    MeasureFactory()
    fragment = member.get(LIST, {"effort": "faible"}, headers={"HX-Request": "true"})
    assert b"<html" not in fragment.content
    assertContains(fragment, 'id="results"')
    assertContains(fragment, 'name="csrfmiddlewaretoken"')
    back = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assertContains(member.get(LIST, headers=back), "<html")


# Boxes


def adopt(client: StrictClient, organization: Organization, **data: Any) -> Any:
    address = reverse("measures:implementation_adopt", kwargs={"org_slug": organization.slug})
    return client.post(address, data)


def test_ticked_measures_enter_the_register_with_their_date_and_the_list_comes_back(
    member: StrictClient, organization: Organization
) -> None:
    first, second = MeasureFactory.create_batch(2)
    assertContains(member.get(LIST, {"effort": "faible"}), 'name="filters" value="effort=faible"')
    data = {"status": Status.PLANNED, "planned_for": "2027-03-01", "filters": "effort=faible"}
    for _ in range(2):
        response = adopt(member, organization, measures=[first.slug, second.slug], **data)
        assertRedirects(response, f"{LIST}?effort=faible")
    records = organization.implementations.all()
    assert {(row.measure, str(row.planned_for)) for row in records} == {
        (first, "2027-03-01"),
        (second, "2027-03-01"),
    }


def test_a_refused_adoption_keeps_the_boxes_ticked(
    member: StrictClient, organization: Organization
) -> None:
    ticked, other = MeasureFactory.create_batch(2)
    for place, page in (
        ({"filters": "effort=faible"}, LIST),
        ({"stage": ticked.stage.slug}, ticked.stage.get_absolute_url()),
    ):
        data = {"measures": [ticked.slug], "status": Status.PLANNED, "planned_for": "demain"}
        response = adopt(member, organization, **data, **place)
        assert response["Location"].startswith(page)
        html = member.get(response["Location"]).content.decode()
        assert f'value="{ticked.slug}" aria-labelledby="m-{ticked.slug}" checked>' in html
        assert f'value="{other.slug}" aria-labelledby="m-{other.slug}">' in html
    assert not Implementation.objects.exists()


def test_the_address_to_come_back_to_stays_in_the_portal(
    member: StrictClient, organization: Organization
) -> None:
    data = {"measures": [MeasureFactory().slug], "status": Status.PLANNED}
    response = adopt(member, organization, **data, filters="//ailleurs.example/?a=b")
    assert response["Location"].startswith(f"{LIST}?")


def test_a_reader_gets_no_boxes(log_in_as: LogIn, reader: User) -> None:
    MeasureFactory()
    assertNotContains(log_in_as(reader).get(LIST), 'type="checkbox"')


@pytest.mark.parametrize("query", ["", "?q=mesure", "?statut=pas-au-registre&tri=implantees"])
def test_the_list_costs_the_same_whatever_the_rows(
    member: StrictClient,
    organization: Organization,
    query: str,
    django_assert_num_queries: Any,
) -> None:
    group = TermFactory(code="organization_group:prive", vocabulary="organization_group")
    for number in (2, 12):
        for measure in MeasureFactory.create_batch(number):
            measure.groups.add(group)
            measure.legal_references.add(LegalReferenceFactory())
        ImplementationFactory(organization=organization, measure=measure, planned=True)
        # session, person, membership, stages, choices, number found, measures, their groups
        with django_assert_num_queries(8):
            member.get(f"{LIST}{query}")
    assert Measure.objects.count() == 14
