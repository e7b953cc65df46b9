"""The five meetings of 2021, with their objectives and their syntheses."""

from pathlib import Path

from chantier.lib import seeds
from meetings.frozen import content_hash, synthesis_content
from meetings.models import Meeting, Objective, Synthesis, SynthesisPoint, SynthesisVersion
from members.models import Cycle

_FILES = Path(__file__).parent / "seed"
_CYCLE = "2020-2021"


def seed() -> dict[str, int]:
    """Load or refresh what this app proposes; return the number of rows by name."""
    items = seeds.load(_FILES / "meetings_2021.toml")
    objectives = {item["code"]: item.pop("objectives") for item in items}
    points = {item["code"]: item.pop("points") for item in items}
    meetings = seeds.upsert(
        Meeting,
        [item | {"cycle": _CYCLE, "state": Meeting.State.CLOSED.value} for item in items],
        targets={"cycle": {_CYCLE: Cycle.objects.get(label=_CYCLE)}},
    )
    seeds.upsert(
        Objective,
        [
            {"meeting": code, "order": order, **objective}
            for code, rows in objectives.items()
            for order, objective in enumerate(rows, start=1)
        ],
        targets={"meeting": meetings, "carried_to": meetings},
    )
    _seed_syntheses(meetings, points)
    return {"rencontre": len(meetings)}


def _seed_syntheses(meetings: dict[str, Meeting], points: dict[str, list[dict[str, str]]]) -> None:
    """Publish version 1 where a meeting has no synthesis; what exists is never rewritten."""
    known = set(
        Synthesis.objects.filter(meeting__in=meetings.values()).values_list("meeting_id", flat=True)
    )
    for code, meeting in meetings.items():
        if meeting.pk in known:
            continue
        synthesis = Synthesis.objects.create(meeting=meeting)
        SynthesisPoint.objects.bulk_create(
            SynthesisPoint(synthesis=synthesis, order=order, **point)
            for order, point in enumerate(points[code], start=1)
        )
        content = synthesis_content(synthesis)
        SynthesisVersion.objects.create(
            synthesis=synthesis, number=1, content=content, sha256=content_hash(content)
        )
