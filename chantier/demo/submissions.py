"""The annual reports that the fictional members have already submitted."""

import datetime
import random

from django.utils import timezone

from chantier.demo.cases import choose_for
from chantier.demo.dates import FIRST_CYCLE, at_office, between, days
from chantier.demo.texts import write_texts
from chantier.reports.acts.submitting import submit_report
from chantier.reports.models import AnnualReport, ReportComment, ReportEvent, ReportVersion
from members.models import AuditEntry, Cycle, Organization, User
from members.roles import PortalRole

# Each costs a PDF, about a second: enough for a report of the whole chantier, no more.
# Val-Clément has yet to submit last year's: the manager of the demonstration has that to do.
_FIRST_CYCLE = (
    "val-clement",
    "mrc-deux-collines",
    "transport-rive-claire",
    "energie-boreale",
    "cegep-pointe-aux-erables",
    "cisss-du-littoral",
    "universite-du-fjord",
    "css-hauts-pins",
)
_LAST_CYCLE = ("energie-boreale", "universite-du-fjord")
_SENT_BACK = (
    "universite-du-fjord",
    "Quelles unités sont comprises dans ces chiffres? Le texte ne le dit pas.",
)
_CORRECTED = ("mrc-deux-collines", "Date d’implantation d’une mesure corrigée.")


def ensure_reports(
    organizations: list[Organization],
    teams: dict[int, list[User]],
    cycles: tuple[Cycle, Cycle],
    *,
    today: datetime.date,
) -> int:
    """Submit what is missing of the first and of the last cycle; return the number of reports."""
    first, previous = cycles
    known = set(
        AnnualReport.objects.filter(organization__in=organizations).values_list(
            "organization__slug", "cycle_id"
        )
    )
    for cycle, slugs in ((first, _FIRST_CYCLE), (previous, _LAST_CYCLE)):
        for organization in organizations:
            if organization.slug in slugs and (organization.slug, cycle.pk) not in known:
                _submit(organization, cycle, teams[organization.pk][-1], today)
                _examine(organization, cycle)
    _submit_chantier(first)
    return (
        AnnualReport.objects.filter(organization__in=organizations, versions__isnull=False)
        .distinct()
        .count()
    )


def _examine(organization: Organization, cycle: Cycle) -> None:
    """Old reports were accepted; of the last ones, one is sent back and the other waits.

    Written down without the acts: nobody is to receive a mail about it.
    """
    is_last = organization.slug == _SENT_BACK[0] and cycle.label != FIRST_CYCLE
    if not (is_last or cycle.label == FIRST_CYCLE):
        return
    coordinator = _coordinator()
    version = ReportVersion.objects.filter(
        report__organization=organization, report__cycle=cycle
    ).latest("number")
    if coordinator is None:
        return
    kind = ReportEvent.Kind.SENT_BACK if is_last else ReportEvent.Kind.ACCEPTED
    state = AnnualReport.State.SENT_BACK if is_last else AnnualReport.State.ACCEPTED
    moment = min(version.submitted_at + datetime.timedelta(days=6), timezone.now())
    event = ReportEvent.objects.create(
        report_id=version.report_id, kind=kind, version=version, by=coordinator
    )
    ReportEvent.objects.filter(pk=event.pk).update(at=moment)
    AnnualReport.objects.filter(pk=version.report_id).update(state=state)
    if is_last:
        comment = ReportComment.objects.create(
            version=version, section="profil", text=_SENT_BACK[1], author=coordinator
        )
        ReportComment.objects.filter(pk=comment.pk).update(at=moment)


def _submit_chantier(cycle: Cycle) -> None:
    """The report of the chantier on its first year, four weeks after those of its members."""
    coordinator = _coordinator()
    report, is_new = AnnualReport.objects.get_or_create(organization=None, cycle=cycle)
    if coordinator and is_new:
        write_texts(report, by=coordinator)
        moment = at_office(random.Random(cycle.label), cycle.report_due_on + days(28))  # noqa: S311
        _submit_version(report, moment, coordinator, "")


def _coordinator() -> User | None:
    return User.objects.filter(portal_role=PortalRole.COORDINATOR).order_by("pk").first()


def _submit(organization: Organization, cycle: Cycle, manager: User, today: datetime.date) -> None:
    rng = random.Random(f"{organization.slug} {cycle.label}")  # noqa: S311 - a fixed draw
    report = AnnualReport.objects.create(organization=organization, cycle=cycle)
    write_texts(report, by=manager)
    due = min(cycle.report_due_on, today - days(1))
    day = between(rng, max(cycle.ends_on + days(1), due - days(24)), due - days(1))
    moment = at_office(rng, day)
    choose_for(organization, report, moment=min(moment, timezone.now()) - days(2), by=manager)
    _submit_version(report, moment, manager, "")
    slug, reason = _CORRECTED
    if organization.slug == slug and cycle.label == FIRST_CYCLE:
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
    ReportEvent.objects.filter(report=report, version__number=report.versions.count()).update(
        at=moment
    )
    newest = AuditEntry.objects.filter(subject=str(report)[:200]).latest("pk")
    AuditEntry.objects.filter(pk=newest.pk).update(at=moment)
