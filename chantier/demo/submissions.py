"""The annual reports that the fictional members have already submitted."""

import datetime
import random

from django.utils import timezone

from chantier.demo.dates import at_office, between, days
from chantier.reports.acts.submitting import submit_report
from chantier.reports.models import AnnualReport
from members.models import AuditEntry, Cycle, Organization, User

# Each costs a PDF, about a second: enough for a report of the whole chantier, no more.
# Val-Clément has yet to submit last year's: the manager of the demonstration has that to do.
_FIRST_CYCLE = (
    "val-clement",
    "mrc-deux-collines",
    "transport-rive-claire",
    "energie-boreale",
    "cegep-pointe-aux-erables",
    "cisss-du-littoral",
)
_LAST_CYCLE = ("energie-boreale", "universite-du-fjord")
_CORRECTED = ("mrc-deux-collines", "Date d’implantation d’une mesure corrigée.")


def ensure_reports(
    organizations: list[Organization],
    teams: dict[int, list[User]],
    previous: Cycle,
    *,
    today: datetime.date,
) -> int:
    """Submit what is missing; return the number of reports submitted."""
    first = Cycle.objects.get(label="2020-2021")
    known = set(
        AnnualReport.objects.filter(organization__in=organizations).values_list(
            "organization__slug", "cycle_id"
        )
    )
    for cycle, slugs in ((first, _FIRST_CYCLE), (previous, _LAST_CYCLE)):
        for organization in organizations:
            if organization.slug in slugs and (organization.slug, cycle.pk) not in known:
                _submit(organization, cycle, teams[organization.pk][-1], today)
    return AnnualReport.objects.filter(
        organization__in=organizations, state=AnnualReport.State.SUBMITTED
    ).count()


def _submit(organization: Organization, cycle: Cycle, manager: User, today: datetime.date) -> None:
    rng = random.Random(f"{organization.slug} {cycle.label}")  # noqa: S311 - a fixed draw
    report = AnnualReport.objects.create(organization=organization, cycle=cycle)
    due = min(cycle.report_due_on, today - days(1))
    day = between(rng, max(cycle.ends_on + days(1), due - days(24)), due - days(1))
    _submit_version(report, at_office(rng, day), manager, "")
    slug, reason = _CORRECTED
    if organization.slug == slug and cycle.label == "2020-2021":
        _submit_version(report, at_office(rng, due + days(12)), manager, reason)


def _submit_version(
    report: AnnualReport, moment: datetime.datetime, manager: User, reason: str
) -> None:
    # In the first days of a cycle, the last one is submitted today at the latest.
    moment = min(moment, timezone.now())
    submit_report(
        report=report,
        signatory_name=manager.full_name,
        signatory_function=manager.job_title,
        reason=reason,
        submitted_at=moment,
        by=manager,
    )
    AnnualReport.objects.filter(pk=report.pk).update(created_at=moment)
    newest = AuditEntry.objects.filter(subject=str(report)[:200]).latest("pk")
    AuditEntry.objects.filter(pk=newest.pk).update(at=moment)
