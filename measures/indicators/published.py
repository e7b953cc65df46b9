"""What visitors may read of indicators: of many organizations together, each open to everybody.

Members read more of the same thing in the page of an indicator, and what purchases say in that of
the purchases: a year is told only when no subtraction of these brings it down to too few.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median

from chantier.lib import small_groups
from chantier.lib.small_groups import Hand
from measures.indicators.chantier import YearTogether, fed_known, is_added
from measures.indicators.feeds import is_fed
from measures.indicators.values import written
from measures.models import Indicator, IndicatorAim, IndicatorValue
from members.hands import read_hands
from members.models import Organization
from members.sharing import SHARED_WITH_MEMBERS, SharingLevel

Amounts = dict[int, Decimal]


@dataclass
class _Year:
    """What is known of an indicator in a year of reporting, by organization."""

    # Typed, by those that open it to everybody.
    opened: Amounts = field(default_factory=dict)
    # What stands for each that opens it to members: typed, else what its rows say.
    of_members: Amounts = field(default_factory=dict)
    # What rows say alone.
    fed: Amounts = field(default_factory=dict)

    def may_be_told(self, indicator: Indicator, hands: Collection[Hand]) -> bool:
        if is_added(indicator):
            others = (self.of_members, self.fed)
            sizes = {key: abs(value) for key, value in self.opened.items()}
            return small_groups.may_add(sizes, hands) and small_groups.may_stand_beside(
                self.opened, others, hands
            )
        # A median moves with each value that is added.
        gaps = small_groups.gaps_between(self.opened, self.of_members)
        return small_groups.may_count(self.opened, hands) and small_groups.may_stand([gaps], hands)


def published() -> list[tuple[Indicator, list[YearTogether]]]:
    """Typed indicators with the years that may be told, newest first; six queries at most.

    A year that may not be told is left out, and so is an indicator without any.
    """
    aims = IndicatorAim.objects.filter(
        organization__is_active=True,
        sharing__in=SHARED_WITH_MEMBERS,
        indicator__computation=Indicator.Computation.TYPED,
        indicator__to_verify=False,
    )
    levels = {
        (indicator, organization): level
        for indicator, organization, level in aims.values_list(
            "indicator_id", "organization_id", "sharing"
        )
    }
    wanted = {key for (key, _), level in levels.items() if level == SharingLevel.PUBLIC}
    if not wanted:
        return []
    indicators = list(Indicator.objects.filter(pk__in=wanted))
    known, hands = _known(indicators, levels), read_hands()
    return [
        (indicator, years)
        for indicator in indicators
        if (years := _years(indicator, known[indicator.pk], hands))
    ]


def _known(
    indicators: Collection[Indicator], levels: Mapping[tuple[int, int], str]
) -> dict[int, dict[int, _Year]]:
    """By indicator and year of reporting; of two periods that end in a year, the last stands."""
    shared = {
        owner
        for (key, owner) in levels
        if any(key == indicator.pk and is_fed(indicator) for indicator in indicators)
    }
    organizations = Organization.objects.active().filter(pk__in=shared).order_by()
    fed = {key: row.value for key, row in fed_known(organizations, indicators).items()}
    typed = _typed(indicators)
    found: dict[int, dict[int, _Year]] = defaultdict(lambda: defaultdict(_Year))
    for key, owner, end, value in _in_order(fed):
        if (key, owner) in levels:
            found[key][end.year].fed[owner] = value
    for key, owner, end, value in _in_order(fed | typed):
        if (key, owner) in levels:
            found[key][end.year].of_members[owner] = value
    for key, owner, end, value in _in_order(typed):
        if levels.get((key, owner)) == SharingLevel.PUBLIC:
            found[key][end.year].opened[owner] = value
    return found


_Values = dict[tuple[int, int, datetime.date], Decimal | None]


def _typed(indicators: Collection[Indicator]) -> _Values:
    rows = IndicatorValue.objects.filter(organization__is_active=True, indicator__in=indicators)
    columns = ("indicator_id", "organization_id", "period_end", "value")
    return {
        (key, owner, end): value
        for key, owner, end, value in rows.order_by("period_end", "pk").values_list(*columns)
    }


def _in_order(values: _Values) -> Iterable[tuple[int, int, datetime.date, Decimal]]:
    for (key, owner, end), value in sorted(values.items(), key=lambda item: item[0][2]):
        if value is not None:
            yield key, owner, end, value


def _years(
    indicator: Indicator, known: Mapping[int, _Year], hands: Collection[Hand]
) -> list[YearTogether]:
    return [
        _told(indicator, year, known[year].opened)
        for year in sorted(known, reverse=True)
        if known[year].may_be_told(indicator, hands)
    ]


def _told(indicator: Indicator, year: int, opened: Amounts) -> YearTogether:
    amounts = opened.values()
    value = sum(amounts, Decimal(0)) if is_added(indicator) else Decimal(median(amounts))
    return YearTogether(str(year), len(opened), value, written(value, indicator))
