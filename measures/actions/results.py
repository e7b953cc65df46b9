"""Writes of results in figures and of barriers met, on a record or, for barriers, without one.

The record's own version stands: only its journal says what happened; a barrier without a record is
told in the journal of its organization. Each row has a version, and the journal holds what the row
said before and after, so that two people who meet lose nothing.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F

from measures.actions.audit import write_audit
from measures.actions.register import StaleRecord, write_event
from measures.models import (
    BarrierEncounter,
    Implementation,
    ImplementationEvent,
    Result,
    Solution,
)
from members.models import User

# What a person types in a result.
RESULT_FIELDS = ("name", "unit", "period_start", "period_end", "baseline", "value", "target")

# The acts on a barrier met without a record, in the journal of the organization.
MARKED, MARK_CHANGED, MARK_REMOVED = "barrier_mark", "barrier_mark_edit", "barrier_mark_delete"

# The key of the journal, and the kind of its line.
JOURNALLED = {
    Result: ("result", ImplementationEvent.Kind.RESULT),
    BarrierEncounter: ("encounter", ImplementationEvent.Kind.BARRIER),
}


def record_under(row: Result | BarrierEncounter) -> Implementation:
    """The record that a row hangs on; a barrier met without one has its own journal."""
    if row.implementation is None:
        raise ValueError(f"{row!r} hangs on no record")
    return row.implementation


def state_of(row: Result | BarrierEncounter) -> dict[str, Any]:
    """What a stored row says, as the journal keeps it."""
    state: dict[str, Any] = {"pk": row.pk, "version": row.version}
    if isinstance(row, Result):
        return state | {name: getattr(row, name) for name in RESULT_FIELDS}
    # By code for the machine, in words for the reader: the catalogue may change.
    solutions = dict(row.solutions.order_by("order", "code").values_list("code", "text"))
    return (
        state
        | _place(row)
        | {
            "code": row.barrier.code,
            "barrier": row.barrier.title,
            "solutions": solutions,
            "what_worked": row.what_worked,
            "sharing": row.sharing,
        }
    )


def _place(row: BarrierEncounter) -> dict[str, Any]:
    """Where it was met, for a barrier that no record says this of."""
    if row.implementation is not None or row.cycle is None:
        return {}
    return {"stage": row.stage.slug, "cycle": row.cycle.label}


@transaction.atomic
def save_result(
    *,
    result: Result,
    before: dict[str, Any] | None = None,
    submission_key: uuid.UUID | None = None,
    by: User,
) -> bool:
    """Add a result, or save it over `before`; return whether anything changed.

    Raises StaleRecord when somebody saved it in between.
    """
    if before == state_of(result):
        return False
    _claim(result, by)
    result.save()
    _write(result, before, state_of(result), submission_key, by)
    return True


@transaction.atomic
def save_encounter(
    *,
    encounter: BarrierEncounter,
    solutions: Iterable[Solution],
    before: dict[str, Any] | None = None,
    submission_key: uuid.UUID | None = None,
    by: User,
) -> bool:
    """Add a barrier met, or save it over `before`; return whether anything changed.

    Raises StaleRecord when somebody saved it in between.
    """
    chosen = list(solutions)
    said = _place(encounter) | {
        "solutions": {solution.code: solution.text for solution in chosen},
        "what_worked": encounter.what_worked,
        "sharing": encounter.sharing,
    }
    if before is not None and all(before[name] == value for name, value in said.items()):
        return False
    _claim(encounter, by)
    encounter.save()
    encounter.solutions.set(chosen)
    _write(encounter, before, state_of(encounter), submission_key, by)
    return True


@transaction.atomic
def delete_attached(*, row: Result | BarrierEncounter, by: User) -> None:
    """Take a result or a barrier away; the journal keeps what it said.

    Raises StaleRecord when somebody saved it in between.
    """
    before = state_of(row)
    _claim(row, by)
    # While the row still has its key.
    _write(row, before, None, None, by)
    row.delete()


def _claim(row: Result | BarrierEncounter, by: User) -> None:
    """Sign a new row; take the next version of a stored one, which only one of two savers can."""
    if row.pk is None:
        row.created_by = by
        return
    stored = type(row)._default_manager.filter(pk=row.pk, version=row.version)
    if not stored.update(version=F("version") + 1):
        raise StaleRecord
    row.version += 1


def _write(
    row: Result | BarrierEncounter,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    submission_key: uuid.UUID | None,
    by: User,
) -> None:
    if isinstance(row, BarrierEncounter) and row.implementation is None:
        sent = {"key": str(submission_key)} if submission_key else {}
        action = MARKED if before is None else MARK_CHANGED if after else MARK_REMOVED
        write_audit(
            row=row,
            organization=row.organization,
            action=action,
            before=before,
            after=after | sent if after else None,
            by=by,
        )
        return
    key, kind = JOURNALLED[type(row)]
    changes = {key: [before, after]}
    write_event(record_under(row), kind, changes, submission_key=submission_key, by=by)
