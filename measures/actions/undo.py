"""Taking back one's last act: a save, or everything that one act changed; all of it or nothing.

A record is never deleted, for its journal must stand: what an act *added* to the register goes
back to « non évaluée », empty, and counts in the figures as if it were not there.
"""

import datetime
import enum
import uuid
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from measures.actions.register import TRACKED, line_of
from measures.models import Evidence, Implementation, ImplementationEvent, Stage
from measures.statuses import Status
from members.models import User

Kind = ImplementationEvent.Kind

UNDO_WITHIN = datetime.timedelta(minutes=30)
# What undoing follows: saves, not the figures and comments that hang on a record.
UNDOABLE = (Kind.CREATED, Kind.CHANGED, Kind.IMPORTED, Kind.RESTORED, Kind.LINKED)


class Refusal(enum.Enum):
    """Why nothing is taken back."""

    NOTHING = "nothing"
    ALREADY_DONE = "already done"
    CHANGED_SINCE = "changed since"
    TOO_LATE = "too late"


class CannotUndo(Exception):
    """Nothing was taken back; `record` is the one that stands in the way, if one does."""

    def __init__(self, refusal: Refusal, record: Implementation | None = None) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.record = record


@transaction.atomic
def undo_events(*, events: QuerySet[ImplementationEvent], by: User) -> list[Implementation]:
    """Take back what `events`, one act of one person, did to records; return these.

    The number of queries does not depend on the number of records, evidence aside. Raises
    CannotUndo when there is nothing to take back, or when it would cost somebody's later change.
    """
    lines = list(events.filter(kind__in=UNDOABLE).order_by("implementation", "pk"))
    records = {
        record.pk: record
        for record in Implementation.objects.select_for_update(of=("self",))
        .select_related("measure", "stage", "organization")
        .filter(pk__in=events.values("implementation"))
        .order_by("pk")
    }
    _check(lines, records)
    batch = uuid.uuid4() if len(lines) > 1 else None
    stages = _stages(lines)
    journal = []
    names: set[str] = set()
    for line in lines:
        record = records[line.implementation_id]
        changes = _restore(record, line, stages)
        names |= set(changes) - {"evidence", "evidence_keys"}
        record.version += 1
        record.updated_by, record.updated_at = by, timezone.now()
        record.search_text = record.searchable()
        journal.append(line_of(record, Kind.UNDONE, changes, batch=batch, by=by))
    always = {"version", "updated_by", "updated_at", "search_text"}
    Implementation.objects.bulk_update(records.values(), sorted(names | always))
    ImplementationEvent.objects.bulk_create(journal)
    return list(records.values())


def _check(lines: list[ImplementationEvent], records: dict[int, Implementation]) -> None:
    """Refuse unless each line is the last word on its record, and fresh."""
    if not lines or any(_cannot_be_told(line) for line in lines):
        raise CannotUndo(Refusal.NOTHING)
    for line in lines:
        record = records[line.implementation_id]
        if record.version != line.version:
            following = record.events.filter(kind=Kind.UNDONE, version=line.version + 1)
            done = following.exists()
            raise CannotUndo(Refusal.ALREADY_DONE if done else Refusal.CHANGED_SINCE, record)
    if any(line.at < timezone.now() - UNDO_WITHIN for line in lines):
        raise CannotUndo(Refusal.TOO_LATE)


def _cannot_be_told(line: ImplementationEvent) -> bool:
    """A record added by hand is corrected by hand; old lines name evidence without its keys."""
    by_hand = line.kind == Kind.CREATED and line.batch is None
    return by_hand or ("evidence" in line.changes and "evidence_keys" not in line.changes)


def _stages(lines: list[ImplementationEvent]) -> dict[int, Stage]:
    """The stages by number, when a line moved a record from one to another."""
    if any("stage" in line.changes for line in lines):
        return {stage.order: stage for stage in Stage.objects.all()}
    return {}


def _restore(
    record: Implementation, line: ImplementationEvent, stages: dict[int, Stage]
) -> dict[str, Any]:
    """Give a record its values of before; return the changes, for its journal."""
    changes: dict[str, Any] = {}
    for name, (before, after) in line.changes.items():
        if name in TRACKED:
            value = _value_before(record, name, before)
            if value != getattr(record, name):
                changes[name] = [getattr(record, name), value]
                setattr(record, name, value)
        elif name in ("own_title", "stage", "measure"):
            changes[name] = [after, before]
    if "own_title" in changes:
        record.own_title = changes["own_title"][1]
    if "measure" in changes:
        # Only joining to the guide writes it: before, there was none.
        record.measure = None
    if "stage" in changes:
        record.stage = stages[changes["stage"][1]]
    if "sharing" in changes:
        # Not what somebody had set to that very level before: it would be shown to more people.
        _, followed = line.changes.get("evidence_followed", ([], []))
        Evidence.objects.filter(pk__in=followed).follow(record, before=changes["sharing"][0])
    if "evidence_keys" in line.changes:
        changes |= _exchange_evidence(record, line.changes)
    return changes


def _value_before(record: Implementation, name: str, before: Any) -> Any:
    """A value of the journal as the record holds it; None is what a new record starts from."""
    if before is None and name == "status":
        return Status.NOT_ASSESSED.value
    if before is None and name == "sharing":
        # Nobody sees more of it for having been taken back.
        return record.sharing
    field: models.Field = Implementation._meta.get_field(name)  # type: ignore[assignment]
    if before is None and not field.null:
        return ""
    return field.to_python(before)


def _exchange_evidence(record: Implementation, told: dict[str, Any]) -> dict[str, Any]:
    """Join again what was removed; detach what was added, which stays in the library."""
    removed, added = told["evidence_keys"]
    # Of the organization still: evidence never crosses to another.
    again = list(Evidence.objects.filter(organization=record.organization, pk__in=removed))
    record.evidence.add(*again)
    record.evidence.remove(*added)
    titles = told["evidence"]
    return {
        "evidence": [titles[1] or [], [piece.title for piece in again]],
        "evidence_keys": [added, [piece.pk for piece in again]],
    }
