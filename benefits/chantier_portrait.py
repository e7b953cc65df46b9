"""What the organizations of the chantier buy together, told of nobody; and what nobody buys yet.

One year of reporting: the fiscal years that end in it. The organizations are those whose value of
purchases counts in the totals of the chantier (`measures.indicators.chantier`), and every sum goes
through `chantier.lib.small_groups`: three others at least, none of which makes nearly all of it.
No sum is told up to a day of a year: asked for day after day, it would tell of one purchase.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet

from benefits import feeds, spending
from benefits.models import Purchase
from benefits.offers import Offers, offers
from benefits.spending import Cell
from benefits.together import Tables, TogetherLine, by_organization
from chantier.lib import small_groups
from measures.indicators.chantier import sharing, sharing_by_code
from measures.models import IndicatorValue
from members.fiscal import FiscalYear
from members.models import Organization, Term, User, Vocabulary

YEARS = 10
_MONTHS = range(1, 13)
_SHARED = (feeds.VALUE, feeds.ACTIVE, feeds.SECTORS, feeds.REGIONS)


@dataclass(frozen=True)
class ChantierPortrait:
    """Everything that the page says."""

    year: int
    choices: list[int]
    # Whether fiscal years that end in it are still under way.
    is_under_way: bool
    # Whether anybody bought anything, told or not.
    is_empty: bool
    # None when they may not be told.
    organizations: int | None
    total: Decimal | None
    enterprises: int | None
    sectors_paid: int | None
    regions_paid: int | None
    # Of the three EÉS that were paid most, in percent.
    share_of_largest: int | None
    sectors: list[TogetherLine]
    by_region: list[TogetherLine]
    # Whether amounts are kept, for the value of purchases that was typed is told elsewhere.
    only_shares: bool
    offers: Offers
    region_offers: Offers

    @classmethod
    def build(
        cls, *, user: User, for_staff: bool, today: datetime.date, asked: str
    ) -> ChantierPortrait:
        """Nine queries at most: our own organizations, who shares what, the last purchase,
        purchases, what was typed, the words of sectors and regions, and the directory by each."""
        sharers = sharing_by_code(_SHARED, for_staff=for_staff)
        readable = sharing(feeds.VALUE, for_staff=for_staff)
        own = frozenset(user.memberships.values_list("organization", flat=True))
        choices = [today.year - back for back in range(YEARS)]
        year = _chosen(choices, asked, readable)
        known = spending.spent(_any_of(sharers), _ending_in(year)).cells
        cells = [cell for cell in known if cell.organization in sharers[feeds.VALUE]]
        terms = _terms()
        amounts = by_organization(cells)
        is_told = small_groups.may_tell(amounts, own)
        # Staff read the value of each of these organizations as it is.
        kept = is_told and not for_staff
        only_shares = kept and _would_tell_typed(amounts, year, readable, own)
        tables = Tables(cells if is_told else (), own, only_shares)
        of_sectors, of_regions = offers(cells, own, terms)
        numbers = _Numbers(cells if is_told else (), known, sharers, own)
        return cls(
            year=year,
            choices=choices,
            is_under_way=year >= today.year,
            is_empty=not cells,
            organizations=len(amounts) if is_told else None,
            total=spending.total(cells) if is_told and not only_shares else None,
            enterprises=numbers.of(feeds.ACTIVE, spending.paid),
            sectors_paid=numbers.of(feeds.SECTORS, spending.sectors_paid),
            regions_paid=numbers.of(feeds.REGIONS, spending.regions_paid),
            share_of_largest=tables.share_of_largest,
            sectors=tables.sectors(terms),
            by_region=tables.regions(terms),
            only_shares=only_shares,
            offers=of_sectors,
            region_offers=of_regions,
        )

    @property
    def is_told(self) -> bool:
        return self.organizations is not None

    @property
    def has_masked(self) -> bool:
        """Whether amounts that exist are not told one by one."""
        return self.only_shares or any(line.is_masked for line in (*self.sectors, *self.by_region))


@dataclass(frozen=True)
class _Numbers:
    """How many EÉS, sectors and regions were paid, which indicators of their own tell too."""

    cells: Collection[Cell]
    # Of the organizations that share any of these indicators.
    known: Collection[Cell]
    sharers: Mapping[str, frozenset[int]]
    own: Collection[int]

    def of(self, code: str, paid: Callable[[Collection[Cell]], Collection[int]]) -> int | None:
        """None where the indicator, of other organizations, would tell what a few of them paid."""
        ours = by_organization(self.cells).keys() - self.own
        shared = [cell for cell in self.known if cell.organization in self.sharers[code]]
        theirs = by_organization(shared).keys() - self.own
        # Told of too few, the indicator says nothing.
        is_beside = len(theirs) >= small_groups.MINIMUM
        parts = (len(ours - theirs), len(theirs - ours)) if is_beside else ()
        if not (ours and small_groups.may_stand_with_total(parts)):
            return None
        return len(paid(self.cells))


def _any_of(sharers: Mapping[str, frozenset[int]]) -> QuerySet[Organization]:
    return Organization.objects.filter(pk__in=frozenset().union(*sharers.values())).order_by()


def _chosen(choices: list[int], asked: str, readable: Any) -> int:
    """The year that the address asks for, else that of the last purchase."""
    found = next((year for year in choices if str(year) == asked), None)
    if found is not None:
        return found
    rows = Purchase.objects.counted().filter(organization__in=readable)
    last = rows.aggregate(last=Max("purchased_on"))["last"]
    return max(min(last.year, choices[0]), choices[-1]) if last else choices[0]


def _ending_in(year: int) -> list[FiscalYear]:
    """The fiscal years that end in a year of reporting, by the month that they begin in."""
    return [FiscalYear.beginning(year if month == 1 else year - 1, month) for month in _MONTHS]


def _terms() -> dict[int, Term]:
    rows = Term.objects.filter(vocabulary__in=(Vocabulary.SECTOR, Vocabulary.REGION))
    return {row.pk: row for row in rows}


def _would_tell_typed(
    amounts: Mapping[int, Decimal], year: int, readable: Any, own: Collection[int]
) -> bool:
    """Whether our total, beside that of the indicator, tells of too few who typed another value.

    The page of the indicator adds what was typed where something was, and leaves out those whose
    credit notes exceed their purchases; the difference of the two sums is that of these alone.
    """
    rows = IndicatorValue.objects.filter(
        organization__in=readable, indicator__code=feeds.VALUE, period_end__year=year
    ).order_by("period_end")
    typed = dict(rows.values_list("organization_id", "value"))
    gaps = small_groups.gaps_between(amounts, feeds.standing(amounts, typed))
    gaps = {owner: gap for owner, gap in gaps.items() if gap and owner not in own}
    return bool(gaps) and not small_groups.may_tell(gaps)
