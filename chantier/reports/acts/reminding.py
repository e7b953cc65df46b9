"""Reminding those whose report is late: one step, and never twice within five days."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from chantier.reports.late import LateReport, late_reports
from chantier.reports.models import AnnualReport
from chantier.reports.notices import remind
from members.models import AuditEntry, Cycle, User


@transaction.atomic
def remind_late(*, cycle: Cycle, organizations: Collection[int], by: User) -> list[LateReport]:
    """Remind those of `organizations` that are still late and were not reminded lately."""
    # One at a time: of two clicks, the second finds the reminders of the first.
    Cycle.objects.select_for_update().get(pk=cycle.pk)
    late = [
        row
        for row in late_reports(cycle, now=timezone.now())
        if row.may_be_reminded and row.organization.pk in organizations
    ]
    if not late:
        return []
    AnnualReport.objects.bulk_create(
        [AnnualReport(organization=row.organization, cycle=cycle) for row in late],
        ignore_conflicts=True,
    )
    reports = AnnualReport.objects.filter(
        cycle=cycle, organization__in=[row.organization for row in late]
    ).select_related("organization")
    people = {row.organization.pk: row.people for row in late}
    for report in reports:
        remind(report, people[report.organization_id or 0], by=by)
    AuditEntry.objects.create(
        actor=by,
        action="report_remind",
        subject=f"Rapports {cycle.label}"[:200],
        after={"organizations": [row.organization.slug for row in late]},
    )
    return late
