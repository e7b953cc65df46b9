"""What staff are shown of the mails: what left, what did not, and what waits.

A mail says to one person what they alone may read: where a kind is not open to staff, its subject
is not either.
"""

import datetime
from dataclasses import dataclass
from typing import Self

from django.db.models import Count, Min, QuerySet

from members.models import Mail, Notification
from members.notifications.kinds import find_kind

# When the sending process runs, nothing waits that long past its time.
LATE_AFTER = datetime.timedelta(minutes=15)


def mails_for_table() -> QuerySet[Mail]:
    return Mail.objects.select_related("recipient").prefetch_related("notifications")


def kinds_told(mail: Mail) -> list[str]:
    """The names of what the mail tells, each once; call with `notifications` prefetched."""
    codes = dict.fromkeys(row.kind for row in reversed(mail.notifications.all()))
    kinds = [(code, find_kind(code)) for code in codes]
    return [kind.label if kind else code for code, kind in kinds]


def next_try(mail: Mail) -> datetime.datetime | None:
    """When a mail that did not leave is tried again."""
    waiting = [
        row.due_at for row in mail.notifications.all() if row.state == Notification.State.WAITING
    ]
    return min(waiting, default=None)


@dataclass(frozen=True)
class Line:
    """A mail in the list."""

    mail: Mail
    kinds: str
    subject: str

    @classmethod
    def of(cls, mail: Mail) -> Self:
        words = ", ".join(kinds_told(mail))
        return cls(
            mail, words[:1].upper() + words[1:], mail.subject if mail.is_open_to_staff else ""
        )


@dataclass(frozen=True)
class Waiting:
    """How many notifications wait, and since when the oldest should have left."""

    number: int
    next_due: datetime.datetime | None
    is_late: bool

    @classmethod
    def at(cls, now: datetime.datetime) -> Self:
        """One query. What a pass holds waits too: the pass may be dead."""
        states = (Notification.State.WAITING, Notification.State.SENDING)
        found = Notification.objects.filter(state__in=states).aggregate(
            number=Count("pk"), next_due=Min("due_at")
        )
        due = found["next_due"]
        return cls(found["number"], due, bool(due and due < now - LATE_AFTER))
