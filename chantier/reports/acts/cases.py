"""Cases and testimonies of a report: chosen by several people at once, and no choice is lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from chantier.reports.acts.texts import LockedReportError
from chantier.reports.models import AnnualReport, ReportCase
from chantier.reports.picks import RECORD, STORY, Picks, keys_of, pick_of
from chantier.reports.written import may_be_told
from members.models import AuditEntry, Organization, User


@dataclass(frozen=True)
class Choice:
    """What a save changed; `refused` were ticked and may no longer be told."""

    added: int
    removed: int
    refused: int


@transaction.atomic
def choose_cases(*, report: AnnualReport, seen: Picks, ticked: Picks, by: User) -> Choice:
    """Make the changes of one person: what they ticked and unticked of what they saw ticked.

    What others chose meanwhile stays, so the same save sent twice changes nothing more.
    ValueError for the report of the chantier; LockedReportError when a report that is submitted
    would change.
    """
    report = AnnualReport.objects.select_for_update().get(pk=report.pk)
    if report.organization is None:
        raise ValueError("the chantier tells the cases of the organizations")
    stored = {pick_of(row): row for row in _chosen(report)}
    wanted = ticked - seen - stored.keys()
    added = _cases(report, report.organization, wanted, by)
    removed = [row.pk for pick, row in stored.items() if pick in seen - ticked]
    if (added or removed) and not report.is_written:
        raise LockedReportError(str(report))
    if added or removed:
        ReportCase.objects.bulk_create(added)
        ReportCase.objects.filter(pk__in=removed).delete()
        _record(report, stored.values(), by=by)
    return Choice(len(added), len(removed), len(wanted) - len(added))


def _chosen(report: AnnualReport) -> Iterable[ReportCase]:
    return ReportCase.objects.filter(report=report).order_by("pk")


def _cases(
    report: AnnualReport, organization: Organization, wanted: Picks, by: User
) -> list[ReportCase]:
    """Those of `wanted` that may be told, not saved yet."""
    records, stories = may_be_told(organization)
    records = records.filter(pk__in=keys_of(wanted, RECORD)).order_by("pk")
    stories = stories.filter(pk__in=keys_of(wanted, STORY)).order_by("pk")
    found: list[dict[str, Any]] = [
        *({"implementation": row} for row in records),
        *({"observation": row} for row in stories),
    ]
    return [ReportCase(report=report, chosen_by=by, **told) for told in found]


def _record(report: AnnualReport, before: Iterable[ReportCase], *, by: User) -> None:
    AuditEntry.objects.create(
        actor=by,
        organization=report.organization,
        action="report_cases",
        subject=str(report)[:200],
        before={"cases": [pick_of(row) for row in before]},
        after={"cases": [pick_of(row) for row in _chosen(report)]},
    )
