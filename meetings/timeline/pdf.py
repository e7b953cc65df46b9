"""The poster on paper: as much as fits on two sheets, and never less than it can."""

import datetime
from dataclasses import dataclass
from io import BytesIO

import pikepdf

from chantier.lib.rendering import render_pdf
from meetings.timeline.entries import TimelineEntry
from meetings.timeline.poster import Timeline

TEMPLATE = "meetings/pdf/timeline.html"
# A cycle of this many meetings fits on `SHEETS` sheets, however much was written.
MOST_ON_TWO, SHEETS = 12, 2


@dataclass(frozen=True)
class Density:
    """How much of each meeting is printed."""

    objectives: int
    points: int
    letters: int

    def of(self, entry: TimelineEntry) -> TimelineEntry:
        return entry.shorter(objectives=self.objectives, points=self.points, letters=self.letters)


# From a generous sheet to one that always fits.
_DENSITIES = [Density(6, 4, 240), Density(4, 3, 150), Density(3, 2, 80), Density(2, 1, 40)]


def draw(timeline: Timeline, *, root: str, today: datetime.date) -> bytes:
    """The PDF/UA-1 of the poster; drawn four times at the most.

    `root` is the address of the portal, where its links lead.
    """
    pdf = b""
    for density in _DENSITIES:
        entries = [density.of(entry) for entry in timeline.entries]
        context = {"timeline": timeline, "entries": entries, "root": root, "today": today}
        pdf = render_pdf(TEMPLATE, context)
        if len(entries) > MOST_ON_TWO or _sheets(pdf) <= SHEETS:
            break
    return pdf


def _sheets(pdf: bytes) -> int:
    with pikepdf.open(BytesIO(pdf)) as document:
        return len(document.pages)
