"""From draft to accepted: who says what of a report, in which order.

draft → to approve → submitted → accepted; or sent back with comments by section, and submitted
again. What is submitted or accepted is reopened before its texts change. Each step is a
`ReportEvent`; a step that its state does not allow raises StepError and changes nothing.
"""

import datetime
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from chantier.reports.models import AnnualReport, ReportComment, ReportEvent, ReportVersion
from chantier.reports.notices import tell_judged, tell_postponed
from chantier.reports.sections import section_named
from members.models import User

_State = AnnualReport.State
_Kind = ReportEvent.Kind

# From which states each step may be taken, and where it leads.
_STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    _Kind.READY: ((_State.DRAFT, _State.SENT_BACK), _State.TO_APPROVE),
    _Kind.WITHDRAWN: ((_State.TO_APPROVE,), _State.DRAFT),
    _Kind.SENT_BACK: ((_State.SUBMITTED,), _State.SENT_BACK),
    _Kind.ACCEPTED: ((_State.SUBMITTED,), _State.ACCEPTED),
    _Kind.REOPENED: ((_State.SUBMITTED, _State.ACCEPTED), _State.DRAFT),
}


class StepError(Exception):
    """The report is no longer where this step starts: somebody was there first."""


def say_ready(*, report: AnnualReport, note: str = "", by: User) -> ReportEvent:
    """The texts are written: the manager may read and submit."""
    return _step(report, _Kind.READY, note=note, by=by)


def withdraw(*, report: AnnualReport, note: str = "", by: User) -> ReportEvent:
    """Back to draft, before it is submitted."""
    return _step(report, _Kind.WITHDRAWN, note=note, by=by)


def reopen(*, report: AnnualReport, note: str = "", by: User) -> ReportEvent:
    """Begin a correction of what was submitted; the version in force stays as it is."""
    return _step(report, _Kind.REOPENED, note=note, by=by)


@transaction.atomic
def accept(*, version: ReportVersion, note: str = "", by: User) -> ReportEvent:
    """The coordination accepts this version; StepError when a newer one is submitted."""
    event = _step(_in_force(version), _Kind.ACCEPTED, version=version, note=note, by=by)
    tell_judged(event)
    return event


@transaction.atomic
def send_back(
    *, version: ReportVersion, comments: Mapping[str, str], note: str = "", by: User
) -> ReportEvent:
    """Ask for a correction, with `comments` by code of section; at least one, or a note.

    ValueError without anything to say, or for a section that the report does not have.
    """
    said = {code: text.strip() for code, text in comments.items() if text.strip()}
    report = _in_force(version)
    unknown = [c for c in said if section_named(c, of_chantier=report.is_of_chantier) is None]
    if unknown or not (said or note.strip()):
        raise ValueError(f"nothing to correct, or unknown sections: {unknown}")
    event = _step(report, _Kind.SENT_BACK, version=version, note=note.strip(), by=by)
    ReportComment.objects.bulk_create(
        ReportComment(version=version, section=code, text=text, author=by)
        for code, text in said.items()
    )
    tell_judged(event)
    return event


@transaction.atomic
def settle(*, comment: ReportComment, is_settled: bool, by: User) -> None:
    """The organization says that it has answered a comment, or takes that back."""
    comment = ReportComment.objects.select_for_update().get(pk=comment.pk)
    comment.settled_at = timezone.now() if is_settled else None
    comment.settled_by = by if is_settled else None
    comment.save(update_fields=["settled_at", "settled_by"])


@transaction.atomic
def postpone(
    *,
    report: AnnualReport,
    due_on: datetime.date,
    instead_of: datetime.date | None,
    note: str,
    by: User,
) -> ReportEvent:
    """Give one organization a later day; `note` says why.

    `instead_of` is the later day that the person saw, None for none: StepError when there is
    another by now, from a second click or from somebody else.
    """
    report = AnnualReport.objects.select_for_update().get(pk=report.pk)
    if report.due_on != instead_of:
        raise StepError(f"due on {report.due_on}")
    report.due_on = due_on
    report.save(update_fields=["due_on"])
    event = ReportEvent.objects.create(report=report, kind=_Kind.POSTPONED, note=note, by=by)
    tell_postponed(event)
    return event


def _in_force(version: ReportVersion) -> AnnualReport:
    """The report of a version, locked; StepError when this version is no longer the last."""
    report = AnnualReport.objects.select_for_update().get(pk=version.report_id)
    if report.versions.filter(number__gt=version.number).exists():
        raise StepError(f"{version} is superseded")
    return report


@transaction.atomic
def _step(
    report: AnnualReport,
    kind: ReportEvent.Kind,
    *,
    note: str,
    by: User,
    version: ReportVersion | None = None,
) -> ReportEvent:
    report = AnnualReport.objects.select_for_update().get(pk=report.pk)
    starts, end = _STEPS[kind]
    if report.state not in starts:
        raise StepError(f"{kind} from {report.state}")
    report.state = end
    report.save(update_fields=["state"])
    return ReportEvent.objects.create(report=report, kind=kind, version=version, note=note, by=by)
