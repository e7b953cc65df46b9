"""The fiscal years of an organization: they begin in the month that it says."""

import datetime
from dataclasses import dataclass

from members.models import Organization


@dataclass(frozen=True, order=True)
class FiscalYear:
    """Twelve months; `start` is a first of the month and `end` the last day, both included."""

    start: datetime.date
    end: datetime.date

    @property
    def label(self) -> str:
        """« 2021 » for a civil year, else « 2020-2021 »."""
        first, last = self.start.year, self.end.year
        return str(first) if first == last else f"{first}-{last}"

    @classmethod
    def beginning(cls, year: int, month: int) -> "FiscalYear":
        """The fiscal year that begins in this month of this year."""
        start = datetime.date(year, month, 1)
        return cls(start, start.replace(year=year + 1) - datetime.timedelta(days=1))

    @classmethod
    def of(cls, organization: Organization, day: datetime.date) -> "FiscalYear":
        """The fiscal year of the organization that holds this day."""
        month = organization.fiscal_year_start_month
        return cls.beginning(day.year if day.month >= month else day.year - 1, month)

    def back(self, years: int) -> "FiscalYear":
        """The one that began so many years before."""
        return FiscalYear.beginning(self.start.year - years, self.start.month)


def fiscal_years(
    organization: Organization, *, until: datetime.date, count: int
) -> list[FiscalYear]:
    """The last `count` fiscal years, the one that holds `until` included, oldest first."""
    last = FiscalYear.of(organization, until)
    return [last.back(count - 1 - index) for index in range(count)]
