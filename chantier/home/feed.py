"""What a person's calendar programs read: dates, and nothing that an organization wrote.

The file leaves the portal for servers that nobody here chose. A fixed number of queries, and no
event outside two cycles.
"""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, F, OuterRef, Q, When
from django.urls import reverse

from chantier.lib import french
from chantier.lib.calendars import Entry
from measures.models import Implementation
from measures.statuses import OPEN, Status
from meetings.calendars import meeting_entry
from meetings.models import Meeting
from members.models import Cycle, Organization, User

Absolute = Callable[[str], str]
_TWO_YEARS = datetime.timedelta(days=730)
_DONE = Q(status=Status.IMPLEMENTED)


@dataclass(frozen=True)
class Window:
    """The days that a calendar tells of: the cycle under way and the next."""

    first: datetime.date
    last: datetime.date

    @classmethod
    def around(cls, today: datetime.date) -> "Window":
        cycles = list(Cycle.objects.filter(ends_on__gte=today).order_by("starts_on")[:2])
        first = min([today, *(cycle.starts_on for cycle in cycles)])
        # The next cycle is often written late: its days are told all the same.
        last = cycles[1].ends_on if len(cycles) == 2 else first + _TWO_YEARS
        return cls(first, last)

    @property
    def days(self) -> tuple[datetime.date, datetime.date]:
        return self.first, self.last


def feed_entries(user: User, *, today: datetime.date, absolute: Absolute) -> list[Entry]:
    """The events of a person's calendar, in four queries."""
    window = Window.around(today)
    return [
        *_meetings(window, absolute),
        *_deadlines(user, window, today, absolute),
        *_reports_due(user, window, absolute),
    ]


def _meetings(window: Window, absolute: Absolute) -> Iterator[Entry]:
    """What has been convened: a draft, even for staff, has not left the portal."""
    meetings = Meeting.objects.known_to_members().filter(held_on__range=window.days)
    for meeting in meetings.order_by("held_on", "pk"):
        yield meeting_entry(meeting, absolute)


def _deadlines(
    user: User, window: Window, today: datetime.date, absolute: Absolute
) -> Iterator[Entry]:
    """One event a day and register: how many measures, not which."""
    days = (
        Implementation.objects.filter(organization__in=Organization.objects.of(user))
        .annotate(
            due=Case(When(_DONE, then="review_on"), When(status__in=OPEN, then="planned_for"))
        )
        .filter(due__range=window.days)
        .order_by("due", "organization_id")
        .values("due", "organization_id", slug=F("organization__slug"))
        .annotate(number=Count("pk"), reviews=Count("pk", filter=_DONE))
    )
    for row in days:
        number, slug = row["number"], row["slug"]
        register = reverse("measures:implementation_list", kwargs={"org_slug": slug})
        only_reviews = row["reviews"] == number
        yield Entry(
            key=f"echeance-{row['organization_id']}-{row['due']}",
            title=f"Échéance au registre ({number}\u00a0mesure{french.plural(number)})",
            url=absolute(f"{register}?{_filter(row['due'], today, only_reviews=only_reviews)}"),
            day=row["due"],
        )


def _filter(due: datetime.date, today: datetime.date, *, only_reviews: bool) -> str:
    """What shows these measures in the register: the late ones once late, the next ones before."""
    if due >= today:
        return "tri=echeance"
    return "suivi=a-revoir" if only_reviews else "suivi=en-retard"


def _reports_due(user: User, window: Window, absolute: Absolute) -> Iterator[Entry]:
    """Of every cycle whose day is near: that of the last one falls after it has ended."""
    cycles = Cycle.objects.filter(report_due_on__range=window.days)
    if not user.may_manage_meetings:
        own = Organization.objects.of(user).filter(joined_on__lte=OuterRef("ends_on"))
        cycles = cycles.filter(Exists(own))
    for cycle in cycles.order_by("report_due_on", "pk"):
        yield Entry(
            key=f"rapport-{cycle.label}",
            title=f"Dépôt du rapport annuel {cycle.label}",
            url=absolute(reverse("home:dashboard")),
            day=cycle.report_due_on,
        )
