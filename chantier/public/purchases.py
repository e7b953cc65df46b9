"""What may be published of purchases: yearly totals of organizations that opened them to everybody.

The consent is the one that exists: the value of purchases (I-01), opened to all by its
organization. Only years that are over, and nothing that a subtraction from what members or visitors
read elsewhere would bring down to too few organizations.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from benefits import feeds, spending
from benefits.observed.secrecy import Hand, may_add, may_count, read_hands
from benefits.spending import Cell
from measures.indicators.chantier import sharing
from measures.models import IndicatorAim, IndicatorValue
from members.fiscal import FiscalYear
from members.models import Organization
from members.sharing import SharingLevel

YEARS = 5
_MONTHS = range(1, 13)
Amounts = dict[int, Decimal]


@dataclass(frozen=True)
class PurchaseYear:
    """A year of reporting: the fiscal years that ended in it."""

    label: str
    organizations: int
    enterprises: int
    amount: Decimal


@dataclass(frozen=True)
class _Known:
    """What is known of a year: by organization, what was bought and what was typed."""

    bought: Amounts
    typed: Amounts
    # Those that opened their purchases to everybody.
    opened: frozenset[int]

    @property
    def published(self) -> Amounts:
        return {key: amount for key, amount in self.bought.items() if key in self.opened}

    def may_be_told(self, hands: list[Hand]) -> bool:
        """The total, and its difference from each sum of the same thing that is told elsewhere."""
        return may_add(_sizes(self.published), hands) and all(
            not gaps or may_add(gaps, hands) for gaps in self._differences()
        )

    def _differences(self) -> Iterable[Amounts]:
        of_members = self.bought | self.typed
        of_visitors = {key: value for key, value in self.typed.items() if key in self.opened}
        for told in (self.bought, of_members, of_visitors):
            keys = told.keys() | self.published.keys()
            nothing = Decimal(0)
            gaps = {key: told.get(key, nothing) - self.published.get(key, nothing) for key in keys}
            yield _sizes({key: gap for key, gap in gaps.items() if gap})


def published_purchases(today: datetime.date) -> list[PurchaseYear]:
    """The years that may be told, newest first; four queries, one where too few opened theirs."""
    aims = IndicatorAim.objects.filter(
        indicator__code=feeds.VALUE, sharing=SharingLevel.PUBLIC, organization__is_active=True
    )
    opened = frozenset(aims.values_list("organization", flat=True))
    # What nobody could tell of even if nobody held several organizations.
    if not may_count(opened, []):
        return []
    years = range(today.year - 1, today.year - 1 - YEARS, -1)
    readable = sharing(feeds.VALUE, for_staff=False)
    bought, typed = _bought(readable, years), _typed(readable, years)
    hands = read_hands()
    return [
        _told(str(year), bought.get(year, []), opened)
        for year in years
        if _Known(_by_organization(bought.get(year, [])), typed[year], opened).may_be_told(hands)
    ]


def _told(label: str, cells: Iterable[Cell], opened: frozenset[int]) -> PurchaseYear:
    counted = [cell for cell in cells if cell.organization in opened]
    organizations = {cell.organization for cell in counted}
    return PurchaseYear(
        label, len(organizations), len(spending.paid(counted)), spending.total(counted)
    )


def _bought(readable: QuerySet[Organization], years: range) -> dict[int, list[Cell]]:
    """The cells of the fiscal years that ended in each year."""
    periods = {
        FiscalYear.beginning(year if month == 1 else year - 1, month): year
        for year in years
        for month in _MONTHS
    }
    ended = {period.start: year for period, year in periods.items()}
    cells = spending.spent(readable, list(periods)).cells
    return spending.by(
        (cell for cell in cells if cell.start in ended), lambda cell: ended[cell.start]
    )


def _by_organization(cells: Iterable[Cell]) -> Amounts:
    groups = spending.by(cells, lambda cell: cell.organization)
    return {key: spending.total(rows) for key, rows in groups.items()}


def _typed(readable: QuerySet[Organization], years: range) -> dict[int, Amounts]:
    rows = IndicatorValue.objects.filter(
        organization__in=readable,
        indicator__code=feeds.VALUE,
        period_end__year__in=list(years),
        value__isnull=False,
    ).order_by("period_end", "pk")
    found: dict[int, Amounts] = defaultdict(dict)
    for owner, end, value in rows.values_list("organization_id", "period_end", "value"):
        # Of two periods that end in a year, the last stands for it.
        found[end.year][owner] = value
    return found


def _sizes(amounts: Mapping[int, Decimal]) -> Amounts:
    return {key: abs(amount) for key, amount in amounts.items()}
