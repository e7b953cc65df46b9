"""What a report counts of the register: one definition for figures and the rows behind them."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import F, Prefetch

from chantier.reports.frame import Period
from measures.models import Evidence, Implementation
from measures.statuses import Status
from members.models import Organization

_STILL_TO_DO = (Status.IN_PROGRESS, Status.PLANNED, Status.TO_UNDERTAKE)
COMMITMENT_STAGE = 1


def register_of(organization: Organization, period: Period) -> list[Any]:
    """Two queries: the records, and their evidence.

    With `status_as_of` at the end of the period, and `status_before` it.
    """
    return list(
        Implementation.objects.filter(organization=organization)
        .with_status_as_of(period.as_of)
        .with_status_as_of(period.compared_with, "status_before")
        .select_related("measure", "stage")
        # Measures of the organization's own come after those of the guide, on every database.
        .order_by("stage__order", F("measure__code").asc(nulls_last=True), "pk")
        .prefetch_related(Prefetch("evidence", Evidence.objects.order_by("created_at", "pk")))
    )


def is_implemented_in(row: Any, period: Period) -> bool:
    """The same rule as `ImplementationQuerySet.implemented_between`."""
    return (
        row.status == Status.IMPLEMENTED and period.starts_on <= row.implemented_on <= period.as_of
    )


def is_commitment(row: Any) -> bool:
    return row.stage.order == COMMITMENT_STAGE and row.status_as_of in (
        Status.IMPLEMENTED,
        Status.IN_PROGRESS,
    )


def is_upcoming(row: Any) -> bool:
    return row.status_as_of in _STILL_TO_DO


def due(row: Implementation) -> tuple[bool, datetime.date]:
    """What has a date first, by date; the order of the guide otherwise."""
    return row.planned_for is None, row.planned_for or datetime.date.max
