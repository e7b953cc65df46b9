"""How many of the indicators that an organization may type it has noted for a fiscal year."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from measures.indicators.feeds import fed_values
from measures.models import Indicator, IndicatorValue
from members.fiscal import FiscalYear
from members.models import Organization


@dataclass(frozen=True)
class Noted:
    """« n. d. » is noted as unknown: it is not counted."""

    known: int
    total: int


def noted_in(organization: Organization, year: FiscalYear) -> Noted:
    """Two queries: what was typed, and what rows of the portal say where nothing was.

    Computed indicators are left out, for nobody types them.
    """
    typed = IndicatorValue.objects.filter(
        indicator=OuterRef("pk"), organization=organization, period_start=year.start
    )
    rows = list(
        Indicator.objects.filter(
            level=Indicator.Level.ORGANIZATION, computation=Indicator.Computation.TYPED
        )
        .order_by()
        .annotate(is_typed=Exists(typed), is_known=Exists(typed.filter(value__isnull=False)))
        .only("code", "computation")
    )
    fed = fed_values(organization, rows, [year])
    known = [row for row in rows if row.is_known or (not row.is_typed and _says(row, year, fed))]
    return Noted(len(known), len(rows))


def _says(row: Indicator, year: FiscalYear, fed: dict) -> bool:
    value = fed.get((row.pk, year.start))
    return value is not None and value.value is not None
