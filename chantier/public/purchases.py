"""What may be published of purchases: yearly totals of organizations that opened them to everybody.

The consent is the one that exists: the value of purchases (I-01), opened to all by its
organization. Only years that are over, and nothing that a subtraction from what members or visitors
read elsewhere would bring down to too few organizations.

Totals stand as they were last told, until what changed since may be told by itself: one purchase
noted late is the difference of two days. Meanwhile a year is silent, for members read their totals
as they are now.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from benefits import feeds, spending
from benefits.feeds import standing
from benefits.models import PublishedPurchases
from benefits.spending import Cell
from chantier.lib.small_groups import Hand, gaps_between, may_add, may_count, may_stand_beside
from measures.indicators.chantier import sharing
from measures.models import IndicatorAim, IndicatorValue
from members.fiscal import FiscalYear
from members.hands import read_hands
from members.models import Organization
from members.sharing import SharingLevel

YEARS = 5
_MONTHS = range(1, 13)
Amounts = dict[int, Decimal]
_Typed = dict[int, Decimal | None]


@dataclass(frozen=True)
class PurchaseYear:
    """A year of reporting: the fiscal years that ended in it."""

    label: str
    organizations: int
    enterprises: int
    amount: Decimal


@dataclass(frozen=True)
class _Known:
    """What is known of a year now: by organization, what was bought and what was typed."""

    bought: Amounts
    # None is « n. d. », which stands for what was bought too.
    typed: _Typed
    # Those that opened their purchases to everybody.
    opened: frozenset[int]

    @property
    def published(self) -> Amounts:
        return {key: amount for key, amount in self.bought.items() if key in self.opened}

    def may_be_told(self, told: Amounts, hands: list[Hand]) -> bool:
        """A total, and its difference from each sum of the same thing that is told elsewhere."""
        of_visitors = {
            key: value
            for key, value in self.typed.items()
            if key in self.opened and value is not None
        }
        others = (self.bought, standing(self.bought, self.typed), of_visitors)
        sizes = {key: abs(amount) for key, amount in told.items()}
        # Who took back what was told of them is told of no longer.
        return (
            set(told) <= self.opened
            and may_add(sizes, hands)
            and may_stand_beside(told, others, hands)
        )


def published_purchases(today: datetime.date) -> list[PurchaseYear]:
    """The years that may be told, newest first; five queries, one where too few opened theirs."""
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
    kept = {row.year: row for row in PublishedPurchases.objects.filter(year__in=list(years))}
    found = []
    for year in years:
        cells = bought.get(year, [])
        known = _Known(_by_organization(cells), typed[year], opened)
        told = _published(year, kept.get(year), known, cells, hands)
        if told is not None and known.may_be_told(_amounts(told), hands):
            found.append(_told(told))
    return found


def _published(
    year: int,
    kept: PublishedPurchases | None,
    known: _Known,
    cells: Iterable[Cell],
    hands: list[Hand],
) -> PublishedPurchases | None:
    """What is told of a year: what was last told, or what is known now where it may follow."""
    now, before = known.published, {} if kept is None else _amounts(kept)
    changed = gaps_between(before, now)
    if not (changed and may_add(changed, hands) and known.may_be_told(now, hands)):
        return kept
    row = PublishedPurchases(
        year=year,
        at=timezone.now(),
        amounts={str(key): str(amount) for key, amount in now.items()},
        enterprises=len(spending.paid(cell for cell in cells if cell.organization in now)),
    )
    return _keep(row, kept)


def _keep(row: PublishedPurchases, kept: PublishedPurchases | None) -> PublishedPurchases | None:
    """Keep what is told now; of two readers at once, what the first one was told."""
    stored = PublishedPurchases.objects.filter(year=row.year)
    if kept is None:
        values = {"at": row.at, "amounts": row.amounts, "enterprises": row.enterprises}
        return stored.get_or_create(year=row.year, defaults=values)[0]
    same = stored.filter(pk=kept.pk, at=kept.at)
    if same.update(at=row.at, amounts=row.amounts, enterprises=row.enterprises):
        return row
    return stored.first()


def _amounts(row: PublishedPurchases) -> Amounts:
    return {int(key): Decimal(amount) for key, amount in row.amounts.items()}


def _told(row: PublishedPurchases) -> PurchaseYear:
    amounts = _amounts(row)
    return PurchaseYear(
        str(row.year), len(amounts), row.enterprises, sum(amounts.values(), Decimal(0))
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


def _typed(readable: QuerySet[Organization], years: range) -> dict[int, _Typed]:
    rows = IndicatorValue.objects.filter(
        organization__in=readable, indicator__code=feeds.VALUE, period_end__year__in=list(years)
    ).order_by("period_end", "pk")
    found: dict[int, _Typed] = defaultdict(dict)
    for owner, end, value in rows.values_list("organization_id", "period_end", "value"):
        # Of two periods that end in a year, the last stands for it.
        found[end.year][owner] = value
    return found
