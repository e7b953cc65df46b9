"""What visitors may read of indicators: of many organizations together, each open to everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from statistics import median

from django.db.models import Exists, OuterRef

from chantier.lib import small_groups
from measures.indicators.chantier import YearTogether, is_added
from measures.indicators.values import written
from measures.models import Indicator, IndicatorAim, IndicatorValue
from members.sharing import SharingLevel


def published() -> list[tuple[Indicator, list[YearTogether]]]:
    """Typed indicators with the years that may be told, newest first; in two queries.

    A year that may not be told is left out, and so is an indicator without any.
    """
    opened = IndicatorAim.objects.filter(
        organization=OuterRef("organization"),
        indicator=OuterRef("indicator"),
        sharing=SharingLevel.PUBLIC,
    )
    rows = IndicatorValue.objects.filter(
        Exists(opened),
        organization__is_active=True,
        value__isnull=False,
        indicator__computation=Indicator.Computation.TYPED,
        indicator__to_verify=False,
    ).order_by("period_end", "pk")
    found: dict[int, dict[int, dict[int, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    columns = ("indicator_id", "period_end", "organization_id", "value")
    for indicator_id, end, organization, value in rows.values_list(*columns):
        # Of two periods of one organization that end in a year, the last stands for it.
        found[indicator_id][end.year][organization] = value
    return [
        (indicator, years)
        for indicator in Indicator.objects.filter(pk__in=list(found))
        if (years := _years(indicator, found[indicator.pk]))
    ]


def _years(indicator: Indicator, values: dict[int, dict[int, Decimal]]) -> list[YearTogether]:
    told = (
        _told(indicator, year, list(values[year].values())) for year in sorted(values, reverse=True)
    )
    return [year for year in told if year is not None]


def _told(indicator: Indicator, year: int, values: Collection[Decimal]) -> YearTogether | None:
    number = small_groups.shown(len(values))
    if not number or (is_added(indicator) and small_groups.is_of_one(values)):
        return None
    value = sum(values, Decimal(0)) if is_added(indicator) else Decimal(median(values))
    return YearTogether(str(year), number, value, written(value, indicator))
