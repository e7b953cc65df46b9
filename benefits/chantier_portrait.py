"""What the organizations of the chantier buy together, told of nobody; and what nobody buys yet.

One year of reporting: the fiscal years that end in it. The organizations are those whose value of
purchases counts in the totals of the chantier (`measures.indicators.chantier`), and every sum goes
through `chantier.lib.small_groups`: three others at least, none of which makes nearly all of it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max

from benefits import feeds, spending
from benefits.models import Purchase, SocialEnterprise
from benefits.portrait import NO_SECTOR, width_of
from benefits.spending import Cell
from chantier.lib import small_groups
from chantier.lib.french import number
from measures.indicators.chantier import sharing
from measures.models import IndicatorValue
from members.fiscal import FiscalYear
from members.models import Term, User, Vocabulary

YEARS = 10
_MONTHS = range(1, 13)
_FEW, _NEARLY_ALL = "trop peu pour être dit", "presque toutes"


@dataclass(frozen=True)
class TogetherLine:
    """A sector or a region; `amount` is None where only shares may be told."""

    key: str
    label: str
    amount: Decimal | None
    share: Decimal | None
    # In words: how many organizations buy there.
    organizations: str
    width: str


@dataclass(frozen=True)
class Offer:
    """A sector of the directory, beside how many organizations buy there."""

    key: str
    label: str
    enterprises: int
    buyers: str
    rank: tuple[float, int, str]


@dataclass(frozen=True)
class ChantierPortrait:
    """Everything that the page says."""

    year: int
    choices: list[int]
    # None when they may not be told.
    organizations: int | None
    total: Decimal | None
    enterprises: int | None
    regions: int | None
    sectors: list[TogetherLine]
    by_region: list[TogetherLine]
    # Whether amounts are kept, for the value of purchases that was typed is told elsewhere.
    only_shares: bool
    offers: list[Offer]

    @classmethod
    def build(
        cls, *, user: User, for_staff: bool, today: datetime.date, asked: str
    ) -> ChantierPortrait:
        """Six queries at most: our own organizations, the last purchase, purchases, what was
        typed, the words of sectors and regions, and the directory."""
        readable = sharing(feeds.VALUE, for_staff=for_staff)
        own = frozenset(user.memberships.values_list("organization", flat=True))
        choices = [today.year - back for back in range(YEARS)]
        year = _chosen(choices, asked, readable)
        cells = spending.spent(readable, _ending_in(year)).cells
        terms = _terms()
        amounts = _by_organization(cells)
        is_told = small_groups.may_tell(amounts, own)
        # Staff read the value of each of these organizations as it is.
        kept = is_told and not for_staff
        only_shares = kept and _would_tell_typed(amounts, year, readable, own)
        table = _Table(cells, own, only_shares)
        return cls(
            year=year,
            choices=choices,
            organizations=len(amounts) if is_told else None,
            total=spending.total(cells) if is_told and not only_shares else None,
            enterprises=len(spending.paid(cells)) if is_told else None,
            regions=len(spending.regions_paid(cells)) if is_told else None,
            sectors=table.lines(lambda cell: cell.sector, terms) if is_told else [],
            by_region=table.lines(lambda cell: cell.region, terms) if is_told else [],
            only_shares=only_shares,
            offers=_offers(cells, own, terms),
        )

    @property
    def is_told(self) -> bool:
        return self.organizations is not None


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


def _by_organization(cells: Iterable[Cell]) -> dict[int, Decimal]:
    groups = spending.by(cells, lambda cell: cell.organization)
    return {organization: spending.total(group) for organization, group in groups.items()}


def _would_tell_typed(
    amounts: Mapping[int, Decimal], year: int, readable: Any, own: Collection[int]
) -> bool:
    """Whether our total, beside that of the indicator, tells of too few who typed another value.

    The page of the indicator adds what was typed where something was; the difference of the two
    sums is that of these organizations alone.
    """
    typed = IndicatorValue.objects.filter(
        organization__in=readable, indicator__code=feeds.VALUE, period_end__year=year
    ).order_by("period_end")
    gaps = {
        owner: (value or Decimal(0)) - amounts.get(owner, Decimal(0))
        for owner, value in typed.values_list("organization_id", "value")
    }
    gaps = {owner: gap for owner, gap in gaps.items() if gap and owner not in own}
    return bool(gaps) and not small_groups.may_tell(gaps)


@dataclass(frozen=True)
class _Table:
    """The cells of a year, told apart by sector or by region."""

    cells: Collection[Cell]
    own: Collection[int]
    only_shares: bool

    def lines(self, key: Callable[[Cell], Any], terms: Mapping[int, Term]) -> list[TogetherLine]:
        """The lines that may be told, the largest first, then all the others in one."""
        groups = spending.by(self.cells, key)
        told = small_groups.tellable(
            {pk: _by_organization(group) for pk, group in groups.items()}, self.own
        )
        rest = [cell for pk, group in groups.items() if pk not in told for cell in group]
        named = [_named(pk, terms) for pk in told]
        parts = [groups[pk] for pk in told]
        if rest:
            named.append(("", "Les autres, réunis pour ne désigner personne"))
            parts.append(rest)
        return self._drawn(named, parts) if told else []

    def _drawn(
        self, named: Collection[tuple[str, str]], parts: Collection[Collection[Cell]]
    ) -> list[TogetherLine]:
        amounts = [spending.total(part) for part in parts]
        longest = max([*amounts, Decimal(0)])
        everyone = len(_by_organization(self.cells))
        return [
            TogetherLine(
                key=key,
                label=label,
                amount=None if self.only_shares else amount,
                share=share,
                organizations=_number_of(_by_organization(part), everyone, self.own),
                width=width_of(amount, longest),
            )
            for (key, label), part, amount, share in zip(
                named, parts, amounts, spending.shares(amounts), strict=True
            )
        ]


def _named(pk: int | None, terms: Mapping[int, Term]) -> tuple[str, str]:
    return (terms[pk].key, terms[pk].label) if pk else ("", NO_SECTOR)


def _number_of(buyers: Collection[int], everyone: int, own: Collection[int]) -> str:
    """How many organizations buy, and by subtraction how many do not: nothing of too few."""
    others = len(set(buyers) - set(own))
    if not buyers:
        return "aucune"
    if others < small_groups.MINIMUM:
        return _FEW
    if 0 < everyone - len(buyers) < small_groups.MINIMUM:
        return _NEARLY_ALL
    return number(len(buyers))


def _offers(
    cells: Collection[Cell], own: Collection[int], terms: Mapping[int, Term]
) -> list[Offer]:
    """The sectors of the directory, those with the most EÉS for the fewest buyers first."""
    everyone = len(_by_organization(cells))
    buyers = {
        pk: {cell.organization for cell in group}
        for pk, group in spending.by(cells, lambda cell: cell.sector).items()
    }
    rows = SocialEnterprise.objects.listed().order_by().filter(sectors__isnull=False)
    counts = rows.values_list("sectors").annotate(number=Count("pk"))
    offers = [
        _offer(terms[pk], count, buyers.get(pk, set()), everyone, own)
        for pk, count in counts
        if pk in terms
    ]
    return sorted(offers, key=lambda offer: offer.rank)


def _offer(
    term: Term, enterprises: int, buyers: set[int], everyone: int, own: Collection[int]
) -> Offer:
    words = _number_of(buyers, everyone, own)
    # What may not be told sorts nothing either.
    known = {"aucune": 0, _FEW: 1, _NEARLY_ALL: everyone}.get(words, len(buyers))
    rank = (-enterprises / (known + 1), -enterprises, term.label)
    return Offer(term.key, term.label, enterprises, words, rank)
