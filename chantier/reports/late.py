"""Which organizations have not submitted the report of a cycle, and whom to remind."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from chantier.reports.coverage import listed_organizations
from chantier.reports.models import AnnualReport
from chantier.reports.notices import REMINDER, SUBMITTERS
from chantier.reports.states import in_state
from members.models import Cycle, Membership, Notification, Organization, User

BETWEEN_REMINDERS = datetime.timedelta(days=5)


@dataclass(frozen=True)
class LateReport:
    """`reminded_at` is the last reminder, when it is less than five days old."""

    organization: Organization
    due_on: datetime.date
    people: tuple[User, ...]
    reminded_at: datetime.datetime | None

    @property
    def may_be_reminded(self) -> bool:
        return bool(self.people) and self.reminded_at is None


def late_reports(cycle: Cycle, *, now: datetime.datetime) -> list[LateReport]:
    """Four queries. Members that are inactive, or that observe, owe nothing."""
    owing = listed_organizations().filter(Q(is_active=True) & ~Q(kind=Organization.Kind.OBSERVER))
    today = timezone.localdate(now)
    rows = list(in_state(owing, cycle, "en-retard", today=today))
    people = _people(rows)
    reminded = _reminded(cycle, rows, now)
    return [
        LateReport(
            row,
            row.report_due,  # type: ignore[attr-defined]
            tuple(people[row.pk]),
            reminded.get(row.pk),
        )
        for row in rows
    ]


def _people(organizations: list[Organization]) -> dict[int, list[User]]:
    found: dict[int, list[User]] = defaultdict(list)
    rows = Membership.objects.filter(
        organization__in=organizations, role__in=SUBMITTERS, user__is_active=True
    ).select_related("user")
    for row in rows.order_by("user__full_name", "pk"):
        found[row.organization_id].append(row.user)
    return found


def _reminded(
    cycle: Cycle, organizations: list[Organization], now: datetime.datetime
) -> dict[int, datetime.datetime]:
    """By organization, the newest reminder on a report of this cycle in the last five days."""
    reports = AnnualReport.objects.filter(cycle=cycle, organization__in=organizations)
    names = [f"reports.annualreport:{pk}" for pk in reports.values_list("pk", flat=True)]
    rows = Notification.objects.filter(
        kind=REMINDER.code, about__in=names, created_at__gt=now - BETWEEN_REMINDERS
    ).order_by("created_at")
    return {row.organization_id: row.created_at for row in rows if row.organization_id}
