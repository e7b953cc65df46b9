"""Where the purchases of an organization go: by sector, by region, by EÉS, year by year."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count

from benefits import feeds, spending
from benefits.models import Purchase, SocialEnterprise
from benefits.spending import Cell, Spending
from chantier.lib import french
from chantier.lib.trends import Trend, draw
from measures.indicators.feeds import FedValue
from measures.indicators.series import short_label
from members.fiscal import FiscalYear, fiscal_years
from members.models import Organization, Term

# The years that one may choose, and those of the trend.
YEARS, _OF_TREND = 10, 5
_MOST_SUPPLIERS = 10
NO_SECTOR = "Secteur non précisé"


@dataclass(frozen=True)
class Part:
    """A sector, a region or an EÉS: what it has of the total, and had the year before."""

    key: str
    label: str
    amount: Decimal
    share: Decimal | None
    count: int
    enterprises: int
    before: Decimal
    # In percent of the longest bar of the table.
    width: str
    width_before: str


@dataclass(frozen=True)
class YearTotal:
    """A fiscal year of the trend; None when no purchase of it is known."""

    year: FiscalYear
    amount: Decimal | None
    enterprises: int | None
    is_under_way: bool

    @property
    def label(self) -> str:
        return f"{self.year.label} (en cours)" if self.is_under_way else self.year.label


@dataclass(frozen=True)
class Headline:
    """A figure at the head of the page, and that of the year before; both in words.

    Of a year under way, `before` is of the same months, and `whole_before` of the twelve.
    """

    label: str
    text: str
    before: str
    whole_before: str
    why: str = ""


@dataclass(frozen=True)
class Unmatched:
    """What counts nowhere yet: nobody has said which EÉS the supplier is, if any."""

    count: int
    amount: Decimal


@dataclass(frozen=True)
class Compared:
    """What a year is compared with: the one before, or its same months while it is under way."""

    # The purchases, those of the year before up to the same day where the year is under way.
    spending: Spending
    is_under_way: bool
    # Whether any purchase of the year before is known.
    is_known: bool
    # The last days of what is compared.
    until: datetime.date
    until_before: datetime.date

    @classmethod
    def build(
        cls, found: Spending, organization: Organization, year: FiscalYear, today: datetime.date
    ) -> Compared:
        before = year.back(1)
        is_known = bool(found.of(organization.pk, before.start))
        if not year.start <= today <= year.end:
            return cls(found, False, is_known, year.end, before.end)
        day = _year_before(today)
        of_months = spending.spent([organization], [before], until=day)
        return cls(found.with_year(before.start, of_months), True, is_known, today, day)


def _year_before(day: datetime.date) -> datetime.date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        # A 29 February.
        return day.replace(year=day.year - 1, day=28)


@dataclass(frozen=True)
class Portrait:
    """Everything that the page of one fiscal year says."""

    organization: Organization
    year: FiscalYear
    before: FiscalYear
    compared: Compared
    # Those with purchases, newest first.
    choices: list[FiscalYear]
    # The year that holds today.
    under_way: FiscalYear
    headlines: list[Headline]
    total: Decimal
    total_before: Decimal
    # 1 − Σ(share of a sector)², of both years.
    diversity: Decimal | None
    diversity_before: Decimal | None
    sectors: list[Part]
    regions: list[Part]
    suppliers: list[Part]
    years: list[YearTotal]
    unmatched: Unmatched

    @classmethod
    def build(
        cls, organization: Organization, *, today: datetime.date, asked: str = ""
    ) -> Portrait:
        """Four queries: purchases, the words of sectors and regions, EÉS, and what is unmatched.

        One more for a year under way, which is compared with the same months of the one before.
        """
        years = fiscal_years(organization, until=today, count=YEARS + feeds.LOOK_BACK)
        found = spending.spent([organization], years)
        with_rows = [year for year in years[::-1] if found.of(organization.pk, year.start)]
        choices = with_rows[:YEARS]
        year = _chosen(choices, years[-1], asked)
        compared = Compared.build(found, organization, year, today)
        cells = found.of(organization.pk, year.start)
        earlier = compared.spending.of(organization.pk, year.back(1).start)
        words = _words(cells, earlier)
        return cls(
            organization=organization,
            year=year,
            before=year.back(1),
            compared=compared,
            choices=choices,
            under_way=years[-1],
            headlines=_headlines(found, compared, organization.pk, year),
            total=spending.total(cells),
            total_before=spending.total(earlier),
            diversity=spending.diversity(cells),
            diversity_before=spending.diversity(earlier),
            sectors=_parts(cells, earlier, lambda cell: cell.sector, words),
            regions=_parts(cells, earlier, lambda cell: cell.region, words),
            suppliers=_suppliers(cells, earlier, year),
            years=_years(found, organization, year, today),
            unmatched=_unmatched(organization, year),
        )

    @property
    def is_empty(self) -> bool:
        return not self.choices

    @property
    def compared_label(self) -> str:
        """« 2020 », or « 2020, mêmes mois » beside a year under way."""
        return (
            f"{self.before.label}, mêmes mois" if self.compared.is_under_way else self.before.label
        )

    @property
    def chart(self) -> Trend | None:
        return draw([(short_label(row.year), row.amount) for row in self.years])

    @property
    def in_words(self) -> str:
        """What the trend shows, for those who do not see it."""
        rows = (f"{row.label}\u00a0: {french.dollars(row.amount)}" for row in self.years)
        return "; ".join(rows) + "."


def _chosen(choices: Sequence[FiscalYear], current: FiscalYear, asked: str) -> FiscalYear:
    """The year that the address asks for, else the last one with purchases."""
    found = next((year for year in choices if str(year.start.year) == asked), None)
    return found or (choices[0] if choices else current)


_Written = Callable[[Decimal | None], str]
_HEADLINES: tuple[tuple[str, str, _Written], ...] = (
    (feeds.VALUE, "Achats auprès d’EÉS", french.dollars),
    (feeds.CONTRACTS, "Contrats", french.number),
    (feeds.ACTIVE, "EÉS payées", french.number),
    (feeds.NEW, "Nouvelles EÉS parmi elles", french.percent),
    (feeds.SECTORS, "Secteurs", french.number),
    (feeds.REGIONS, "Régions sur 17", french.number),
)


def _headlines(
    found: Spending, compared: Compared, organization: int, year: FiscalYear
) -> list[Headline]:
    now = feeds.told_of(found, organization, year)
    whole = feeds.told_of(found, organization, year.back(1))
    before = feeds.told_of(compared.spending, organization, year.back(1))

    def text(values: Mapping[str, FedValue], code: str, written: _Written) -> str:
        # Of a year without any purchase noted, nothing is known: it is not zero.
        return written(values[code].value if compared.is_known else None)

    return [
        Headline(
            label,
            written(now[code].value),
            text(before, code, written),
            text(whole, code, written),
            why=now[code].why,
        )
        for code, label, written in _HEADLINES
    ]


def _words(*cells: Iterable[Cell]) -> dict[int, Term]:
    """The sectors and the regions of these cells."""
    every = [cell for group in cells for cell in group]
    pks = {cell.sector for cell in every} | {cell.region for cell in every}
    return Term.objects.in_bulk(pk for pk in pks if pk is not None)


def _parts(
    cells: Sequence[Cell],
    earlier: Sequence[Cell],
    key: Callable[[Cell], Any],
    words: Mapping[int, Term],
) -> list[Part]:
    """Every line of a table, the largest first: they add to what was spent."""
    groups, groups_before = spending.by(cells, key), spending.by(earlier, key)
    keys = sorted(
        {**groups, **groups_before},
        key=lambda pk: (-spending.total(groups.get(pk, ())), words[pk].order if pk else 999),
    )
    named = [(words[pk].key, words[pk].label) if pk else ("", NO_SECTOR) for pk in keys]
    return lines(
        named, [groups.get(pk, []) for pk in keys], [groups_before.get(pk, []) for pk in keys]
    )


def lines(
    named: Sequence[tuple[str, str]],
    groups: Sequence[Sequence[Cell]],
    groups_before: Sequence[Sequence[Cell]],
) -> list[Part]:
    """The lines of a table, whose groups hold all that was spent."""
    amounts = [spending.total(group) for group in groups]
    before = [spending.total(group) for group in groups_before]
    longest = max([*amounts, *before, Decimal(0)])
    rows = zip(named, groups, amounts, spending.shares(amounts), before, strict=True)
    return [
        Part(
            key=key,
            label=label,
            amount=amount,
            share=share,
            count=sum(cell.count for cell in group),
            enterprises=len(spending.paid(group)),
            before=earlier,
            width=width_of(amount, longest),
            width_before=width_of(earlier, longest),
        )
        for (key, label), group, amount, share, earlier in rows
    ]


def width_of(amount: Decimal, longest: Decimal) -> str:
    """As SVG takes it; nothing is drawn of a credit note."""
    if longest <= 0 or amount <= 0:
        return "0%"
    return f"{100 * amount / longest:.2f}%"


def _suppliers(cells: Sequence[Cell], earlier: Sequence[Cell], year: FiscalYear) -> list[Part]:
    """The largest EÉS of the year, all the others in one line, and those of the year before."""
    groups = spending.by(cells, lambda cell: cell.enterprise)
    groups_before = spending.by(earlier, lambda cell: cell.enterprise)
    keys = sorted(groups, key=lambda pk: (-spending.total(groups[pk]), pk))
    told, rest = keys[:_MOST_SUPPLIERS], keys[_MOST_SUPPLIERS:]
    rows = SocialEnterprise.objects.only("name", "slug").in_bulk(told)
    named = [(rows[pk].slug, rows[pk].name) for pk in told]
    parts = [groups[pk] for pk in told]
    before = [groups_before.get(pk, []) for pk in told]
    if rest:
        many = french.plural(len(rest))
        named.append(("", f"{len(rest)}\u00a0autre{many} EÉS"))
        parts.append([cell for pk in rest for cell in groups[pk]])
        before.append([cell for pk in rest for cell in groups_before.get(pk, ())])
    gone = [cell for pk, group in groups_before.items() if pk not in groups for cell in group]
    if gone:
        named.append(("", f"EÉS sans achat en {year.label}"))
        parts.append([])
        before.append(gone)
    return lines(named, parts, before)


def _years(
    found: Spending, organization: Organization, last: FiscalYear, today: datetime.date
) -> list[YearTotal]:
    rows = []
    for year in (last.back(back) for back in reversed(range(_OF_TREND))):
        cells = found.of(organization.pk, year.start)
        amount = spending.total(cells) if cells else None
        number = len(spending.paid(cells)) if cells else None
        rows.append(YearTotal(year, amount, number, year.start <= today <= year.end))
    return rows


def _unmatched(organization: Organization, year: FiscalYear) -> Unmatched:
    rows = Purchase.objects.filter(organization=organization, enterprise=None)
    found = (
        rows.between(year.start, year.end)
        .order_by()
        .aggregate(number=Count("pk"), cents=spending.CENTS)
    )
    return Unmatched(found["number"], spending.dollars_of(found["cents"]))
