"""The legal frame: what is in force on a day, for whom, and the amount of a new year."""

import datetime
import tomllib
import uuid
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from measures.actions.law import add_threshold
from measures.law.applies import SCOPES, regimes_of, thresholds_for
from measures.measure_page import MeasurePage
from measures.models import CatalogueEvent, LegalReference, Threshold
from measures.models.legal import standing
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import (
    LegalReferenceFactory,
    MeasureFactory,
    OrganizationFactory,
    TermFactory,
    ThresholdFactory,
)
from tests.html import StrictClient

N = "\u00a0"
LIST = "/cadre-legal/"
_SEED = Path(__file__).parents[2] / "measures" / "seed" / "thresholds.toml"


@pytest.fixture(autouse=True)
def in_2024() -> Any:
    with time_machine.travel("2024-03-03 12:00", tick=False):
        yield


@pytest.fixture
def staff(log_in_as: LogIn, facilitator: User) -> StrictClient:
    return log_in_as(facilitator)


@pytest.fixture
def reference(db: None) -> LegalReference:
    return LegalReferenceFactory(code="LCV", name="Loi sur les cités", says="Ce qu’elle dit.")


@pytest.fixture
def amounts(reference: LegalReference) -> list[Threshold]:
    """2021, 2023 and 2025, of one regime and kind."""
    return [
        ThresholdFactory(
            legal_reference=reference,
            code=f"SEUIL-{year}",
            regime="organisme municipal",
            year=year,
            amount=year * 10,
        )
        for year in (2021, 2023, 2025)
    ]


def shown(response: Any) -> list[tuple[int, str]]:
    return [
        (amount.threshold.year, amount.standing.label)
        for law in response.context["laws"]
        for amount in law.amounts
    ]


# In force


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("", [(2023, "en vigueur"), (2025, "à venir"), (2021, "remplacé")]),
        ("2024-05-01", [(2023, "en vigueur"), (2025, "à venir"), (2021, "remplacé")]),
        ("2022-12-31", [(2021, "en vigueur"), (2025, "à venir"), (2023, "à venir")]),
        ("2023-01-01", [(2023, "en vigueur"), (2025, "à venir"), (2021, "remplacé")]),
        ("2031-06-01", [(2025, "en vigueur"), (2023, "remplacé"), (2021, "remplacé")]),
        ("2001-01-01", [(2025, "à venir"), (2023, "à venir"), (2021, "à venir")]),
    ],
)
def test_the_page_tells_what_is_in_force_on_a_day(
    staff: StrictClient, amounts: list[Threshold], day: str, expected: list[tuple[int, str]]
) -> None:
    response = staff.get(LIST, {"date": day})
    assert shown(response) == expected
    in_force = [year for year, label in expected if label == "en vigueur"]
    assert response.content.decode().count("En vigueur</span>") == len(in_force)


@pytest.mark.parametrize("day", ["hier", "2024-13-01", "2024-02-30", "0", "\x00", "99999-01-01"])
def test_a_date_that_cannot_be_read_gets_a_message(
    staff: StrictClient, amounts: list[Threshold], day: str
) -> None:
    response = staff.get(LIST, {"date": day})
    assertContains(response, "Écrivez une date comme 2024-05-01.")
    assertContains(response, f"Seuils en vigueur le 3{N}mars 2024, aujourd’hui")
    assert response.context["form"]["date"].errors


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_days_too(
    staff: StrictClient, amounts: list[Threshold], day: str
) -> None:
    assert staff.get(LIST, {"date": day}).status_code == 200


def test_all_say_the_same_of_what_is_in_force(reference: LegalReference) -> None:
    """The query, the page of the frame and the page of a measure have one rule."""
    measure = MeasureFactory()
    measure.legal_references.add(reference)
    elsewhere = LegalReferenceFactory()
    for regime in ("ville", "université"):
        for kind in ("appel_offres_public", "gre_a_gre_max"):
            for year in (2019, 2021, 2024, 2027):
                values = {"regime": regime, "kind": kind, "year": year}
                ThresholdFactory(legal_reference=reference, **values)
    # The next year of a regime may rest on another law.
    values = {"regime": "ville", "kind": "gre_a_gre_max", "year": 2022}
    ThresholdFactory(legal_reference=elsewhere, **values)
    for year in range(2018, 2030):
        day = datetime.date(year, 6, 1)
        rows = Threshold.objects.filter(legal_reference=reference)
        by_query = set(rows.in_force_on(day).values_list("regime", "kind", "year"))
        by_rule = {
            (row.regime, row.kind, row.year)
            for row in rows.with_next_year()
            if row.standing_on(day).label == "en vigueur"
        }
        page = MeasurePage.build(measure, user=User(), today=day)
        kinds = {str(kind.label): kind.value for kind in Threshold.Kind}
        by_page = {
            (row.regime, kinds[row.label], row.year)
            for law in page.laws
            for row in law.thresholds
            if row.is_current
        }
        assert by_query == by_rule == by_page, year
        assert len(by_query) == (4 if year >= 2019 else 0) - (year in (2022, 2023))


def test_one_year_gives_way_to_the_next() -> None:
    day = datetime.date(2024, 1, 1)
    told = {(2024, None): "en vigueur", (2025, None): "à venir", (2020, 2025): "en vigueur"}
    told |= {(2020, 2024): "remplacé", (2020, 2021): "remplacé"}
    for (year, next_year), expected in told.items():
        assert standing(year, next_year, day).label == expected, (year, next_year)


# For whom


def test_every_seeded_regime_says_who_it_holds_for() -> None:
    with _SEED.open("rb") as file:
        seeded = {item["regime"] for item in tomllib.load(file)["item"]}
    assert seeded
    assert seeded == SCOPES.keys()


def test_an_organization_goes_by_the_amounts_of_its_regime(db: None) -> None:
    for regime in SCOPES:
        for year in (2023, 2026):
            ThresholdFactory(regime=regime, year=year)
    ThresholdFactory(regime="un régime que personne n’a décrit", year=2023)
    university = TermFactory(code="organization_type:universite")
    told = {
        OrganizationFactory(municipal=True): ["organisme municipal"],
        OrganizationFactory(): [],
        OrganizationFactory(type=university): ["université (LCOP)"],
        OrganizationFactory(type=university, regime=Organization.Regime.PRIVATE): [],
        OrganizationFactory(regime=Organization.Regime.OWN): [],
    }
    for organization, expected in told.items():
        assert regimes_of(organization) == expected
        rows = thresholds_for(organization, datetime.date(2024, 3, 3))
        assert [(row.regime, row.year) for row in rows] == [(words, 2023) for words in expected]


# The amount of a new year


def add_at(reference: LegalReference) -> str:
    return reverse("measures:threshold_create", args=[reference.code])


def sent(**values: Any) -> dict[str, Any]:
    return {
        "submission_key": str(uuid.uuid4()),
        "regime": "organisme municipal",
        "kind": "appel_offres_public",
        "year": "2024",
        "amount": f"133{N}800,50",
        "basis": "Décret de 2024",
    } | values


def test_a_new_year_is_a_new_row_and_the_old_stays(
    staff: StrictClient, facilitator: User, reference: LegalReference, amounts: list[Threshold]
) -> None:
    before = list(Threshold.objects.order_by("pk").values())
    page = staff.get(add_at(reference))
    # The words of the years before, ready for the next.
    assert page.context["form"]["regime"].value() == "organisme municipal"
    assert page.context["form"]["year"].value() == 2024
    assertRedirects(staff.post(add_at(reference), sent()), f"{LIST}#LCV")
    assert list(Threshold.objects.order_by("pk").values())[:3] == before
    row = Threshold.objects.get(year=2024)
    assert (row.legal_reference, row.money) == (reference, f"133{N}800,5{N}$")
    assert (row.to_verify, row.confirmed_by, row.confirmed_on) == (True, None, None)
    event = CatalogueEvent.objects.get()
    assert (event.subject, event.code, event.actor) == ("legalreference", "LCV", facilitator)
    assert event.changes[f"thresholds.{row.code}.amount"] == [None, "133800.5"]
    assert shown(staff.get(LIST))[0] == (2024, "en vigueur")


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"year": "2023"}, "year", f"Ce seuil est déjà noté pour 2023{N}: 20{N}230{N}$."),
        # One spelling of a regime: another would never replace the older years.
        ({"year": "2023", "regime": "Organisme  Municipal"}, "year", "Ce seuil est déjà noté"),
        ({"year": ""}, "year", "Donnez l’année."),
        ({"year": "deux mille"}, "year", "Écrivez une année de 1990 à 2100."),
        ({"year": "1066"}, "year", "Écrivez une année de 1990 à 2100."),
        ({"year": "99999999999999999999"}, "year", "Écrivez une année de 1990 à 2100."),
        ({"amount": ""}, "amount", "Donnez le montant."),
        ({"amount": f"n.{N}d."}, "amount", "Donnez le montant."),
        ({"amount": "0"}, "amount", "Le montant doit être plus grand que zéro."),
        ({"amount": "-5"}, "amount", "Le montant doit être plus grand que zéro."),
        ({"amount": "cent"}, "amount", "Écrivez un nombre seul"),
        ({"amount": "1,234"}, "amount", "Donnez les cents en deux chiffres au plus."),
        ({"amount": "9" * 13}, "amount", "Ce montant est trop grand."),
        ({"kind": ""}, "kind", "Choisissez la sorte de seuil."),
        ({"kind": "autre"}, "kind", "Choisissez la sorte de seuil dans la liste."),
        ({"regime": " "}, "regime", "Dites pour quel régime."),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_added(
    staff: StrictClient,
    reference: LegalReference,
    amounts: list[Threshold],
    values: dict[str, str],
    field: str,
    message: str,
) -> None:
    response = staff.post(add_at(reference), sent(**values))
    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert message in str(errors[field]).replace("&#x27;", "’")
    assertContains(response, "Décret de 2024")
    assert Threshold.objects.count() == 3
    assert not CatalogueEvent.objects.exists()


def test_a_second_click_adds_one_amount(
    staff: StrictClient, reference: LegalReference, amounts: list[Threshold]
) -> None:
    data = sent()
    for _ in range(2):
        assertRedirects(staff.post(add_at(reference), data), f"{LIST}#LCV")
    assert Threshold.objects.count() == 4
    assert CatalogueEvent.objects.count() == 1


def test_another_year_after_going_back_is_added_too(
    staff: StrictClient, reference: LegalReference, amounts: list[Threshold]
) -> None:
    data = sent()
    staff.post(add_at(reference), data)
    assert staff.post(add_at(reference), data | {"year": "2026"}).status_code == 302
    assert Threshold.objects.filter(year__in=(2024, 2026)).count() == 2


def test_two_people_who_add_one_year_meet(
    staff: StrictClient,
    coordinator: User,
    reference: LegalReference,
    amounts: list[Threshold],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second looked before the first was stored."""

    def beaten(**values: Any) -> None:
        monkeypatch.undo()
        row = Threshold(
            legal_reference=reference,
            regime="organisme municipal",
            kind="appel_offres_public",
            year=2024,
            amount=140_000,
        )
        add_threshold(threshold=row, by=coordinator)
        raise IntegrityError

    monkeypatch.setattr("measures.views.legal.add_threshold", beaten)
    with time_machine.travel("2024-03-03 12:00", tick=False):
        response = staff.post(add_at(reference), sent())
    assertContains(response, f"Ce seuil est déjà noté pour 2024{N}: 140{N}000{N}$.")
    assert Threshold.objects.count() == 4


def test_adding_an_amount_never_takes_back_what_somebody_else_wrote(
    reference: LegalReference, facilitator: User
) -> None:
    stale = LegalReference.objects.get(pk=reference.pk)
    LegalReference.objects.update(says="Récrit entre-temps.")
    row = Threshold(legal_reference=stale, regime="ville", kind="gre_a_gre_max", year=2024)
    row.amount = 5
    add_threshold(threshold=row, by=facilitator)
    reference.refresh_from_db()
    assert reference.says == "Récrit entre-temps."


@pytest.mark.parametrize("code", ["RIEN", "LCV%00"])
def test_an_unknown_reference_is_not_found(
    staff: StrictClient, reference: LegalReference, code: str
) -> None:
    assert staff.get(f"/cadre-legal/{code}/seuils/ajouter/").status_code == 404


def test_an_expired_session_brings_the_amount_back(
    log_in_as: LogIn, facilitator: User, reference: LegalReference
) -> None:
    client, address = log_in_as(facilitator), add_at(reference)
    client.cookies.pop("sessionid")
    client.post(address, sent(basis="Décret retrouvé", author=facilitator.pk))
    client.force_login(facilitator, backend="allauth.account.auth_backends.AuthenticationBackend")
    assertContains(client.get(address), "Décret retrouvé")
    assert not Threshold.objects.exists()


# Speed


def test_the_form_of_an_amount_costs_the_same_whatever_the_years(
    staff: StrictClient, reference: LegalReference, django_assert_num_queries: Any
) -> None:
    for start in (1995, 2005):
        for year in range(start, start + 9):
            ThresholdFactory(legal_reference=reference, year=year)
        # session, person, reference, regimes, the latest, all of them, our organization, stages
        with django_assert_num_queries(8):
            staff.get(add_at(reference))
