"""Writing figures: each change keeps what was there before, with author, date and reason."""

import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from measures.indicators.values import Figure, ratio
from measures.models import Indicator, IndicatorRevision, IndicatorValue
from members.fiscal import FiscalYear
from members.models import Organization, User

# What a revision keeps of a value.
FIGURE_FIELDS = ("value", "numerator", "denominator", "source", "note")


class StaleFigure(Exception):
    """Somebody saved the cell in between; `current` is what is stored."""

    def __init__(self, current: IndicatorValue | None) -> None:
        super().__init__()
        self.current = current


@transaction.atomic
def save_figure(
    *,
    organization: Organization,
    indicator: Indicator,
    year: FiscalYear,
    figure: Figure,
    version: int,
    reason: str = "",
    submission_key: uuid.UUID | None = None,
    by: User,
) -> IndicatorValue:
    """Store the figure of a fiscal year over the version that its author saw; 0 for none.

    What arrives twice is done once, and what changes nothing writes nothing. Raises StaleFigure
    when another version is stored, ValueError for an indicator that is computed.
    """
    if indicator.is_computed:
        raise ValueError(indicator.code)
    same = IndicatorValue.objects.filter(
        organization=organization, indicator=indicator, period_start=year.start
    )
    # One row at most, as the database holds it: nothing to sort.
    row = next(iter(same.order_by()), None)
    if row and row.version != version and _has_arrived(row, submission_key):
        return row
    if row is None:
        if version:
            raise StaleFigure(None)
        row = IndicatorValue(
            organization=organization,
            indicator=indicator,
            period_start=year.start,
            period_end=year.end,
        )
    elif row.version != version:
        raise StaleFigure(row)
    elif _holds(row) == _stated(figure, row, indicator):
        return row
    _store(row, _stated(figure, row, indicator), by)
    _keep(row, reason, submission_key, by)
    return row


def _has_arrived(row: IndicatorValue, submission_key: uuid.UUID | None) -> bool:
    """Whether this very form has already changed the row; it then has another version."""
    return (
        submission_key is not None and row.revisions.filter(submission_key=submission_key).exists()
    )


def _stated(figure: Figure, row: IndicatorValue, indicator: Indicator) -> dict[str, Any]:
    stated = {name: getattr(figure, name) for name in FIGURE_FIELDS}
    for name in ("source", "note"):
        if stated[name] is None:
            stated[name] = getattr(row, name)
    if figure.has_terms:
        stated["value"] = ratio(figure.numerator, figure.denominator, indicator)
    return stated


def _holds(row: IndicatorValue) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIGURE_FIELDS}


def _store(row: IndicatorValue, stated: dict[str, Any], by: User) -> None:
    """Take the next version of the row, which only one of two savers can."""
    changed = {name: value for name, value in stated.items() if getattr(row, name) != value}
    changed |= {"updated_by": by, "updated_at": timezone.now()}
    for name, value in changed.items():
        setattr(row, name, value)
    if row.pk is None:
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            raise StaleFigure(_stored(row)) from None
        return
    same = IndicatorValue.objects.filter(pk=row.pk, version=row.version)
    if not same.update(version=F("version") + 1, **changed):
        raise StaleFigure(_stored(row))
    row.version += 1


def _stored(row: IndicatorValue) -> IndicatorValue | None:
    return IndicatorValue.objects.filter(
        organization=row.organization, indicator=row.indicator, period_start=row.period_start
    ).first()


def _keep(row: IndicatorValue, reason: str, submission_key: uuid.UUID | None, by: User) -> None:
    IndicatorRevision.objects.create(
        indicator_value=row,
        number=row.version,
        **_holds(row),
        reason=reason,
        author=by,
        submission_key=submission_key,
    )
