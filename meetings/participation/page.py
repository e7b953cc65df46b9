"""The page of participation: one cycle organization by organization, and all cycles."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator

from chantier.lib import french
from chantier.lib.listing import PER_PAGE
from chantier.lib.small_groups import others_than
from chantier.lib.trends import Trend, draw
from meetings.models import Meeting
from meetings.participation.rates import (
    MOST_COLUMNS,
    Line,
    Rate,
    concerned,
    counted_meetings,
    is_meeting,
    last_columns,
    lines_of,
    rate_of,
    short_heading,
)
from members.models import Cycle, Organization, User

# A cycle that begins so soon after another follows it.
_NEXT = datetime.timedelta(days=31)


@dataclass(frozen=True)
class Total:
    """What is told of all organizations together at one meeting, or in one cycle."""

    rate: Rate
    # Whether the person may read it: not about a group that is too small.
    is_told: bool


@dataclass(frozen=True)
class CycleLine:
    """One cycle in the trend."""

    cycle: Cycle
    meetings: int
    total: Total
    # Of the person's organizations; None for staff.
    own: Rate | None

    @property
    def label(self) -> str:
        return self.cycle.label

    @property
    def drawn(self) -> int | None:
        if self.own is not None:
            return self.own.percent
        return self.total.rate.percent


@dataclass(frozen=True)
class Head:
    """A meeting at the head of the table, with the total under it."""

    meeting: Meeting
    total: Total

    @property
    def label(self) -> str:
        return short_heading(self.meeting)


@dataclass(frozen=True)
class Participation:
    """The page: one cycle organization by organization, and all cycles."""

    cycle: Cycle | None
    cycles: list[CycleLine]
    columns: list[Head]
    others: list[Head]
    # How many meetings of the cycle are not among the columns.
    left_out: int
    total: Total
    lines: list[Line]
    page: Page | None
    is_staff: bool

    @classmethod
    def build(cls, user: User, *, label: str, page: str | None) -> "Participation":
        """Six queries at most. Raises Cycle.DoesNotExist when that cycle has nothing to show."""
        is_staff = user.may_manage_meetings
        own = [] if is_staff else list(Organization.objects.of(user))
        meetings = list(counted_meetings().select_related("cycle"))
        cycle = _choose(meetings, label)
        shown = [row for row in meetings if cycle and row.cycle_id == cycle.pk]
        organizations, chosen = _organizations(shown, own, page, is_staff=is_staff)
        minimum = others_than(len(own))
        heads = [Head(row, _total([row], minimum)) for row in shown]
        of_meetings = [head for head in heads if is_meeting(head.meeting)]
        return cls(
            cycle=cycle,
            cycles=_cycles(meetings, own, minimum, is_staff=is_staff),
            columns=last_columns(of_meetings),
            others=last_columns([head for head in heads if not is_meeting(head.meeting)]),
            left_out=max(0, len(of_meetings) - MOST_COLUMNS),
            total=_total([row for row in shown if is_meeting(row)], minimum),
            lines=lines_of(organizations, shown),
            page=chosen,
            is_staff=is_staff,
        )

    @property
    def query(self) -> str:
        """The address without its page number."""
        return f"cycle={self.cycle.label}&" if self.cycle else ""

    @property
    def chart(self) -> Trend | None:
        """The rate from cycle to cycle; nothing to draw with less than two."""
        points: list[tuple[str, Decimal | None]] = []
        end: datetime.date | None = None
        for line in reversed(self.cycles):
            if end is not None and line.cycle.starts_on - end > _NEXT:
                # Years without a meeting part those around them.
                points.append(("…", None))
            end = line.cycle.ends_on
            label = line.label.replace("-20", "-")
            points.append((label, None if line.drawn is None else Decimal(line.drawn)))
        known = sum(value is not None for _, value in points)
        return draw(points, whole=True) if known >= 2 else None

    @property
    def chart_in_words(self) -> str:
        lines = (
            f"{line.label}\u00a0: {french.percent(line.drawn)}" for line in reversed(self.cycles)
        )
        return "; ".join(lines) + "."


def _choose(meetings: Sequence[Meeting], label: str) -> Cycle | None:
    cycles = {row.cycle.label: row.cycle for row in meetings}
    if label:
        if label not in cycles:
            raise Cycle.DoesNotExist(label)
        return cycles[label]
    return max(cycles.values(), key=lambda cycle: cycle.starts_on, default=None)


def _organizations(
    meetings: Sequence[Meeting], own: list[Organization], page: str | None, *, is_staff: bool
) -> tuple[list[Organization], Page | None]:
    if not is_staff or not meetings:
        return own, None
    chosen = Paginator(concerned(meetings), PER_PAGE).get_page(page)
    return list(chosen.object_list), chosen


def _total(meetings: Sequence[Any], minimum: int) -> Total:
    counted = [row for row in meetings if row.is_noted]
    return Total(
        sum((rate_of(row) for row in counted), Rate()),
        is_told=all(row.was_member >= minimum for row in counted),
    )


def _cycles(
    meetings: Sequence[Any], own: list[Organization], minimum: int, *, is_staff: bool
) -> list[CycleLine]:
    """The latest first."""
    by_cycle: dict[Cycle, list[Any]] = {}
    for row in meetings:
        if is_meeting(row):
            by_cycle.setdefault(row.cycle, []).append(row)
    lines = [] if is_staff else lines_of(own, meetings)
    found = []
    for cycle in sorted(by_cycle, key=lambda cycle: cycle.starts_on, reverse=True):
        rows = by_cycle[cycle]
        mine = sum(
            (
                cell.rate
                for line in lines
                for cell in line.cells
                if cell.meeting.cycle_id == cycle.pk and is_meeting(cell.meeting)
            ),
            Rate(),
        )
        total = _total(rows, minimum)
        found.append(CycleLine(cycle, len(rows), total, None if is_staff else mine))
    return found
