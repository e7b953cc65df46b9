"""What a published synthesis keeps for ever, and the print that proves it unchanged."""

import hashlib
import json
from typing import Any

from chantier.lib import french
from meetings.models import Meeting, Objective, Synthesis

SCHEMA = 2


def synthesis_content(synthesis: Synthesis) -> dict[str, Any]:
    """The working copy as it would be frozen now: plain data, no key of ours inside."""
    meeting = synthesis.meeting
    return {
        "schema": SCHEMA,
        "meeting": {
            "code": meeting.code,
            "title": meeting.title,
            "heading": meeting.heading,
            "held_on": meeting.held_on.isoformat(),
        },
        "points": [
            {"kind": point.kind, "label": point.get_kind_display(), "text": point.text}
            for point in synthesis.points.all()
        ],
        "objectives": [
            {"text": row.text, "outcome": row.outcome, "words": _outcome(row)}
            for row in meeting.objectives.select_related("carried_to")
        ],
        "present": _present(meeting),
    }


def _outcome(objective: Objective) -> str:
    """What members may read for ever: a meeting that they never heard of is not named."""
    if objective.outcome == Objective.Outcome.REACHED:
        return "atteint"
    if objective.outcome == Objective.Outcome.PENDING:
        return "résultat non noté"
    target = objective.carried_to
    if target is None or not target.is_known_to_members:
        return "reporté à une prochaine rencontre"
    return f"reporté {target.to_heading}"


def _present(meeting: Meeting) -> dict[str, Any]:
    """Those that agreed to be named, and how many others."""
    rows = meeting.attendances.filter(present=True).order_by()
    present = list(rows.values_list("organization__name", "organization__may_be_named"))
    names = sorted((name for name, may_be_named in present if may_be_named), key=french.fold)
    return {"names": names, "others": len(present) - len(names)}


def same_content(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two contents say the same, in what both schemas know.

    Where an objective was carried over to may be named later: that alone is no change.
    """
    common = (one.keys() & other.keys()) - {"schema"}
    return all(_said(one, name) == _said(other, name) for name in common)


def _said(content: dict[str, Any], name: str) -> Any:
    if name != "objectives":
        return content[name]
    return [(row["text"], row["outcome"]) for row in content[name]]


def content_hash(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON: sorted keys, no spaces, text as it is written."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
