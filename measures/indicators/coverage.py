"""How many of the indicators that an organization may type it has noted for a fiscal year."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from measures.models import Indicator, IndicatorValue
from members.fiscal import FiscalYear
from members.models import Organization


@dataclass(frozen=True)
class Noted:
    """« n. d. » is noted as unknown: it is not counted."""

    known: int
    total: int


def noted_in(organization: Organization, year: FiscalYear) -> Noted:
    """One query; computed indicators are left out, for nobody types them."""
    known = IndicatorValue.objects.filter(
        indicator=OuterRef("pk"),
        organization=organization,
        period_start=year.start,
        value__isnull=False,
    )
    rows = Indicator.objects.filter(
        level=Indicator.Level.ORGANIZATION, computation=Indicator.Computation.TYPED
    )
    found = (
        rows.order_by()
        .annotate(is_known=Exists(known))
        .aggregate(total=Count("pk"), known=Count("pk", filter=Q(is_known=True)))
    )
    return Noted(found["known"], found["total"])
