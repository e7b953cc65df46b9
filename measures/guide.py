"""Measures of the guide, as one organization sees them."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from chantier.lib.small_groups import shown
from measures.models import Measure, Stage
from measures.models.catalogue import MeasureQuerySet
from measures.statuses import Status, is_to_review
from members.models import Organization, Term


@dataclass(frozen=True)
class OurRecord:
    """Where the organization stands with a measure: enough to say it and to link to it."""

    pk: int
    status: str
    review_on: datetime.date | None

    @property
    def is_to_review(self) -> bool:
        return is_to_review(self.status, self.review_on)

    @property
    def label(self) -> str:
        return str(Status(self.status).label)


@dataclass(frozen=True)
class MeasureLine:
    """One measure of a stage page, or of the list of all measures."""

    measure: Measure
    groups: tuple[str, ...]
    is_for_us: bool
    record: OurRecord | None
    # None when fewer than three organizations implemented it: hidden, not zero.
    implemented_by: int | None
    # Among organizations like ours, where it may be told.
    in_group: int | None = None


def measures_for(user: Any, organization: Organization | None) -> MeasureQuerySet:
    """The measures that this person may see, with what a line says of each."""
    return (
        Measure.objects.visible_to(user)
        .with_implemented_by()
        .with_record_of(organization)
        # What no line shows; reading the JSON of each row alone would cost as much as the row.
        .defer("seeded", "basis", "expected_evidence", "search_text")
        .prefetch_related(Prefetch("groups", Term.objects.only("code", "label")))
    )


def lines_of(measures: Iterable[Any], organization: Organization | None) -> list[MeasureLine]:
    """The lines of measures read by `measures_for`; asks nothing more."""
    return [
        MeasureLine(
            measure=measure,
            groups=tuple(group.label for group in measure.groups.all()),
            is_for_us=organization is None or _is_for(measure, organization),
            record=record_of(measure),
            implemented_by=shown(measure.implemented_by),
        )
        for measure in measures
    ]


def lines_of_stage(
    stage: Stage, *, user: Any, organization: Organization | None
) -> list[MeasureLine]:
    """All measures of the stage in two queries: measures with our records, and their groups."""
    return lines_of(measures_for(user, organization).filter(stage=stage), organization)


def record_of(measure: Any) -> OurRecord | None:
    """The record that `with_record_of` found."""
    if measure.our_record is None:
        return None
    return OurRecord(measure.our_record, measure.our_status, measure.our_review)


def _is_for(measure: Measure, organization: Organization) -> bool:
    codes = {group.code for group in measure.groups.all()}
    return not codes or organization.group in codes
