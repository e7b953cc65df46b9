"""How far an archive is, as everyone sees it at once."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q

from chantier.background.waiting import longest_wait
from chantier.reports.models import BatchItem, ReportBatch

# A worker looks every second: past this, all are busy, or none is running.
_LONG_WAIT = datetime.timedelta(minutes=1)
_State = BatchItem.State


@dataclass(frozen=True)
class BatchProgress:
    """First the files of each report are made, then they are packed together."""

    batch: ReportBatch
    total: int
    made: int
    failed: int
    waits_long: bool

    @classmethod
    def of(cls, batch: ReportBatch) -> BatchProgress:
        """One query, and one more while no worker has taken it."""
        counts = batch.items.order_by().aggregate(
            total=Count("pk"),
            made=Count("pk", filter=~Q(state=_State.WAITING)),
            failed=Count("pk", filter=Q(state=_State.FAILED)),
        )
        is_waiting = batch.state == ReportBatch.State.WAITING
        return cls(batch, **counts, waits_long=is_waiting and longest_wait() > _LONG_WAIT)

    @property
    def is_packing(self) -> bool:
        return bool(self.total) and self.made == self.total

    @property
    def done(self) -> int:
        """Of what is under way: making, or packing."""
        return self.batch.packed if self.is_packing else self.made

    @property
    def quarter(self) -> int:
        """What is said aloud: eight times in all, not at each report."""
        return (4 if self.is_packing else 0) + (4 * self.done // self.total if self.total else 0)
