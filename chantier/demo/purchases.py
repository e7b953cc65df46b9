"""What the fictional members bought from fictional enterprises, over three years and some.

Those who reported on the first year of the chantier noted what they had bought then, and before.
"""

import datetime
import random
import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from benefits.actions.purchases import ADDED, state_of
from benefits.models import Purchase, SocialEnterprise
from benefits.names import supplier_key
from benefits.purchasing import fingerprint, sole_sectors
from chantier.demo.dates import at_office, between, days
from chantier.lib import seeds
from chantier.lib.french import typeset
from measures.actions.audit import subject_of
from measures.indicators.lines import year_of_cycle
from members.fiscal import FiscalYear, fiscal_years
from members.models import AuditEntry, Cycle, Organization, Term, User

_PURCHASES = Path(__file__).parent / "purchases.toml"
_WHOLE_YEARS = 3
# Of a hundred purchases: what the books spell their own way, what nobody has tied to an EÉS yet,
# what a credit note takes back, what comes from no EÉS, and what lacks its mode.
_OWN_SPELLING, _UNMATCHED, _CREDIT, _OTHER, _NO_MODE = 25, 40, 4, 9, 12


@dataclass(frozen=True)
class _Sale:
    """One thing that a supplier sells."""

    names: list[str]
    enterprise: SocialEnterprise | None
    kind: str
    what: tuple[str, int, int, str]


@dataclass
class _Market:
    """What may be bought, and the terms that say how."""

    sales: dict[str, list[_Sale]]
    others: list[_Sale]
    terms: dict[str, Term]
    sectors: dict[int, int]
    rng: random.Random
    today: datetime.date
    counts: dict[str, int] = field(default_factory=dict)
    # Of a hundred purchases, those whose books spell the supplier their own way.
    own_spelling: int = _OWN_SPELLING


def ensure_purchases(
    organizations: list[Organization],
    teams: dict[int, list[User]],
    first: Cycle,
    *,
    today: datetime.date,
) -> None:
    """Once: what people note in the demonstration afterwards stays."""
    if Purchase.objects.filter(organization__in=organizations).exists():
        return
    told = tomllib.loads(_PURCHASES.read_text(encoding="utf-8"))
    by_slug = {organization.slug: organization for organization in organizations}
    market = _market(told, today)
    for buyer in told["buyer"]:
        organization = by_slug[buyer["organization"]]
        _keep(list(_bought(market, buyer, organization, teams[organization.pk][0])), market)
    rng = random.Random(202_020)  # noqa: S311 - a fixed draw, not a secret
    # Noted from accounts that were closed: every supplier is known.
    early = replace(market, rng=rng, own_spelling=0)
    for buyer in told["buyer"]:
        organization = by_slug[buyer["organization"]]
        by = teams[organization.pk][0]
        _keep(list(_bought_first(early, buyer, organization, first, by)), early)


def _market(told: dict[str, Any], today: datetime.date) -> _Market:
    enterprises = {row.code: row for row in SocialEnterprise.objects.filter(is_fictional=True)}
    sales = {
        item["code"]: [
            _Sale(item["names"], enterprises[item["code"]], item["kind"], tuple(what))
            for what in item["sales"]
        ]
        for item in told["enterprise"]
    }
    others = [
        _Sale([item["name"]], None, "approvisionnement", tuple(item["sale"]))
        for item in told["supplier"]
    ]
    sectors = sole_sectors(row.pk for row in enterprises.values())
    rng = random.Random(202_106)  # noqa: S311 - a fixed draw, not a secret
    return _Market(sales, others, seeds.by_code(Term), sectors, rng, today)


def _bought(
    market: _Market, buyer: dict[str, Any], organization: Organization, by: User
) -> Iterator[Purchase]:
    """The purchases of one buyer, year by year; the current year as far as it has gone."""
    years = fiscal_years(organization, until=market.today, count=_WHOLE_YEARS + 1)
    for year, number in zip(years, [*buyer["years"], buyer["years"][-1]], strict=True):
        gone = min(year.end, market.today - days(1))
        share = max(0, (gone - year.start).days) / (year.end - year.start).days
        for _ in range(round(number * share)):
            yield _one(market, buyer, organization, FiscalYear(year.start, gone), by)


def _bought_first(
    market: _Market, buyer: dict[str, Any], organization: Organization, first: Cycle, by: User
) -> Iterator[Purchase]:
    """What was bought in the year that the first report is on, and in the one before."""
    year = year_of_cycle(organization, first)
    before, during = buyer.get("first", (0, 0))
    for period, number in ((year.back(1), before), (year, during)):
        for _ in range(number):
            yield _one(market, buyer, organization, period, by)


def _one(
    market: _Market, buyer: dict[str, Any], organization: Organization, year: FiscalYear, by: User
) -> Purchase:
    rng = market.rng
    is_other = rng.randint(1, 100) <= _OTHER
    sale = rng.choice(market.others if is_other else market.sales[rng.choice(buyer["enterprises"])])
    spelled = (
        rng.choice(sale.names) if rng.randint(1, 100) <= market.own_spelling else sale.names[0]
    )
    is_tied = spelled == sale.names[0] or rng.randint(1, 100) > _UNMATCHED
    enterprise = sale.enterprise if is_tied else None
    what, low, high, mode = sale.what
    day = between(rng, year.start, year.end)
    cents = rng.choice((0, 0, 0, 25, 50, 75, 95))
    amount = Decimal(rng.randint(low, high)) + Decimal(cents) / 100
    is_credit = rng.randint(1, 100) <= _CREDIT
    if is_credit:
        what, amount = (
            f"Note de crédit, {what[:1].lower()}{what[1:]}",
            -(amount / 10).quantize(Decimal("0.01")),
        )
    sector = market.sectors.get(enterprise.pk) if enterprise else None
    says_mode = rng.randint(1, 100) > _NO_MODE
    return Purchase(
        organization=organization,
        enterprise=enterprise,
        supplier_name=spelled,
        purchased_on=day,
        amount=amount,
        sector=next((term for term in market.terms.values() if term.pk == sector), None),
        mode=market.terms[f"procurement_mode:{mode}"] if says_mode else None,
        contract_kind=market.terms[f"contract_kind:{sale.kind}"],
        reference=_reference(market, buyer["prefix"], day),
        description=typeset(what),
        created_by=by,
    )


def _reference(market: _Market, prefix: str, day: datetime.date) -> str:
    """« BC-2021-014 »: numbered as they come."""
    start = f"{prefix}-{day.year}"
    market.counts[start] = market.counts.get(start, 0) + 1
    return f"{start}-{market.counts[start]:03}"


def _keep(purchases: list[Purchase], market: _Market) -> None:
    """Write them at once, each with the line of journal that its form would have written."""
    for row in purchases:
        row.submission_key = uuid.uuid4()
        row.fingerprint = fingerprint(
            supplier_key=supplier_key(row.supplier_name, row.supplier_neq),
            purchased_on=row.purchased_on,
            amount=row.amount,
            reference=row.reference,
        )
        row.set_search_text()
    Purchase.objects.bulk_create(purchases)
    lines = []
    for row in purchases:
        noted = min(row.purchased_on + days(market.rng.randint(2, 20)), market.today - days(1))
        moment = at_office(market.rng, noted)
        row.created_at = row.updated_at = moment
        after = state_of(row, ()) | {"version": 1, "submission_key": row.submission_key}
        lines.append(
            AuditEntry(
                actor=row.created_by,
                organization=row.organization,
                action=ADDED,
                subject=subject_of(row),
                after=after,
            )
        )
    AuditEntry.objects.bulk_create(lines)
    for row, line in zip(purchases, lines, strict=True):
        line.at = row.created_at
    Purchase.objects.bulk_update(purchases, ["created_at", "updated_at"], batch_size=200)
    AuditEntry.objects.bulk_update(lines, ["at"], batch_size=200)
