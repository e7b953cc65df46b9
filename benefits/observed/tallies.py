"""The observations of each organization about a benefit, counted: what every figure is made of."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from benefits.models import ObservedBenefit


@dataclass(frozen=True)
class Tally:
    """The observations of one organization, of one openness and state of verification."""

    organization: int
    # To members, row by row.
    is_open: bool
    is_verified: bool
    number: int
    measured: int
    total: Decimal
    # Those that may be quoted with its name.
    named: int = 0
    # To visitors too, row by row.
    is_public: bool = False

    @property
    def openness(self) -> int:
        return self.is_open + self.is_public

    def written(self) -> dict[str, Any]:
        """Plain values: what is kept must be read by a later version of this file."""
        return {
            "organization": self.organization,
            "is_open": self.is_open,
            "is_public": self.is_public,
            "is_verified": self.is_verified,
            "number": self.number,
            "measured": self.measured,
            "total": str(self.total),
        }

    @classmethod
    def read(cls, value: dict[str, Any]) -> "Tally":
        return cls(**value | {"total": Decimal(value["total"])})


def tallies_by_benefit(benefits: Collection[int] | None = None) -> dict[int, list[Tally]]:
    """What organizations show to the coordination now, by benefit, in one query."""
    rows = ObservedBenefit.objects.shared()
    if benefits is not None:
        rows = rows.filter(benefit__in=benefits)
    found: dict[int, list[Tally]] = defaultdict(list)
    for row in rows.tallied():
        found[row["benefit_id"]].append(
            Tally(
                row["organization_id"],
                is_open=bool(row["is_open"]),
                is_public=bool(row["is_public"]),
                is_verified=bool(row["is_verified"]),
                number=row["number"],
                measured=row["measured"],
                total=Decimal(row["total"] or 0),
                named=row["named"],
            )
        )
    return dict(found)


def who(
    tallies: Iterable[Tally], chosen: Callable[[Tally], bool] = lambda row: True
) -> frozenset[int]:
    return frozenset(row.organization for row in tallies if chosen(row))


def hidden_from(tallies: Iterable[Tally]) -> tuple[list[Tally], list[Tally]]:
    """What members do not read row by row, then what visitors do not."""
    rows = list(tallies)
    return [row for row in rows if not row.is_open], [row for row in rows if not row.is_public]


def by_organization(
    rows: Iterable[Tally], amount: Callable[[Tally], Decimal]
) -> dict[int, Decimal]:
    amounts: dict[int, Decimal] = defaultdict(Decimal)
    for row in rows:
        amounts[row.organization] += amount(row)
    return dict(amounts)


# What figures are made of, of one organization at one openness.
_Content = tuple[int, int, int, Decimal]
Contents = dict[tuple[int, int], _Content]


def contents_of(tallies: Sequence[Tally]) -> Contents:
    """By organization and openness: its observations, those verified, their values, the sum."""
    found: dict[tuple[int, int], _Content] = defaultdict(lambda: (0, 0, 0, Decimal(0)))
    for row in tallies:
        number, verified, measured, total = found[row.organization, row.openness]
        if row.is_verified:
            verified, measured = verified + row.number, measured + row.measured
            total += row.total
        found[row.organization, row.openness] = (number + row.number, verified, measured, total)
    return dict(found)
