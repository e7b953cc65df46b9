"""Results in figures: how they are read, added, corrected and taken off."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures import results
from measures.models import Implementation, ImplementationEvent, Result
from members.models import User
from tests.conftest import LogIn
from tests.factories import ImplementationFactory, ResultFactory
from tests.measures.attached import create_at, result_at, sent_result
from tests.measures.sent import url

N = "\u00a0"


# --- Reading ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("baseline", "value", "target", "words", "done"),
    [
        (4, 12, 15, f"72{N}% du chemin", 72),
        (0, 0, 15, f"0{N}% du chemin", 0),
        (None, 12, 15, f"80{N}% de la cible", 80),
        (4, 15, 15, "Cible atteinte", 100),
        (4, 20, 15, "Cible dépassée", 100),
        (4, 3, 15, "En recul sur le départ", 0),
        # Going down is progress where the target is lower.
        (40, 30, 20, f"50{N}% du chemin", 50),
        # Rounded down: 100 % is said of what reaches its target only.
        (0, "999.9", 1000, f"99{N}% du chemin", 99),
    ],
)
def test_the_way_to_the_target(
    baseline: int | None, value: Any, target: int, words: str, done: int
) -> None:
    start = None if baseline is None else Decimal(baseline)
    way = results.way_to_target(start, Decimal(value), Decimal(target))
    assert way is not None
    assert way.words == words
    drawn = sum(block.width for block in way.blocks if block.kind == "done")
    assert drawn == pytest.approx(done, abs=1.1)


@pytest.mark.parametrize(
    ("baseline", "value", "target"), [(4, None, 15), (4, 12, None), (15, 12, 15), (None, 12, 0)]
)
def test_no_way_is_drawn_where_none_can_be_measured(
    baseline: int | None, value: int | None, target: int | None
) -> None:
    figures = [None if item is None else Decimal(item) for item in (baseline, value, target)]
    assert results.way_to_target(*figures) is None


def test_signs_follow_their_figure_and_words_are_said_once() -> None:
    build = ResultFactory.build
    money, contracts = results.rows_of(
        build(pk=pk, unit=unit, value=value, implementation=None, created_by=None)
        for pk, (unit, value) in enumerate([("$", Decimal("1234.50")), ("contrats", None)])
    )
    assert (money.value, money.unit) == (f"1{N}234,50{N}$", "")
    assert (contracts.value, contracts.unit) == (f"n.{N}d.", "contrats")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("1234.5000", "$", f"1{N}234,50{N}$"),
        ("1234.0000", "$", f"1{N}234{N}$"),
        ("0.1234", "$", f"0,1234{N}$"),
        ("12.5000", "%", f"12,5{N}%"),
        ("12.0000", "contrats", f"12{N}contrats"),
        ("12.5000", "", "12,5"),
        (None, "$", f"n.{N}d."),
    ],
)
def test_a_figure_with_its_unit(value: str | None, unit: str, text: str) -> None:
    assert results.figure(None if value is None else Decimal(value), unit) == text


def test_those_who_only_read_see_the_figures_and_no_button(
    log_in_as: LogIn, reader: User, facilitator: User, result: Result
) -> None:
    for user in (reader, facilitator):
        page = log_in_as(user).get(result.implementation.get_absolute_url())
        assertContains(page, "Contrats")
        assertContains(page, f"26{N}% de la cible")
        assertContains(page, f"du 1er{N}avril 2020 au 31{N}mars 2021")
        assertNotContains(page, "Ajouter un résultat")
        assertNotContains(page, result_at(result))


def test_nothing_to_read_is_no_section(
    log_in_as: LogIn, reader: User, record: Implementation
) -> None:
    page = log_in_as(reader).get(record.get_absolute_url())
    assertNotContains(page, "Résultats chiffrés")
    assertNotContains(page, "Enjeux rencontrés")


# --- Writing ----------------------------------------------------------------------


def test_a_result_is_added_with_its_line_of_journal(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    client = log_in_as(contributor)
    response = client.post(create_at(record), sent_result(value="1 234,50"))
    assertRedirects(
        response, f"{record.get_absolute_url()}#resultats", fetch_redirect_response=False
    )
    row = record.results.get()
    assert (row.baseline, row.value, row.target) == (Decimal(4), Decimal("1234.5"), Decimal(15))
    assert (row.created_by, row.version) == (contributor, 1)
    event = record.events.get()
    assert (event.kind, event.actor) == (ImplementationEvent.Kind.RESULT, contributor)
    page = client.get(record.get_absolute_url())
    assertContains(page, "Résultat enregistré")
    assertContains(page, f"Résultat «{N}Contrats{N}» ajouté")


def test_the_record_itself_stands(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    log_in_as(contributor).post(create_at(record), sent_result())
    record.refresh_from_db()
    assert record.version == 1


def test_an_empty_value_is_not_zero(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    client = log_in_as(contributor)
    client.post(create_at(record), sent_result(value="", baseline="", target=""))
    assert record.results.get().value is None
    (row,) = client.get(record.get_absolute_url()).context["results"]
    assert row.baseline == row.value == row.target == f"n.{N}d."


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"name": ""}, "name", "Dites ce que l’on compte."),
        ({"unit": " "}, "unit", "Donnez l’unité."),
        ({"period_start": ""}, "period_start", "Donnez le premier jour"),
        ({"value": "douze"}, "value", "Écrivez un nombre seul"),
        ({"target": "15 contrats"}, "target", "Écrivez un nombre seul"),
        ({"baseline": "1,23456"}, "baseline", "4"),
        ({"period_end": "2020-03-31"}, "period_end", f"postérieure au 1er{N}avril 2020"),
        ({"period_end": "le 32"}, "period_end", "date valide"),
        ({"name": "x" * 151}, "name", "150"),
        ({"name": "a\x00b"}, "name", "nul"),
    ],
)
def test_bad_input_gets_a_message_at_its_field_and_loses_nothing(
    log_in_as: LogIn,
    contributor: User,
    record: Implementation,
    values: dict[str, str],
    field: str,
    message: str,
) -> None:
    data = sent_result(target="17") | values
    response = log_in_as(contributor).post(create_at(record), data)
    assert response.status_code == 200
    assert message in str(response.context["form"].errors[field])
    assertContains(response, "Le résultat n’est pas encore enregistré")
    assertContains(response, f'value="{values.get("target", "17")}"')
    assert not record.results.exists()
    assert not record.events.exists()


def test_a_figure_is_noted_once_for_a_period(
    log_in_as: LogIn, contributor: User, result: Result
) -> None:
    client, record = log_in_as(contributor), result.implementation
    response = client.post(create_at(record), sent_result(value="9"))
    assert "déjà noté pour cette période" in str(response.context["form"].errors["name"])
    client.post(create_at(record), sent_result(period_start="2021-04-01", period_end="2022-03-31"))
    assert record.results.count() == 2


def test_a_result_of_another_record_is_no_obstacle(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    ResultFactory(name="Contrats")
    log_in_as(contributor).post(create_at(record), sent_result())
    assert record.results.count() == 1


def test_a_correction_says_what_was_before(
    log_in_as: LogIn, contributor: User, result: Result
) -> None:
    client, record = log_in_as(contributor), result.implementation
    client.post(result_at(result), sent_result(result, value="12"))
    result.refresh_from_db()
    assert (result.value, result.version) == (Decimal(12), 2)
    entry = client.get(record.get_absolute_url()).context["journal"][0]
    assert entry.title == f"Résultat «{N}Contrats{N}» modifié"
    (change,) = entry.changes
    assert (change.label, change.before, change.after) == (
        "Valeur obtenue",
        f"4{N}contrats",
        f"12{N}contrats",
    )


def test_a_save_without_change_writes_nothing(
    log_in_as: LogIn, contributor: User, result: Result
) -> None:
    log_in_as(contributor).post(result_at(result), sent_result(result))
    result.refresh_from_db()
    assert result.version == 1
    assert result.implementation.events.count() == 1


def test_units_in_use_are_proposed_first(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    ResultFactory(implementation=record, unit="tonnes")
    ResultFactory(unit="secrets d’ailleurs")
    response = log_in_as(contributor).get(create_at(record))
    units = response.context["units"]
    assert units[0] == "tonnes"
    assert {"contrats", "$", "%", "heures", "nombre"} <= set(units)
    assertNotContains(response, "secrets d’ailleurs")


def test_a_deletion_keeps_what_it_said_in_the_journal(
    log_in_as: LogIn, contributor: User, result: Result
) -> None:
    client, record = log_in_as(contributor), result.implementation
    assertContains(client.get(result_at(result)), "Oui, supprimer ce résultat")
    for _ in range(2):
        response = client.post(result_at(result, "result_delete"), {"version": "1"})
        assertRedirects(response, f"{record.get_absolute_url()}#resultats")
    assert not record.results.exists()
    entry = client.get(record.get_absolute_url()).context["journal"][0]
    assert entry.title == f"Résultat «{N}Contrats{N}» supprimé"
    assert f"4{N}contrats" in [change.before for change in entry.changes]
    assert record.events.count() == 2


# --- Who may not ------------------------------------------------------------------


def test_a_result_of_another_record_opens_nowhere(
    log_in_as: LogIn, contributor: User, outsider: User, result: Result
) -> None:
    mine = ImplementationFactory(organization=result.implementation.organization)
    other = outsider.memberships.get().organization
    foreign = ResultFactory(implementation=ImplementationFactory(organization=other))
    client = log_in_as(contributor)
    for pk in (result.pk, foreign.pk):
        for name in ("result_edit", "result_delete"):
            address = url(name, mine.organization, pk=mine.pk, result_pk=pk)
            assert client.post(address, sent_result(result, value="99")).status_code == 404
    assert set(Result.objects.values_list("value", flat=True)) == {4, 12}


def test_the_page_of_a_result_costs_seven_queries(
    log_in_as: LogIn, contributor: User, result: Result, django_assert_num_queries: Any
) -> None:
    client = log_in_as(contributor)
    # session, person, membership with its organization, record, result, units, stages
    with django_assert_num_queries(7):
        client.get(result_at(result))


def test_a_period_starts_on_the_day_it_ends(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    log_in_as(contributor).post(create_at(record), sent_result(period_end="2020-04-01"))
    assert record.results.get().period_end == datetime.date(2020, 4, 1)


def test_an_expired_session_brings_the_figures_back(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    client, address = log_in_as(contributor), create_at(record)
    client.cookies.pop("sessionid")
    typed = "Écrit pendant que la session expirait"
    client.post(address, sent_result(name=typed, author=contributor.pk))
    client.force_login(contributor, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(address)
    assertContains(page, typed)
    assertContains(page, "Votre texte est de retour")
