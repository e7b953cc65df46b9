"""What organizations spent at EÉS, fiscal year by fiscal year: one reading for every page.

Every cell is of one organization, one fiscal year, one EÉS and one sector, and an EÉS has one
region: whatever the cells are added by, the total is what was spent. Money is added in cents, as
whole numbers, by the database.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    F,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Round

from benefits.models import Purchase
from chantier.lib.statements import ANY, Statement
from members.fiscal import FiscalYear

# The sum of amounts, in whole cents: exact in every database.
CENTS = Sum(Cast(Round(F("amount") * 100), BigIntegerField()))
_CELL = ("organization_id", "begins", "enterprise_id", "enterprise__region_id", "sector_id")
_BEFORE = datetime.date(1900, 1, 1)
Periods = dict[int, list[FiscalYear]]


def dollars_of(cents: int | None) -> Decimal:
    return Decimal(cents or 0).scaleb(-2)


@dataclass(frozen=True)
class Cell:
    """What one organization spent at one EÉS, in one sector, in one fiscal year."""

    organization: int
    start: datetime.date
    enterprise: int
    region: int
    # None where the purchase does not say.
    sector: int | None
    amount: Decimal
    # Rows, and those that are no credit note.
    count: int
    payments: int


@dataclass(frozen=True)
class Spending:
    """The cells of some organizations over some fiscal years, and what cells cannot count."""

    cells: tuple[Cell, ...]
    # Distinct contracts, by organization and first day of the year.
    contracts: dict[tuple[int, datetime.date], int]
    # The organizations that have purchases before those years.
    have_earlier: frozenset[int]

    @cached_property
    def _by_year(self) -> dict[tuple[int, datetime.date], list[Cell]]:
        return by(self.cells, lambda cell: (cell.organization, cell.start))

    @property
    def years(self) -> Iterable[tuple[int, datetime.date]]:
        return self._by_year.keys()

    def of(self, organization: int, start: datetime.date) -> list[Cell]:
        return self._by_year.get((organization, start), [])

    def with_year(self, start: datetime.date, year: Spending) -> Spending:
        """The same with one year as `year` tells it, such as its first months alone."""
        kept = {key: count for key, count in self.contracts.items() if key[1] != start}
        return Spending(
            tuple(cell for cell in self.cells if cell.start != start) + year.cells,
            kept | year.contracts,
            self.have_earlier,
        )


def spent(
    organizations: Any, years: Collection[FiscalYear], until: datetime.date | None = None
) -> Spending:
    """What `organizations`, rows or a query set, bought from EÉS in `years`: one query.

    Up to the day `until`, that day included, where there is one.

    Each organization counts in the years that begin in its own month. A contract is a distinct
    reference, and a purchase without one is a contract by itself; a credit note is none.
    """
    periods = _by_month(years)
    if not periods:
        return Spending((), {}, frozenset())
    if until is None and isinstance(organizations, list) and len(organizations) == 1:
        found = _of_one(frozenset(years)).fetch(organizations[0].pk)
    else:
        found = list(_rows(organizations, periods, until))
    of_years = [row for row in found if row[2] is None]
    return Spending(
        cells=tuple(_cell(*row) for row in found if row[2] is not None),
        contracts={(row[0], row[1]): row[7] for row in of_years if row[1] != _BEFORE},
        have_earlier=frozenset(row[0] for row in of_years if row[1] == _BEFORE),
    )


def _rows(
    organizations: Any, periods: Periods, until: datetime.date | None = None
) -> QuerySet[Any]:
    up_to = Q() if until is None else Q(purchased_on__lte=until)
    rows = (
        Purchase.objects.counted()
        .filter(_until_last(periods), up_to, organization__in=organizations)
        .order_by()
        .annotate(begins=_beginning(periods))
    )
    return _cells(rows).union(_of_years(rows), all=True)


@lru_cache(maxsize=64)
def _of_one(years: frozenset[FiscalYear]) -> Statement:
    """The same rows of one organization: writing them in SQL takes longer than reading them."""
    return Statement(lambda: _rows([ANY], _by_month(years)))


def _cell(
    organization: int,
    start: datetime.date,
    enterprise: int,
    region: int,
    sector: int | None,
    cents: int,
    count: int,
    payments: int,
) -> Cell:
    amount = dollars_of(cents)
    return Cell(organization, start, enterprise, region, sector, amount, count, payments)


def _by_month(years: Collection[FiscalYear]) -> dict[int, list[FiscalYear]]:
    """The years by the month that they begin in, without a gap, oldest first."""
    starts: dict[int, list[int]] = {}
    for year in years:
        starts.setdefault(year.start.month, []).append(year.start.year)
    return {
        month: [FiscalYear.beginning(year, month) for year in range(min(found), max(found) + 1)]
        for month, found in starts.items()
    }


def _until_last(periods: Periods) -> Q:
    until = Q()
    for month, years in periods.items():
        until |= Q(organization__fiscal_year_start_month=month, purchased_on__lte=years[-1].end)
    return until


def _beginning(periods: Periods) -> Case:
    """The first day of the fiscal year of a purchase; `_BEFORE` before the first."""
    whens = [
        When(
            organization__fiscal_year_start_month=month,
            purchased_on__range=(year.start, year.end),
            then=Value(year.start),
        )
        for month, years in periods.items()
        for year in years
    ]
    return Case(*whens, default=Value(_BEFORE), output_field=DateField())


def _cells(rows: QuerySet[Any]) -> QuerySet[Any]:
    return (
        rows.exclude(begins=_BEFORE)
        .values(*_CELL)
        .annotate(
            cents=CENTS,
            number=Count("pk"),
            payments=Count("pk", filter=Q(amount__gt=0)),
        )
        .values_list(*_CELL, "cents", "number", "payments")
    )


def _of_years(rows: QuerySet[Any]) -> QuerySet[Any]:
    """As many columns as the cells, of which an EÉS is never None."""
    nothing = [Value(None, output_field=BigIntegerField()) for _ in range(5)]
    is_payment = Q(amount__gt=0)
    has_reference = is_payment & ~Q(reference="")
    contracts = Count("reference", distinct=True, filter=has_reference) + Count(
        "pk", filter=is_payment & Q(reference="")
    )
    return (
        rows.values("organization_id", "begins")
        .annotate(contracts=contracts)
        .values_list("organization_id", "begins", *nothing, "contracts")
    )


# --- What cells say together ------------------------------------------------------------------


def total(cells: Iterable[Cell]) -> Decimal:
    return sum((cell.amount for cell in cells), Decimal("0.00"))


def by(cells: Iterable[Cell], key: Callable[[Cell], Hashable]) -> dict[Any, list[Cell]]:
    """The cells apart, as `key` parts them: each is in one group, so that nothing counts twice."""
    groups: dict[Any, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(key(cell), []).append(cell)
    return groups


def paid(cells: Iterable[Cell]) -> frozenset[int]:
    """The EÉS that were paid at least once: a credit note alone is no payment."""
    return frozenset(cell.enterprise for cell in cells if cell.payments)


def sectors_paid(cells: Iterable[Cell]) -> frozenset[int]:
    return frozenset(cell.sector for cell in cells if cell.payments and cell.sector is not None)


def regions_paid(cells: Iterable[Cell]) -> frozenset[int]:
    return frozenset(cell.region for cell in cells if cell.payments)


def diversity(cells: Iterable[Cell]) -> Decimal | None:
    """1 − Σ(share of a sector)², to two digits: near 0, all in one sector.

    What has no sector is one more. None without a total, or where a credit note makes one of the
    shares fall under zero.
    """
    amounts = [total(group) for group in by(cells, lambda cell: cell.sector).values()]
    whole = sum(amounts, Decimal(0))
    if whole <= 0 or min(amounts) < 0:
        return None
    concentration = sum(((amount / whole) ** 2 for amount in amounts), Decimal(0))
    return (1 - concentration).quantize(Decimal("0.01"), ROUND_HALF_UP)


def shares(amounts: Collection[Decimal]) -> list[Decimal | None]:
    """In percent, to one digit, that add to 100: the largest remainders take what is left.

    None where the total is not above zero.
    """
    whole = sum(amounts, Decimal(0))
    if whole <= 0:
        return [None] * len(amounts)
    exact = [amount * 1000 / whole for amount in amounts]
    parts = [share.to_integral_value(ROUND_FLOOR) for share in exact]
    left = int(1000 - sum(parts))
    largest = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in largest[:left]:
        parts[index] += 1
    return [part.scaleb(-1) for part in parts]
