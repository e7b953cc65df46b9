"""Texts of a report: saved as one types, by several people at once, and none is lost."""

import uuid

from django.db import transaction

from chantier.lib.three_way import unite
from chantier.reports.models import AnnualReport, ReportText, ReportTextRevision
from chantier.reports.sections import section_named
from members.models import User


class LockedReportError(Exception):
    """The report is submitted: its texts wait for the coordination, or for a correction."""


class TextClashError(Exception):
    """Somebody has written something else in the same lines of `stored`; nothing is saved."""

    def __init__(self, stored: ReportText) -> None:
        super().__init__(str(stored))
        self.stored = stored


@transaction.atomic
def save_text(
    *,
    report: AnnualReport,
    section: str,
    text: str,
    version: int,
    key: uuid.UUID | None,
    by: User,
) -> ReportText:
    """Store a text that was written over `version` of its section, united with what came since.

    The same text sent twice (`key`) is stored once. ValueError for a section that asks for no
    text; TextClashError when the same lines say two things; LockedReportError once submitted.
    """
    found = section_named(section, of_chantier=report.is_of_chantier)
    if found is None or found.prompt is None:
        raise ValueError(f"section without a text: {section}")
    # The report is the lock: submitting waits for a save, and a save for another.
    report = AnnualReport.objects.select_for_update().get(pk=report.pk)
    stored, _ = ReportText.objects.get_or_create(report=report, section=section)
    known = ReportTextRevision.objects.filter(submission_key=key).first() if key else None
    if known and known.report_text_id == stored.pk and known.text == text:
        return stored
    if not report.is_written:
        raise LockedReportError(str(report))
    united = unite(text_at(stored, version), text, stored.text)
    if united is None:
        raise TextClashError(stored)
    if united != stored.text:
        _store(stored, united, None if known else key, by)
    return stored


def text_at(stored: ReportText, version: int) -> str:
    """What the section said at `version`; nothing when that was never."""
    if version == stored.version:
        return stored.text
    revision = ReportTextRevision.objects.filter(report_text=stored, number=version).first()
    return revision.text if revision else ""


def _store(stored: ReportText, text: str, key: uuid.UUID | None, by: User) -> None:
    stored.text = text
    stored.version += 1
    stored.updated_by = by
    stored.save()
    ReportTextRevision.objects.create(
        report_text=stored, number=stored.version, text=text, author=by, submission_key=key
    )
