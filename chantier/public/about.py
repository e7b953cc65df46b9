"""What the chantier set out to do and achieved, as far as anybody may read it.

Of meetings, numbers: their titles, objectives and syntheses are of those who attend.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from chantier.lib.small_groups import shown
from meetings.models import Meeting, Objective
from members.models import Cycle

_O = Objective.Outcome


@dataclass(frozen=True)
class Aim:
    """An objective of a cycle; `outcome` is empty until a meeting has noted one."""

    text: str
    outcome: str
    label: str


@dataclass(frozen=True)
class Held:
    """A meeting that took place; `present` is None where too few organizations came."""

    heading: str
    held_on: Any
    present: int | None


@dataclass(frozen=True)
class CycleStory:
    """One year of the chantier."""

    label: str
    aims: list[Aim]
    achievements: list[str]
    meetings: list[Held]
    # Objectives of its meetings.
    reached: int
    carried_over: int


def stories() -> list[CycleStory]:
    """The years of the chantier that have something to show, newest first; in five queries."""
    noted = Objective.objects.filter(
        meeting__in=Meeting.objects.took_place(), outcome__in=(_O.REACHED, _O.CARRIED_OVER)
    ).order_by("meeting__held_on", "meeting_id", "order", "pk")
    cycles = Cycle.objects.prefetch_related(
        Prefetch("objectives__meeting_objectives", noted, to_attr="noted"), "achievements"
    )
    held: dict[int, list[Meeting]] = defaultdict(list)
    for meeting in Meeting.objects.took_place().with_present_count():
        held[meeting.cycle_id].append(meeting)
    outcomes: dict[int, Counter[str]] = defaultdict(Counter)
    for cycle_id, outcome in noted.values_list("meeting__cycle_id", "outcome"):
        outcomes[cycle_id][outcome] += 1
    told = (_story(cycle, held[cycle.pk], outcomes[cycle.pk]) for cycle in cycles)
    return [story for story in told if story.aims or story.achievements or story.meetings]


def _story(cycle: Any, meetings: Iterable[Any], outcomes: Counter[str]) -> CycleStory:
    return CycleStory(
        label=cycle.label,
        aims=[_aim(row) for row in cycle.objectives.all()],
        achievements=[row.text for row in cycle.achievements.all() if not row.to_verify],
        meetings=[Held(row.heading, row.held_on, shown(row.present_count)) for row in meetings],
        reached=outcomes[_O.REACHED],
        carried_over=outcomes[_O.CARRIED_OVER],
    )


def _aim(row: Any) -> Aim:
    """The last meeting that noted something about it has the last word."""
    last = row.noted[-1] if row.noted else None
    if last is None:
        return Aim(row.text, "", "")
    return Aim(row.text, last.outcome, last.get_outcome_display())
