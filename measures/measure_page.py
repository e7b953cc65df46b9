"""What the page of a measure shows: all that hangs on it, in one query, and what others shared.

The guide's own rows (groups, laws, clauses, barriers, indicators, sources) are a dozen short
lists. Read one by one they would cost ten queries a page; here they are the parts of one union.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from chantier.lib import french
from chantier.lib.small_groups import shown
from chantier.lib.statements import ANY, Statement
from measures.clauses.figures import Tally, UseFigures
from measures.encounters.stories import named
from measures.models import (
    Barrier,
    BarrierEncounter,
    Clause,
    ClauseUse,
    Implementation,
    Measure,
    Solution,
    Threshold,
)
from measures.models.legal import Standing, standing
from members.sharing import SHARED_WITH_MEMBERS, SharingLevel

_MOST_SHARED = 6


class Linked(NamedTuple):
    """A row of the guide that is linked to the measure; columns of the union."""

    part: str
    # The code of the row that it hangs on, for solutions and thresholds.
    parent: str
    code: str
    text: str
    # What else there is to say, by part: an address, a unit, what a law says.
    note: str
    # The year in which another amount takes the place of a threshold; None for the last one.
    caveat: str | None
    rank: int
    to_verify: bool
    is_inference: bool


@dataclass(frozen=True)
class DatedThreshold:
    """An amount of a legal reference, and whether it is the one to go by today."""

    label: str
    money: str
    regime: str
    year: int
    is_to_come: bool
    is_current: bool
    # In force as far as the portal knows, but written for an earlier year than this one.
    confirm_for: int | None


@dataclass(frozen=True)
class Law:
    row: Linked
    thresholds: list[DatedThreshold]


@dataclass(frozen=True)
class BarrierLine:
    row: Linked
    solutions: list[Linked]


@dataclass(frozen=True)
class ClauseLine:
    """A clause, and what came of it as far as that may be told to this person."""

    row: Linked
    figures: UseFigures


@dataclass(frozen=True)
class Case:
    """A story that an organization shares, under its name where it accepts that."""

    text: str
    result: str
    implemented_on: datetime.date
    who: str


@dataclass(frozen=True)
class Tip:
    """What worked for an organization that met a barrier."""

    text: str
    barrier: str
    who: str


@dataclass(frozen=True)
class MeasurePage:
    """The lists of the page, each in its order."""

    # None when fewer than three organizations implemented it: hidden, not zero.
    implemented_by: int | None

    groups: list[Linked]
    sources: list[Linked]
    clauses: list[ClauseLine]
    indicators: list[Linked]
    barriers: list[BarrierLine]
    laws: list[Law]

    @classmethod
    def build(cls, measure: Measure, *, user: Any, today: datetime.date) -> "MeasurePage":
        """Read everything that is linked to `measure`, in one query."""
        by_part: dict[str, list[Linked]] = defaultdict(list)
        for row in _linked(measure):
            by_part[row.part].append(row)
        hanging: dict[tuple[str, str], list[Linked]] = defaultdict(list)
        for part in ("solution", "threshold"):
            for row in by_part[part]:
                hanging[part, row.parent].append(row)
        # Like measures, clauses that are still to verify are not published to visitors.
        clauses = [row for row in by_part["clause"] if user.is_authenticated or not row.to_verify]
        # As on the pages of clauses, what came of them is for those who are logged in.
        tallies: dict[str, list[Tally]] = defaultdict(list)
        for row in by_part["use"] if user.is_authenticated else ():
            tallies[row.parent].append((row.rank, int(row.note)))
        (itself,) = by_part["measure"]
        return cls(
            implemented_by=shown(itself.rank),
            groups=by_part["group"],
            sources=by_part["source"],
            clauses=[ClauseLine(row, UseFigures.of(tallies[row.code])) for row in clauses],
            indicators=by_part["indicator"],
            barriers=[
                BarrierLine(row, hanging["solution", row.code]) for row in by_part["barrier"]
            ],
            laws=[Law(row, dated(hanging["threshold", row.code], today)) for row in by_part["law"]],
        )


def dated(rows: Iterable[Linked], today: datetime.date) -> list[DatedThreshold]:
    """Thresholds, newest first; the one in force is the one to go by."""
    found = []
    for row in sorted(rows, key=lambda row: (row.code, row.text, -row.rank)):
        stands = standing(row.rank, int(row.caveat) if row.caveat else None, today)
        is_current = stands == Standing.IN_FORCE
        found.append(
            DatedThreshold(
                label=str(Threshold.Kind(row.code).label),
                money=french.quantity(Decimal(row.note), "$"),
                regime=row.text,
                year=row.rank,
                is_to_come=stands == Standing.TO_COME,
                is_current=is_current,
                confirm_for=today.year if is_current and row.rank < today.year else None,
            )
        )
    return found


def _linked(measure: Measure) -> list[Linked]:
    rows = _STATEMENT.fetch(measure.pk)
    return [Linked(*row[:-2], *map(bool, row[-2:])) for row in rows]


def _union() -> QuerySet:
    measure = Measure(pk=ANY)
    laws = measure.legal_references.all()
    clauses = Clause.objects.active().filter(measures=measure)
    itself = Measure.objects.filter(pk=measure.pk).with_implemented_by()
    parts = [
        _part("measure", itself, text="title", rank="implemented_by"),
        _part("group", measure.groups.all(), text="label", rank="order"),
        _part("source", measure.sources.all(), text="title", note="address"),
        _part("clause", clauses, text="title", note="slug", rank="stage__order"),
        _part("indicator", measure.indicators.all(), text="name", note="unit"),
        _part("barrier", measure.barriers.all(), text="title", note="faced_by"),
        _part(
            "solution",
            Solution.objects.filter(barrier__measures=measure),
            parent="barrier__code",
            text="text",
            rank="order",
        ),
        _part("law", laws, text="name", note="says", caveat="note", rank="order"),
        _part(
            "threshold",
            Threshold.objects.filter(legal_reference__measures=measure).with_next_year(),
            parent="legal_reference__code",
            code="kind",
            text="regime",
            note="amount",
            caveat="next_year",
            rank="year",
        ),
    ]
    parts.append(_uses())
    return parts[0].union(*parts[1:], all=True).order_by("a_rank", "a_code")


def _uses() -> QuerySet:
    """One row for each clause of the measure and organization that used it: its two figures."""
    nothing = Cast(Value(""), TextField())
    columns = {
        "a_part": Cast(Value("use"), TextField()),
        "a_parent": Cast(F("clause_version__clause__code"), TextField()),
        "a_code": nothing,
        "a_text": nothing,
        "a_note": Cast(F("awarded_documents"), TextField()),
        "a_caveat": nothing,
        "a_rank": F("documents"),
        "a_verify": Value(False),
        "a_inference": Value(False),
    }
    uses = ClauseUse.objects.filter(clause_version__clause__measures=ANY)
    return uses.tallied().annotate(**columns).values_list(*columns)


def _part(
    part: str,
    rows: QuerySet,
    *,
    text: str,
    code: str = "code",
    parent: str = "",
    note: str = "",
    caveat: str = "",
    rank: str = "",
) -> QuerySet:
    """One part of the union: the same columns, of the same types, on both databases."""

    def words(name: str) -> Cast:
        return Cast(F(name) if name else Value(""), TextField())

    columns = {
        "a_part": Cast(Value(part), TextField()),
        "a_parent": words(parent),
        "a_code": words(code),
        "a_text": words(text),
        "a_note": words(note),
        "a_caveat": words(caveat),
        "a_rank": F(rank) if rank else Value(0),
        "a_verify": F("to_verify"),
        "a_inference": F("is_inference"),
    }
    return rows.order_by().annotate(**columns).values_list(*columns)


_STATEMENT = Statement(_union)


def cases_for(user: Any, measure: Measure) -> list[Case]:
    """The stories that organizations share with this person."""
    return [
        Case(text, result, day, named(name, accepts))
        for text, result, day, name, accepts in _CASES[user.is_authenticated].fetch(measure.pk)
        if day
    ]


def _cases(levels: Sequence[str]) -> QuerySet:
    return Implementation.objects.shared_cases(Measure(pk=ANY), levels).values_list(
        "description",
        "result_story",
        "implemented_on",
        "organization__name",
        "organization__may_be_named",
    )


def tips_for(user: Any, measure: Measure) -> list[Tip]:
    """What organizations say helped them, as far as they share it with this person."""
    rows = _TIPS[user.is_authenticated].fetch(measure.pk)
    return [Tip(text, barrier, named(name, accepts)) for text, barrier, name, accepts in rows]


def _tips(levels: Sequence[str]) -> QuerySet:
    return (
        BarrierEncounter.objects.told_at(levels)
        .filter(
            Q(implementation__measure=ANY)
            # Met without a record, before a barrier that the measure answers.
            | Q(implementation=None, barrier__in=Barrier.objects.filter(measures=ANY))
        )
        .values_list(
            "what_worked", "barrier__title", "organization__name", "organization__may_be_named"
        )[:_MOST_SHARED]
    )


def _by_reader(build: Callable[[Sequence[str]], QuerySet]) -> dict[bool, Statement]:
    """The statement of what visitors read, and of what people who are logged in read."""
    return {
        False: Statement(partial(build, (SharingLevel.PUBLIC,))),
        True: Statement(partial(build, SHARED_WITH_MEMBERS)),
    }


_CASES, _TIPS = _by_reader(_cases), _by_reader(_tips)
