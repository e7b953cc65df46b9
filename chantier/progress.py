"""The cross-app read model: what dashboard, preview and PDF say of an organization.

How far it has come is defined in `measures.progress`; here it stands beside what the other apps
know. Everything is queried in `build`; templates receive finished, frozen objects.
"""

import datetime
from dataclasses import dataclass

from measures.clauses.summary import UseSummary, summarize
from measures.indicators.coverage import Noted, noted_in
from measures.models import BarrierEncounter, ClauseUse
from measures.progress import Progress, StageProgress, Tally
from members.fiscal import FiscalYear
from members.models import Cycle, Organization

__all__ = ["Progress", "StageProgress", "Tally", "ToolboxProgress"]


@dataclass(frozen=True)
class ToolboxProgress:
    """What an organization did with the tool box in a chantier year, all sharing levels.

    `year` is its last fiscal year that is over on the day of the figures.
    """

    uses: UseSummary
    year: FiscalYear
    noted: Noted
    barriers: int

    @classmethod
    def build(
        cls, organization: Organization, cycle: Cycle, *, today: datetime.date
    ) -> "ToolboxProgress":
        """Four queries, whatever the rows."""
        day = min(today, cycle.ends_on)
        year = FiscalYear.of(organization, day + datetime.timedelta(days=1)).back(1)
        uses = ClauseUse.objects.filter(organization=organization)
        met = BarrierEncounter.objects.filter(organization=organization).met_in(cycle)
        return cls(
            uses=summarize(uses.dated_between(cycle.starts_on, day)),
            year=year,
            noted=noted_in(organization, year),
            barriers=met.order_by().values("barrier").distinct().count(),
        )
