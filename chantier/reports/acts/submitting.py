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
from members.models import AuditEntry, User


class AlreadySubmittedError(Exception):
    """Somebody, perhaps a second click, has submitted this version."""


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
    when somebody submits it meanwhile. A later version says why (ValidationError without a
    reason). `submitted_at` is for records brought in afterwards; the figures are those of that day.
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
    version = _draw(report, submission, by=by)
    # What is brought in afterwards waits for nobody's reading.
    _store(report, version, is_told=submitted_at is None, by=by)
    return version


def _draw(report: AnnualReport, submission: Submission, *, by: User) -> ReportVersion:
    """The version as it will be stored, not yet saved."""
    today = timezone.localdate(submission.submitted_at)
    # Figures and the lists behind them must agree, even while somebody saves a record.
    with one_moment():
        if report.organization is None:
            content = chantier_content(report.cycle, today=today, submission=submission)
            template = "reports/pdf/chantier.html"
        else:
            content = organization_content(
                report.organization, report.cycle, today=today, submission=submission
            )
            template = "reports/pdf/organization.html"
    pdf = render_pdf(template, {"content": content}, attachments=attachments(content))
    return ReportVersion(
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


@transaction.atomic
def _store(report: AnnualReport, version: ReportVersion, *, is_told: bool, by: User) -> None:
    """Save a drawn version, unless somebody submitted one since it was numbered."""
    AnnualReport.objects.select_for_update().get(pk=report.pk)
    if report.versions.count() + 1 != version.number:
        raise AlreadySubmittedError(f"version {version.number} of {report}")
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
