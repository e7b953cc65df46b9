"""Submitting an annual report: what is submitted never changes again."""

import datetime
import hashlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from chantier.lib.reading import one_moment
from chantier.lib.rendering import render_pdf
from chantier.reports import codes
from chantier.reports.chantier_content import chantier_content
from chantier.reports.content import organization_content
from chantier.reports.exchange.plain import attachments
from chantier.reports.figures import SCHEMA_VERSION
from chantier.reports.frame import Submission
from chantier.reports.models import AnnualReport, ReportEvent, ReportVersion
from chantier.reports.notices import tell_submitted
from members.models import AuditEntry, Cycle, User


class AlreadySubmittedError(Exception):
    """Somebody, perhaps a second click, has submitted this version."""


class ChangedMeanwhileError(Exception):
    """Somebody saved, while the report was drawn, what it should hold: nothing is submitted."""


def submit_report(
    *,
    report: AnnualReport,
    signatory_name: str,
    signatory_function: str,
    statement: str = "",
    reason: str = "",
    submitted_at: datetime.datetime | None = None,
    number: int | None = None,
    by: User,
) -> ReportVersion:
    """Freeze the report as it stands: its content, its PDF and the hash of that PDF.

    `number` is the version that the person saw coming: AlreadySubmittedError when it exists, or
    when somebody submits it meanwhile. ChangedMeanwhileError when what it tells is saved meanwhile.
    A later version says why (ValidationError without a reason). `submitted_at` is for records
    brought in afterwards; the figures are those of that day.
    """
    report = AnnualReport.objects.select_related(
        "organization__type", "organization__region", "cycle"
    ).get(pk=report.pk)
    coming = report.versions.count() + 1
    if number is not None and number != coming:
        raise AlreadySubmittedError(f"version {number} of {report}")
    if coming > 1 and not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi le rapport change."})
    submission = Submission(
        version=coming,
        submitted_at=submitted_at or timezone.now(),
        signatory_name=signatory_name,
        signatory_function=signatory_function,
        statement=statement,
        submitted_by=by.full_name,
        reason=reason.strip(),
        verification_code=codes.new(),
    )
    # Drawn before the transaction: a PDF takes a second, and nobody should wait for it to write.
    version, told = _draw(report, submission, by=by)
    # What is brought in afterwards waits for nobody's reading.
    _store(report, version, told, is_told=submitted_at is None, by=by)
    return version


_Told = tuple[tuple[int, ...], ...]


def _draw(report: AnnualReport, submission: Submission, *, by: User) -> tuple[ReportVersion, _Told]:
    """The version as it will be stored, not yet saved, and what it tells of."""
    today = timezone.localdate(submission.submitted_at)
    # Figures and the lists behind them must agree, even while somebody saves a record.
    with one_moment():
        told = _told(report)
        if report.organization is None:
            content = chantier_content(report.cycle, today=today, submission=submission)
            template = "reports/pdf/chantier.html"
        else:
            content = organization_content(
                report.organization, report.cycle, today=today, submission=submission
            )
            template = "reports/pdf/organization.html"
    pdf = render_pdf(template, {"content": content}, attachments=attachments(content))
    version = ReportVersion(
        report=report,
        number=submission.version,
        schema_version=SCHEMA_VERSION,
        content=content,
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        verification_code=submission.verification_code,
        signatory_name=submission.signatory_name,
        signatory_function=submission.signatory_function,
        statement=submission.statement,
        reason=submission.reason,
        submitted_by=by,
        submitted_at=submission.submitted_at,
    )
    return version, told


def _told(report: AnnualReport) -> _Told:
    """What people put in the report, down to the version; for the chantier, the reports too."""
    others = ReportVersion.objects.filter(
        report__cycle=report.cycle_id, report__organization__isnull=False
    )
    return (
        *report.texts.order_by("pk").values_list("pk", "version"),
        tuple(report.cases.order_by("pk").values_list("pk", flat=True)),
        tuple(others.order_by("pk").values_list("pk", flat=True)) if report.is_of_chantier else (),
    )


@transaction.atomic
def _store(
    report: AnnualReport, version: ReportVersion, told: _Told, *, is_told: bool, by: User
) -> None:
    """Save a drawn version, unless what it is drawn from has changed."""
    # One submission at a time: the report of the chantier is told from those before it.
    Cycle.objects.select_for_update().get(pk=report.cycle_id)
    AnnualReport.objects.select_for_update().get(pk=report.pk)
    if report.versions.count() + 1 != version.number:
        raise AlreadySubmittedError(f"version {version.number} of {report}")
    if _told(report) != told:
        raise ChangedMeanwhileError(str(report))
    version.save()
    report.state = AnnualReport.State.SUBMITTED
    report.save(update_fields=["state"])
    ReportEvent.objects.create(
        report=report, kind=ReportEvent.Kind.SUBMITTED, version=version, note=version.reason, by=by
    )
    _record(report, version, by=by)
    if is_told and not report.is_of_chantier:
        tell_submitted(version, by=by)


def _record(report: AnnualReport, version: ReportVersion, *, by: User) -> None:
    AuditEntry.objects.create(
        actor=by,
        organization=report.organization,
        action="report_submit",
        subject=str(report)[:200],
        after={
            "version": version.number,
            "sha256": version.sha256,
            "verification_code": version.verification_code,
            "reason": version.reason,
        },
    )
