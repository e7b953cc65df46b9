"""The cases that the fictional members chose to tell in the reports that they submitted."""

import datetime
from collections.abc import Iterable

from django.db.models import QuerySet

from chantier.reports.acts.cases import choose_cases
from chantier.reports.models import AnnualReport
from chantier.reports.picks import RECORD, STORY, Picks
from chantier.reports.written import may_be_told
from members.models import AuditEntry, Organization, User
from members.sharing import SHARED_WITH_MEMBERS

# Two that the chantier may tell too, one for the report alone, two testimonies.
_OPEN, _OWN, _STORIES = 2, 1, 2


def choose_for(
    organization: Organization, report: AnnualReport, *, moment: datetime.datetime, by: User
) -> None:
    """A few of what may be told of the cycle, chosen at that moment."""
    period = (report.cycle.starts_on, min(moment.date(), report.cycle.ends_on))
    records, stories = may_be_told(organization)
    records = records.implemented_between(*period).order_by("implemented_on", "pk")
    stories = stories.filter(observed_on__range=period).order_by("observed_on", "pk")
    picks = Picks(
        (
            *_names(RECORD, records.filter(sharing__in=SHARED_WITH_MEMBERS)[:_OPEN]),
            *_names(RECORD, records.exclude(sharing__in=SHARED_WITH_MEMBERS)[:_OWN]),
            *_names(STORY, stories[:_STORIES]),
        )
    )
    choose_cases(report=report, seen=Picks(), ticked=picks, by=by)
    report.cases.update(chosen_at=moment)
    AuditEntry.objects.filter(action="report_cases", subject=str(report)[:200]).update(at=moment)


def _names(kind: str, rows: QuerySet) -> Iterable[str]:
    return (f"{kind}-{row.pk}" for row in rows)
