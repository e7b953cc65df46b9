"""Rows of law are to verify until somebody confirms them, and again once they change."""

import datetime
from typing import Any

import pytest
import time_machine
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures import actions
from measures.actions.law import confirm, seal
from measures.models import CatalogueEvent, LegalReference, Threshold
from members.models import User
from tests.conftest import LogIn
from tests.factories import (
    LegalReferenceFactory,
    ThresholdFactory,
)
from tests.html import StrictClient
from tests.measures.sent_catalogue import address_of, opened

N = "\u00a0"
LIST = "/cadre-legal/"
CONFIRM = "/cadre-legal/confirmer/"


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


# Confirming


def confirmation(row: LegalReference | Threshold, **values: str) -> dict[str, str]:
    kind = "reference" if isinstance(row, LegalReference) else "seuil"
    return {"kind": kind, "code": row.code, "seen": seal(row)} | values


@pytest.mark.parametrize("kind", ["reference", "seuil"])
def test_a_row_is_to_verify_until_somebody_confirms_it(
    log_in_as: LogIn, staff: StrictClient, facilitator: User, reader: User, kind: str
) -> None:
    law = LegalReferenceFactory(code="LCV", to_verify=kind == "reference")
    amount = ThresholdFactory(legal_reference=law, year=2024, to_verify=kind == "seuil")
    row = law if kind == "reference" else amount
    row.refresh_from_db()
    assertContains(staff.get(LIST), "À vérifier</span>", count=1)
    assertNotContains(log_in_as(reader).get(LIST), "Confirmer")
    assertRedirects(staff.post(CONFIRM, confirmation(row)), f"{LIST}#LCV")
    row.refresh_from_db()
    assert (row.to_verify, row.confirmed_by) == (False, facilitator)
    assert row.confirmed_on == datetime.date(2024, 3, 3)
    key = "to_verify" if kind == "reference" else f"thresholds.{row.code}.to_verify"
    assert CatalogueEvent.objects.get().changes == {key: [True, False]}
    told = f"Confirmé le 3{N}mars 2024 par l’ECPAR"
    assertContains(staff.get(LIST), f"{told} ({facilitator})")
    # Members read by whom the chantier stands, not by which person.
    page = log_in_as(reader).get(LIST)
    assertContains(page, told)
    assertNotContains(page, str(facilitator))


def test_the_first_to_confirm_stays_the_one_who_did(
    staff: StrictClient, log_in_as: LogIn, facilitator: User, coordinator: User
) -> None:
    row = ThresholdFactory(to_verify=True)
    row.refresh_from_db()
    data = confirmation(row)
    staff.post(CONFIRM, data)
    assertContains(log_in_as(coordinator).post(CONFIRM, data, follow=True), "déjà confirmé")
    row.refresh_from_db()
    assert row.confirmed_by == facilitator
    assert CatalogueEvent.objects.count() == 1


@pytest.mark.parametrize("seen", ["", "autre chose"])
def test_nobody_confirms_what_they_have_not_read(staff: StrictClient, seen: str) -> None:
    row = ThresholdFactory(to_verify=True)
    response = staff.post(CONFIRM, confirmation(row, seen=seen), follow=True)
    assertContains(response, "a changé depuis que vous l’avez ouvert")
    row.refresh_from_db()
    assert row.to_verify
    assert not CatalogueEvent.objects.exists()


def test_an_amount_that_changed_since_is_read_again(staff: StrictClient) -> None:
    row = ThresholdFactory(to_verify=True)
    row.refresh_from_db()
    data = confirmation(row)
    Threshold.objects.update(amount=999)
    assertContains(staff.post(CONFIRM, data, follow=True), "relisez-le")
    row.refresh_from_db()
    assert row.to_verify


@pytest.mark.parametrize(
    "data",
    [{}, {"kind": "seuil"}, {"kind": "mesure", "code": "L"}, {"kind": "seuil", "code": "\x00"}],
)
def test_what_is_not_there_is_not_confirmed(
    staff: StrictClient, data: dict[str, str], db: None
) -> None:
    assert staff.post(CONFIRM, data).status_code == 404


@pytest.fixture
def confirmed(facilitator: User, reference: LegalReference) -> Threshold:
    """An amount and its reference, both confirmed."""
    row: Threshold = ThresholdFactory(
        legal_reference=reference, code="SEUIL", amount=100, year=2024, to_verify=True
    )
    row.refresh_from_db()
    LegalReference.objects.update(to_verify=True)
    reference.refresh_from_db()
    for each in (row, reference):
        confirm(row=each, seen=seal(each), by=facilitator)
    return row


def marks(row: Any) -> tuple[bool, bool, bool]:
    row.refresh_from_db()
    return row.to_verify, row.confirmed_by is not None, row.confirmed_on is not None


KEPT, AGAIN = (False, True, True), (True, False, False)


@pytest.mark.parametrize(
    ("change", "of_reference", "of_amount"),
    [
        ({"thresholds-0-amount": "120"}, KEPT, AGAIN),
        ({"thresholds-0-basis": "Autre décret"}, KEPT, AGAIN),
        ({"says": "Autre chose."}, AGAIN, KEPT),
        # Its place in the list says nothing of the law.
        ({"order": "9"}, KEPT, KEPT),
        ({"thresholds-0-to_verify": "on"}, KEPT, AGAIN),
    ],
)
def test_what_changes_after_that_is_to_verify_again(
    staff: StrictClient,
    confirmed: Threshold,
    change: dict[str, str],
    of_reference: tuple[bool, ...],
    of_amount: tuple[bool, ...],
) -> None:
    address = address_of("cadre-legal", "LCV")
    assert staff.post(address, opened(staff, address) | change).status_code == 302
    assert (marks(confirmed.legal_reference), marks(confirmed)) == (of_reference, of_amount)


def test_who_takes_the_mark_off_in_the_catalogue_has_confirmed(
    staff: StrictClient, facilitator: User, reference: LegalReference
) -> None:
    row = ThresholdFactory(legal_reference=reference, amount=100, year=2024, to_verify=True)
    address = address_of("cadre-legal", "LCV")
    data = opened(staff, address) | {"thresholds-0-amount": "120"}
    del data["thresholds-0-to_verify"]
    staff.post(address, data)
    assert marks(row) == KEPT
    assert row.confirmed_by == facilitator


def test_a_text_brought_back_is_to_verify_again(confirmed: Threshold, facilitator: User) -> None:
    reference = LegalReference.objects.get(code="LCV")
    reference.says = "Autre chose."
    version = actions.version_of(reference)
    actions.save_catalogue_row(
        draft=actions.CatalogueDraft(row=reference), version=version, by=facilitator
    )
    reference.refresh_from_db()
    confirm(row=reference, seen=seal(reference), by=facilitator)
    event = CatalogueEvent.objects.get(changes__has_key="says")
    actions.restore_catalogue_text(
        row=reference,
        event=event,
        key="says",
        version=actions.version_of(reference),
        by=facilitator,
    )
    assert marks(reference) == AGAIN
