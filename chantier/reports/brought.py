"""What a report says of benefits: those that the organization observed in the period."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from benefits.models import ObservedBenefit
from benefits.observed.units import is_added
from chantier.lib.french import fold
from members.models import Organization
from members.sharing import SharingLevel


@dataclass(frozen=True)
class BenefitLine:
    """One benefit; `value` in `unit`: a sum, or a mean where `is_mean`; None unmeasured."""

    title: str
    dimension: str
    unit: str
    observations: int
    verified: int
    value: Decimal | None
    is_mean: bool


@dataclass(frozen=True)
class BenefitSection:
    """Benefits by dimension; `withheld` observations are kept by the organization."""

    benefits: tuple[BenefitLine, ...]
    withheld: int

    @classmethod
    def build(
        cls, organization: Organization, start: datetime.date, end: datetime.date
    ) -> BenefitSection:
        """One query."""
        every = list(observed_between(organization, start, end))
        told = [row for row in every if not is_kept(row)]
        by_benefit: dict[int, list[ObservedBenefit]] = {}
        for row in told:
            by_benefit.setdefault(row.benefit_id, []).append(row)
        lines = [line_of(rows) for rows in by_benefit.values()]
        return cls(
            benefits=tuple(sorted(lines, key=lambda line: (line.dimension, fold(line.title)))),
            withheld=len(every) - len(told),
        )


def observed_between(
    organization: Organization, start: datetime.date, end: datetime.date
) -> QuerySet[ObservedBenefit]:
    """The observations that a report counts."""
    rows = ObservedBenefit.objects.filter(
        organization=organization, observed_on__range=(start, end)
    )
    return rows.select_related("benefit").order_by("pk")


def is_kept(row: ObservedBenefit) -> bool:
    return row.sharing == SharingLevel.PRIVATE


def line_of(rows: list[Any]) -> BenefitLine:
    benefit = rows[0].benefit
    values = [row.value for row in rows if row.value is not None]
    is_mean = not is_added(benefit.unit)
    return BenefitLine(
        title=benefit.title,
        dimension=str(benefit.get_dimension_display()),
        unit=benefit.unit,
        observations=len(rows),
        verified=sum(row.verified_at is not None for row in rows),
        value=_together(values, is_mean=is_mean),
        is_mean=is_mean and len(values) > 1,
    )


def _together(values: Iterable[Decimal], *, is_mean: bool) -> Decimal | None:
    known = list(values)
    if not known:
        return None
    total = sum(known, Decimal(0))
    return (total / len(known)).quantize(Decimal("0.1")) if is_mean and len(known) > 1 else total
