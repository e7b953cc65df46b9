"""What purchases say of the indicators, for `measures.indicators.feeds`."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Exists

from benefits import spending
from benefits.models import Purchase
from benefits.spending import Cell, Spending
from chantier.lib import french
from chantier.lib.addresses import address
from measures.indicators.feeds import FedKey, FedValue
from members.fiscal import FiscalYear
from members.models import Organization

VALUE, CONTRACTS, ACTIVE, NEW, SECTORS, REGIONS = "I-01", "I-03", "I-04", "I-05", "I-10", "I-11"
# I-09 is I-01 ÷ I-03: `measures` divides what stands.
CODES = (VALUE, CONTRACTS, ACTIVE, NEW, SECTORS, REGIONS)
# How many fiscal years without a payment make an EÉS new again.
LOOK_BACK = 2
Amounts = dict[int, Decimal]


def presence_of(organization: Organization) -> Exists:
    return Exists(Purchase.objects.counted().filter(organization=organization).order_by())


def values_of(organizations: Any, years: Collection[FiscalYear]) -> dict[FedKey, FedValue]:
    """The values of every fiscal year that has a purchase from an EÉS: one query."""
    return values_in(spending.spent(organizations, years_read(years)), organizations, years)


def years_read(years: Collection[FiscalYear]) -> list[FiscalYear]:
    """The years of purchases that the values of these are told from."""
    return [*years, *(year.back(LOOK_BACK) for year in years)]


def values_in(
    found: Spending, organizations: Any, years: Collection[FiscalYear]
) -> dict[FedKey, FedValue]:
    """The same of what was read already, over `years_read`."""
    asked = {year.start: year for year in years}
    slugs = _slugs(organizations)
    values: dict[FedKey, FedValue] = {}
    for organization, start in found.years:
        if start in asked:
            link = _link(slugs.get(organization), asked[start])
            told = told_of(found, organization, asked[start], link)
            values |= {(organization, code, start): value for code, value in told.items()}
    return values


def _slugs(organizations: Any) -> dict[int, str]:
    """Where the rows are, when organizations are given one by one: totals lead nowhere."""
    if not isinstance(organizations, list):
        return {}
    return {row.pk: row.slug for row in organizations if isinstance(row, Organization)}


def _link(slug: str | None, year: FiscalYear) -> str:
    if slug is None:
        return ""
    rows = address("benefits:purchase_list", org_slug=slug)
    return f"{rows}?annee={year.start.year}&suivi=rapproches"


def told_of(
    found: Spending, organization: int, year: FiscalYear, link: str = ""
) -> dict[str, FedValue]:
    """What is known of one year; `found` holds the two years before it."""
    cells = found.of(organization, year.start)
    count = sum(cell.count for cell in cells)
    words = f"d’après {french.number(count)}\u00a0achat{french.plural(count)}"

    def fed(value: Decimal | int | None, *terms: tuple[str, str], **options: Any) -> FedValue:
        exact = None if value is None else Decimal(value)
        return FedValue(exact, count, words, link, terms, **options)

    sectors, regions = spending.sectors_paid(cells), spending.regions_paid(cells)
    return {
        VALUE: _value(fed, cells),
        CONTRACTS: fed(found.contracts.get((organization, year.start), 0), *_contract_terms()),
        ACTIVE: fed(len(spending.paid(cells)), things=spending.paid(cells)),
        NEW: _new(fed, found, organization, year),
        SECTORS: fed(len(sectors), *_diversity_terms(cells), things=sectors),
        REGIONS: fed(len(regions), things=regions),
    }


def _value(fed: Callable[..., FedValue], cells: Collection[Cell]) -> FedValue:
    whole = value_of(spending.total(cells))
    return fed(whole, why="" if whole is not None else "Les notes de crédit dépassent les achats.")


def value_of(whole: Decimal) -> Decimal | None:
    """What a year of purchases says of their value: nothing where credit notes exceed them."""
    return whole if whole >= 0 else None


def standing(bought: Mapping[int, Decimal], typed: Mapping[int, Decimal | None]) -> Amounts:
    """By organization, what the value of purchases counts: typed, else what purchases say."""
    found = {owner: value_of(amount) for owner, amount in bought.items()} | dict(typed)
    return {owner: value for owner, value in found.items() if value is not None}


def _contract_terms() -> tuple[tuple[str, str], ...]:
    rule = "les achats du même numéro en font un; un achat sans numéro en fait un à lui seul"
    return (("Contrats", rule),)


def _diversity_terms(cells: Collection[Cell]) -> tuple[tuple[str, str], ...]:
    value = spending.diversity(cells)
    if value is None:
        return ()
    return (("Indice de diversité, 1 − Σ(part du secteur)²", french.number(value, 2)),)


def _new(
    fed: Callable[..., FedValue], found: Spending, organization: int, year: FiscalYear
) -> FedValue:
    """EÉS without a payment in the two fiscal years before, out of those that are active."""
    active = spending.paid(found.of(organization, year.start))
    if not _reaches_back(found, organization, year):
        why = "Les achats notés ne remontent pas aux deux années financières d’avant."
        return fed(None, why=why)
    if not active:
        return fed(None, why="Aucune EÉS active.")
    known: frozenset[int] = frozenset().union(
        *(paid for paid in _paid_before(found, organization, year))
    )
    new = len(active - known)
    value = Decimal(100 * new) / len(active)
    return fed(
        value.quantize(Decimal("0.0001"), ROUND_HALF_UP),
        ("EÉS sans paiement aux deux années financières d’avant", french.number(new)),
        ("EÉS actives", french.number(len(active))),
        numerator=Decimal(new),
        denominator=Decimal(len(active)),
    )


def _paid_before(found: Spending, organization: int, year: FiscalYear) -> list[frozenset[int]]:
    starts = [year.back(number).start for number in range(1, LOOK_BACK + 1)]
    return [spending.paid(found.of(organization, start)) for start in starts]


def _reaches_back(found: Spending, organization: int, year: FiscalYear) -> bool:
    """Whether a purchase is noted as far back as the first of the two years, or before."""
    first: datetime.date = year.back(LOOK_BACK).start
    if organization in found.have_earlier:
        return True
    return any(owner == organization and start <= first for owner, start in found.years)
