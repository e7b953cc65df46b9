"""What the fictional members, and the coordination, wrote in their annual reports."""

import datetime
import tomllib
from functools import cache
from pathlib import Path

from django.utils import timezone

from chantier.demo.dates import FIRST_CYCLE, days
from chantier.lib.french import typeset
from chantier.reports.acts.texts import save_text
from chantier.reports.models import AnnualReport, ReportText, ReportTextRevision
from members.models import Cycle, Organization, User

_TEXTS = Path(__file__).parent / "texts.toml"
# Who has yet to submit the report of the last cycle, and has begun to write it.
_WRITER = "val-clement"
_CHANTIER = "chantier"


def ensure_drafts(
    organizations: list[Organization], teams: dict[int, list[User]], cycle: Cycle
) -> None:
    """Write what is missing; a text that somebody changed since stays."""
    for organization in organizations:
        if organization.slug == _WRITER:
            report, _ = AnnualReport.objects.get_or_create(organization=organization, cycle=cycle)
            write_texts(report, by=teams[organization.pk][0])


def write_texts(report: AnnualReport, *, by: User) -> None:
    """The texts of a report that is not submitted yet, in the first days after its cycle."""
    known = set(ReportText.objects.filter(report=report).values_list("section", flat=True))
    day = datetime.datetime.combine(report.cycle.ends_on + days(5), datetime.time(10))
    moment = min(timezone.make_aware(day), timezone.now())
    for section, text in _told(report).items():
        if section not in known and report.is_written:
            row = save_text(
                report=report, section=section, text=typeset(text), version=0, key=None, by=by
            )
            ReportText.objects.filter(pk=row.pk).update(updated_at=moment)
            ReportTextRevision.objects.filter(report_text=row).update(at=moment)


def _told(report: AnnualReport) -> dict[str, str]:
    """By code of section; nothing for a report that nobody wrote in."""
    cycle = "first" if report.cycle.label == FIRST_CYCLE else "last"
    slug = report.organization.slug if report.organization else _CHANTIER
    return _every()[cycle].get(slug, {})


@cache
def _every() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(_TEXTS.read_text(encoding="utf-8"))
