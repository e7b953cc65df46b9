"""The figures of an organization over one fiscal year, as reports and dashboards list them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import FilteredRelation, Q

from measures.indicators.computed import Computed, Key, computed_values
from measures.indicators.feeds import SOURCE, FedKey, FedValue, fed_values, standing
from measures.indicators.series import terms_in_words
from measures.indicators.values import written
from measures.indicators.words import difference
from measures.models import Indicator, IndicatorAim, IndicatorValue
from measures.progress import History
from members.fiscal import FiscalYear
from members.models import Cycle, Organization
from members.sharing import SHARED_WITH_STAFF


@dataclass(frozen=True)
class FigureLine:
    """An indicator over a year. « n. d. » where no value is known, never zero."""

    code: str
    name: str
    unit: str
    year: str
    value: Decimal | None
    text: str
    # Of the year before, and what separates the two: « 3,2 points de plus ».
    previous: str
    change: str
    # « 25,0 % (2022) »; empty without a target.
    target: str
    source: str
    # What a ratio or a computed value comes from.
    terms: str
    note: str


@dataclass(frozen=True)
class Read:
    """What a page reads for itself and indicators are computed from too.

    `history` knows the days of `computed.days_of`; `fed` holds the values of both years.
    """

    history: History
    fed: Mapping[FedKey, FedValue]


@dataclass(frozen=True)
class FiguresTold:
    """The lines that may leave an organization, and the number of those that it keeps.

    `kept` are the codes of all indicators that it keeps for itself, those without a value too.
    """

    lines: list[FigureLine]
    withheld: int
    kept: frozenset[str]


@dataclass(frozen=True)
class OwnFigure:
    """An indicator as its organization reads it, and what its value comes from.

    `is_noted` says whether a report tells it or counts it among those that are kept.
    """

    indicator: Indicator
    line: FigureLine
    is_kept: bool
    is_noted: bool
    stored: IndicatorValue | None
    fed: FedValue | None


def year_of_cycle(organization: Organization, cycle: Cycle) -> FiscalYear:
    """The last fiscal year that ended within a cycle, or with it: the one that it reports."""
    year = FiscalYear.of(organization, cycle.ends_on)
    return year if year.end <= cycle.ends_on else year.back(1)


def figure_lines(
    organization: Organization,
    year: FiscalYear,
    *,
    today: datetime.date,
    with_private: bool,
    with_empty: bool = False,
) -> list[FigureLine]:
    """What is known of each indicator over this year and the one before, in three queries.

    Without `with_private`, what is kept to the organization is left out, with the quotients that
    would give it away. Without `with_empty`, so is what has no value in either year.
    """
    loaded = _Loaded.of(organization, year, today)
    return [
        loaded.line(indicator)
        for indicator in loaded.indicators
        if (with_private or not loaded.is_kept(indicator))
        and (with_empty or not loaded.is_empty(indicator))
    ]


def figures_told(
    organization: Organization, year: FiscalYear, *, today: datetime.date, read: Read | None = None
) -> FiguresTold:
    """As `figure_lines` without what is kept; one query where the rest is `read` already."""
    loaded = _Loaded.of(organization, year, today, read)
    kept = frozenset(each.code for each in loaded.indicators if loaded.is_kept(each))
    noted = [each for each in loaded.indicators if not loaded.is_empty(each)]
    told = [each for each in noted if each.code not in kept]
    return FiguresTold([loaded.line(each) for each in told], len(noted) - len(told), kept)


def _with_figures(organization: Organization, year: FiscalYear, before: FiscalYear) -> list[Any]:
    """One query: the indicators, with `of_year`, `of_year_before` and `own_aim`; see `_joined`."""

    def stored(year: FiscalYear) -> FilteredRelation:
        condition = Q(values__organization=organization, values__period_start=year.start)
        return FilteredRelation("values", condition=condition)

    rows: Any = Indicator.objects.filter(level=Indicator.Level.ORGANIZATION).annotate(
        of_year=stored(year),
        of_year_before=stored(before),
        own_aim=FilteredRelation("aims", condition=Q(aims__organization=organization)),
    )
    return list(rows.select_related("of_year", "of_year_before", "own_aim").order_by("code"))


def own_figures(
    organization: Organization, year: FiscalYear, *, today: datetime.date
) -> list[OwnFigure]:
    """All indicators of an organization, as `figures_told` finds them, for its members alone."""
    loaded = _Loaded.of(organization, year, today)
    return [
        OwnFigure(
            indicator=each,
            line=loaded.line(each),
            is_kept=loaded.is_kept(each),
            is_noted=not loaded.is_empty(each),
            stored=loaded.rows.get((each.pk, year.start)),
            fed=loaded.fed.get((each.pk, year.start)),
        )
        for each in loaded.indicators
    ]


def _joined(indicator: Any, name: str) -> Any:
    """Django sets nothing where a filtered relation found no row."""
    return getattr(indicator, name, None)


@dataclass(frozen=True)
class _Loaded:
    """What the lines are made of."""

    organization: Organization
    years: tuple[FiscalYear, FiscalYear]
    indicators: list[Indicator]
    rows: dict[Key, IndicatorValue]
    fed: dict[Key, FedValue]
    computed: dict[Key, Computed]
    aims: dict[int, IndicatorAim]

    @classmethod
    def of(
        cls,
        organization: Organization,
        year: FiscalYear,
        today: datetime.date,
        read: Read | None = None,
    ) -> _Loaded:
        years = (year, year.back(1))
        indicators = _with_figures(organization, *years)
        names = ("of_year", "of_year_before")
        noted = [_joined(each, name) for each in indicators for name in names]
        rows = {(row.indicator_id, row.period_start): row for row in noted if row}
        fed = fed_values(organization, indicators, years, known=read.fed if read else None)
        values = standing({key: row.value for key, row in rows.items()}, fed)
        computed = computed_values(
            organization,
            indicators,
            years,
            values,
            today=today,
            history=read.history if read else None,
        )
        aims = {each.pk: aim for each in indicators if (aim := _joined(each, "own_aim"))}
        return cls(organization, years, indicators, rows, fed, computed, aims)

    def is_kept(self, indicator: Indicator) -> bool:
        """Whether it is kept to the organization, or would give away what is."""
        told = (indicator.pk, indicator.dividend_id, indicator.divisor_id)
        aims = [self.aims[pk] for pk in told if pk in self.aims]
        return any(aim.sharing not in SHARED_WITH_STAFF for aim in aims)

    def is_empty(self, indicator: Indicator) -> bool:
        is_noted = (indicator.pk, self.years[0].start) in self.rows
        return not is_noted and all(self.value(indicator, year) is None for year in self.years)

    def value(self, indicator: Indicator, year: FiscalYear) -> Decimal | None:
        key = (indicator.pk, year.start)
        if key in self.computed:
            return self.computed[key].value
        source = self.rows.get(key) or self.fed.get(key)
        return source.value if source else None

    def line(self, indicator: Indicator) -> FigureLine:
        year, before = self.years
        key = (indicator.pk, year.start)
        row, computed = self.rows.get(key), self.computed.get(key)
        fed = self.fed.get(key) if row is None and not computed else None
        value, previous = self.value(indicator, year), self.value(indicator, before)
        terms = computed.in_words if computed else ""
        if row is not None and not computed:
            terms = terms_in_words(row, indicator)
        elif fed is not None:
            terms = fed.terms_in_words
        return FigureLine(
            code=indicator.code,
            name=indicator.name,
            unit=indicator.unit,
            year=year.label,
            value=value,
            text=written(value, indicator),
            previous=written(previous, indicator),
            change=difference(value, previous, indicator),
            target=self._target(indicator),
            source=(row.source if row else SOURCE if fed else "") or indicator.data_source,
            terms=terms,
            note=row.note if row else "",
        )

    def _target(self, indicator: Indicator) -> str:
        aim = self.aims.get(indicator.pk)
        if aim is None or aim.target is None:
            return ""
        text = written(aim.target, indicator)
        if aim.target_from is None:
            return text
        return f"{text} ({FiscalYear.of(self.organization, aim.target_from).label})"
