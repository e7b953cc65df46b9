"""The inventory of benefits and its pages."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from benefits.models import Benefit, PublicFigure
from chantier.lib.french import NBSP
from members.models import User
from tests.conftest import LogIn
from tests.factories import BenefitFactory, PublicFigureFactory, SourceFactory
from tests.html import StrictClient

LIST = "/benefices/"


def titles(response: Any) -> set[str]:
    return {benefit.title for benefit in response.context["listing"].page}


@pytest.mark.django_db
def test_the_inventory_opens_to_visitors_in_two_sections(client: StrictClient) -> None:
    BenefitFactory(title="Heures d’insertion")
    BenefitFactory(title="Fierté", qualitative=True, statement="Chaque dollar sert deux fois.")
    response = client.get(reverse("benefits:benefit_list"))
    assertContains(response, "Bénéfices chiffrés")
    assertContains(response, "Bénéfices non chiffrés")
    assertContains(response, "Personnes × heures")
    assertContains(response, "Chaque dollar sert deux fois.")


@pytest.mark.django_db
def test_visitors_do_not_see_what_is_to_verify(client: StrictClient) -> None:
    hidden = BenefitFactory(title="À confirmer", to_verify=True)
    shown = BenefitFactory(title="Confirmé")
    shown.figures.add(PublicFigureFactory(label="Donnée douteuse", to_verify=True))
    response = client.get(LIST)
    assert titles(response) == {"Confirmé"}
    assertNotContains(response, "Donnée douteuse")
    assert client.get(hidden.get_absolute_url()).status_code == 404
    assertNotContains(client.get(shown.get_absolute_url()), "Donnée douteuse")


def test_members_see_what_is_to_verify_with_its_mark(log_in_as: LogIn, reader: User) -> None:
    benefit = BenefitFactory(title="À confirmer", to_verify=True, is_inference=True)
    client = log_in_as(reader)
    for address in (LIST, benefit.get_absolute_url()):
        response = client.get(address)
        assertContains(response, "À vérifier")
        assertContains(response, "Proposition à valider")


@pytest.mark.parametrize("text", ["economie", "ÉCONOMIE", "l'achat", "l’achat", "achat economie"])
@pytest.mark.django_db
def test_search_ignores_case_accents_and_apostrophes(client: StrictClient, text: str) -> None:
    BenefitFactory(title="Économie de l’achat")
    BenefitFactory(title="Autre chose")
    assert titles(client.get(LIST, {"q": text})) == {"Économie de l’achat"}


@pytest.mark.parametrize("text", ["%", "_", "zzz"])
@pytest.mark.django_db
def test_search_takes_signs_for_what_they_are(client: StrictClient, text: str) -> None:
    BenefitFactory(title="Heures", formula="A ÷ B", unit="heures")
    response = client.get(LIST, {"q": text})
    assertContains(response, "Aucun bénéfice ne correspond")
    assertContains(response, "0 bénéfice<")


@pytest.mark.django_db
def test_dimension_and_kind_filter(client: StrictClient) -> None:
    BenefitFactory(title="A", dimension=Benefit.Dimension.SOCIAL)
    BenefitFactory(title="B", dimension=Benefit.Dimension.ECONOMIC)
    BenefitFactory(title="C", dimension=Benefit.Dimension.ECONOMIC, qualitative=True)
    assert titles(client.get(LIST, {"dimension": "economique"})) == {"B", "C"}
    assert titles(client.get(LIST, {"sorte": "non-chiffre"})) == {"C"}
    both = client.get(LIST, {"dimension": "economique", "sorte": "chiffre"})
    assert titles(both) == {"B"}


@pytest.mark.django_db
def test_dimensions_are_counted_under_the_other_filters(client: StrictClient) -> None:
    BenefitFactory(title="Emploi local", dimension=Benefit.Dimension.SOCIAL)
    BenefitFactory(title="Emploi durable", dimension=Benefit.Dimension.ECONOMIC)
    BenefitFactory(title="Réemploi caché", to_verify=True)
    BenefitFactory(title="Autre", dimension=Benefit.Dimension.ECONOMIC)
    response = client.get(LIST, {"q": "emploi", "dimension": "social"})
    facets = {facet.value: facet.number for facet in response.context["facets"]}
    assert facets == {"": 2, "social": 1, "economique": 1, "environnemental": 0, "gouvernance": 0}
    assert [facet.value for facet in response.context["facets"] if facet.is_current] == ["social"]
    # Another dimension keeps the search; a new search keeps the dimension.
    assertContains(response, 'href="?q=emploi&amp;dimension=economique"')
    assertContains(response, '<input type="hidden" name="dimension" value="social" form="filters">')


@pytest.mark.django_db
def test_active_filters_are_chips_that_remove_themselves(client: StrictClient) -> None:
    response = client.get(LIST, {"q": "emploi", "dimension": "social"})
    chips = {chip.label: chip.query for chip in response.context["listing"].chips}
    assert chips == {
        f"Rechercher{NBSP}: «{NBSP}emploi{NBSP}»": "dimension=social",
        f"Dimension{NBSP}: Sociale": "q=emploi",
    }


@pytest.mark.django_db
def test_an_unknown_filter_shows_everything(client: StrictClient) -> None:
    BenefitFactory(title="A")
    response = client.get(LIST, {"dimension": "inconnue", "page": "xyz"})
    assert titles(response) == {"A"}


@pytest.mark.django_db
def test_a_search_too_long_says_so_beside_its_field(client: StrictClient) -> None:
    response = client.get(LIST, {"q": "a" * 101})
    assert response.status_code == 200
    assert response.context["form"].errors["q"]
    assertContains(response, "invalid-feedback")


@pytest.mark.django_db
def test_htmx_gets_the_fragment_of_the_page(client: StrictClient) -> None:
    BenefitFactory(title="Emploi")
    page = client.get(LIST, {"q": "emploi"})
    fragment = client.get(LIST, {"q": "emploi"}, headers={"HX-Request": "true"})
    assert fragment.content.strip() in page.content
    assert b"<html" not in fragment.content
    assert "HX-Request" in page["Vary"]
    assert "HX-Request" in fragment["Vary"]


@pytest.mark.django_db
def test_the_back_button_gets_the_whole_page(client: StrictClient) -> None:
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assertContains(client.get(LIST, headers=headers), "<html")


@pytest.mark.django_db
def test_the_list_costs_a_fixed_number_of_queries(
    client: StrictClient, django_assert_num_queries: Any
) -> None:
    BenefitFactory().figures.add(PublicFigureFactory())
    for _ in range(2):
        # Of what was observed, two; number found, benefits, figures, facets, spine.
        with django_assert_num_queries(7):
            client.get(LIST)
        for row in BenefitFactory.create_batch(10):
            row.figures.set(PublicFigureFactory.create_batch(2))


def test_a_card_shows_the_current_figure_with_its_year(client: StrictClient, db: None) -> None:
    benefit = BenefitFactory()
    benefit.figures.add(
        PublicFigureFactory(
            label="Emplois salariés",
            value=Decimal("248000"),
            unit="emplois",
            qualifier="plus de",
            year=2022,
        ),
        PublicFigureFactory(label="Vieille donnée", is_current=False),
    )
    response = client.get(LIST)
    assertContains(response, f"plus de 248{NBSP}000{NBSP}emplois")
    assertContains(response, "Emplois salariés, 2022")
    assertNotContains(response, "Vieille donnée")


@pytest.mark.django_db
def test_the_detail_keeps_older_figures_as_history(client: StrictClient) -> None:
    benefit = BenefitFactory(note="Une remarque.", basis="Un fondement")
    benefit.sources.add(SourceFactory(title="Portrait 2022", address="https://source.example/s75"))
    benefit.figures.add(PublicFigureFactory(label="EÉS au Québec", year=2022))
    # The same figure of an earlier year tells the history, though nobody tied it to the benefit.
    PublicFigureFactory(label="EÉS au Québec", year=2016, value=11_200, is_current=False)
    PublicFigureFactory(label="Autre donnée", year=2016, is_current=False)
    PublicFigureFactory(label="Sans lien", year=2022)
    response = client.get(benefit.get_absolute_url())
    assert [figure.year for figure in response.context["current"]] == [2022]
    assert [figure.year for figure in response.context["older"]] == [2016]
    assertContains(response, f"11{NBSP}200{NBSP}entreprises")
    assertContains(response, 'href="https://source.example/s75"')
    assertContains(response, "Une remarque.")
    assertContains(response, "Un fondement")


@pytest.mark.django_db
def test_the_detail_says_that_no_figure_was_found(client: StrictClient) -> None:
    assertContains(client.get(BenefitFactory().get_absolute_url()), "Aucune donnée publique")
    words = BenefitFactory(qualitative=True)
    assertNotContains(client.get(words.get_absolute_url()), "Aucune donnée publique")


@pytest.mark.django_db
def test_the_detail_costs_a_fixed_number_of_queries(
    client: StrictClient, django_assert_num_queries: Any
) -> None:
    benefit = BenefitFactory()
    benefit.figures.add(PublicFigureFactory())
    PublicFigure.objects.get().sources.add(SourceFactory())
    for _ in range(2):
        # Benefit, its sources, figures, theirs; of what was observed, three; spine.
        with django_assert_num_queries(8):
            client.get(benefit.get_absolute_url())
        for figure in PublicFigureFactory.create_batch(10):
            figure.sources.set(SourceFactory.create_batch(2))
            benefit.figures.add(figure)


@pytest.mark.django_db
def test_the_inventory_is_read_only(client: StrictClient) -> None:
    assert client.post(LIST).status_code == 405
