"""What was written in the reports of earlier cycles, to start the next one from."""

from __future__ import annotations

from dataclasses import dataclass

from chantier.reports import schemas
from chantier.reports.models import ReportText, ReportVersion
from members.models import Cycle, Organization


@dataclass(frozen=True)
class Earlier:
    """The text of a section in an earlier cycle, `label`."""

    label: str
    text: str


def earlier_texts(organization: Organization | None, cycle: Cycle) -> dict[str, Earlier]:
    """By code of section: what was last submitted, else what was last written; two queries.

    Without organization, of the chantier.
    """
    rows = ReportText.objects.filter(
        report__organization=organization, report__cycle__starts_on__lt=cycle.starts_on
    ).exclude(text="")
    # The last one by section stays.
    written = {
        section: Earlier(label, text)
        for section, label, text in rows.order_by("report__cycle__starts_on").values_list(
            "section", "report__cycle__label", "text"
        )
    }
    return written | _submitted(organization, cycle)


def _submitted(organization: Organization | None, cycle: Cycle) -> dict[str, Earlier]:
    versions = ReportVersion.objects.filter(
        report__organization=organization, report__cycle__starts_on__lt=cycle.starts_on
    ).order_by("-report__cycle__starts_on", "-number")
    found = versions.values_list("report__cycle__label", "content").first()
    if found is None:
        return {}
    label, content = found
    texts = schemas.read(content)["texts"]
    return {section: Earlier(label, text) for section, text in texts.items() if text}
