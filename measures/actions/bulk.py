"""Changing many records in one act: one transaction, one batch, one line of journal a record."""

import datetime
import uuid
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from measures.actions.register import line_of
from measures.bulk import BulkChange, judged, stamp_of
from measures.models import Implementation, ImplementationEvent
from members.models import User


class SelectionChanged(Exception):
    """The records are no longer those that were previewed; nothing was written."""


@transaction.atomic
def change_many(
    *,
    records: QuerySet[Implementation],
    change: BulkChange,
    seen_at: datetime.datetime,
    stamp: str,
    batch: uuid.UUID,
    submission_key: uuid.UUID,
    by: User,
) -> int:
    """Write one change in every record that nothing keeps as it is; return how many.

    The change and its records, read under lock, must be those of `stamp`, at the same versions: a
    save that came between is never overwritten. Raises SelectionChanged.
    """
    rows = (
        judged(records, change, seen_at=seen_at, by=by)
        .filter(obstacle="")
        .select_for_update(of=("self",))
        .only("version", *change.values)
        .order_by("pk")
    )
    chosen = list(rows)
    if stamp_of(change, [(row.pk, row.version) for row in chosen]) != stamp:
        raise SelectionChanged
    if not chosen:
        return 0
    journal = [_line(row, change, batch=batch, by=by) for row in chosen]
    # The form is recognized by one of its lines.
    journal[0].submission_key = submission_key
    Implementation.objects.filter(pk__in=[row.pk for row in chosen]).update(
        **change.values, version=F("version") + 1, updated_by=by, updated_at=timezone.now()
    )
    ImplementationEvent.objects.bulk_create(journal)
    return len(chosen)


def _line(
    row: Implementation, change: BulkChange, *, batch: uuid.UUID, by: User
) -> ImplementationEvent:
    changes: dict[str, Any] = {
        name: [getattr(row, name), value]
        for name, value in change.values.items()
        if getattr(row, name) != value
    }
    row.version += 1
    return line_of(row, ImplementationEvent.Kind.CHANGED, changes, batch=batch, by=by)
