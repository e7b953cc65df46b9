"""How strong the evidence of a benefit is: who observed it, what was verified, what it amounts to.

The one definition of these figures, for the inventory, its pages and what is made of them. They
count what active organizations show to the coordination; sums and means hold verified values only.
They stand as they were last told (`benefits.observed.publication`), so that no difference from one
day to the next is the value of one organization.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils import timezone

from benefits.models import PublishedStrength
from benefits.observed.secrecy import Hand, may_add, may_count, may_stand, read_hands
from benefits.observed.tallies import (
    Tally,
    by_organization,
    contents_of,
    hidden_from,
    tallies_by_benefit,
    who,
)
from benefits.observed.units import is_added, is_share
from chantier.lib import french


@dataclass(frozen=True)
class Strength:
    """What may be told of the observations of a benefit; None where it may not."""

    organizations: int | None = None
    observations: int | None = None
    verified: int | None = None
    value: Decimal | None = None
    unit: str = ""
    is_sum: bool = False
    # Whether stories may be quoted without a name, and whether one is quoted with a name.
    may_quote_unnamed: bool = field(default=False, compare=False)
    has_named: bool = False
    # The day of these figures.
    told_on: datetime.date | None = field(default=None, compare=False)

    def __bool__(self) -> bool:
        return self.organizations is not None

    @property
    def is_observed(self) -> bool:
        """Whether anything at all is said of observations."""
        return bool(self) or self.has_named

    @property
    def quantity(self) -> str:
        return "" if self.value is None else french.quantity(self.value, self.unit)

    @property
    def combination(self) -> str:
        return "Somme des valeurs vérifiées" if self.is_sum else "Moyenne des valeurs vérifiées"

    def __str__(self) -> str:
        """« observé par 5 organisations, 8 bénéfices observés dont 6 vérifiés »."""
        if self.organizations is None or self.observations is None:
            return ""
        number, many = self.observations, french.plural(self.observations)
        text = (
            f"observé par {french.number(self.organizations)}\u00a0organisations, "
            f"{french.number(number)}\u00a0bénéfice{many} observé{many}"
        )
        if self.verified is None:
            return text
        if not self.verified:
            return f"{text}, aucun vérifié"
        return f"{text} dont {french.number(self.verified)}\u00a0vérifié" + french.plural(
            self.verified
        )


NOTHING_TOLD = Strength()


def strengths(benefits: Collection[int] | None = None) -> dict[int, Strength]:
    """What may be told of each benefit by its key, in three queries; `benefits` narrows them.

    One without any observation is absent.
    """
    live = tallies_by_benefit(benefits)
    published = PublishedStrength.objects.select_related("benefit").filter(benefit__in=list(live))
    kept = {row.benefit_id: row for row in published.order_by()}
    hands = read_hands()
    return {key: _strength(found, kept.get(key), hands) for key, found in live.items()}


def _strength(live: list[Tally], kept: PublishedStrength | None, hands: list[Hand]) -> Strength:
    """Quotes as they stand, for consent has its effect at once; figures as last told."""
    quotes = _quotes(live, hands)
    if kept is None:
        return quotes
    held = [Tally.read(value) for value in kept.tallies]
    if is_reduced(held, live):
        return quotes
    figures = figures_of(held, kept.benefit.unit, hands)
    return replace(
        figures,
        has_named=quotes.has_named,
        may_quote_unnamed=quotes.may_quote_unnamed,
        told_on=timezone.localtime(kept.at).date() if figures else None,
    )


def _quotes(tallies: list[Tally], hands: list[Hand]) -> Strength:
    named = who(tallies, lambda row: row.named > 0)
    return Strength(
        has_named=bool(named),
        # Those whose name stands beside a quote are not who nobody names.
        may_quote_unnamed=may_count(who(tallies) - named, hands),
    )


def is_reduced(held: list[Tally], live: list[Tally]) -> bool:
    """Whether something that figures held is no more there, is verified no more, or opened.

    What an organization took back is told no longer; what it opened could be taken away from the
    figures.
    """
    now, nothing = contents_of(live), (0, 0, 0, Decimal(0))
    return any(
        now.get(key, nothing)[0] < number or now.get(key, nothing)[1] < verified
        for key, (number, verified, _, _) in contents_of(held).items()
    )


def figures_of(tallies: list[Tally], unit: str, hands: list[Hand]) -> Strength:
    """What may be told of some observations of one benefit."""
    everybody = who(tallies)
    # Beside what is read row by row, the total tells the others.
    if not (may_count(everybody, hands) and may_stand(map(who, hidden_from(tallies)), hands)):
        return NOTHING_TOLD
    return Strength(
        organizations=len(everybody),
        observations=sum(row.number for row in tallies),
        verified=_verified(tallies, hands),
        value=_value(tallies, unit, hands),
        unit=unit,
        is_sum=is_added(unit),
    )


def _verified(tallies: list[Tally], hands: list[Hand]) -> int | None:
    """Beside the total, those verified tell those that are not."""
    parts = [
        who(rows, lambda row, state=state: row.is_verified == state)  # type: ignore[misc]
        for rows in (tallies, *hidden_from(tallies))
        for state in (True, False)
    ]
    if not may_stand(parts, hands):
        return None
    return sum(row.number for row in tallies if row.is_verified)


def _value(tallies: list[Tally], unit: str, hands: list[Hand]) -> Decimal | None:
    """The sum of the verified values, or their mean where the unit is not added up."""
    rows = [row for row in tallies if row.is_verified and row.measured]
    if not rows:
        return None
    parts = (rows, *hidden_from(rows))
    if not all(may_tell_values(part, unit, hands) for part in parts if part):
        return None
    total = sum((row.total for row in rows), Decimal(0))
    if is_added(unit):
        return total.quantize(Decimal("0.01"))
    return (total / sum(row.measured for row in rows)).quantize(Decimal("0.1"))


def may_tell_values(rows: list[Tally], unit: str, hands: list[Hand]) -> bool:
    amounts = by_organization(rows, lambda row: row.total)
    if not may_add(amounts, hands):
        return False
    # A mean near 100 % tells what each one said, as a mean near zero does.
    return not is_share(unit) or may_add(
        by_organization(rows, lambda row: 100 * row.measured - row.total), hands
    )
