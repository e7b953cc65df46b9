"""The mark « à vérifier » of rows of law: taken off by whom and when, and back after a change."""

from typing import Any

from django.utils import timezone

from chantier.lib.seeds import SeededModel
from measures.models import LegalReference, Threshold
from measures.snapshots import Snapshot, snapshot
from members.models import User

# What a confirmation is about: another text, or another amount, asks for another one.
_CONFIRMED = {
    LegalReference: ("name", "says", "note"),
    Threshold: ("kind", "regime", "year", "amount", "basis"),
}


def settle_confirmations(*, row: SeededModel, before: Snapshot, by: User) -> None:
    """Make the confirmations of a reference and its thresholds say what has just been saved.

    Who took a mark off has confirmed. What changes after that is to verify again, and so is the
    amount of a new year.
    """
    if not isinstance(row, LegalReference):
        return
    after = snapshot(row)
    _settle(type(row)._default_manager.get(pk=row.pk), "", before, after, by)
    for threshold in row.thresholds.all():
        _settle(threshold, f"thresholds.{threshold.code}.", before, after, by)


def _settle(
    row: LegalReference | Threshold, prefix: str, before: Snapshot, after: Snapshot, by: User
) -> None:
    mark = f"{prefix}to_verify"
    was, now = before.get(mark), after[mark]
    changed = {
        name
        for name in _CONFIRMED[type(row)]
        if before.get(f"{prefix}{name}") != after[f"{prefix}{name}"]
    }
    is_new_amount = isinstance(row, Threshold) and mark not in before
    values: dict[str, Any] = {}
    if was and not now:
        values = {"confirmed_by": by, "confirmed_on": timezone.localdate()}
    elif is_new_amount or (row.confirmed_on and (changed or now)):
        values = {"to_verify": True, "confirmed_by": None, "confirmed_on": None}
    if values:
        type(row)._default_manager.filter(pk=row.pk).update(**values)
