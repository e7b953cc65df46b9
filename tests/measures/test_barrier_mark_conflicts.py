"""A mark that arrives twice, or that two people write at once: nothing is lost."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError
from pytest_django.asserts import assertContains, assertRedirects

from measures.actions.results import MARK_CHANGED
from measures.encounters.forms import MarkForm
from measures.models import Barrier, BarrierEncounter
from members.models import AuditEntry, Cycle, Organization, User
from tests.conftest import LogIn
from tests.factories import (
    StageFactory,
)
from tests.measures.marks import UNIQUE, add_at, list_at, mark_at, sent

pytestmark = pytest.mark.usefixtures("in_2021")


# Twice


def test_a_second_click_marks_once(
    log_in_as: LogIn,
    contributor: User,
    organization: Organization,
    barrier_met: Barrier,
    chantier_year: Cycle,
) -> None:
    StageFactory(order=4)
    client, data = log_in_as(contributor), sent(what_worked="Une fois.")
    for _ in range(2):
        assertRedirects(client.post(add_at(organization), data), list_at(organization))
    assert BarrierEncounter.objects.count() == AuditEntry.objects.count() == 1


def test_a_form_changed_after_going_back_is_saved(
    log_in_as: LogIn,
    contributor: User,
    organization: Organization,
    barrier_met: Barrier,
    chantier_year: Cycle,
) -> None:
    StageFactory(order=4)
    client, data = log_in_as(contributor), sent(what_worked="Premier jet.")
    client.post(add_at(organization), data)
    client.post(add_at(organization), data | {"what_worked": "Second jet."})
    row = BarrierEncounter.objects.get()
    assert (row.what_worked, row.version) == ("Second jet.", 2)


def test_a_second_click_on_a_correction_is_done_once(
    log_in_as: LogIn, contributor: User, mark: BarrierEncounter
) -> None:
    client, data = log_in_as(contributor), sent(mark, what_worked="Quatre lots.")
    for _ in range(2):
        assertRedirects(client.post(mark_at(mark), data), list_at(mark.organization))
    mark.refresh_from_db()
    assert (mark.what_worked, mark.version) == ("Quatre lots.", 2)
    assert AuditEntry.objects.filter(action=MARK_CHANGED).count() == 1


def test_two_clicks_at_once_mark_once(
    log_in_as: LogIn,
    contributor: User,
    organization: Organization,
    barrier_met: Barrier,
    chantier_year: Cycle,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second looked before the first was stored."""
    StageFactory(order=4)
    client, data = log_in_as(contributor), sent(what_worked="Une fois.")
    store = MarkForm.store

    def beaten(form: MarkForm, *, by: User) -> bool:
        monkeypatch.setattr(MarkForm, "store", store)
        client.post(add_at(organization), data)
        raise IntegrityError

    monkeypatch.setattr(MarkForm, "store", beaten)
    assertRedirects(client.post(add_at(organization), data), list_at(organization))
    assert BarrierEncounter.objects.count() == 1


def test_a_mark_that_a_colleague_made_at_the_same_moment_is_told(
    log_in_as: LogIn,
    contributor: User,
    manager: User,
    organization: Organization,
    barrier_met: Barrier,
    chantier_year: Cycle,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    StageFactory(order=4)
    clean = MarkForm._same_as

    def beaten(form: MarkForm, *place: Any) -> None:
        monkeypatch.setattr(MarkForm, "_same_as", clean)
        log_in_as(contributor).post(add_at(organization), sent(what_worked="Le sien."))

    monkeypatch.setattr(MarkForm, "_same_as", beaten)
    response = log_in_as(manager).post(add_at(organization), sent(what_worked="Le mien."))
    assert response.context["form"].errors["stage"] == [UNIQUE]
    assertContains(response, "Le mien.")
    assert BarrierEncounter.objects.get().what_worked == "Le sien."


# Two people


def test_two_people_see_both_texts_and_choose(
    log_in_as: LogIn, contributor: User, manager: User, mark: BarrierEncounter
) -> None:
    opened = sent(mark)
    log_in_as(contributor).post(mark_at(mark), opened | {"what_worked": "Quatre lots."})
    client = log_in_as(manager)
    mine = opened | {"what_worked": "Cinq lots.", "submission_key": str(uuid.uuid4())}
    response = client.post(mark_at(mark), mine)
    assert response.status_code == 409
    for text in ("Quatre lots.", "Cinq lots.", str(contributor)):
        assertContains(response, text, status_code=409)
    mark.refresh_from_db()
    assert mark.what_worked == "Quatre lots."
    form = response.context["form"]
    again = mine | {"version": form["version"].value(), "choice_what_worked": "both"}
    assertRedirects(client.post(mark_at(mark), again), list_at(mark.organization))
    mark.refresh_from_db()
    assert mark.what_worked == "Cinq lots.\n\nQuatre lots."


def test_what_only_the_other_changed_is_taken_over(
    log_in_as: LogIn, contributor: User, manager: User, mark: BarrierEncounter
) -> None:
    StageFactory(order=5)
    opened = sent(mark)
    theirs = {"stage": "etape-5", "sharing": "chantier", "solutions": ["EN-01-S2"]}
    log_in_as(contributor).post(mark_at(mark), opened | theirs)
    mine = opened | {"what_worked": "Cinq lots.", "submission_key": str(uuid.uuid4())}
    response = log_in_as(manager).post(mark_at(mark), mine)
    assert response.status_code == 409
    assert response.context["merge"].clashes == ()
    form = response.context["form"]
    assert {name: form[name].value() for name in (*theirs, "what_worked")} == theirs | {
        "what_worked": "Cinq lots."
    }


def test_a_choice_that_clashes_is_told_in_words(
    log_in_as: LogIn, contributor: User, manager: User, mark: BarrierEncounter
) -> None:
    StageFactory(order=3), StageFactory(order=5)
    opened = sent(mark)
    log_in_as(contributor).post(mark_at(mark), opened | {"stage": "etape-5", "sharing": "public"})
    mine = {"stage": "etape-3", "sharing": "private", "submission_key": str(uuid.uuid4())}
    response = log_in_as(manager).post(mark_at(mark), opened | mine)
    assert [(row.mine, row.theirs) for row in response.context["merge"].clashes] == [
        ("3 – Étape 3", "5 – Étape 5"),
        ("mon organisation seulement", "public"),
    ]


def test_a_form_of_what_a_colleague_removed_keeps_its_text(
    log_in_as: LogIn, contributor: User, manager: User, mark: BarrierEncounter
) -> None:
    address, data = mark_at(mark), sent(mark, what_worked="Mes mots.")
    removed = mark_at(mark, "barrier_mark_delete")
    log_in_as(manager).post(removed, {"version": "1"})
    client = log_in_as(contributor)
    response = client.post(address, data)
    assertContains(response, "Mes mots.", status_code=409)
    assertContains(response, "retiré le 3\u00a0mars 2021 par Camille Responsable", status_code=409)
    again = data | {"version": "", "submission_key": str(uuid.uuid4())}
    client.post(response.context["action"], again)
    assert BarrierEncounter.objects.get().what_worked == "Mes mots."
    # The address of what is gone leads to the list.
    assertRedirects(client.get(address), list_at(mark.organization))


def test_an_unchanged_form_writes_nothing(
    log_in_as: LogIn, contributor: User, mark: BarrierEncounter
) -> None:
    log_in_as(contributor).post(mark_at(mark), sent(mark))
    mark.refresh_from_db()
    assert mark.version == 1
    assert AuditEntry.objects.count() == 1
