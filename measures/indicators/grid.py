"""The entry grid of an organization: its indicators down, its fiscal years across."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import F, FilteredRelation, Q

from chantier.lib import french
from measures.indicators.computed import Computed, Key, computed_values
from measures.indicators.feeds import FedValue, differs, fed_values, presence_of, standing
from measures.indicators.values import typed, written
from measures.models import Indicator
from members.access import Access
from members.fiscal import FiscalYear, fiscal_years
from members.models import Organization
from members.sharing import SHARED_WITH_STAFF, SharingLevel

# How many fiscal years a grid may show, the first by default; cells are saved within the longest.
SPANS = (5, 10)
KIND_TITLES = {
    Indicator.Kind.INPUT: "Moyens",
    Indicator.Kind.PROCESS: "Processus d’achat",
    Indicator.Kind.RESULT: "Résultats",
    Indicator.Kind.EFFECT: "Effets",
}
_INDICATOR = (
    "pk",
    "code",
    "name",
    "unit",
    "kind",
    "level",
    "decimals",
    "minimum",
    "maximum",
    "computation",
    "dividend_id",
    "divisor_id",
)
_FIGURE = ("period_start", "value", "numerator", "denominator", "version")


@dataclass(frozen=True)
class Answer:
    """What the server says of what somebody typed in a cell, when it is not stored."""

    text: str
    # The version of the cell that its author has seen.
    version: int
    error: str = ""
    is_clash: bool = False


@dataclass(frozen=True)
class Stored:
    """A value as it stands; None is « n. d. »."""

    value: Decimal | None
    version: int
    has_terms: bool = False


@dataclass(frozen=True)
class Cell:
    """One indicator in one fiscal year."""

    indicator: Indicator
    year: FiscalYear
    stored: Stored | None = None
    computed: Computed | None = None
    answer: Answer | None = None
    # What the rows of the portal say, whether or not something was typed over it.
    fed: FedValue | None = None

    @property
    def name(self) -> str:
        """The name of its field: « I-01.2020-04-01 »."""
        return name_of(self.indicator, self.year)

    @property
    def key(self) -> str:
        return f"{self.indicator.code}-{self.year.start.year}"

    @property
    def is_fed(self) -> bool:
        """Whether what it says comes from rows of the portal: nobody typed anything."""
        return self.fed is not None and self.stored is None and self.computed is None

    @property
    def differs(self) -> bool:
        """Whether somebody typed something else than what the rows say."""
        if self.fed is None or self.stored is None or self.computed:
            return False
        return differs(self.stored.value, self.fed, self.indicator)

    @property
    def fed_text(self) -> str:
        return written(self.fed.value, self.indicator) if self.fed else ""

    @property
    def value(self) -> Decimal | None:
        """The value that stands."""
        source = self.computed or self.stored or self.fed
        return source.value if source else None

    @property
    def is_typed(self) -> bool:
        """Whether one types in it: neither computed, nor worked out from its two terms."""
        return self.computed is None and not (self.stored and self.stored.has_terms)

    @property
    def version(self) -> int:
        """The version over which the text of the cell would be saved."""
        if self.answer:
            return self.answer.version
        return self.stored.version if self.stored else 0

    @property
    def saved(self) -> str:
        """What is stored, as it is typed over; nothing where nothing was noted."""
        return text_of(self.stored, self.indicator)

    @property
    def text(self) -> str:
        return self.answer.text if self.answer else self.saved

    @property
    def error(self) -> str:
        return self.answer.error if self.answer else ""

    @property
    def is_clash(self) -> bool:
        return self.answer is not None and self.answer.is_clash

    @property
    def shown(self) -> str:
        """What it says where nobody types: « 12,5 % », nothing where nothing was noted."""
        if self.computed:
            return written(self.computed.value, self.indicator)
        return written(self.stored.value, self.indicator) if self.stored else self.fed_text


@dataclass(frozen=True)
class Line:
    """The cells of an indicator, one a year."""

    indicator: Indicator
    cells: list[Cell]

    @property
    def refused(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.error]


@dataclass(frozen=True)
class Group:
    """The lines of one kind."""

    kind: str
    title: str
    lines: list[Line]


@dataclass(frozen=True)
class Grid:
    years: list[FiscalYear]
    groups: list[Group]
    # Values of the same years that fall in no column: the fiscal year began in another month then.
    strays: int = 0

    @property
    def current(self) -> FiscalYear:
        """The year under way: the last one."""
        return self.years[-1]

    @property
    def cells(self) -> Iterator[Cell]:
        return (cell for group in self.groups for line in group.lines for cell in line.cells)

    @property
    def refused(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.error]

    @property
    def has_fed(self) -> bool:
        """Whether rows of the portal say one of its values."""
        return any(cell.fed for cell in self.cells)

    @property
    def seen(self) -> str:
        """The version of each stored cell, for the form to say what its author saw."""
        return " ".join(f"{cell.name}:{cell.version}" for cell in self.cells if cell.version)

    @classmethod
    def build(
        cls,
        access: Access,
        *,
        today: datetime.date,
        span: int = SPANS[0],
        answers: Mapping[str, Answer] | None = None,
    ) -> Grid:
        """Two queries: the indicators with their values, and the register for what it counts.

        One more where rows of the portal say something of them.
        """
        organization = access.organization
        years = fiscal_years(organization, until=today, count=span)
        loaded = _load(access, years)
        shown = [row for row in loaded.indicators if loaded.is_shown(row)]
        told = loaded.indicators if loaded.is_fed else []
        fed = fed_values(organization, told, years)
        values = standing(loaded.values, fed)
        computed = computed_values(organization, loaded.indicators, years, values, today=today)
        said = answers or {}
        lines = [
            Line(row, [_cell(row, year, loaded.stored, computed, said, fed) for year in years])
            for row in shown
        ]
        starts = {year.start for year in years}
        strays = sum(start not in starts for _, start in loaded.stored)
        return cls(years, _grouped(lines), strays)


def name_of(indicator: Indicator, year: FiscalYear) -> str:
    return f"{indicator.code}.{year.start.isoformat()}"


def text_of(stored: Any, indicator: Indicator) -> str:
    """A stored value as a cell offers it to be typed over: « n. d. » was noted, nothing was not."""
    if stored is None:
        return ""
    return french.NOT_AVAILABLE if stored.value is None else typed(stored.value, indicator)


def has_terms(row: Any) -> bool:
    """Whether a stored value is worked out from two terms, which are typed in a page of theirs."""
    return row.numerator is not None or row.denominator is not None


def open_years(organization: Organization, today: datetime.date) -> list[FiscalYear]:
    """The fiscal years of the longest grid: those whose cells are saved."""
    return fiscal_years(organization, until=today, count=max(SPANS))


@dataclass(frozen=True)
class _Loaded:
    """What is read for a grid."""

    indicators: list[Indicator]
    stored: dict[Key, Stored]
    hidden: set[int]
    # Whether rows of the portal say something of the organization.
    is_fed: bool

    @property
    def values(self) -> dict[Key, Decimal | None]:
        return {key: stored.value for key, stored in self.stored.items()}

    def is_shown(self, indicator: Indicator) -> bool:
        """Not a quotient either when one of its terms is hidden: the other would give it away."""
        if indicator.level != Indicator.Level.ORGANIZATION:
            return False
        told = {indicator.pk, indicator.dividend_id, indicator.divisor_id}
        return not told & self.hidden


def _load(access: Access, years: list[FiscalYear]) -> _Loaded:
    indicators: dict[int, Indicator] = {}
    stored: dict[Key, Stored] = {}
    hidden: set[int] = set()
    is_fed = False
    for pk, sharing, has_rows, *rest in _rows(access.organization, years):
        is_fed = is_fed or has_rows
        if pk not in indicators:
            given = (pk, *rest[: len(_INDICATOR) - 1])
            indicators[pk] = Indicator(**dict(zip(_INDICATOR, given, strict=True)))
            level = SharingLevel.COORDINATION if sharing is None else sharing
            if not access.is_member and level not in SHARED_WITH_STAFF:
                hidden.add(pk)
        start, value, numerator, denominator, version = rest[len(_INDICATOR) - 1 :]
        if start is not None:
            has_terms = numerator is not None or denominator is not None
            stored[pk, start] = Stored(value, version, has_terms)
    return _Loaded(list(indicators.values()), stored, hidden, is_fed)


def _rows(organization: Organization, years: list[FiscalYear]) -> Iterable[tuple[Any, ...]]:
    """Each indicator, once for each of the values of the organization in these years."""
    mine = Q(
        values__organization=organization,
        values__period_start__gte=years[0].start,
        values__period_start__lte=years[-1].end,
    )
    rows = Indicator.objects.annotate(
        figure=FilteredRelation("values", condition=mine),
        aim=FilteredRelation("aims", condition=Q(aims__organization=organization)),
        is_fed=presence_of(organization),
    ).annotate(**{f"of_{name}": F(f"figure__{name}") for name in _FIGURE})
    columns = [*_INDICATOR[1:], *(f"of_{name}" for name in _FIGURE)]
    return rows.order_by("code").values_list("pk", "aim__sharing", "is_fed", *columns)


def _cell(
    indicator: Indicator,
    year: FiscalYear,
    stored: Mapping[Key, Stored],
    computed: Mapping[Key, Computed],
    answers: Mapping[str, Answer],
    fed: Mapping[Key, FedValue],
) -> Cell:
    key = (indicator.pk, year.start)
    answer = answers.get(name_of(indicator, year)) if answers else None
    return Cell(indicator, year, stored.get(key), computed.get(key), answer, fed.get(key))


def _grouped(lines: list[Line]) -> list[Group]:
    order = list(KIND_TITLES)
    lines = sorted(lines, key=lambda line: order.index(Indicator.Kind(line.indicator.kind)))
    return [
        Group(kind, KIND_TITLES[Indicator.Kind(kind)], list(found))
        for kind, found in groupby(lines, key=lambda line: line.indicator.kind)
    ]
