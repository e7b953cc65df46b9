"""The measures of a stage, as one organization sees them."""

from dataclasses import dataclass
from typing import Any

from chantier.lib.small_groups import shown
from measures.models import Implementation, Measure, Stage
from members.models import Organization


@dataclass(frozen=True)
class MeasureLine:
    """One measure of a stage page."""

    measure: Measure
    groups: tuple[str, ...]
    is_for_us: bool
    record: Implementation | None
    # None when fewer than three organizations implemented it: hidden, not zero.
    implemented_by: int | None


def lines_of_stage(
    stage: Stage, *, user: Any, organization: Organization | None
) -> list[MeasureLine]:
    """All measures of the stage in three queries: measures, groups, our records."""
    measures = (
        Measure.objects.visible_to(user)
        .filter(stage=stage)
        .with_implemented_by()
        .prefetch_related("groups")
    )
    records: dict[int | None, Implementation] = {}
    if organization is not None:
        ours = organization.implementations.filter(stage=stage, measure__isnull=False)
        records = {record.measure_id: record for record in ours}
    return [
        MeasureLine(
            measure=measure,
            groups=tuple(group.label for group in measure.groups.all()),
            is_for_us=organization is None or _is_for(measure, organization),
            record=records.get(measure.pk),
            implemented_by=shown(measure.implemented_by),  # type: ignore[attr-defined]
        )
        for measure in measures
    ]


def _is_for(measure: Measure, organization: Organization) -> bool:
    codes = {group.code for group in measure.groups.all()}
    return not codes or organization.group in codes
