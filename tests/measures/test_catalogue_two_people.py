"""Two people on one row of the catalogue, a second click, and texts brought back."""

from typing import Any

import pytest
from django.db import IntegrityError
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures import actions
from measures.models import CatalogueEvent, ClauseVersion, Measure
from members.models import User
from tests.conftest import LogIn
from tests.factories import (
    BarrierFactory,
    ClauseVersionFactory,
    LegalReferenceFactory,
    MeasureFactory,
    SolutionFactory,
    ThresholdFactory,
    UserFactory,
)
from tests.html import StrictClient
from tests.measures.sent_catalogue import address_of, opened
from tests.members.admin_forms import inline, page

ADDRESS = address_of("mesures", "M1")


@pytest.fixture
def staff(log_in_as: LogIn, facilitator: User) -> StrictClient:
    return log_in_as(facilitator)


@pytest.fixture
def other(log_in_as: LogIn, coordinator: User) -> StrictClient:
    return log_in_as(coordinator)


@pytest.fixture
def measure(db: None) -> Measure:
    return MeasureFactory(code="M1", title="Titre", description="Texte.")


def test_two_people_on_different_fields_are_united(
    staff: StrictClient, other: StrictClient, measure: Measure, coordinator: User
) -> None:
    law = LegalReferenceFactory(code="LSES")
    mine, theirs = opened(staff, ADDRESS), opened(other, ADDRESS)
    other.post(ADDRESS, theirs | {"title": "Leur titre", "legal_references": ["LSES"]})
    response = staff.post(ADDRESS, mine | {"description": "Mon texte."})
    assert response.status_code == 409
    assertContains(response, "Deux personnes ont modifié ce contenu", status_code=409)
    assertContains(response, str(coordinator), status_code=409)
    assert response.context["merge"].clashes == ()
    measure.refresh_from_db()
    assert (measure.title, measure.description) == ("Leur titre", "Texte.")
    united = response.context["draft"].form
    assert united["title"].value() == "Leur titre"
    assert united["description"].value() == "Mon texte."
    assertRedirects(staff.post(ADDRESS, dict(united.data.lists())), ADDRESS)
    measure.refresh_from_db()
    assert (measure.title, measure.description) == ("Leur titre", "Mon texte.")
    assert list(measure.legal_references.all()) == [law]


def test_two_people_on_one_field_see_both_texts(
    staff: StrictClient, other: StrictClient, measure: Measure
) -> None:
    mine, theirs = opened(staff, ADDRESS), opened(other, ADDRESS)
    other.post(ADDRESS, theirs | {"title": "Leur titre", "effort": "eleve"})
    response = staff.post(ADDRESS, mine | {"title": "Mon titre", "effort": "moyen"})
    assert response.status_code == 409
    clashes = {each.label: (each.mine, each.theirs) for each in response.context["merge"].clashes}
    assert clashes == {"Titre": ("Mon titre", "Leur titre"), "Effort": ("moyen", "élevé")}
    assertContains(response, 'href="#id_title"', status_code=409)
    staff.post(ADDRESS, dict(response.context["draft"].form.data.lists()))
    measure.refresh_from_db()
    assert measure.title == "Mon titre"


def test_what_hangs_on_a_row_is_united_too(staff: StrictClient, other: StrictClient) -> None:
    barrier = BarrierFactory(code="EN-01")
    for number in (1, 2):
        SolutionFactory(barrier=barrier, code=f"S{number}", text=f"Idée {number}", order=number)
    address = address_of("enjeux", "EN-01")
    mine, theirs = opened(staff, address), opened(other, address)
    added = {"solutions-2-text": "Ajoutée par l’autre", "solutions-2-order": "3"}
    other.post(address, theirs | {"solutions-0-text": "Leur idée"} | added)
    response = staff.post(address, mine | {"solutions-1-text": "Mon idée"})
    assert response.status_code == 409
    staff.post(address, dict(response.context["draft"].form.data.lists()))
    assert sorted(each.text for each in barrier.solutions.all()) == [
        "Ajoutée par l’autre",
        "Leur idée",
        "Mon idée",
    ]


def test_the_same_change_by_two_people_is_no_conflict(
    staff: StrictClient, other: StrictClient, measure: Measure
) -> None:
    mine, theirs = opened(staff, ADDRESS), opened(other, ADDRESS)
    other.post(ADDRESS, theirs | {"title": "Même titre"})
    response = staff.post(ADDRESS, mine | {"title": "Même titre"}, follow=True)
    assertContains(response, "Rien n’avait changé")
    assert CatalogueEvent.objects.count() == 1


def test_a_save_between_the_check_and_the_write_is_seen(
    staff: StrictClient, measure: Measure, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = opened(staff, ADDRESS)
    real = actions.save_catalogue_row
    waiting = [True]

    def slow(**kwargs: Any) -> bool:
        if waiting.pop() if waiting else False:
            fresh = Measure.objects.get()
            fresh.title = "Entre les deux"
            real(
                draft=actions.CatalogueDraft(row=fresh),
                version=0,
                by=UserFactory(facilitator=True),
            )
        return real(**kwargs)

    monkeypatch.setattr(actions, "save_catalogue_row", slow)
    response = staff.post(ADDRESS, data | {"title": "Mon titre"})
    assert response.status_code == 409
    assert response.context["merge"].clashes[0].theirs == "Entre les deux"
    measure.refresh_from_db()
    assert measure.title == "Entre les deux"


@pytest.mark.django_db
def test_two_savers_of_one_version_never_both_win(measure: Measure, facilitator: User) -> None:
    first, second = Measure.objects.get(), Measure.objects.get()
    first.title, second.title = "A", "B"
    save = actions.save_catalogue_row
    assert save(draft=actions.CatalogueDraft(row=first), version=0, by=facilitator)
    with pytest.raises(actions.StaleRow):
        save(draft=actions.CatalogueDraft(row=second), version=0, by=facilitator)
    assert Measure.objects.get().title == "A"


def test_a_version_from_nowhere_is_refused(staff: StrictClient, measure: Measure) -> None:
    data = opened(staff, ADDRESS)
    for version in ("7", "-1", "x", ""):
        response = staff.post(ADDRESS, data | {"title": "Forgé", "version": version})
        assert response.status_code == 200
    assert Measure.objects.get().title == "Titre"


def test_a_form_posted_twice_is_done_once(staff: StrictClient, measure: Measure) -> None:
    data = opened(staff, ADDRESS) | {"title": "Nouveau"}
    for _ in range(2):
        assertRedirects(staff.post(ADDRESS, data), ADDRESS)
    assert CatalogueEvent.objects.count() == 1
    # « Back », then other words in the same form: new work.
    assertRedirects(staff.post(ADDRESS, data | {"title": "Encore"}), ADDRESS)
    assert Measure.objects.get().title == "Encore"
    assert [event.version for event in CatalogueEvent.objects.order_by("pk")] == [1, 2]


def test_a_refused_save_leaves_nothing_behind(
    staff: StrictClient, measure: Measure, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = opened(staff, ADDRESS) | {"title": "Nouveau"}

    def fail(*args: Any, **kwargs: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(CatalogueEvent.objects, "create", fail)
    with pytest.raises(IntegrityError):
        staff.post(ADDRESS, data)
    assert Measure.objects.get().title == "Titre"


def test_an_expired_session_brings_the_text_back(
    staff: StrictClient, facilitator: User, measure: Measure
) -> None:
    data = opened(staff, ADDRESS) | {"title": "Tapé longtemps", "author": str(facilitator.pk)}
    staff.cookies.pop("sessionid")
    staff.post(ADDRESS, data)
    staff.force_login(facilitator, backend="allauth.account.auth_backends.AuthenticationBackend")
    assertContains(staff.get(ADDRESS), "Tapé longtemps")
    assert Measure.objects.get().title == "Titre"


# Texts brought back


def restore(client: StrictClient, address: str, choice: str, version: int) -> Any:
    return client.post(address, {"restore": choice, "version": version}, follow=True)


def test_an_earlier_text_is_brought_back_and_the_later_one_stays_in_the_journal(
    staff: StrictClient, measure: Measure, client: StrictClient
) -> None:
    staff.post(ADDRESS, opened(staff, ADDRESS) | {"title": "Raté"})
    (entry,) = staff.get(ADDRESS).context["history"].entries
    (change,) = entry.changes
    assertContains(staff.get(ADDRESS), f'value="{change.restores}"')
    assertContains(restore(staff, ADDRESS, change.restores, 1), "Le texte d’avant est rétabli.")
    measure.refresh_from_db()
    assert measure.title == "Titre"
    assert client.get("/mesures/", {"q": "titre"}).context["lines"]
    newest = CatalogueEvent.objects.latest("version")
    assert (newest.kind, newest.changes) == ("restored", {"title": ["Raté", "Titre"]})
    # What stands is not offered again; what was replaced is.
    entries = staff.get(ADDRESS).context["history"].entries
    assert [bool(each.changes[0].restores) for each in entries] == [True, False]


def test_a_text_is_not_brought_back_over_a_newer_save(
    staff: StrictClient, other: StrictClient, measure: Measure
) -> None:
    staff.post(ADDRESS, opened(staff, ADDRESS) | {"title": "Raté"})
    choice = staff.get(ADDRESS).context["history"].entries[0].changes[0].restores
    other.post(ADDRESS, opened(other, ADDRESS) | {"title": "Mieux"})
    assertContains(restore(staff, ADDRESS, choice, 1), "Quelqu’un vient de modifier")
    assert Measure.objects.get().title == "Mieux"


def test_the_text_of_a_clause_comes_back_as_a_new_version(staff: StrictClient) -> None:
    ClauseVersionFactory(clause__code="C-01", text="Le bon texte.")
    address = address_of("clauses", "C-01")
    ClauseVersion.objects.get().clause.documents.set([])
    version = ClauseVersion(clause_id=ClauseVersion.objects.get().clause_id, text="Raté")
    clause = version.clause
    actions.save_catalogue_row(
        draft=actions.CatalogueDraft(row=clause, wording=actions.Wording("Raté", "Essai")),
        version=0,
        by=UserFactory(facilitator=True),
    )
    choice = staff.get(address).context["history"].entries[0].changes[0].restores
    restore(staff, address, choice, 1)
    texts = [each.text for each in ClauseVersion.objects.order_by("number")]
    assert texts == ["Le bon texte.", "Raté", "Le bon texte."]


@pytest.mark.parametrize("choice", ["", "0:title", "x:title", "{pk}:effort", "{pk}:nope", "{pk}:"])
def test_only_texts_of_this_row_are_brought_back(
    staff: StrictClient, measure: Measure, choice: str
) -> None:
    staff.post(ADDRESS, opened(staff, ADDRESS) | {"effort": "eleve"})
    event = CatalogueEvent.objects.get()
    response = restore(staff, ADDRESS, choice.format(pk=event.pk), 1)
    assert response.status_code == 404
    assert Measure.objects.get().effort == "eleve"


def test_the_event_of_another_row_restores_nothing(staff: StrictClient, measure: Measure) -> None:
    MeasureFactory(code="M2", title="Autre")
    second = address_of("mesures", "M2")
    staff.post(second, opened(staff, second) | {"title": "Changée"})
    event = CatalogueEvent.objects.get()
    assert restore(staff, ADDRESS, f"{event.pk}:title", 0).status_code == 404
    assert Measure.objects.get(code="M1").title == "Titre"


# The administration


def test_a_change_in_the_administration_is_in_the_same_journal(
    staff: StrictClient, facilitator: User
) -> None:
    reference = LegalReferenceFactory(code="LCV", name="Avant")
    old = ThresholdFactory(legal_reference=reference, code="SEUIL", amount=100, year=2020)
    mine = opened(staff, address_of("cadre-legal", "LCV"))
    row = {
        "id": old.pk,
        "legal_reference": reference.pk,
        "kind": old.kind,
        "amount": "200",
        "year": 2020,
        "regime": old.regime,
    }
    data = {
        "name": "Après",
        "says": reference.says,
        "order": reference.order,
        **inline("thresholds", row, initial=1),
    }
    address = page("measures_legalreference", "change", reference.pk)
    assert staff.post(address, data).status_code == 302
    event = CatalogueEvent.objects.get()
    assert (event.subject, event.version, event.actor) == ("legalreference", 1, facilitator)
    assert event.changes == {
        "name": ["Avant", "Après"],
        "thresholds.SEUIL.amount": ["100", "200"],
    }
    # A form that was open in the portal meanwhile is not saved over it.
    stale = address_of("cadre-legal", "LCV")
    assert staff.post(stale, mine | {"name": "Le mien"}).status_code == 409
    # Nothing changed, nothing written.
    staff.post(address, data)
    assert CatalogueEvent.objects.count() == 1


def test_a_source_added_in_the_administration_is_in_the_journal(staff: StrictClient) -> None:
    data = {"code": "S999", "title": "Un rapport", "address": "https://rapport.example/"}
    staff.post(page("measures_source", "add"), data)
    assert CatalogueEvent.objects.get().changes["title"] == [None, "Un rapport"]
    assertContains(staff.get("/catalogue/"), "S999")
    assertNotContains(staff.get("/catalogue/"), "/catalogue/None")
