"""Where the report of one organization on one cycle stands, in a glyph and a word."""

import datetime
from dataclasses import dataclass

from chantier.reports.models import ReportVersion
from members.models import Cycle, Organization


@dataclass(frozen=True)
class ReportState:
    """`code` names the glyph; `version` is the one in force."""

    code: str
    label: str
    cycle: Cycle
    version: ReportVersion | None

    @property
    def is_submitted(self) -> bool:
        return self.version is not None


def state_of(
    organization: Organization | None,
    cycle: Cycle,
    version: ReportVersion | None,
    *,
    today: datetime.date,
) -> ReportState:
    """`version` is the one in force; without organization, the report of the chantier."""
    if version is not None:
        return ReportState("implantee", "déposé", cycle, version)
    if organization is not None and organization.joined_on > cycle.ends_on:
        return ReportState("sans-objet", "pas encore membre", cycle, None)
    if organization is not None and cycle.report_due_on < today:
        long_ago = today - cycle.report_due_on > datetime.timedelta(days=365)
        label = "non déposé" if long_ago else "en retard"
        return ReportState("a-entreprendre" if long_ago else "en-retard", label, cycle, None)
    return ReportState("planifiee", "attendu", cycle, None)
