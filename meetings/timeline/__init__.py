"""The poster of a cycle: its meetings, what they set out to do and what came of it.

A read model: every query happens in `Timeline.build`, whose number does not depend on the rows.
"""

from meetings.timeline.entries import Highlight, TimelineEntry
from meetings.timeline.lines import ObjectiveLine, objective_lines
from meetings.timeline.poster import Timeline
from meetings.timeline.presence import Presence
from meetings.timeline.reading import CycleChoice
from meetings.timeline.window import Window

__all__ = [
    "CycleChoice",
    "Highlight",
    "ObjectiveLine",
    "Presence",
    "Timeline",
    "TimelineEntry",
    "Window",
    "objective_lines",
]
