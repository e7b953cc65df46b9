"""What a report says of clauses, figures and barriers: what the tool box brought in the period.

What an organization keeps for itself is counted, never described.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import F, QuerySet

from chantier.lib.diff import differs
from chantier.lib.french import compact_lines
from measures.indicators.lines import FiguresTold, year_of_cycle
from measures.models import BarrierEncounter, ClauseUse
from measures.results import figure
from members.models import Cycle, Organization
from members.sharing import SharingLevel


@dataclass(frozen=True)
class UseLine:
    """A clause in a document; `amount` in words, before tax, empty where none is known."""

    code: str
    title: str
    version: int
    is_adapted: bool
    document: str
    reference: str
    date: datetime.date
    outcome: str
    outcome_label: str
    bids: int | None
    amount: str


@dataclass(frozen=True)
class BarrierLine:
    code: str
    title: str
    stage: int
    stage_name: str
    solutions: tuple[str, ...]
    what_worked: str


@dataclass(frozen=True)
class FigureLine:
    """An indicator over the fiscal year, in words: what was read is what was frozen."""

    code: str
    name: str
    unit: str
    text: str
    previous: str
    change: str
    target: str
    source: str


@dataclass(frozen=True)
class ToolboxSection:
    """`year` is the fiscal year of the figures: the last that ended within the cycle."""

    year: str
    figures: tuple[FigureLine, ...]
    figures_withheld: int
    uses: tuple[UseLine, ...]
    uses_withheld: int
    barriers: tuple[BarrierLine, ...]
    barriers_withheld: int

    @classmethod
    def build(
        cls, organization: Organization, cycle: Cycle, day: datetime.date, *, told: FiguresTold
    ) -> ToolboxSection:
        """As of `day`, in the cycle; two queries. `told` are the figures of its fiscal year."""
        year = year_of_cycle(organization, cycle)
        uses, uses_withheld = _told(uses_between(organization, cycle.starts_on, day))
        met, met_withheld = _told(_with_solutions(met_in(organization, cycle)))
        return cls(
            year=year.label,
            figures=tuple(
                FigureLine(
                    code=line.code,
                    name=line.name,
                    unit=line.unit,
                    text=line.text,
                    previous=line.previous,
                    change=line.change,
                    target=line.target,
                    source=line.source,
                )
                for line in told.lines
            ),
            figures_withheld=told.withheld,
            uses=tuple(_use_line(row) for row in uses),
            uses_withheld=uses_withheld,
            barriers=tuple(_barrier_line(row) for row in met),
            barriers_withheld=met_withheld,
        )


def uses_between(
    organization: Organization, start: datetime.date, end: datetime.date
) -> Iterable[Any]:
    """The uses that a report counts; one query."""
    return (
        ClauseUse.objects.filter(organization=organization)
        .dated_between(start, end)
        .select_related("clause_version__clause", "document_kind")
        .order_by("used_on", "pk")
    )


def met_in(organization: Organization, cycle: Cycle) -> QuerySet[BarrierEncounter]:
    return (
        BarrierEncounter.objects.filter(organization=organization)
        .met_in(cycle)
        .select_related("barrier", "stage", "implementation")
        .order_by("stage__order", "barrier__code", "pk")
    )


def _with_solutions(rows: QuerySet[BarrierEncounter]) -> Iterable[Any]:
    """One query, with a row for each solution: each barrier met once, with `solutions_told`."""
    each_solution: Any = rows.annotate(solution=F("solutions__text")).order_by(
        *rows.query.order_by, "solutions__order", "solutions__pk"
    )
    for _, same in groupby(each_solution, key=attrgetter("pk")):
        row, *others = list(same)
        row.solutions_told = tuple(each.solution for each in (row, *others) if each.solution)
        yield row


def _told(rows: Iterable[Any]) -> tuple[list[Any], int]:
    """The rows that may be described, and the number of those that are kept."""
    every = list(rows)
    told = [row for row in every if not is_kept(row)]
    return told, len(every) - len(told)


def is_kept(row: ClauseUse | BarrierEncounter) -> bool:
    """Never told wider than the record that it hangs on."""
    levels = {row.sharing}
    if isinstance(row, BarrierEncounter) and row.implementation is not None:
        levels.add(row.implementation.sharing)
    return SharingLevel.PRIVATE in levels


def _use_line(row: ClauseUse) -> UseLine:
    version = row.clause_version
    return UseLine(
        code=version.clause.code,
        title=version.clause.title,
        version=version.number,
        is_adapted=differs(version.text, row.wording),
        document=row.document_kind.label,
        reference=row.document_reference,
        date=row.used_on,
        outcome=row.outcome,
        outcome_label=str(row.get_outcome_display()),
        bids=row.bids,
        amount="" if row.amount is None else figure(row.amount, "$"),
    )


def _barrier_line(row: Any) -> BarrierLine:
    return BarrierLine(
        code=row.barrier.code,
        title=row.barrier.title,
        stage=row.stage.order,
        stage_name=row.stage.short_name,
        solutions=row.solutions_told,
        what_worked=compact_lines(row.what_worked),
    )
