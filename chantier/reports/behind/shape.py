"""What every figure shows of its rows, whatever it counts."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, overload

from django.db.models import QuerySet

from chantier.reports.frame import Period
from measures.indicators.lines import year_of_cycle
from measures.models import Stage
from members.fiscal import FiscalYear
from members.models import Cycle, Organization


@dataclass(frozen=True)
class Asked:
    """A figure of the report of an organization; `of` is a part of it, such as a sector."""

    organization: Organization
    cycle: Cycle
    period: Period
    # Whether the person may open the forms of records, which are where some records are read.
    may_edit: bool
    stage: Stage | None = None
    of: str = ""
    # How many fiscal years before the one that the report is on.
    back: int = 0

    @property
    def year(self) -> FiscalYear:
        return year_of_cycle(self.organization, self.cycle).back(self.back)


@dataclass(frozen=True)
class Row:
    """One row: `value` in words, `reason` why it counts or not; `stage` 0 without."""

    title: str
    url: str = ""
    code: str = ""
    stage: int = 0
    glyph: str = ""
    status: str = ""
    date: datetime.date | None = None
    value: str = ""
    reason: str = ""
    # The organization keeps it for itself: counted in the report, never described.
    is_kept: bool = False


class Lazy(Sequence[Row]):
    """The rows of a query set too long to be read whole: what is sliced is read."""

    def __init__(self, rows: QuerySet[Any], row_of: Callable[[Any], Row]) -> None:
        self._rows, self._row_of = rows, row_of

    @cached_property
    def _length(self) -> int:
        return self._rows.count()

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self._row_of(row) for row in self._rows[index]]
        return self._row_of(self._rows[index])


@dataclass(frozen=True)
class Group:
    """Rows that count alike, or that do not count for one reason; a column without label is out."""

    code: str
    title: str
    rows: Sequence[Row]
    head: str = "Mesure"
    status_label: str = ""
    date_label: str = ""
    value_label: str = ""
    reason_label: str = ""
    # What to say without a row.
    empty: str = "Aucune ligne."


@dataclass(frozen=True)
class Behind:
    """A figure, as the report says it, and its rows by group; the first are those it counts."""

    title: str
    value: str
    rule: str
    groups: tuple[Group, ...]
    # Whether it has a part for each stage.
    is_by_stage: bool = False

    @property
    def has_kept(self) -> bool:
        return any(
            row.is_kept
            for group in self.groups
            if isinstance(group.rows, tuple)
            for row in group.rows
        )

    def kept(self) -> Behind:
        """The same with the rows that the organization keeps for itself, and those alone."""
        groups = (
            replace(group, rows=tuple(row for row in group.rows if row.is_kept))
            for group in self.groups
            if isinstance(group.rows, tuple)
        )
        return replace(self, groups=tuple(groups))


def parted(
    rows: Iterable[Any], group_of: Callable[[Any], str], row_of: Callable[[Any], Row]
) -> dict[str, tuple[Row, ...]]:
    """Rows by the code of their group, in their order."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(group_of(row), []).append(row_of(row))
    return {code: tuple(of_group) for code, of_group in found.items()}
