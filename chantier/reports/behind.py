"""The rows behind the rate of progress: what is counted, out of what, and what is left out.

The same register, on the same day, as `measures.progress` counts it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from chantier.lib.addresses import address
from measures.models import Implementation, Measure, Stage
from measures.statuses import Status
from members.models import Organization


@dataclass(frozen=True)
class Row:
    """A measure, with the status that it has on the day; `date` and `reason` say why."""

    code: str
    title: str
    url: str
    stage: int
    glyph: str
    status: str
    date: datetime.date | None
    reason: str


@dataclass(frozen=True)
class Behind:
    """Implemented ÷ applicable: `counted` ÷ (`counted` + `others`), `excluded` left out."""

    as_of: datetime.date
    counted: tuple[Row, ...]
    others: tuple[Row, ...]
    excluded: tuple[Row, ...]

    @property
    def applicable(self) -> int:
        return len(self.counted) + len(self.others)

    @classmethod
    def build(
        cls, organization: Organization, day: datetime.date, *, stage: Stage | None = None
    ) -> Behind:
        """Two queries: the register, and the measures of the guide that it lacks."""
        register = Implementation.objects.filter(organization=organization)
        known = register.filter(measure__isnull=False).values("measure_id")
        absent = Measure.objects.active().for_group(organization.group).exclude(pk__in=known)
        if stage is not None:
            register, absent = register.filter(stage=stage), absent.filter(stage=stage)
        rows = [_of_register(row, organization) for row in _ordered(register, day)]
        rows += [_absent(row) for row in absent.select_related("stage").order_by("stage", "code")]
        rows.sort(key=lambda pair: pair[1].stage)
        told: dict[bool | None, list[Row]] = {True: [], False: [], None: []}
        for group, row in rows:
            told[group].append(row)
        return cls(day, tuple(told[True]), tuple(told[False]), tuple(told[None]))


def _ordered(register: Any, day: datetime.date) -> Any:
    return (
        register.with_status_as_of(day)
        .select_related("measure", "stage")
        .order_by("stage__order", F("measure__code").asc(nulls_last=True), "pk")
    )


def _of_register(row: Any, organization: Organization) -> tuple[bool | None, Row]:
    """True for what is counted, False for the rest of what applies, None for what does not."""
    status = Status(row.status_as_of)
    group = None if status == Status.NOT_APPLICABLE else status == Status.IMPLEMENTED
    return group, Row(
        code=row.code,
        title=row.title,
        url=address("measures:implementation_detail", org_slug=organization.slug, pk=row.pk),
        stage=row.stage.order,
        glyph=status.value,
        status=str(status.label),
        date=row.implemented_on if group else row.planned_for,
        reason=row.not_applicable_reason if group is None else "",
    )


def _absent(measure: Measure) -> tuple[bool, Row]:
    return False, Row(
        code=measure.code,
        title=measure.title,
        url=measure.get_absolute_url(),
        stage=measure.stage.order,
        glyph=Status.NOT_ASSESSED.value,
        status=str(Status.NOT_ASSESSED.label),
        date=None,
        reason="Absente du registre",
    )
