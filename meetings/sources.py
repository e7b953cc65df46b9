"""Where the points of a working copy come from: the card that each was drawn from."""

from dataclasses import dataclass

from meetings.models import Meeting, SynthesisPoint


@dataclass(frozen=True)
class PointSource:
    """A card of the round table, and the organization that spoke."""

    entry_pk: int
    organization: str


def point_sources(meeting: Meeting) -> dict[str, PointSource]:
    """By key of the stored point, as forms write it; points written by hand are not there."""
    points = SynthesisPoint.objects.filter(synthesis__meeting=meeting, entry__isnull=False)
    rows = points.order_by().values_list("pk", "entry_id", "entry__organization__name")
    return {str(pk): PointSource(entry, name) for pk, entry, name in rows}
