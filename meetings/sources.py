"""Where the points of a working copy come from: the card that each was drawn from."""

from dataclasses import dataclass

from meetings.models import Meeting, SynthesisPoint


@dataclass(frozen=True)
class PointSource:
    """A card of the round table, and the organization that spoke."""

    slug: str
    organization: str


def point_sources(meeting: Meeting) -> dict[str, PointSource]:
    """By key of the stored point, as forms write it; points written by hand are not there."""
    points = SynthesisPoint.objects.filter(synthesis__meeting=meeting, entry__isnull=False)
    rows = points.order_by().values_list(
        "pk", "entry__organization__slug", "entry__organization__name"
    )
    return {str(pk): PointSource(slug, name) for pk, slug, name in rows}
