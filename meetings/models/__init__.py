"""Meetings: prepared, run, told, and what was promised there."""

from meetings.models.live import (
    Commitment,
    LiveState,
    NoteTaker,
    Participant,
    RoundTableEntry,
    RoundTableRevision,
)
from meetings.models.meetings import Attendance, Meeting, MeetingQuerySet, Objective
from meetings.models.preparation import AgendaItem, MeetingAnswer, MeetingDocument, Topic
from meetings.models.syntheses import (
    Amendment,
    PointKind,
    Synthesis,
    SynthesisPoint,
    SynthesisVersion,
)

__all__ = [
    "AgendaItem",
    "Amendment",
    "Attendance",
    "Commitment",
    "LiveState",
    "Meeting",
    "MeetingAnswer",
    "MeetingDocument",
    "MeetingQuerySet",
    "NoteTaker",
    "Objective",
    "Participant",
    "PointKind",
    "RoundTableEntry",
    "RoundTableRevision",
    "Synthesis",
    "SynthesisPoint",
    "SynthesisVersion",
    "Topic",
]
