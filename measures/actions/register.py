"""Writes in a register: each is one transaction, with its line in the journal."""

import datetime
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from measures.actions.pieces import NewEvidence, stored_pieces
from measures.models import (
    Evidence,
    Implementation,
    ImplementationEvent,
    Measure,
)
from measures.statuses import Status
from members.models import Organization, User

# What a person types in a record, and what the journal therefore follows.
TRACKED = (
    "status",
    "planned_for",
    "started_on",
    "implemented_on",
    "review_on",
    "lead",
    "description",
    "result_story",
    "not_applicable_reason",
    "sharing",
)
# What the record is about; corrected apart from the rest, and written in words.
IDENTITY = ("own_title", "stage", "measure")


class StaleRecord(Exception):
    """Somebody saved the record after this form was opened."""


def line_of(
    implementation: Implementation,
    kind: ImplementationEvent.Kind,
    changes: dict[str, Any],
    *,
    submission_key: uuid.UUID | None = None,
    batch: uuid.UUID | None = None,
    by: User,
) -> ImplementationEvent:
    """A line of the journal at the record's present version, not yet written."""
    before, after = changes.get("status", ("", ""))
    return ImplementationEvent(
        implementation=implementation,
        kind=kind,
        changes=changes,
        status_before=before or "",
        status_after=after or "",
        version=implementation.version,
        actor=by,
        submission_key=submission_key or uuid.uuid4(),
        batch=batch,
    )


def write_event(
    implementation: Implementation,
    kind: ImplementationEvent.Kind,
    changes: dict[str, Any],
    *,
    submission_key: uuid.UUID | None = None,
    batch: uuid.UUID | None = None,
    by: User,
) -> ImplementationEvent:
    """Write a line of the journal, at the record's present version."""
    line = line_of(implementation, kind, changes, submission_key=submission_key, batch=batch, by=by)
    line.save()
    return line


def snapshot(implementation: Implementation, names: Iterable[str] = TRACKED) -> dict[str, Any]:
    """Values of a record, to compare before and after; stage and measure by number and code."""
    values = {name: getattr(implementation, name) for name in names}
    if "stage" in values:
        values["stage"] = implementation.stage.order
    if "measure" in values:
        values["measure"] = implementation.measure.code if implementation.measure else ""
    return values


@transaction.atomic
def create_implementation(
    *,
    implementation: Implementation,
    evidence: Sequence[NewEvidence] = (),
    kind: ImplementationEvent.Kind = ImplementationEvent.Kind.CREATED,
    submission_key: uuid.UUID | None = None,
    batch: uuid.UUID | None = None,
    by: User,
) -> Implementation:
    """Add a record to the register of its organization."""
    if implementation.measure is not None:
        implementation.stage = implementation.measure.stage
    implementation.created_by = implementation.updated_by = by
    implementation.save()
    changes = {
        name: [None, value]
        for name, value in snapshot(implementation).items()
        if value not in (None, "")
    }
    with stored_pieces(
        implementation.organization, evidence, sharing=implementation.sharing, by=by
    ) as added:
        implementation.evidence.add(*added)
        _note_evidence(changes, removed=None, added=added)
        write_event(
            implementation, kind, changes, submission_key=submission_key, batch=batch, by=by
        )
    return implementation


@transaction.atomic
def save_implementation(
    *,
    implementation: Implementation,
    before: dict[str, Any],
    evidence: Sequence[NewEvidence] = (),
    removed: Iterable[Evidence] = (),
    kind: ImplementationEvent.Kind = ImplementationEvent.Kind.CHANGED,
    submission_key: uuid.UUID | None = None,
    batch: uuid.UUID | None = None,
    by: User,
) -> ImplementationEvent | None:
    """Save a changed record; return its line of the journal, None when nothing changed.

    `before` is the snapshot of what may have changed. Raises StaleRecord when the stored version is
    no longer the one that was read: the compare and the write are one statement, so that two savers
    can never both win.
    """
    changes = {
        name: [before[name], value]
        for name, value in snapshot(implementation, before).items()
        if value != before[name]
    }
    removed = _still_joined(implementation, removed)
    if not (changes or evidence or removed):
        return None
    _store(implementation, before, by=by)
    if removed:
        implementation.evidence.remove(*removed)
    if "sharing" in changes:
        followed = Evidence.objects.follow(implementation, before=before["sharing"])
        changes |= {"evidence_followed": [[], followed]} if followed else {}
    with stored_pieces(
        implementation.organization, evidence, sharing=implementation.sharing, by=by
    ) as added:
        implementation.evidence.add(*added)
        _note_evidence(changes, removed=removed, added=added)
        return write_event(
            implementation, kind, changes, submission_key=submission_key, batch=batch, by=by
        )


def _still_joined(implementation: Implementation, pieces: Iterable[Evidence]) -> list[Evidence]:
    """Those of `pieces` that the record still has: somebody may have detached them meanwhile."""
    keys = [piece.pk for piece in pieces]
    if not keys:
        return []
    # The lock of whoever joins and detaches in the library.
    locked = list(Evidence.objects.select_for_update(of=("self",)).filter(pk__in=keys))
    joined = set(implementation.evidence.filter(pk__in=keys).values_list("pk", flat=True))
    return [piece for piece in locked if piece.pk in joined]


def _store(implementation: Implementation, names: Iterable[str], *, by: User) -> None:
    """Write the named fields over the version that was read, and no other."""
    implementation.updated_by = by
    implementation.updated_at = timezone.now()
    implementation.search_text = implementation.searchable()
    written = {*names, "updated_by", "updated_at", "search_text"}
    stored = Implementation.objects.filter(pk=implementation.pk, version=implementation.version)
    if not stored.update(
        version=F("version") + 1, **{name: getattr(implementation, name) for name in written}
    ):
        raise StaleRecord
    implementation.version += 1


@transaction.atomic
def adopt_measures(
    *,
    organization: Organization,
    measures: Iterable[Measure],
    status: Status,
    planned_for: datetime.date | None = None,
    batch: uuid.UUID | None = None,
    by: User,
) -> list[Implementation]:
    """Add measures of the guide to a register; those already there are left alone."""
    wanted = list(measures)
    # The organization's row is the lock: two adoptions of one measure wait for each other.
    Organization.objects.select_for_update().get(pk=organization.pk)
    known = set(
        organization.implementations.filter(measure__in=wanted).values_list("measure_id", flat=True)
    )
    return [
        create_implementation(
            implementation=Implementation(
                organization=organization, measure=measure, status=status, planned_for=planned_for
            ),
            batch=batch,
            by=by,
        )
        for measure in wanted
        if measure.pk not in known
    ]


def _note_evidence(
    changes: dict[str, Any], *, removed: Sequence[Evidence] | None, added: Sequence[Evidence]
) -> None:
    """Tell the journal what was joined and removed: titles to read, keys to take it back."""
    if removed or added:
        sides = [removed, added]
        changes["evidence"] = [side and [piece.title for piece in side] for side in sides]
        changes["evidence_keys"] = [[piece.pk for piece in side or ()] for side in sides]
