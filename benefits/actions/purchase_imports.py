"""Spreadsheets of purchases: their columns told, their rows checked, their suppliers answered."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from benefits.importing import heading, rows
from benefits.importing.suppliers import find_suppliers, mark_twins
from benefits.models import ColumnMapping, PurchaseImport, PurchaseImportRow, PurchaseImportSupplier

State = PurchaseImport.State
Answer = PurchaseImportSupplier.Answer
# Neither applied nor undone: still to be finished, or forgotten.
OPEN = (State.READING, State.MAPPING, State.CHECKING, State.CHECKED, State.APPLYING)
KEPT_FOR = PurchaseImport.KEPT_FOR
# Rows read by one request: a second or two of work.
STEP = 5_000
_BATCH = 1_000
_FORGOTTEN_AT_ONCE = 20
_READ = ("values", "errors", "is_wrong", "is_left_out", "amount", "supplier_key", "fingerprint")


class NotNow(Exception):
    """The table is no longer where this page stood: somebody went on with it, or took it away."""


@transaction.atomic
def choose_columns(*, table: PurchaseImport, mapping: Mapping[str, Any]) -> None:
    """Say which column is which, for this table and for the next ones like it."""
    locked = _locked(table, State.MAPPING)
    ColumnMapping.objects.update_or_create(
        organization=locked.organization,
        headings_key=heading.headings_key(locked.headings),
        defaults={"mapping": dict(mapping)},
    )
    locked.mapping = dict(mapping)
    locked.checked_count = 0
    _move(locked, State.CHECKING, "mapping", "checked_count")


@transaction.atomic
def choose_again(*, table: PurchaseImport) -> None:
    """Go back to the columns; what was answered for suppliers of this table is asked again."""
    locked = _locked(table, State.CHECKING, State.CHECKED)
    locked.suppliers.all().delete()
    _move(locked, State.MAPPING)


@transaction.atomic
def check_some(*, table: PurchaseImport, most: int = STEP) -> PurchaseImport:
    """Read the next rows; after the last, find the suppliers. Cut short, it starts there again."""
    locked = _locked(table, State.CHECKING)
    todo = locked.rows.order_by("number")[locked.checked_count : locked.checked_count + most]
    batch = list(todo.values_list("number", "cells"))
    if batch:
        _check(locked, batch)
        locked.checked_count += len(batch)
        _move(locked, State.CHECKING, "checked_count")
        return locked
    mark_twins(locked)
    find_suppliers(locked)
    _move(locked, State.CHECKED)
    return locked


def _check(table: PurchaseImport, batch: list[tuple[int, list]]) -> None:
    reader = rows.Reader(table.mapping, table.headings, rows.known_terms())
    done = []
    for number, cells in batch:
        found = reader.read(number, cells)
        done.append(
            PurchaseImportRow(
                table=table,
                number=number,
                cells=cells,
                values={"why": found.left_out} if found.left_out else found.values,
                errors=found.errors,
                is_wrong=bool(found.errors),
                is_left_out=bool(found.left_out),
                amount=found.amount,
                supplier_key=found.supplier_key,
                fingerprint=found.fingerprint,
            )
        )
    # One statement for hundreds of rows, where an update of each would take a minute.
    PurchaseImportRow.objects.bulk_create(
        done,
        batch_size=_BATCH // 2,
        update_conflicts=True,
        unique_fields=["table", "number"],
        update_fields=_READ,
    )


@transaction.atomic
def answer_suppliers(
    *, table: PurchaseImport, answers: Mapping[int, tuple[str, int | None]]
) -> int:
    """Say what suppliers are, by their key; return how many answers are new."""
    locked = _locked(table, State.CHECKED)
    changed = []
    for supplier in locked.suppliers.filter(pk__in=answers):
        answer, enterprise = answers[supplier.pk]
        if (supplier.answer, supplier.enterprise_id) != (answer, enterprise):
            supplier.answer, supplier.enterprise_id = answer, enterprise
            supplier.is_automatic = False
            changed.append(supplier)
    _save_answers(changed)
    return len(changed)


@transaction.atomic
def answer_rest(*, table: PurchaseImport, answer: str) -> int:
    """The same answer for all the suppliers that have none: no EÉS, or later."""
    locked = _locked(table, State.CHECKED)
    return locked.suppliers.filter(answer=Answer.WAITING).update(answer=answer, enterprise=None)


@transaction.atomic
def accept_likely(*, table: PurchaseImport, score: int) -> int:
    """Say yes to all that is proposed with this score at least, as a person asks for."""
    locked = _locked(table, State.CHECKED)
    likely = list(locked.suppliers.filter(answer=Answer.WAITING, score__gte=score))
    for supplier in likely:
        supplier.answer, supplier.enterprise_id = Answer.ENTERPRISE, supplier.candidates[0][0]
    _save_answers(likely)
    return len(likely)


def _save_answers(suppliers: Iterable[PurchaseImportSupplier]) -> None:
    # One by one: a statement for hundreds of different answers takes longer to write.
    for supplier in suppliers:
        supplier.save(update_fields=["answer", "enterprise", "is_automatic"])


@transaction.atomic
def forget_table(*, table: PurchaseImport) -> bool:
    """Take away a table that was not applied, with its rows and its file."""
    try:
        locked = _locked(table, *OPEN)
    except NotNow:
        return False
    storage, name = locked.file.storage, locked.file.name
    locked.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name), robust=True)
    return True


def forget_old_tables(now: datetime.datetime | None = None) -> None:
    """Take away the tables that nobody applied in two weeks."""
    before = (now or timezone.now()) - KEPT_FOR
    old = PurchaseImport.objects.filter(state__in=OPEN, created_at__lt=before).order_by("pk")
    for table in old[:_FORGOTTEN_AT_ONCE]:
        forget_table(table=table)


def _locked(table: PurchaseImport, *states: State) -> PurchaseImport:
    """The table, held until the transaction ends; raises NotNow when it is elsewhere."""
    locked = (
        PurchaseImport.objects.select_for_update(of=("self",))
        .select_related("organization")
        .filter(pk=table.pk, state__in=states)
        .first()
    )
    if locked is None:
        raise NotNow
    return locked


def _move(table: PurchaseImport, state: State, *fields: str) -> None:
    table.state = state
    table.version += 1
    table.save(update_fields=["state", "version", *fields])


def was_told(table: PurchaseImport) -> bool:
    """Whether the organization told the columns of a table with these heads before."""
    return ColumnMapping.objects.filter(
        organization=table.organization, headings_key=heading.headings_key(table.headings)
    ).exists()
