"""Results and barriers met: two people at once, a second click, and what a record makes of it."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from measures.actions import results as actions
from measures.actions.register import StaleRecord
from measures.forms_results import ResultForm
from measures.merge import values_at
from measures.models import BarrierEncounter, Implementation, Result
from measures.views import attached
from members.models import User
from tests.conftest import LogIn
from tests.measures.attached import (
    create_at,
    encounter_at,
    result_at,
    sent_encounter,
    sent_result,
)
from tests.measures.sent import posted, url


def figures(result: Result, *names: str) -> list[Any]:
    """What is stored now."""
    result.refresh_from_db()
    return [getattr(result, name) for name in names]


# --- Two people -------------------------------------------------------------------


def test_each_changed_another_figure(
    log_in_as: LogIn, contributor: User, manager: User, result: Result
) -> None:
    """Both changes are in the form that is shown again; nothing is saved before it is read."""
    log_in_as(manager).post(result_at(result), sent_result(result, target="20"))
    client = log_in_as(contributor)
    response = client.post(result_at(result), sent_result(result, value="12"))
    assert response.status_code == 409
    assertContains(response, "Deux personnes ont écrit au même endroit", status_code=409)
    assertContains(response, f"{manager} a enregistré ceci le", status_code=409)
    form = response.context["form"]
    assert not response.context["merge"].clashes
    assert (form["value"].value(), form["target"].value()) == ("12", "20.0000")
    assert figures(result, "value", "target") == [4, 20]
    again = {name: form[name].value() for name in (*form.TYPED, "version", "submission_key")}
    again |= {"baseline": again["baseline"] or ""}
    assertRedirects(
        client.post(result_at(result), again),
        f"{result.implementation.get_absolute_url()}#resultats",
    )
    assert figures(result, "value", "target", "version") == [12, 20, 3]


@pytest.mark.parametrize(("choice", "kept"), [("mine", 12), ("theirs", 9)])
def test_two_values_for_one_figure_are_both_shown_and_one_is_chosen(
    log_in_as: LogIn, contributor: User, manager: User, result: Result, choice: str, kept: int
) -> None:
    log_in_as(manager).post(result_at(result), sent_result(result, value="9"))
    client = log_in_as(contributor)
    response = client.post(result_at(result), sent_result(result, value="12"))
    (clash,) = response.context["merge"].clashes
    assert (clash.label, clash.mine, clash.theirs) == ("Valeur obtenue", "12", "9")
    assert response.context["form"]["value"].value() == "12"
    answer = sent_result(result, value="12", version="2", choice_value=choice)
    assert client.post(result_at(result), answer).status_code == 302
    result.refresh_from_db()
    assert result.value == kept


def test_a_choice_made_on_what_has_changed_again_is_asked_again(
    log_in_as: LogIn, contributor: User, manager: User, result: Result
) -> None:
    boss, client = log_in_as(manager), log_in_as(contributor)
    boss.post(result_at(result), sent_result(result, value="9"))
    client.post(result_at(result), sent_result(result, value="12"))
    result.refresh_from_db()
    boss.post(result_at(result), sent_result(result, value="10"))
    answer = sent_result(result, value="12", version="2", choice_value="theirs")
    response = client.post(result_at(result), answer)
    assert response.status_code == 409
    (clash,) = response.context["merge"].clashes
    assert (clash.mine, clash.theirs) == ("12", "10")


def test_two_texts_may_be_kept_both(
    log_in_as: LogIn, contributor: User, manager: User, encounter: BarrierEncounter
) -> None:
    log_in_as(manager).post(
        encounter_at(encounter), sent_encounter(encounter, what_worked="Le sien.", solutions=[])
    )
    client = log_in_as(contributor)
    mine = sent_encounter(encounter, what_worked="Le mien.")
    response = client.post(encounter_at(encounter), mine)
    (clash,) = response.context["merge"].clashes
    assert (clash.mine, clash.theirs) == ("Le mien.", "Le sien.")
    # I did not touch the solutions: theirs are taken.
    assert response.context["form"]["solutions"].value() == []
    answer = sent_encounter(what_worked="Le mien.", version="2", choice_what_worked="both")
    client.post(encounter_at(encounter), answer)
    encounter.refresh_from_db()
    assert encounter.what_worked == "Le mien.\n\nLe sien."


def test_a_clash_of_boxes_is_told_in_words(
    log_in_as: LogIn, contributor: User, manager: User, encounter: BarrierEncounter
) -> None:
    lots, parts = encounter.barrier.solutions.order_by("order")
    log_in_as(manager).post(
        encounter_at(encounter), sent_encounter(encounter, solutions=[parts.code])
    )
    both = sent_encounter(encounter, solutions=[lots.code, parts.code])
    response = log_in_as(contributor).post(encounter_at(encounter), both)
    (clash,) = response.context["merge"].clashes
    assert (clash.mine, clash.theirs) == ("Lots, Sous-traitance", "Sous-traitance")


@pytest.mark.parametrize("version", ["", "0", "²", "9" * 5000, "-1", "abc"])
def test_a_form_that_was_opened_on_no_version_overwrites_nothing(
    log_in_as: LogIn, contributor: User, result: Result, version: str
) -> None:
    response = log_in_as(contributor).post(
        result_at(result), sent_result(result, value="12", version=version)
    )
    assert response.status_code == 409
    assertContains(response, 'value="12"', status_code=409)
    result.refresh_from_db()
    assert result.value == 4


def test_what_was_typed_in_a_result_that_somebody_deleted_is_kept(
    log_in_as: LogIn, contributor: User, manager: User, result: Result
) -> None:
    record = result.implementation
    log_in_as(manager).post(result_at(result, "result_delete"), {"version": "1"})
    client = log_in_as(contributor)
    response = client.post(result_at(result), sent_result(result, value="12"))
    assert response.status_code == 409
    assertContains(response, f"par {manager}", status_code=409)
    assertContains(response, 'value="12"', status_code=409)
    assertContains(response, f'action="{create_at(record)}"', status_code=409)
    form = response.context["form"]
    again = {name: form[name].value() or "" for name in (*form.TYPED, "submission_key")}
    assert client.post(create_at(record), again).status_code == 302
    assert record.results.get().value == 12
    gone = client.get(result_at(result))
    assertRedirects(gone, f"{record.get_absolute_url()}#resultats", fetch_redirect_response=False)


def test_what_was_typed_of_a_barrier_that_somebody_took_off_is_kept(
    log_in_as: LogIn, contributor: User, manager: User, encounter: BarrierEncounter
) -> None:
    log_in_as(manager).post(encounter_at(encounter, "encounter_delete"), {"version": "1"})
    response = log_in_as(contributor).post(
        encounter_at(encounter), sent_encounter(encounter=None, what_worked="Mon texte.")
    )
    assert response.status_code == 409
    assertContains(response, "Mon texte.", status_code=409)
    assertContains(response, f"?enjeu={encounter.barrier.code}", status_code=409)


@pytest.mark.parametrize("version", ["1", "", "abc"])
def test_what_changed_since_it_was_read_is_not_deleted(
    log_in_as: LogIn, contributor: User, manager: User, result: Result, version: str
) -> None:
    log_in_as(manager).post(result_at(result), sent_result(result, value="9"))
    client = log_in_as(contributor)
    response = client.post(result_at(result, "result_delete"), {"version": version})
    assertRedirects(response, result_at(result), fetch_redirect_response=False)
    assertContains(client.get(result_at(result)), "a changé depuis que vous l’avez ouvert")
    assert Result.objects.filter(pk=result.pk).exists()


def test_of_two_who_read_the_same_version_one_is_refused(result: Result, manager: User) -> None:
    copies = [Result.objects.get(pk=result.pk) for _ in range(2)]
    for copy, value in zip(copies, (9, 12), strict=True):
        copy.value = Decimal(value)
    before = actions.state_of(result)
    actions.save_result(result=copies[0], before=before, by=manager)
    with pytest.raises(StaleRecord):
        actions.save_result(result=copies[1], before=before, by=manager)
    with pytest.raises(StaleRecord):
        actions.delete_attached(row=copies[1], by=manager)
    assert figures(result, "value") == [9]
    assert result.implementation.events.count() == 2


# --- A second click ---------------------------------------------------------------


def test_a_result_posted_twice_is_added_once(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    client, data = log_in_as(contributor), sent_result()
    answers = [client.post(create_at(record), data) for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {f"{record.get_absolute_url()}#resultats"}
    assert (record.results.count(), record.events.count()) == (1, 1)


def test_a_correction_posted_twice_is_done_once(
    log_in_as: LogIn, contributor: User, result: Result
) -> None:
    client, data = log_in_as(contributor), sent_result(result, value="12")
    assert [client.post(result_at(result), data).status_code for _ in range(2)] == [302, 302]
    assert result.implementation.events.count() == 2


def test_a_correction_changed_after_going_back_is_saved(
    log_in_as: LogIn, contributor: User, result: Result
) -> None:
    """« Back » shows the form with the key and the version that have served."""
    client, data = log_in_as(contributor), sent_result(result, value="12")
    client.post(result_at(result), data)
    assert client.post(result_at(result), data | {"value": "13"}).status_code == 302
    assert figures(result, "value", "version") == [13, 3]


def test_a_barrier_changed_after_going_back_is_saved(
    log_in_as: LogIn, contributor: User, encounter: BarrierEncounter
) -> None:
    record, barrier = actions.record_under(encounter), encounter.barrier
    actions.delete_attached(row=encounter, by=contributor)
    client, data = log_in_as(contributor), sent_encounter(what_worked="Premier jet.")
    address = attached.address_of(BarrierEncounter(implementation=record, barrier=barrier))
    client.post(address, data)
    assert client.post(address, data).status_code == 302
    assert client.post(address, data | {"what_worked": "Second jet."}).status_code == 302
    assert record.encounters.get().what_worked == "Second jet."


@pytest.mark.parametrize("value", ["12", ""])
def test_two_clicks_at_once_add_one_result(
    log_in_as: LogIn,
    contributor: User,
    record: Implementation,
    monkeypatch: pytest.MonkeyPatch,
    value: str,
) -> None:
    """The second looked before the first was stored."""
    client, data = log_in_as(contributor), sent_result(value=value)
    real = ResultForm.store

    def store(form: Any, *, by: User) -> bool:
        monkeypatch.setattr(ResultForm, "store", real)
        assert client.post(create_at(record), data).status_code == 302
        return real(form, by=by)

    monkeypatch.setattr(ResultForm, "store", store)
    assert client.post(create_at(record), data).status_code == 302
    assert (record.results.count(), record.events.count()) == (1, 1)


def test_a_save_that_loses_the_race_meets_the_other(
    log_in_as: LogIn,
    contributor: User,
    manager: User,
    result: Result,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, boss = ResultForm.store, log_in_as(manager)

    def store(form: Any, *, by: User) -> bool:
        monkeypatch.setattr(ResultForm, "store", real)
        boss.post(result_at(result), sent_result(result, value="9"))
        return real(form, by=by)

    monkeypatch.setattr(ResultForm, "store", store)
    response = log_in_as(contributor).post(result_at(result), sent_result(result, value="12"))
    assert response.status_code == 409
    result.refresh_from_db()
    assert result.value == 9


# --- What the record makes of it --------------------------------------------------


def test_a_merge_names_who_changed_the_text(
    log_in_as: LogIn, contributor: User, manager: User, record: Implementation
) -> None:
    """A result that the contributor adds in between is no save of the record."""
    client = log_in_as(contributor)
    log_in_as(manager).post(record.get_absolute_url(), posted(record, description="Le sien"))
    client.post(create_at(record), sent_result())
    response = client.post(record.get_absolute_url(), posted(record, description="Le mien"))
    assert response.status_code == 409
    assert response.context["merge"].author == str(manager)


def test_a_result_added_in_between_is_no_conflict_for_the_record(
    log_in_as: LogIn, contributor: User, manager: User, record: Implementation
) -> None:
    log_in_as(manager).post(create_at(record), sent_result())
    response = log_in_as(contributor).post(
        record.get_absolute_url(), posted(record, description="Le mien")
    )
    assert response.status_code == 302
    record.refresh_from_db()
    assert (record.description, record.version) == ("Le mien", 2)


def test_the_journal_rebuilds_the_record_across_results(
    record: Implementation, contributor: User, result: Result
) -> None:
    assert values_at(record, 1)["description"] == "Début."
    assert values_at(record, 0)["description"] == "Début."


def test_a_record_saved_twice_around_a_result_is_saved_once(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    client, data = log_in_as(contributor), posted(record, description="Premier jet.")
    client.post(record.get_absolute_url(), data)
    client.post(create_at(record), sent_result())
    assert client.post(record.get_absolute_url(), data).status_code == 302
    record.refresh_from_db()
    assert record.version == 2


def test_the_last_save_can_still_be_taken_back_after_a_result(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    client = log_in_as(contributor)
    client.post(record.get_absolute_url(), posted(record, description="De trop"))
    client.post(create_at(record), sent_result())
    saved = record.events.get(kind="changed")
    assert timezone.now() - saved.at < datetime.timedelta(minutes=1)
    client.post(url("change_undo", record.organization), {"event": saved.pk})
    record.refresh_from_db()
    assert record.description == "Début."
    assert record.results.count() == 1
