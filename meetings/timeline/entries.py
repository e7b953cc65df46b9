"""One meeting of the poster, finished: what a template prints, in words."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from chantier.lib import french
from meetings.models import Meeting, Synthesis
from meetings.timeline.lines import ObjectiveLine

# What fits beside the objectives; the rest is read in the synthesis.
MOST_POINTS, MOST_LETTERS = 4, 240
# What an entry keeps of a meeting as it is.
OF_A_MEETING = ("slug", "kind", "number", "title", "held_on", "starts_at", "ends_at", "place")


@dataclass(frozen=True)
class Highlight:
    """A point of the synthesis, as short as the poster wants it."""

    # « décision », « enjeu », « suite »; empty for a finding.
    label: str
    text: str


@dataclass(frozen=True)
class TimelineEntry:
    """One meeting on the poster: plain values only, so that equal entries are drawn alike."""

    slug: str
    kind: str
    number: int | None
    title: str
    held_on: datetime.date
    starts_at: datetime.time | None
    ends_at: datetime.time | None
    place: str
    objectives: tuple[ObjectiveLine, ...]
    more_objectives: int
    points: tuple[Highlight, ...]
    more_points: int
    present_count: int
    member_count: int
    guests: tuple[str, ...]
    is_draft: bool
    is_cancelled: bool
    is_past: bool
    # The first of the coming ones: the only line under the highlighter.
    is_next: bool
    # « dans 7 jours », for the next one only.
    until: str
    synthesis_status: str
    synthesis_label: str
    is_published: bool

    @classmethod
    def build(
        cls,
        meeting: Any,
        objectives: Iterable[ObjectiveLine],
        guests: Iterable[str],
        *,
        today: datetime.date,
        is_next: bool,
    ) -> "TimelineEntry":
        """Call with a meeting of `for_poster`."""
        is_past = took_place(meeting, today)
        points = meeting.published_points or []
        status, label = _synthesis_state(meeting, today, is_past=is_past)
        return cls(
            **{name: getattr(meeting, name) for name in OF_A_MEETING},
            objectives=tuple(objectives),
            more_objectives=0,
            points=tuple(_highlight(point, MOST_LETTERS) for point in points[:MOST_POINTS]),
            more_points=max(0, len(points) - MOST_POINTS),
            present_count=meeting.present_count,
            member_count=meeting.member_count,
            guests=tuple(guests),
            is_draft=meeting.state == Meeting.State.DRAFT,
            is_cancelled=meeting.state == Meeting.State.CANCELLED,
            is_past=is_past,
            is_next=is_next,
            until=_until((meeting.held_on - today).days) if is_next else "",
            synthesis_status=status,
            synthesis_label=label,
            is_published=bool(meeting.published_number),
        )

    def shorter(self, *, objectives: int, points: int, letters: int) -> "TimelineEntry":
        """The same with less to read; what is left out stays counted."""
        return replace(
            self,
            title=shorten(self.title, letters),
            objectives=tuple(
                replace(line, text=shorten(line.text, letters))
                for line in self.objectives[:objectives]
            ),
            more_objectives=max(0, len(self.objectives) - objectives) + self.more_objectives,
            points=tuple(
                replace(point, text=shorten(point.text, letters)) for point in self.points[:points]
            ),
            more_points=max(0, len(self.points) - points) + self.more_points,
        )

    @property
    def meeting(self) -> Meeting:
        """What names the meeting and leads to it, not stored again."""
        return Meeting(**{name: getattr(self, name) for name in OF_A_MEETING})

    @property
    def css(self) -> str:
        """What its mark on the line looks like."""
        if self.is_draft or self.is_cancelled:
            return "tl-draft" if self.is_draft else "tl-cancelled"
        if self.is_next:
            return "tl-next"
        return "tl-past" if self.is_past else "tl-coming"

    @property
    def presence(self) -> str:
        """« 9 organisations présentes sur 14 »; empty when none was noted."""
        if not self.present_count:
            return ""
        plural = french.plural(self.present_count)
        return (
            f"{french.number(self.present_count)} organisation{plural} présente{plural} "
            f"sur{french.NBSP}{french.number(self.member_count)}"
        )

    @property
    def more_points_words(self) -> str:
        """« et 3 autres points »; empty when the poster shows them all."""
        return _more(self.more_points, "point")

    @property
    def more_objectives_words(self) -> str:
        return _more(self.more_objectives, "objectif")


def took_place(meeting: Meeting, today: datetime.date) -> bool:
    """Whether it is behind us; one that was cancelled never took place."""
    if meeting.state == Meeting.State.CANCELLED:
        return False
    return meeting.is_past or meeting.held_on < today


def shorten(text: str, letters: int) -> str:
    """The text on one line, cut between two words with « … » when it is longer."""
    line = " ".join(text.splitlines())
    if len(line) <= letters:
        return line
    cut = line[: letters - 1]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut else cut}…"


def _highlight(point: dict[str, str], letters: int) -> Highlight:
    label = "" if point["kind"] == "finding" else point["label"]
    return Highlight(label, shorten(point["text"], letters))


def _more(count: int, noun: str) -> str:
    plural = french.plural(count)
    return f"et {french.number(count)} autre{plural} {noun}{plural}" if count else ""


def _synthesis_state(meeting: Any, today: datetime.date, *, is_past: bool) -> tuple[str, str]:
    """A glyph of the statuses and the words beside it; none for what has not taken place."""
    review = _review(meeting, today)
    if meeting.published_number:
        number = meeting.published_number
        version = f", version{french.NBSP}{number}" if number > 1 else ""
        later = f"; la suivante est {review}" if review else ""
        return "implantee", f"synthèse publiée{version}{later}"
    if review:
        return "en-cours", f"synthèse {review}"
    if meeting.synthesis_state is not None:
        return "en-cours", "synthèse en rédaction"
    # A webinar needs no synthesis; it may have one.
    awaited = is_past and meeting.kind != Meeting.Kind.WEBINAR
    return ("a-entreprendre", "synthèse à venir") if awaited else ("", "")


def _review(meeting: Any, today: datetime.date) -> str:
    """« en révision jusqu’au 12 juin 2021 », the last day included; empty when none is open."""
    until = meeting.review_until
    if meeting.synthesis_state != Synthesis.State.IN_REVIEW or until is None or until < today:
        return ""
    return f"en révision jusqu’au {french.long_date(until)}"


def _until(days: int) -> str:
    if days == 0:
        return "aujourd’hui"
    return "demain" if days == 1 else f"dans {french.number(days)}{french.NBSP}jours"
