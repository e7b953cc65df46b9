"""How strong the evidence of a benefit is: who observed it, what was verified, what it amounts to.

The one definition of these figures, for the inventory, its pages and what is made of them. They
count what active organizations show to the coordination; sums and means hold verified values only.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from benefits.models import ObservedBenefit
from benefits.observed.secrecy import Hand, may_add, may_count, may_stand, read_hands
from benefits.observed.units import is_added, is_share
from chantier.lib import french


@dataclass(frozen=True)
class Tally:
    """The observations of one organization, of one openness and state of verification."""

    organization: int
    is_open: bool
    is_verified: bool
    number: int
    measured: int
    total: Decimal
    # Those that may be quoted with its name.
    named: int


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
        """« observé par 5 organisations, 8 observations dont 6 vérifiées »."""
        if self.organizations is None or self.observations is None:
            return ""
        number = self.observations
        text = (
            f"observé par {french.number(self.organizations)}\u00a0organisations, "
            f"{french.number(number)}\u00a0observation{french.plural(number)}"
        )
        if self.verified is None:
            return text
        if not self.verified:
            return f"{text}, aucune vérifiée"
        return f"{text} dont {french.number(self.verified)}\u00a0vérifiée" + french.plural(
            self.verified
        )


NOTHING_TOLD = Strength()


def strengths(benefits: Iterable[int] | None = None) -> dict[int, Strength]:
    """What may be told of each benefit by its key, in two queries; `benefits` narrows them.

    One without any observation is absent.
    """
    rows = ObservedBenefit.objects.shared()
    if benefits is not None:
        rows = rows.filter(benefit__in=benefits)
    tallies: dict[int, list[Tally]] = defaultdict(list)
    units: dict[int, str] = {}
    for row in rows.tallied():
        tallies[row["benefit_id"]].append(_tally(row))
        units[row["benefit_id"]] = row["unit"]
    hands = read_hands()
    return {key: strength_of(found, units[key], hands) for key, found in tallies.items()}


def _tally(row: Any) -> Tally:
    return Tally(
        row["organization_id"],
        is_open=bool(row["is_open"]),
        is_verified=bool(row["is_verified"]),
        number=row["number"],
        measured=row["measured"],
        total=Decimal(row["total"] or 0),
        named=row["named"],
    )


def strength_of(tallies: list[Tally], unit: str, hands: list[Hand]) -> Strength:
    """What may be told of one benefit."""
    named = _who(tallies, lambda row: row.named > 0)
    everybody = _who(tallies, lambda row: True)
    quotes = Strength(
        has_named=bool(named),
        # Those whose name stands beside a quote are not who nobody names.
        may_quote_unnamed=may_count(everybody - named, hands),
    )
    closed = _who(tallies, lambda row: not row.is_open)
    if not (may_count(everybody, hands) and may_stand([closed], hands)):
        return quotes
    return replace(
        quotes,
        organizations=len(everybody),
        observations=sum(row.number for row in tallies),
        verified=_verified(tallies, hands),
        value=_value(tallies, unit, hands),
        unit=unit,
        is_sum=is_added(unit),
    )


def _who(tallies: Iterable[Tally], chosen: Callable[[Tally], bool]) -> frozenset[int]:
    return frozenset(row.organization for row in tallies if chosen(row))


def _verified(tallies: list[Tally], hands: list[Hand]) -> int | None:
    """Beside the total, those verified tell those that are not."""
    parts = [
        _who(rows, lambda row, state=state: row.is_verified == state)  # type: ignore[misc]
        for rows in (tallies, [row for row in tallies if not row.is_open])
        for state in (True, False)
    ]
    if not may_stand(parts, hands):
        return None
    return sum(row.number for row in tallies if row.is_verified)


def _value(tallies: list[Tally], unit: str, hands: list[Hand]) -> Decimal | None:
    """The sum of the verified values, or their mean where the unit is not added up."""
    rows = [row for row in tallies if row.is_verified and row.measured]
    closed = [row for row in rows if not row.is_open]
    if not _may_tell(rows, unit, hands) or (closed and not _may_tell(closed, unit, hands)):
        return None
    total = sum((row.total for row in rows), Decimal(0))
    if is_added(unit):
        return total.quantize(Decimal("0.01"))
    return (total / sum(row.measured for row in rows)).quantize(Decimal("0.1"))


def _may_tell(rows: list[Tally], unit: str, hands: list[Hand]) -> bool:
    amounts = _by_organization(rows, lambda row: row.total)
    if not may_add(amounts, hands):
        return False
    # A mean near 100 % tells what each one said, as a mean near zero does.
    return not is_share(unit) or may_add(
        _by_organization(rows, lambda row: 100 * row.measured - row.total), hands
    )


def _by_organization(
    rows: Iterable[Tally], amount: Callable[[Tally], Decimal]
) -> dict[int, Decimal]:
    amounts: dict[int, Decimal] = defaultdict(Decimal)
    for row in rows:
        amounts[row.organization] += amount(row)
    return dict(amounts)
