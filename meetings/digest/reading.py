"""Who reads, and over what days: the rules that every part of a digest obeys."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from django.db.models import Q

from meetings.models import Meeting
from members.models import Organization, User
from members.sharing import SHARED_WITH_MEMBERS, SHARED_WITH_STAFF

_HELD = (Meeting.State.HELD, Meeting.State.CLOSED)
UNNAMED = "Un membre du chantier"


@dataclass(frozen=True)
class Period:
    """From the day after the last meeting to this one, or to today where it is still to come."""

    # None for the first of its cycle: the period then begins with the cycle.
    previous: Meeting | None
    since: datetime.date
    until: datetime.date

    @classmethod
    def of(cls, meeting: Meeting, *, today: datetime.date) -> Self:
        """One query. Call with the cycle of the meeting at hand."""
        took_place = Q(state__in=_HELD) | Q(state=Meeting.State.CONVENED, held_on__lt=today)
        # At a webinar, nobody tells what they did.
        before = Meeting.objects.filter(took_place, held_on__lt=meeting.held_on)
        before = before.exclude(kind=Meeting.Kind.WEBINAR).order_by("-held_on", "-pk")
        previous = before.first()
        cycle_begins = meeting.cycle.starts_on - datetime.timedelta(days=1)
        since = previous.held_on if previous else min(cycle_begins, meeting.held_on)
        return cls(previous, since, max(since, min(today, meeting.held_on)))

    def during(self, name: str) -> Q:
        """Of a moment: within the period."""
        return Q(**{f"{name}__date__gt": self.since, f"{name}__date__lte": self.until})


@dataclass(frozen=True)
class Reader:
    """Staff read what is shared with the coordination; members, what is shared with them.

    And everybody reads all of their own organizations.
    """

    is_staff: bool
    own: frozenset[int]
    # Where nobody knows who will read: how many organizations may be theirs.
    unknown_own: int = 0

    @classmethod
    def of(cls, user: User) -> Self:
        """One query."""
        own = frozenset(Organization.objects.of(user).values_list("pk", flat=True))
        return cls(user.may_manage_meetings, own)

    @classmethod
    def any_member(cls) -> Self:
        """What every member may read, whichever organizations are theirs; one query."""
        most = Organization.objects.active().most_of_one_person()
        return cls(is_staff=False, own=frozenset(), unknown_own=most)

    @property
    def levels(self) -> Sequence[str]:
        return SHARED_WITH_STAFF if self.is_staff else SHARED_WITH_MEMBERS

    def open_rows(self, before: str = "") -> Q:
        """Rows that this person may read; `before` leads to the record that is shared."""
        shared = Q(
            **{f"{before}sharing__in": self.levels, f"{before}organization__is_active": True}
        )
        return shared | Q(**{f"{before}organization__in": self.own}) if self.own else shared

    def name(self, organization: Organization) -> str:
        """As this person may read it."""
        known = self.is_staff or organization.pk in self.own or organization.may_be_named
        return organization.name if known else UNNAMED
