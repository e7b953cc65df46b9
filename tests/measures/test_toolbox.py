"""The tool box: clauses, indicators, barriers, and the legal frame."""

from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from chantier.lib.french import NBSP
from measures import actions
from measures.models import Clause, ClauseVersion, Indicator, Threshold
from measures.wording import Part, parts
from members.models import User
from tests.conftest import LogIn
from tests.factories import (
    BarrierFactory,
    ClauseFactory,
    ClauseVersionFactory,
    IndicatorFactory,
    LegalReferenceFactory,
    MeasureFactory,
    SolutionFactory,
    SourceFactory,
    StageFactory,
    TermFactory,
    ThresholdFactory,
    UserFactory,
)
from tests.html import StrictClient

CLAUSES = "/clauses/"
PAGES = ["clause_list", "indicator_list", "barrier_list", "legal_reference_list"]


@pytest.fixture
def member(log_in_as: LogIn, reader: User) -> StrictClient:
    return log_in_as(reader)


def titles(response: Any) -> set[str]:
    return {clause.title for clause in response.context["listing"].page}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.django_db
def test_visitors_are_asked_to_log_in(client: StrictClient, page: str) -> None:
    address = reverse(f"measures:{page}")
    assertRedirects(
        client.get(address), f"/connexion/?next={address}", fetch_redirect_response=False
    )


@pytest.mark.parametrize("page", PAGES)
def test_the_four_pages_share_a_navigation_and_stand_empty(member: StrictClient, page: str) -> None:
    response = member.get(reverse(f"measures:{page}"))
    for other in PAGES:
        assertContains(response, f'href="{reverse(f"measures:{other}")}"')
    assertContains(response, 'class="empty"')


# Clauses


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Sans variable.", [Part("Sans variable.", False)]),
        ("[n]", [Part("[n]", True)]),
        (
            "De [x] à [y].",
            [
                Part("De ", False),
                Part("[x]", True),
                Part(" à ", False),
                Part("[y]", True),
                Part(".", False),
            ],
        ),
        ("[ouvert", [Part("[ouvert", False)]),
        ("[] vide", [Part("[] vide", False)]),
    ],
)
def test_variables_are_told_from_words(text: str, expected: list[Part]) -> None:
    assert parts(text) == expected
    assert "".join(part.text for part in parts(text)) == text


def test_a_clause_shows_its_newest_text_and_always_the_notice(member: StrictClient) -> None:
    clause = ClauseFactory(title="Lots")
    ClauseVersionFactory(clause=clause, number=1, text="Un vieux libellé.")
    ClauseVersionFactory(clause=clause, number=2, text="Le marché comprend [n] lots.")
    response = member.get(CLAUSES)
    assertContains(response, '<mark class="variable">[n]</mark>', count=1)
    assertNotContains(response, "Un vieux libellé.")
    assertContains(response, Clause.NOTICE, count=1)
    detail = member.get(clause.get_absolute_url())
    assertContains(detail, "Le marché comprend")
    assertContains(detail, "Version 1, du")
    assertContains(detail, Clause.NOTICE, count=1)
    before = member.get(f"{clause.get_absolute_url()}versions/1/")
    assertContains(before, "Un vieux libellé.")
    # One notice with the text, one with what it says more and less than the other.
    assertContains(before, Clause.NOTICE, count=2)


def test_a_clause_holds_no_markup(member: StrictClient) -> None:
    ClauseVersionFactory(text="Le <b>fournisseur</b> [<i>nom</i>]")
    response = member.get(CLAUSES)
    assertContains(response, "&lt;b&gt;fournisseur")
    assertContains(response, "[&lt;i&gt;nom")


def test_a_clause_without_a_text_says_so(member: StrictClient) -> None:
    clause = ClauseFactory()
    for address in (CLAUSES, clause.get_absolute_url()):
        response = member.get(address)
        assertContains(response, "Le libellé reste à écrire.")
        assertNotContains(response, Clause.NOTICE)


def test_a_withdrawn_clause_leaves_the_list_and_says_so(member: StrictClient) -> None:
    clause = ClauseVersionFactory(clause__is_active=False, text="Un [libellé].").clause
    assert titles(member.get(CLAUSES)) == set()
    # Documents hold it: its page stays, with its text and nothing to take it away with.
    response = member.get(clause.get_absolute_url())
    assertContains(response, "Retirée</span>")
    assertContains(response, "Cette clause est retirée de la bibliothèque.")
    assertContains(response, "[libellé]")
    assertContains(response, Clause.NOTICE, count=1)
    for way in ("data-copy=", "/rediger/", "/exporter/", "Noter un emploi"):
        assertNotContains(response, way)


@pytest.mark.parametrize(
    "filters",
    [
        {"q": "penalite"},
        {"q": "l'acheteur"},
        {"etape": "etape-4"},
        {"document": "contrat"},
        {"contrat": "ti"},
        {"reference": "LSES"},
    ],
)
def test_filters_of_clauses(member: StrictClient, filters: dict[str, str]) -> None:
    wanted = ClauseFactory(title="Voulue", stage=StageFactory(order=4))
    ClauseVersionFactory(clause=wanted, text="Une pénalité que l’acheteur fixe.")
    wanted.documents.add(TermFactory(code="document_kind:contrat"))
    kinds = [TermFactory(code=f"contract_kind:{key}") for key in ("ti", "assurance")]
    wanted.contract_kinds.add(kinds[0])
    wanted.legal_references.add(LegalReferenceFactory(code="LSES"), LegalReferenceFactory())
    other = ClauseVersionFactory(clause=ClauseFactory(title="Autre"), text="Rien de tel.").clause
    other.contract_kinds.add(kinds[1])
    response = member.get(CLAUSES, filters)
    assert titles(response) == {"Voulue"}
    assert len(response.context["listing"].chips) == 1


def test_search_follows_the_newest_text(member: StrictClient) -> None:
    clause = ClauseFactory(title="Lots")
    ClauseVersionFactory(clause=clause, number=1, text="Le mot ancien.")
    ClauseVersionFactory(clause=clause, number=2, text="Le mot nouveau.")
    assert titles(member.get(CLAUSES, {"q": "nouveau"})) == {"Lots"}
    assert titles(member.get(CLAUSES, {"q": "ancien"})) == set()
    # Renaming the clause keeps its text findable.
    clause.title = "Lots et allotissement"
    clause.save()
    assert len(titles(member.get(CLAUSES, {"q": "nouveau allotissement"}))) == 1


def test_htmx_gets_the_fragment_of_the_page(member: StrictClient) -> None:
    ClauseVersionFactory()
    fragment = member.get(CLAUSES, {"etape": "etape-1"}, headers={"HX-Request": "true"})
    assert fragment.content.strip() in member.get(CLAUSES, {"etape": "etape-1"}).content
    assert b"<html" not in fragment.content
    back = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assertContains(member.get(CLAUSES, headers=back), "<html")


def test_the_text_can_be_copied_with_an_external_script(member: StrictClient) -> None:
    version = ClauseVersionFactory(text="Le marché comprend [n] lots.")
    response = member.get(version.clause.get_absolute_url())
    assertContains(response, "js/copy.js")
    assertContains(response, 'data-copy="clause-current"')
    # Without a script the button stays hidden, and the text is there to select.
    assertContains(response, 'data-copy="clause-current" hidden')


@pytest.mark.django_db
def test_a_new_text_is_numbered_and_signed() -> None:
    by = UserFactory()
    clause = ClauseFactory()
    first = actions.add_clause_version(version=ClauseVersion(clause=clause, text="A"), by=by)
    second = actions.add_clause_version(version=ClauseVersion(clause=clause, text="B"), by=by)
    assert (first.number, second.number, second.author) == (1, 2, by)
    assert clause.latest_version == second
    assert Clause.objects.with_latest_version().get().latest_version == second


# Indicators


def test_indicators_are_grouped_and_say_which_way_is_better(member: StrictClient) -> None:
    IndicatorFactory(name="Délai de paiement", kind="processus", direction="down", unit="jours")
    IndicatorFactory(name="Achats", kind="resultat", data_source="système d’achats")
    TermFactory(code="computation_rule:01", label="Jamais 0 pour une donnée absente.")
    response = member.get(reverse("measures:indicator_list"))
    assert [group.kind for group in response.context["groups"]] == ["processus", "resultat"]
    assertContains(response, "Plus bas vaut mieux")
    assertContains(response, "Plus haut vaut mieux")
    assertContains(response, "Système d’achats")
    assertContains(response, "A ÷ B")
    assertContains(response, "Jamais 0 pour une donnée absente.")


def test_every_kind_of_indicator_has_a_group(member: StrictClient) -> None:
    for kind in Indicator.Kind.values:
        IndicatorFactory(kind=kind)
    response = member.get(reverse("measures:indicator_list"))
    assert [group.kind for group in response.context["groups"]] == list(Indicator.Kind.values)


def test_indicators_cost_a_fixed_number_of_queries(
    member: StrictClient, django_assert_num_queries: Any
) -> None:
    IndicatorFactory().sources.add(SourceFactory())
    for _ in range(2):
        # session, person, indicators, figures, sources, rules, organization, stages
        with django_assert_num_queries(8):
            member.get(reverse("measures:indicator_list"))
        for row in IndicatorFactory.create_batch(10):
            row.sources.add(SourceFactory())


# Barriers


def test_a_barrier_shows_its_solutions_and_the_measures_of_the_guide(member: StrictClient) -> None:
    barrier = BarrierFactory(title="Contrats trop gros", faced_by="EÉS")
    SolutionFactory(barrier=barrier, text="Diviser en lots")
    measure = MeasureFactory(title="Diviser les contrats", stage=StageFactory(order=2))
    barrier.measures.add(measure, MeasureFactory(title="Retirée", is_active=False))
    response = member.get(reverse("measures:barrier_list"))
    assertContains(response, "Diviser en lots")
    assertContains(response, f'<a href="{measure.get_absolute_url()}">Diviser les contrats</a>')
    assertContains(response, "Qui le vit&nbsp;: EÉS")
    assertNotContains(response, "Retirée")


def test_barriers_cost_a_fixed_number_of_queries(
    member: StrictClient, django_assert_num_queries: Any
) -> None:
    SolutionFactory().barrier.measures.add(MeasureFactory())
    for _ in range(2):
        # session, person, barriers, solutions, measures with stage, clauses, sources, organization,
        # stages
        with django_assert_num_queries(9):
            member.get(reverse("measures:barrier_list"))
        for solution in SolutionFactory.create_batch(10):
            solution.barrier.measures.add(*MeasureFactory.create_batch(2))
            solution.barrier.sources.add(SourceFactory())


# Legal frame


def test_thresholds_are_written_in_french_with_their_year(member: StrictClient) -> None:
    reference = LegalReferenceFactory(name="Loi sur les cités", to_verify=True, note="À suivre.")
    threshold = ThresholdFactory(legal_reference=reference, amount=121_200, year=2023)
    threshold.sources.add(SourceFactory(title="Décret", address="https://source.example/decret"))
    response = member.get(reverse("measures:legal_reference_list"))
    assertContains(response, f"121{NBSP}200{NBSP}$")
    assertContains(response, '<td data-label="Année">2023</td>')
    assertContains(response, "À vérifier</span>")
    assertContains(response, "À suivre.")
    assertContains(response, 'href="https://source.example/decret"')
    assert "121\u00a0200\u00a0$" in str(threshold)


def test_the_newest_threshold_of_a_kind_comes_first(member: StrictClient) -> None:
    reference = LegalReferenceFactory()
    for year in (2021, 2025, 2023):
        ThresholdFactory(legal_reference=reference, year=year)
    response = member.get(reverse("measures:legal_reference_list"))
    years = [amount.threshold.year for amount in response.context["laws"][0].amounts]
    assert years == [2025, 2023, 2021]


def test_a_reference_leads_to_its_clauses(member: StrictClient) -> None:
    reference = LegalReferenceFactory(code="LSES")
    clause = ClauseFactory(title="Définition")
    clause.legal_references.add(reference)
    ClauseFactory(title="Retirée", is_active=False).legal_references.add(reference)
    response = member.get(reverse("measures:legal_reference_list"))
    assertContains(response, 'id="LSES"')
    assertContains(response, f'<a href="{clause.get_absolute_url()}">Définition</a>')
    assertNotContains(response, "Retirée")


def test_the_legal_frame_costs_a_fixed_number_of_queries(
    member: StrictClient, django_assert_num_queries: Any
) -> None:
    ThresholdFactory().sources.add(SourceFactory())
    ClauseFactory().legal_references.add(Threshold.objects.get().legal_reference)
    for _ in range(2):
        # session, person, references, thresholds, their sources, clauses, sources, organization,
        # stages
        with django_assert_num_queries(9):
            member.get(reverse("measures:legal_reference_list"))
        for threshold in ThresholdFactory.create_batch(10):
            threshold.sources.add(SourceFactory())
            threshold.legal_reference.sources.add(SourceFactory())
            ClauseFactory().legal_references.add(threshold.legal_reference)
