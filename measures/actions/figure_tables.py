"""Tables of figures: written whole or not at all."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction

from measures.actions.figures import save_figure
from measures.indicators.values import Figure
from measures.models import Indicator
from members.fiscal import FiscalYear
from members.models import Organization, User

Entry = tuple[Indicator, FiscalYear, Decimal | None, int]


@transaction.atomic
def apply_figures(
    *, organization: Organization, entries: Iterable[Entry], reason: str, by: User
) -> int:
    """Store each value over the version that its author saw; return how many.

    What stands around a value stays. Raises StaleFigure at the first that somebody changed in
    between, and then nothing is written.
    """
    number = 0
    for indicator, year, value, version in entries:
        save_figure(
            organization=organization,
            indicator=indicator,
            year=year,
            figure=Figure(value, source=None, note=None),
            version=version,
            reason=reason,
            by=by,
        )
        number += 1
    return number
