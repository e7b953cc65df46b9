"""Writes of purchases: each is one transaction, with its line in the journal."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.db.models import F

from benefits.models import Purchase, SocialEnterprise
from benefits.names import supplier_key
from benefits.purchasing import fingerprint, sole_sectors, use_label
from measures.actions.audit import write_audit
from measures.models import ClauseUse
from members.models import User

ADDED, CHANGED, DELETED = "purchase_add", "purchase_change", "purchase_delete"
# What a person types, and what the journal therefore follows; clauses stand beside them.
PURCHASE_FIELDS = (
    "supplier_name",
    "supplier_neq",
    "enterprise",
    "purchased_on",
    "amount",
    "description",
    "reference",
    "sector",
    "mode",
    "contract_kind",
)
CLAUSES = "clause_uses"

State = dict[str, Any]


class StalePurchase(Exception):
    """Somebody saved the purchase after this form was opened."""


def state_of(purchase: Purchase, clauses: Iterable[ClauseUse] | None = None) -> State:
    """What a purchase says, as the journal keeps it; another row by its key and in words.

    `clauses` are those that it is about to have; without them, those that it has.
    """
    if clauses is None:
        clauses = purchase.clause_uses.all() if purchase.pk else ()
    return {name: told(getattr(purchase, name)) for name in PURCHASE_FIELDS} | {
        CLAUSES: _told_clauses(clauses)
    }


def told(value: Any) -> Any:
    """A value as the journal keeps it."""
    return {"key": value.pk, "label": str(value)} if isinstance(value, models.Model) else value


def _told_clauses(clauses: Iterable[ClauseUse]) -> Any:
    rows = sorted(clauses, key=lambda use: use.pk)
    label = ", ".join(use_label(use) for use in rows)
    return {"key": [use.pk for use in rows], "label": label} if rows else None


@transaction.atomic
def add_purchase(
    *, purchase: Purchase, clauses: Iterable[ClauseUse], submission_key: uuid.UUID, by: User
) -> None:
    """Note a purchase; its form is recognized by its key when it arrives again."""
    purchase.submission_key, purchase.created_by = submission_key, by
    complete(purchase)
    purchase.save()
    purchase.clause_uses.set(clauses)
    _write(purchase, ADDED, {}, state_of(purchase, clauses), submission_key, by=by)


@transaction.atomic
def change_purchase(
    *,
    purchase: Purchase,
    clauses: Iterable[ClauseUse],
    before: State,
    submission_key: uuid.UUID,
    by: User,
) -> bool:
    """Save a purchase over `before`; return whether anything changed.

    Raises StalePurchase when somebody saved it in between.
    """
    complete(purchase)
    after = state_of(purchase, clauses)
    changed = [name for name in after if before[name] != after[name]]
    if not changed:
        return False
    _claim(purchase)
    purchase.save()
    if CLAUSES in changed:
        purchase.clause_uses.set(clauses)
    old, new = ({name: state[name] for name in changed} for state in (before, after))
    _write(purchase, CHANGED, old, new, submission_key, by=by)
    return True


@transaction.atomic
def delete_purchase(*, purchase: Purchase, by: User) -> None:
    """Take a purchase away; the journal keeps what it said.

    Raises StalePurchase when somebody saved it in between, and ProtectedError when something that
    was observed leans on it.
    """
    _claim(purchase)
    _write(purchase, DELETED, state_of(purchase), {}, None, by=by)
    purchase.delete()


def complete(purchase: Purchase) -> None:
    """Fill in what follows from the rest: the sector of an EÉS that has one, the fingerprint."""
    purchase.enterprise = standing(purchase.enterprise)
    if purchase.sector_id is None and purchase.enterprise_id is not None:
        purchase.sector_id = sole_sectors([purchase.enterprise_id]).get(purchase.enterprise_id)
    purchase.fingerprint = fingerprint(
        supplier_key=supplier_key(purchase.supplier_name, purchase.supplier_neq),
        purchased_on=purchase.purchased_on,
        amount=purchase.amount,
        reference=purchase.reference,
    )


def standing(enterprise: SocialEnterprise | None) -> SocialEnterprise | None:
    """The EÉS, or the one that it was united with since it was read.

    Locked to the end of the transaction: whoever unites it meanwhile moves what is written here.
    """
    if enterprise is None:
        return None
    rows = SocialEnterprise.objects.select_for_update(of=("self",), no_key=True)
    stored = rows.select_related("merged_into").get(pk=enterprise.pk)
    return standing(stored.merged_into) if stored.merged_into else enterprise


def _claim(purchase: Purchase) -> None:
    """Take the next version of a stored purchase, which only one of two savers can."""
    stored = Purchase.objects.filter(pk=purchase.pk, version=purchase.version)
    if not stored.update(version=F("version") + 1):
        raise StalePurchase
    purchase.version += 1


def _write(
    purchase: Purchase,
    action: str,
    before: State,
    after: State,
    submission_key: uuid.UUID | None,
    *,
    by: User,
) -> None:
    # The version that this line made, and the form that brought it: what a merge starts from.
    made = {"version": purchase.version, "submission_key": submission_key}
    write_audit(
        row=purchase,
        organization=purchase.organization,
        action=action,
        before=before,
        after=after | made,
        by=by,
    )
