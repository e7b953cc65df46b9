"""Why a figure is what it is: its terms, what it is computed from, and what it said before."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.http import Http404

from chantier.lib.diff import Piece, word_diff
from measures.indicators.computed import Computed, computed_values
from measures.indicators.feeds import FedValue, fed_values, standing
from measures.indicators.series import FIRST_YEAR, Place, Point, terms_in_words
from measures.indicators.values import written
from measures.models import Indicator, IndicatorRevision, IndicatorValue
from members.fiscal import FiscalYear


@dataclass(frozen=True)
class Change:
    """What one save did to one part of a figure; `pieces` for prose."""

    label: str
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Save:
    """One line of the history."""

    revision: IndicatorRevision
    changes: list[Change]
    is_first: bool


@dataclass(frozen=True)
class Why:
    """The page of one value."""

    place: Place
    year: FiscalYear
    stored: IndicatorValue | None
    computed: Computed | None
    before: FiscalYear | None
    after: FiscalYear | None
    fed: FedValue | None = None

    @property
    def point(self) -> Point:
        return Point(self.place.indicator, self.year, self.stored, self.computed, fed=self.fed)

    @property
    def history(self) -> list[Save]:
        """Each save, newest first. For members: it holds what was kept to the organization."""
        if self.stored is None or not self.place.access.is_member:
            return []
        rows = list(self.stored.revisions.select_related("author").order_by("number"))
        return list(_saves(rows, self.place.indicator))[::-1]


def year_of(place: Place, year: int, *, today: datetime.date) -> FiscalYear:
    """The fiscal year that begins in this calendar year, or a 404: before 2000, or to come."""
    current = FiscalYear.of(place.organization, today)
    if not FIRST_YEAR <= year <= current.start.year:
        raise Http404
    return FiscalYear.beginning(year, current.start.month)


def explain(place: Place, year: int, *, today: datetime.date) -> Why:
    """At most two queries: what is stored of that year, and the register or the rows of it."""
    regular = year_of(place, year, today=today)
    rows = list(
        IndicatorValue.objects.filter(
            organization=place.organization,
            indicator__in=[place.indicator, *place.terms],
            period_start__year=year,
        ).select_related("updated_by")
    )
    mine = [row for row in rows if row.indicator_id == place.indicator.pk]
    stored = next((row for row in mine if row.period_start == regular.start), None)
    if stored is None and mine:
        # From when the fiscal year of the organization began in another month.
        stored = mine[0]
    period = FiscalYear(stored.period_start, stored.period_end) if stored else regular
    told = [place.indicator, *place.terms]
    fed = fed_values(place.organization, told, [period])
    values = standing({(row.indicator_id, row.period_start): row.value for row in rows}, fed)
    computed = computed_values(place.organization, told, [period], values, today=today)
    current = FiscalYear.of(place.organization, today)
    return Why(
        place,
        period,
        stored,
        computed.get((place.indicator.pk, period.start)),
        before=regular.back(1) if year > FIRST_YEAR else None,
        after=regular.back(-1) if year < current.start.year else None,
        fed=fed.get((place.indicator.pk, period.start)),
    )


def _saves(rows: Iterable[IndicatorRevision], indicator: Indicator) -> Iterator[Save]:
    before: IndicatorRevision | None = None
    for row in rows:
        yield Save(row, list(_changes(before, row, indicator)), is_first=before is None)
        before = row


def _changes(
    before: IndicatorRevision | None, after: IndicatorRevision, indicator: Indicator
) -> Iterator[Change]:
    old, new = (_figure(before, indicator) if before else ""), _figure(after, indicator)
    if old != new:
        yield Change("Valeur", old, new)
    old, new = (before.source if before else ""), after.source
    if old != new:
        yield Change("Source des données", old, new)
    old, new = (before.note if before else ""), after.note
    if old != new:
        yield Change("Remarque et exclusions", old, new, tuple(word_diff(old, new)))


def _figure(row: IndicatorRevision, indicator: Indicator) -> str:
    terms = terms_in_words(row, indicator)
    value = written(row.value, indicator)
    return f"{value} ({terms})" if terms else value
