"""The poster of one cycle, whole: its head, its meetings, what was achieved."""

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Any

from chantier.lib import french
from meetings.models import Objective
from meetings.timeline.entries import TimelineEntry, took_place
from meetings.timeline.lines import ObjectiveLine
from meetings.timeline.reading import (
    CycleChoice,
    Texts,
    read_cycles,
    read_meetings,
    read_texts,
)
from meetings.timeline.window import Window
from members.models import Cycle, User

# More would neither be read nor fit on paper: a longer cycle is shown in parts.
MOST_MEETINGS = 12


@dataclass(frozen=True)
class PosterCycle:
    """A cycle, with what it aimed at and achieved."""

    pk: int
    label: str
    objectives: list[str]
    achievements: list[str]

    @property
    def objectives_title(self) -> str:
        count = len(self.objectives)
        if count == 1:
            return f"L’objectif du chantier, {self.label}"
        return f"Les {french.in_words(count)} objectifs du chantier, {self.label}"


@dataclass(frozen=True)
class Tally:
    """How many objectives of the meetings shown came to one outcome."""

    icon: str
    words: str


@dataclass(frozen=True)
class Timeline:
    """The poster of one cycle, and the cycles that have one."""

    cycle: PosterCycle | None
    # Newest first.
    cycles: list[CycleChoice]
    title: str
    entries: list[TimelineEntry]
    window: Window
    tallies: list[Tally]

    @classmethod
    def build(
        cls, user: User, *, label: str, today: datetime.date, part: int | None = None
    ) -> "Timeline":
        """The poster as this person may read it; without a label, of the cycle under way or last.

        Raises Cycle.DoesNotExist when that cycle has no poster.
        """
        return cls._build(label, today, part, with_drafts=user.may_manage_meetings)

    @classmethod
    def printed(cls, *, label: str, today: datetime.date, part: int | None = None) -> "Timeline":
        """The poster that goes from hand to hand: what every member may read, and no more."""
        return cls._build(label, today, part, with_drafts=False)

    @classmethod
    def _build(
        cls, label: str, today: datetime.date, part: int | None, *, with_drafts: bool
    ) -> "Timeline":
        cycles = read_cycles(today, with_drafts=with_drafts)
        choice = _choose(cycles, label, today)
        if choice is None:
            nothing = Window.build(0, most=MOST_MEETINGS, number=None, around=0)
            return cls(None, cycles, _title(0, 0), [], nothing, [])
        # The part where what is over meets what is to come; else the last one.
        around = choice.total - 1 if choice.next_on is None else choice.over
        window = Window.build(choice.total, most=MOST_MEETINGS, number=part, around=around)
        meetings = read_meetings(choice, window, with_drafts=with_drafts)
        texts = read_texts(choice, [meeting.pk for meeting in meetings])
        next_pk = _next(meetings, choice.next_on)
        entries = [
            _entry(meeting, texts, today, next_pk, shows_drafts=with_drafts) for meeting in meetings
        ]
        cycle = PosterCycle(choice.pk, choice.label, texts.aims, texts.achievements)
        title = _title(choice.numbered, choice.counted)
        return cls(cycle, cycles, title, entries, window, _tallies(entries))

    @property
    def is_empty(self) -> bool:
        return not self.entries

    @property
    def can_print(self) -> bool:
        """Whether something shown here is for everybody's eyes."""
        return any(not (entry.is_draft or entry.is_cancelled) for entry in self.entries)

    @property
    def span(self) -> str:
        """« Rencontres 25 à 48 sur 500 »; empty when the poster shows them all."""
        if self.window.is_whole:
            return ""
        window = self.window
        first, last, total = map(french.number, (window.first, window.last, window.total))
        return f"Rencontres {first} à {last} sur{french.NBSP}{total}"


def _choose(cycles: list[CycleChoice], label: str, today: datetime.date) -> CycleChoice | None:
    if label:
        named = [cycle for cycle in cycles if cycle.label == label]
        if not named:
            raise Cycle.DoesNotExist(label)
        return named[0]
    filled = [cycle for cycle in cycles if cycle.total]
    begun = [cycle for cycle in filled if cycle.starts_on <= today]
    # Before the first cycle begins, the nearest one.
    return next(iter(begun or filled[::-1]), None)


def _next(meetings: list[Any], day: datetime.date | None) -> int | None:
    found = (row.pk for row in meetings if row.state == row.State.CONVENED and row.held_on == day)
    return next(found, None)


def _title(numbered: int, counted: int) -> str:
    """« Cinq rencontres pour »: what follows, « acheter autrement », is highlighted."""
    count, noun = (numbered, "rencontre") if numbered else (counted, "activité")
    if not count:
        return "Des rencontres pour"
    words = french.in_words(count, feminine=True)
    return f"{words[0].upper()}{words[1:]} {noun}{french.plural(count)} pour"


def _entry(
    meeting: Any, texts: Texts, today: datetime.date, next_pk: int | None, *, shows_drafts: bool
) -> TimelineEntry:
    is_past = took_place(meeting, today)
    lines = [
        ObjectiveLine.build(*row, is_past=is_past, shows_drafts=shows_drafts)
        for row in texts.objectives.get(meeting.pk, [])
    ]
    guests = texts.guests.get(meeting.pk, [])
    return TimelineEntry.build(meeting, lines, guests, today=today, is_next=meeting.pk == next_pk)


def _tallies(entries: list[TimelineEntry]) -> list[Tally]:
    """« 9 objectifs atteints », « 1 objectif reporté », « 3 objectifs fixés »."""
    lines = [line for entry in entries if not entry.is_cancelled for line in entry.objectives]
    counts = Counter((line.outcome, line.icon) for line in lines)
    words = {
        Objective.Outcome.REACHED: "atteint",
        Objective.Outcome.CARRIED_OVER: "reporté",
        Objective.Outcome.PENDING: "fixé",
    }
    return [
        Tally(icon, _tally(count, word))
        for outcome, word in words.items()
        for (found, icon), count in counts.items()
        if found == outcome
    ]


def _tally(count: int, word: str) -> str:
    plural = french.plural(count)
    return f"{french.number(count)} objectif{plural} {word}{plural}"
