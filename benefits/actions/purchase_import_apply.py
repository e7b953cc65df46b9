"""The purchases of a spreadsheet go in, all or none; and out again, those that nobody touched."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from benefits.actions.purchases import DELETED, state_of, told
from benefits.actions.suppliers import CONFIRMED
from benefits.importing import preview
from benefits.importing.rows import TERMS
from benefits.models import (
    Purchase,
    PurchaseImport,
    PurchaseImportSupplier,
    SocialEnterprise,
    SupplierMatch,
)
from benefits.purchasing import sole_sectors
from measures.actions.audit import subject_of, write_audit
from members.models import AuditEntry, Organization, User

State = PurchaseImport.State
Answer = PurchaseImportSupplier.Answer
APPLIED, UNDONE = "purchase_import", "purchase_import_undo"
_BATCH = 1_000


class Changed(Exception):
    """What would be added is no longer what the preview showed; nothing was written."""


@dataclass(frozen=True)
class Undone:
    """How many purchases an undoing took away, and how many were changed since and stay."""

    number: int
    stay: int


@transaction.atomic
def begin_apply(*, table: PurchaseImport, keep_twins: bool, stamp: str, by: User) -> bool:
    """Note that a person said yes to a preview; False when somebody did before.

    Told at once, and apart from what follows: whoever looks meanwhile reads that it is under way,
    and whatever cuts it short leaves word of what is to be finished.
    """
    locked = PurchaseImport.objects.select_for_update().get(pk=table.pk)
    if locked.state in (State.APPLYING, State.APPLIED, State.UNDONE):
        return False
    shown = preview.build(locked, keep_twins=keep_twins)
    if locked.state != State.CHECKED or not shown.can_be_applied or shown.stamp != stamp:
        raise Changed
    locked.stamp, locked.keep_twins, locked.applied_by = stamp, keep_twins, by
    locked.state = State.APPLYING
    locked.version += 1
    locked.save(update_fields=["stamp", "keep_twins", "applied_by", "state", "version"])
    return True


def finish_apply(*, table: PurchaseImport) -> PurchaseImport | None:
    """Add what was said yes to, all or nothing; None when it has already been done."""
    try:
        return _apply(table)
    except Exception:
        # Nothing was added: the preview says so. What a power cut leaves is gone on with instead.
        _take_back(table)
        raise


@transaction.atomic
def _take_back(table: PurchaseImport) -> None:
    """Back to the preview, which shows what there is now."""
    waiting = PurchaseImport.objects.filter(pk=table.pk, state=State.APPLYING)
    waiting.update(state=State.CHECKED, applied_by=None, stamp="", version=F("version") + 1)


@transaction.atomic
def _apply(table: PurchaseImport) -> PurchaseImport | None:
    organization = Organization.objects.select_for_update().get(pk=table.organization_id)
    locked = PurchaseImport.objects.select_for_update().get(pk=table.pk)
    if locked.state != State.APPLYING or locked.applied_by is None:
        return None
    by, keep_twins = locked.applied_by, locked.keep_twins
    shown = preview.build(locked, keep_twins=keep_twins)
    if not shown.can_be_applied or shown.stamp != locked.stamp:
        raise Changed
    enterprises = _enterprises(locked)
    _remember(locked, organization, enterprises, by)
    for batch in _purchases(locked, organization, enterprises, keep_twins=keep_twins, by=by):
        Purchase.objects.bulk_create(batch)
    _close(locked, shown.added.number)
    write_audit(
        row=locked,
        organization=organization,
        action=APPLIED,
        after={"file_name": locked.file_name, "purchases": shown.added.number}
        | {"amount": str(shown.added.amount)},
        by=by,
    )
    return locked


def _close(table: PurchaseImport, number: int) -> None:
    """Nothing of the file is left but what became of it."""
    table.rows.all().delete()
    table.suppliers.all().delete()
    table.applied_count, table.applied_at = number, timezone.now()
    table.state, table.stamp = State.APPLIED, ""
    table.version += 1
    table.save()


def _enterprises(table: PurchaseImport) -> dict[str, SocialEnterprise]:
    """The EÉS of each supplier; of two that were made one since, the one that is left."""
    answered = table.suppliers.filter(answer=Answer.ENTERPRISE)
    # Locked to the end: whoever unites two of them meanwhile moves what is written here.
    rows = SocialEnterprise.objects.select_for_update(of=("self",), no_key=True)
    list(rows.filter(pk__in=answered.values("enterprise")).order_by("pk").values_list("pk"))
    answered = answered.select_related("enterprise__merged_into")
    found = {}
    for supplier in answered:
        enterprise = supplier.enterprise
        if enterprise is not None and enterprise.merged_into is not None:
            enterprise = enterprise.merged_into
        if enterprise is not None and enterprise.state == SocialEnterprise.State.LISTED:
            found[supplier.supplier_key] = enterprise
    return found


def _purchases(
    table: PurchaseImport,
    organization: Organization,
    enterprises: dict[str, SocialEnterprise],
    *,
    keep_twins: bool,
    by: User,
) -> Iterator[list[Purchase]]:
    """The rows as purchases, some at a time.

    Their numbers are read first: a purchase that is in would make the next of its kind known.
    """
    numbers = list(
        preview.to_add(table, keep_twins=keep_twins)
        .order_by("number")
        .values_list("number", flat=True)
    )
    sectors = sole_sectors(one.pk for one in enterprises.values())
    for start in range(0, len(numbers), _BATCH):
        rows = table.rows.filter(number__in=numbers[start : start + _BATCH]).order_by("number")
        batch = []
        for values, key, fingerprint in rows.values_list("values", "supplier_key", "fingerprint"):
            enterprise = enterprises.get(key)
            purchase = _purchase(values)
            purchase.organization, purchase.enterprise = organization, enterprise
            if purchase.sector_id is None and enterprise is not None:
                purchase.sector_id = sectors.get(enterprise.pk)
            purchase.table, purchase.fingerprint, purchase.created_by = table, fingerprint, by
            purchase.set_search_text()
            batch.append(purchase)
        yield batch


def _purchase(values: dict[str, Any]) -> Purchase:
    texts = {name: values.get(name, "") for name in ("supplier_neq", "reference", "description")}
    terms = {f"{name}_id": values.get(name) for name in TERMS}
    return Purchase(
        supplier_name=values["supplier_name"],
        purchased_on=datetime.date.fromisoformat(values["purchased_on"]),
        amount=Decimal(values["amount"]),
        **texts,
        **terms,
    )


def _remember(
    table: PurchaseImport,
    organization: Organization,
    enterprises: dict[str, SocialEnterprise],
    by: User,
) -> None:
    """Keep what a person answered, for the next purchases of these suppliers."""
    told_by_person = table.suppliers.filter(
        answer__in=[Answer.ENTERPRISE, Answer.NONE], is_automatic=False
    )
    answered = [
        one
        for one in told_by_person.order_by("pk")
        if one.answer == Answer.NONE or one.supplier_key in enterprises
    ]
    matches = [
        SupplierMatch(
            organization=organization,
            supplier_key=one.supplier_key,
            supplier_name=one.name,
            enterprise=enterprises.get(one.supplier_key) if one.answer != Answer.NONE else None,
            confirmed_by=by,
            confirmed_at=timezone.now(),
        )
        for one in answered
    ]
    SupplierMatch.objects.bulk_create(
        matches,
        batch_size=_BATCH // 2,
        update_conflicts=True,
        unique_fields=["organization", "supplier_key"],
        update_fields=["supplier_name", "enterprise", "confirmed_by", "confirmed_at"],
    )
    _write_answers(table, matches, by)


def _write_answers(table: PurchaseImport, matches: list[SupplierMatch], by: User) -> None:
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                actor=by,
                organization_id=table.organization_id,
                action=CONFIRMED,
                subject=subject_of(table),
                before={},
                after={"supplier_name": one.supplier_name, "enterprise": told(one.enterprise)},
            )
            for one in matches
        ],
        batch_size=_BATCH,
    )


@transaction.atomic
def undo_table(*, table: PurchaseImport, by: User) -> Undone | None:
    """Take away the purchases that a table added and that nobody changed or cited since."""
    locked = PurchaseImport.objects.select_for_update().get(pk=table.pk)
    if locked.state != State.APPLIED:
        return None
    _lock_purchases(locked)
    # Asked once they are locked: what was changed or cited until then is somebody's work.
    untouched = locked.purchases.filter(version=1, observed_benefits=None).order_by()
    amount = untouched.aggregate(total=Sum("amount"))["total"] or 0
    keys = list(untouched.values_list("pk", flat=True))
    if not keys:
        return Undone(0, locked.purchases.count())
    for start in range(0, len(keys), _BATCH):
        batch = Purchase.objects.filter(pk__in=keys[start : start + _BATCH])
        _write_deletions(batch, by)
        batch.delete()
    stay = locked.purchases.count()
    locked.state = State.UNDONE
    locked.version += 1
    locked.save(update_fields=["state", "version"])
    write_audit(
        row=locked,
        organization=locked.organization,
        action=UNDONE,
        before={"file_name": locked.file_name, "purchases": len(keys), "amount": str(amount)},
        after={"stay": stay},
        by=by,
    )
    return Undone(len(keys), stay)


def _lock_purchases(table: PurchaseImport) -> None:
    """Nobody changes or cites one of these before the end of the transaction."""
    rows = table.purchases.select_for_update().order_by("pk")
    list(rows.values_list("pk", flat=True))


def _write_deletions(purchases: QuerySet[Purchase], by: User) -> None:
    """What each one said stays in its journal: a form that is open on it is not lost."""
    rows = purchases.select_related("enterprise", "sector", "mode", "contract_kind")
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                actor=by,
                organization_id=row.organization_id,
                action=DELETED,
                subject=subject_of(row),
                before=state_of(row),
                after={"version": row.version, "submission_key": None},
            )
            for row in rows.prefetch_related("clause_uses__clause_version__clause")
        ],
        batch_size=_BATCH,
    )
