"""Writes of what hangs on a record: results in figures, and barriers met.

The record's own version stands: only its journal says what happened. Each row has a version, and
the journal holds what the row said before and after, so that two people who meet lose nothing.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F

from measures.actions.register import StaleRecord, write_event
from measures.models import BarrierEncounter, ImplementationEvent, Result, Solution
from members.models import User

# What a person types in a result.
RESULT_FIELDS = ("name", "unit", "period_start", "period_end", "baseline", "value", "target")

# The key of the journal, and the kind of its line.
JOURNALLED = {
    Result: ("result", ImplementationEvent.Kind.RESULT),
    BarrierEncounter: ("encounter", ImplementationEvent.Kind.BARRIER),
}


def state_of(row: Result | BarrierEncounter) -> dict[str, Any]:
    """What a stored row says, as the journal keeps it."""
    state: dict[str, Any] = {"pk": row.pk, "version": row.version}
    if isinstance(row, Result):
        return state | {name: getattr(row, name) for name in RESULT_FIELDS}
    # By code for the machine, in words for the reader: the catalogue may change.
    solutions = dict(row.solutions.order_by("order", "code").values_list("code", "text"))
    return state | {
        "code": row.barrier.code,
        "barrier": row.barrier.title,
        "solutions": solutions,
        "what_worked": row.what_worked,
    }


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
    if before is not None and (before["what_worked"], set(before["solutions"])) == (
        encounter.what_worked,
        {solution.code for solution in chosen},
    ):
        return False
    _claim(encounter, by)
    encounter.save()
    encounter.solutions.set(chosen)
    _write(encounter, before, state_of(encounter), submission_key, by)
    return True


@transaction.atomic
def delete_attached(*, row: Result | BarrierEncounter, by: User) -> None:
    """Take a result or a barrier off a record; the journal keeps what it said.

    Raises StaleRecord when somebody saved it in between.
    """
    before = state_of(row)
    _claim(row, by)
    row.delete()
    _write(row, before, None, None, by)


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
    key, kind = JOURNALLED[type(row)]
    changes = {key: [before, after]}
    write_event(row.implementation, kind, changes, submission_key=submission_key, by=by)
