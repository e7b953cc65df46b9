"""The catalogue edited in the portal: what is saved, by whom, and what is refused."""

import uuid
from decimal import Decimal
from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.models import (
    Barrier,
    CatalogueEvent,
    Clause,
    Indicator,
    LegalReference,
    Measure,
    Solution,
    Stage,
    Threshold,
)
from members.models import User
from tests.conftest import LogIn
from tests.factories import (
    BarrierFactory,
    ClauseVersionFactory,
    ImplementationFactory,
    IndicatorFactory,
    LegalReferenceFactory,
    MeasureFactory,
    SolutionFactory,
    StageFactory,
    TermFactory,
    ThresholdFactory,
)
from tests.html import StrictClient
from tests.measures.sent_catalogue import address_of, opened

NEW = "/catalogue/mesures/ajouter/"


@pytest.fixture
def staff(log_in_as: LogIn, facilitator: User) -> StrictClient:
    return log_in_as(facilitator)


def events(code: str) -> list[CatalogueEvent]:
    return list(CatalogueEvent.objects.filter(code=code).order_by("version"))


def test_a_saved_measure_leaves_its_line_in_the_journal(
    staff: StrictClient, facilitator: User, client: StrictClient
) -> None:
    laws = [LegalReferenceFactory(code="LSES"), LegalReferenceFactory(code="RGC")]
    measure = MeasureFactory(code="M2-04", title="Avant")
    measure.legal_references.add(laws[0])
    address = address_of("mesures", "M2-04")
    data = opened(staff, address) | {
        "title": "L’Après",
        "legal_references": ["RGC"],
        "effort": "eleve",
    }
    assertRedirects(staff.post(address, data), address)
    measure.refresh_from_db()
    assert (measure.title, measure.effort) == ("L’Après", "eleve")
    (event,) = events("M2-04")
    assert (event.subject, event.kind, event.actor, event.version) == (
        "measure",
        "changed",
        facilitator,
        1,
    )
    assert event.changes == {
        "title": ["Avant", "L’Après"],
        "effort": ["faible", "eleve"],
        "legal_references": [["LSES"], ["RGC"]],
    }
    # Found by its new words, at the same address.
    lines = client.get("/mesures/", {"q": "l'apres"}).context["lines"]
    assert [line.measure.slug for line in lines] == [measure.slug]
    page = staff.get(address)
    assertContains(page, "<del>")
    assertContains(page, str(facilitator))


def test_registers_search_by_the_new_title(staff: StrictClient) -> None:
    record = ImplementationFactory(measure__code="M2-04", measure__title="Avant", lead="Achats")
    other = ImplementationFactory(organization=record.organization, measure__code="M2-05")
    address = address_of("mesures", "M2-04")
    staff.post(address, opened(staff, address) | {"title": "Réserver des lots"})
    record.refresh_from_db()
    assert record.search_text == "m2-04 reserver des lots achats"
    assert record.version == 1, "nobody's open form grows stale by it"
    stored = other.search_text
    other.refresh_from_db()
    assert other.search_text == stored


def test_a_form_that_changes_nothing_writes_nothing(staff: StrictClient) -> None:
    MeasureFactory(code="M1", description="Deux\nlignes.")
    address = address_of("mesures", "M1")
    # Browsers end lines their own way.
    data = opened(staff, address) | {"description": "Deux\r\nlignes."}
    response = staff.post(address, data, follow=True)
    assertContains(response, "Rien n’avait changé")
    assert events("M1") == []


def test_bad_input_is_told_and_the_text_is_kept(staff: StrictClient) -> None:
    measure = MeasureFactory(code="M1", title="Avant")
    address = address_of("mesures", "M1")
    data = opened(staff, address) | {"title": "", "description": "Un texte patient."}
    response = staff.post(address, data)
    assertContains(response, "Rien n’est encore enregistré")
    assertContains(response, 'href="#id_title"')
    assertContains(response, "Un texte patient.")
    # The page still says what is stored.
    assertContains(response, "<h1>Avant</h1>")
    measure.refresh_from_db()
    assert measure.description != "Un texte patient."
    assert events("M1") == []


def test_a_measure_is_added_once_and_its_code_gives_its_address(
    staff: StrictClient, client: StrictClient
) -> None:
    StageFactory(order=1, code="E1")
    data = opened(staff, NEW) | {
        "code": "M1-99",
        "stage": "E1",
        "title": "Neuve",
        "description": "Une idée.",
        "effort": "faible",
    }
    for _ in range(2):
        assertRedirects(staff.post(NEW, data), address_of("mesures", "M1-99"))
    measure = Measure.objects.get()
    assert (measure.slug, measure.is_active) == ("m1-99", True)
    assert client.get("/mesures/m1-99/").status_code == 200
    (event,) = events("M1-99")
    assert event.kind == "created"
    assert event.changes["title"] == [None, "Neuve"]
    # The code is chosen once.
    form = opened(staff, address_of("mesures", "M1-99"))
    assert "code" not in form
    staff.post(address_of("mesures", "M1-99"), form | {"code": "autre", "slug": "autre"})
    measure.refresh_from_db()
    assert (measure.code, measure.slug) == ("M1-99", "m1-99")


def test_a_second_measure_typed_in_the_same_form_is_not_lost(staff: StrictClient) -> None:
    StageFactory(order=1, code="E1")
    first = opened(staff, NEW) | {
        "code": "A",
        "stage": "E1",
        "title": "Première",
        "description": "D",
        "effort": "faible",
    }
    staff.post(NEW, first)
    staff.post(NEW, first | {"code": "B", "title": "Deuxième"})
    assert {row.title for row in Measure.objects.all()} == {"Première", "Deuxième"}
    response = staff.post(NEW, first | {"title": "Tapée après un retour en arrière"})
    assertContains(response, "Ce code est déjà pris")
    assertContains(response, "Tapée après un retour en arrière")


@pytest.mark.parametrize("code", ["ajouter", "a b", "é", "a.b", "a/b", "-", "M1-01", "m1-01", ""])
def test_codes_that_would_make_no_address_are_refused(staff: StrictClient, code: str) -> None:
    MeasureFactory(code="M1-01", stage=StageFactory(order=1, code="E1"))
    data = opened(staff, NEW) | {
        "code": code,
        "stage": "E1",
        "title": "T",
        "description": "D",
        "effort": "faible",
    }
    response = staff.post(NEW, data)
    assert response.status_code == 200
    assert response.context["draft"].form.errors["code"]
    assert Measure.objects.count() == 1


def test_a_retired_measure_leaves_the_guide_and_keeps_its_page_for_staff(
    staff: StrictClient, client: StrictClient
) -> None:
    measure = MeasureFactory(code="M1")
    address = address_of("mesures", "M1")
    assertContains(staff.get(address), "Voir la page")
    data = opened(staff, address)
    del data["is_active"]
    staff.post(address, data)
    assert client.get(measure.get_absolute_url()).status_code == 404
    assertNotContains(staff.get(address), "Voir la page")
    assert events("M1")[0].changes == {"is_active": [True, False]}
    assertContains(staff.get("/catalogue/mesures/", {"etat": "retirees"}), "Retirée")


def test_who_confirms_what_was_to_verify_is_recorded(
    staff: StrictClient, facilitator: User
) -> None:
    MeasureFactory(code="M1", to_verify=True)
    address = address_of("mesures", "M1")
    assertNotContains(staff.get(address), "Vérifié par")
    data = opened(staff, address)
    del data["to_verify"]
    staff.post(address, data)
    assertContains(staff.get(address), f"Vérifié par {facilitator} le")
    # Doubted again, it is no longer said to be confirmed.
    staff.post(address, opened(staff, address) | {"to_verify": "on"})
    assertNotContains(staff.get(address), "Vérifié par")


# The other kinds


def test_a_new_year_never_touches_the_old_threshold(staff: StrictClient) -> None:
    reference = LegalReferenceFactory(code="LCV")
    old = ThresholdFactory(
        legal_reference=reference, regime="ville", year=2023, amount=121_200, code="SEUIL-2023"
    )
    address = address_of("cadre-legal", "LCV")
    row = "thresholds-1"
    new = {
        f"{row}-kind": old.kind,
        f"{row}-regime": "ville",
        f"{row}-year": "2026",
        f"{row}-amount": "133 800,50",
    }
    # A forged year of the row that stands is not heard.
    data = opened(staff, address) | new | {"thresholds-0-year": "1999"}
    assertRedirects(staff.post(address, data), address)
    rows = Threshold.objects.order_by("year").values_list("code", "year", "amount")
    (first, second) = rows
    assert first == ("SEUIL-2023", 2023, Decimal(121_200))
    assert second[1:] == (2026, Decimal("133800.50"))
    (event,) = events("LCV")
    code = second[0]
    assert event.changes[f"thresholds.{code}.amount"] == [None, "133800.5"]
    assert not [key for key in event.changes if "SEUIL-2023" in key]
    # The same year of the same regime twice is refused, and nothing of the page is saved.
    again = opened(staff, address) | {"name": "Nom perdu"}
    again |= {key.replace("-1-", "-2-"): value for key, value in new.items()}
    response = staff.post(address, again)
    assertContains(response, "Rien n’est encore enregistré")
    assert LegalReference.objects.get().name == reference.name
    assert Threshold.objects.count() == 2


def test_a_barrier_and_its_solutions_are_saved_together(staff: StrictClient) -> None:
    measure = MeasureFactory(code="M1")
    barrier = BarrierFactory(code="EN-01")
    SolutionFactory(barrier=barrier, code="EN-01-S1", text="Ancienne", order=1)
    address = address_of("enjeux", "EN-01")
    data = opened(staff, address) | {
        "solutions-0-text": "Corrigée",
        "solutions-1-text": "Nouvelle",
        "solutions-1-order": "2",
        "measures": ["M1"],
    }
    staff.post(address, data)
    assert [each.text for each in Solution.objects.order_by("order")] == ["Corrigée", "Nouvelle"]
    assert list(Barrier.objects.get().measures.all()) == [measure]
    (event,) = events("EN-01")
    assert event.changes["solutions.EN-01-S1.text"] == ["Ancienne", "Corrigée"]
    assert event.changes["measures"] == [[], ["M1"]]


def test_a_solution_of_another_barrier_cannot_be_written(staff: StrictClient) -> None:
    BarrierFactory(code="EN-01")
    foreign = SolutionFactory(text="D’un autre enjeu")
    address = address_of("enjeux", "EN-01")
    data = opened(staff, address) | {
        "solutions-INITIAL_FORMS": "1",
        "solutions-0-id": str(foreign.pk),
        "solutions-0-text": "Forgée",
        "solutions-0-order": "1",
    }
    staff.post(address, data)
    foreign.refresh_from_db()
    assert foreign.text == "D’un autre enjeu"
    assert Solution.objects.count() == 1


def test_a_new_text_of_a_clause_is_a_new_version_with_its_reason(
    staff: StrictClient, facilitator: User
) -> None:
    TermFactory(code="document_kind:contrat", vocabulary="document_kind")
    clause = ClauseVersionFactory(clause__code="C-01", text="Le premier texte.").clause
    clause.documents.add(TermFactory(code="document_kind:politique", vocabulary="document_kind"))
    address = address_of("clauses", "C-01")
    data = opened(staff, address) | {"text": "Le [deuxième] texte."}
    response = staff.post(address, data)
    assertContains(response, "Dites pourquoi le libellé change.")
    assertContains(response, "Le [deuxième] texte.")
    assert clause.versions.count() == 1
    data |= {"reason": "Une précision", "documents": ["document_kind:contrat"]}
    assertRedirects(staff.post(address, data), address)
    newest, oldest = clause.versions.all()
    assert (oldest.text, oldest.number) == ("Le premier texte.", 1)
    assert (newest.text, newest.reason, newest.author) == (
        "Le [deuxième] texte.",
        "Une précision",
        facilitator,
    )
    (event,) = events("C-01")
    assert event.changes["text"] == ["Le premier texte.", "Le [deuxième] texte."]
    assert "deuxieme" in Clause.objects.get().search_text
    # Changing the rest makes no version.
    staff.post(address, opened(staff, address) | {"title": "Renommée"})
    assert clause.versions.count() == 2


def test_stages_and_indicators_are_edited_and_stages_are_not_added(staff: StrictClient) -> None:
    StageFactory(order=1, code="E1")
    IndicatorFactory(code="I-01")
    MeasureFactory(code="M1")
    for kind, code, changes in (
        ("etapes", "E1", {"name": "S’engager"}),
        ("indicateurs", "I-01", {"formula": "A − B", "measures": ["M1"]}),
    ):
        address = address_of(kind, code)
        assertRedirects(staff.post(address, opened(staff, address) | changes), address)
        assert len(events(code)) == 1
    assert Stage.objects.get(order=1).name == "S’engager"
    assert Indicator.objects.get().measures.count() == 1
    assert staff.get("/catalogue/etapes/ajouter/").status_code == 404
    assertNotContains(staff.get("/catalogue/etapes/"), "/catalogue/etapes/ajouter/")


@pytest.mark.parametrize(
    ("kind", "factory"),
    [
        ("mesures", MeasureFactory),
        ("etapes", StageFactory),
        ("cadre-legal", LegalReferenceFactory),
        ("enjeux", BarrierFactory),
        ("indicateurs", IndicatorFactory),
    ],
)
def test_the_edit_page_costs_the_same_whatever_the_catalogue(
    staff: StrictClient, kind: str, factory: Any, django_assert_max_num_queries: Any
) -> None:
    row = factory()
    address = address_of(kind, row.code)
    data = opened(staff, address)
    for _ in range(3):
        MeasureFactory()
        LegalReferenceFactory()
        ThresholdFactory()
    title = next(name for name in ("title", "name") if name in data)
    for version in range(3):
        staff.post(address, data | {title: f"Titre {version}", "version": str(version)} | key())
    assert len(events(row.code)) == 3
    with django_assert_max_num_queries(24):
        staff.get(address)


def key() -> dict[str, str]:
    """Each form has its own."""
    return {"submission_key": str(uuid.uuid4())}
