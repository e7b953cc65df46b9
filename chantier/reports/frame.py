"""What frames any report: the period that it is on, and who put it forward."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from members.models import Cycle


@dataclass(frozen=True)
class Period:
    """The cycle, the day of the figures, and the day that they are compared with."""

    label: str
    starts_on: datetime.date
    ends_on: datetime.date
    as_of: datetime.date
    compared_with: datetime.date

    @classmethod
    def of(cls, cycle: Cycle, today: datetime.date) -> Period:
        """A cycle under way is reported as of today."""
        return cls(
            label=cycle.label,
            starts_on=cycle.starts_on,
            ends_on=cycle.ends_on,
            as_of=min(today, cycle.ends_on),
            compared_with=cycle.starts_on - datetime.timedelta(days=1),
        )


@dataclass(frozen=True)
class Submission:
    """Who put the report forward and when; printed, and frozen with the rest."""

    version: int
    submitted_at: datetime.datetime
    signatory_name: str
    signatory_function: str
    statement: str
    reason: str
    verification_code: str
    # Who clicked; the signatory may be somebody else.
    submitted_by: str = ""
