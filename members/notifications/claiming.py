"""Who sends what: a pass takes what is due for itself, in one short transaction.

Safe with several workers: rows that another one is taking are skipped (PostgreSQL), or cannot be
read before it has finished (SQLite, whose transactions begin with the write lock).
"""

import datetime
import time
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet

from members.models import Notification

_State = Notification.State
# A pass that gave no sign of life for so long is dead: each mail takes seconds.
STALE_AFTER = datetime.timedelta(minutes=10)
# A batch is sent in far less than `STALE_AFTER`, and its queries do not grow with it.
PEOPLE = 50
ROWS = 500
_TRIES = 20
_WHILE_TAKEN = 0.05
_FREE = {"claim": None, "claimed_at": None}


def release_stale(now: datetime.datetime) -> int:
    """Give back what a killed pass held."""
    silent = Q(claimed_at__lt=now - STALE_AFTER) | Q(claimed_at=None)
    held = Notification.objects.filter(silent, state=_State.SENDING)
    return held.update(state=_State.WAITING, **_FREE)


def release(claim: uuid.UUID) -> int:
    """Give back what this pass holds and did not get to."""
    held = Notification.objects.filter(claim=claim, state=_State.SENDING)
    return held.update(state=_State.WAITING, **_FREE)


def take(now: datetime.datetime, claim: uuid.UUID) -> list[Notification]:
    """Take all that is due to some people: a grouped mail is written by one worker.

    Another worker may be taking the very same people: a moment later, others are left, or nobody.
    """
    due = Notification.objects.waiting().filter(due_at__lte=now)
    for _ in range(_TRIES):
        if not due.exists():
            return []
        if rows := _take(due, claim, now):
            return rows
        time.sleep(_WHILE_TAKEN)
    return []


def _take(
    due: QuerySet[Notification], claim: uuid.UUID, now: datetime.datetime
) -> list[Notification]:
    with transaction.atomic():
        people = due.order_by().values("recipient").annotate(first=Min("due_at"))
        chosen = [row["recipient"] for row in people.order_by("first", "recipient")[:PEOPLE]]
        rows = list(
            due.filter(recipient__in=chosen)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("recipient", "organization", "mail", "caused_by")
            .order_by("due_at", "pk")[:ROWS]
        )
        held = Notification.objects.filter(pk__in=[row.pk for row in rows])
        held.update(state=_State.SENDING, claim=claim, claimed_at=now)
    return rows


def hold(rows: Sequence[Notification], claim: uuid.UUID, now: datetime.datetime) -> bool:
    """Just before a mail: say that the pass lives, and make sure that the rows are still its own.

    The try is counted here, before anything can kill the process: what kills it each time is
    given up like any other failure.
    """
    with transaction.atomic():
        held = Notification.objects.filter(pk__in=[row.pk for row in rows])
        mine = held.filter(claim=claim, state=_State.SENDING)
        if mine.update(claimed_at=now, attempts=F("attempts") + 1) != len(rows):
            transaction.set_rollback(True)
            return False
    for row in rows:
        row.attempts += 1
    return True
