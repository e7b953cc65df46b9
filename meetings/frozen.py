"""What a published synthesis keeps for ever, and the print that proves it unchanged."""

import hashlib
import json
from typing import Any

from meetings.models import Synthesis

SCHEMA = 1


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
    }


def content_hash(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON: sorted keys, no spaces, text as it is written."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
