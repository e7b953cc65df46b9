"""What the organizations of the chantier give together for an indicator: one definition.

Years are years of reporting: a sum adds only fiscal years that end in the same calendar year.
Nothing is told of fewer than three organizations, nor of an amount that one of them makes nearly
alone; and only totals are told, so that nothing is found by subtraction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from chantier.lib import french, small_groups
from measures.indicators.values import written
from measures.models import Indicator, IndicatorAim, IndicatorValue
from members.models import Cycle, Organization
from members.sharing import SHARED_WITH_MEMBERS, SHARED_WITH_STAFF, SharingLevel

# What makes sense added up, where it is typed: a quotient of sums is no sum of quotients.
_ADDED = ("$", "nombre", "heures", "unités")
# Past this share, a sum is the figure of one organization.
_MOST_OF_ONE = Decimal("0.85")
_BY_DEFAULT = SharingLevel.COORDINATION
_C = Indicator.Computation
Levels = Sequence[str]


@dataclass(frozen=True)
class YearTogether:
    """One year of reporting. Each figure is None where it may not be told, and `why` says it."""

    label: str
    organizations: int | None
    value: Decimal | None
    text: str
    why: str = ""


def is_added(indicator: Indicator) -> bool:
    return indicator.unit in _ADDED and not indicator.is_computed


def together(indicator: Indicator, *, for_staff: bool) -> list[YearTogether]:
    """The years, newest first, in one query.

    Members read of what is shared with them; staff, of all that is not kept to an organization.
    What the register gives is not here: `measures.spread` tells how rates spread.
    """
    if indicator.computation == _C.REPORTS:
        return _reports(indicator)
    if indicator.computation in (_C.PROGRESS_RATE, _C.PROGRESS_POINTS):
        return []
    levels = SHARED_WITH_STAFF if for_staff else SHARED_WITH_MEMBERS
    by_year: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for year, organization, value in _values(indicator, levels):
        # Of two periods of one organization that end in a year, the last stands for it.
        by_year[year][organization] = value
    return [
        _told(indicator, year, list(by_year[year].values()))
        for year in sorted(by_year, reverse=True)
    ]


def _values(indicator: Indicator, levels: Levels) -> Iterable[tuple[int, int, Decimal]]:
    """Rows (year of reporting, organization, value), in the order of their ends."""
    if indicator.computation == _C.QUOTIENT:
        return _quotients(indicator, levels)
    rows = _shared([indicator], levels).filter(indicator=indicator, value__isnull=False)
    return [
        (end.year, organization, value)
        for end, organization, value in rows.values_list("period_end", "organization_id", "value")
    ]


def _quotients(indicator: Indicator, levels: Levels) -> Iterable[tuple[int, int, Decimal]]:
    """The quotient of each organization that shares it, and both its terms."""
    dividend, divisor = indicator.dividend, indicator.divisor
    if dividend is None or divisor is None:
        return []
    under = IndicatorValue.objects.filter(
        indicator=divisor,
        organization=OuterRef("organization"),
        period_start=OuterRef("period_start"),
    )
    rows = (
        _shared([indicator, dividend, divisor], levels)
        .filter(indicator=dividend, value__isnull=False)
        .annotate(under=Subquery(under.values("value")[:1]))
        .filter(under__gt=0)
    )
    return [
        (end.year, organization, value / under)
        for end, organization, value, under in rows.values_list(
            "period_end", "organization_id", "value", "under"
        )
    ]


def _shared(indicators: Sequence[Indicator], levels: Levels) -> QuerySet[IndicatorValue]:
    """Values of active organizations that share all of these indicators at one of these levels."""
    rows = IndicatorValue.objects.filter(organization__is_active=True)
    for indicator in indicators:
        aims = IndicatorAim.objects.filter(
            organization=OuterRef("organization"), indicator=indicator
        )
        if _BY_DEFAULT in levels:
            # Without an aim, this is how far a value is open.
            rows = rows.filter(~Exists(aims.exclude(sharing__in=levels)))
        else:
            rows = rows.filter(Exists(aims.filter(sharing__in=levels)))
    return rows.order_by("period_end", "pk")


def _told(indicator: Indicator, year: int, values: list[Decimal]) -> YearTogether:
    number = small_groups.shown(len(values))
    if number is None:
        return _untold(year, None, "Moins de trois organisations.")
    if not is_added(indicator):
        value = Decimal(median(values))
    elif _is_of_one(values):
        return _untold(year, number, "Une organisation en fait presque tout.")
    else:
        value = sum(values, Decimal(0))
    return YearTogether(str(year), number, value, written(value, indicator))


def _untold(year: int, number: int | None, why: str) -> YearTogether:
    return YearTogether(str(year), number, None, french.NOT_AVAILABLE, why)


def _is_of_one(values: list[Decimal]) -> bool:
    total = sum(values, Decimal(0))
    return total > 0 and max(values) > total * _MOST_OF_ONE


def _reports(indicator: Indicator) -> list[YearTogether]:
    """Of each cycle that ended with reports, the share of its members that submitted theirs."""
    of_members = Q(annual_reports__state="submitted", annual_reports__organization__is_active=True)
    cycles: Any = (
        Cycle.objects.annotate(
            done=Count("annual_reports__organization", filter=of_members, distinct=True)
        )
        .filter(done__gt=0)
        .order_by("-starts_on")
    )
    joined = list(Organization.objects.active().values_list("joined_on", flat=True))
    return [
        _share(indicator, cycle, sum(day <= cycle.ends_on for day in joined)) for cycle in cycles
    ]


def _share(indicator: Indicator, cycle: Any, members: int) -> YearTogether:
    told = small_groups.may_stand_with_total((cycle.done, max(members - cycle.done, 0)))
    if not (told and members):
        return YearTogether(
            cycle.label, None, None, french.NOT_AVAILABLE, "Moins de trois organisations."
        )
    value = Decimal(100 * min(cycle.done, members)) / members
    return YearTogether(cycle.label, cycle.done, value, written(value, indicator))
