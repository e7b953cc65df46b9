"""The poster of a cycle: its meetings, what they set out to do and what came of it.

A read model: every query happens in `Timeline.build`, whose number does not depend on the rows.
"""

import datetime
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Exists, OuterRef, Value

from chantier.lib import french
from measures.models import Barrier
from meetings.models import Meeting, MeetingQuerySet, Objective
from members.models import Achievement, Cycle, CycleObjective, Membership, User


@dataclass(frozen=True)
class ObjectiveLine:
    """An objective and its outcome, in words."""

    text: str
    outcome: str
    icon: str
    # « atteint », « reporté à la rencontre 4 »; empty while there is nothing to say.
    words: str
    # What members met, and the meeting takes up; for pages that read it.
    barrier: Barrier | None = None

    @classmethod
    def build(cls, objective: Objective, *, is_past: bool, shows_drafts: bool) -> "ObjectiveLine":
        outcome = Objective.Outcome(objective.outcome)
        icon = {"reached": "check-lg", "carried_over": "arrow-repeat", "pending": "bullseye"}
        words = {
            Objective.Outcome.REACHED: "atteint",
            Objective.Outcome.CARRIED_OVER: _carried_over(objective, shows_drafts=shows_drafts),
            Objective.Outcome.PENDING: "suite non notée" if is_past else "",
        }
        return cls(objective.text, outcome.value, icon[outcome.value], words[outcome])


def _carried_over(objective: Objective, *, shows_drafts: bool) -> str:
    target = objective.carried_to
    if target is None:
        return "reporté"
    if target.state == Meeting.State.DRAFT and not shows_drafts:
        return "reporté à une prochaine rencontre"
    return f"reporté {target.to_heading}"


@dataclass(frozen=True)
class TimelineEntry:
    """One meeting on the poster."""

    meeting: Meeting
    objectives: list[ObjectiveLine]
    points: list[dict[str, str]]
    present_count: int
    guests: list[str]
    is_past: bool
    # The first of the coming ones: the only line under the highlighter.
    is_next: bool
    # « dans 7 jours », for the next one only.
    until: str
    synthesis_status: str
    synthesis_label: str
    is_published: bool


@dataclass(frozen=True)
class PosterCycle:
    """A cycle that has meetings to show, with what it aimed at and achieved."""

    pk: int
    label: str
    starts_on: datetime.date
    objectives: list[str] = field(default_factory=list)
    achievements: list[str] = field(default_factory=list)

    @property
    def objectives_title(self) -> str:
        count = len(self.objectives)
        if count == 1:
            return f"L’objectif du chantier, {self.label}"
        return f"Les {french.in_words(count)} objectifs du chantier, {self.label}"


@dataclass(frozen=True)
class Timeline:
    """The poster of one cycle, and the cycles that have one."""

    cycle: PosterCycle | None
    # Newest first.
    cycles: list[PosterCycle]
    title: str
    entries: list[TimelineEntry]

    @classmethod
    def build(cls, user: User, *, label: str, today: datetime.date) -> "Timeline":
        """The poster of the cycle named `label`; without a name, the current or latest one.

        Raises Cycle.DoesNotExist when that cycle has no meeting to show.
        """
        visible = Meeting.objects.visible_to(user)
        cycles = _cycles(visible)
        cycle = _choose(cycles, label, today)
        meetings = list(visible.filter(cycle=cycle.pk).for_poster()) if cycle else []
        return cls(cycle, cycles, _title(meetings), _entries(meetings, user, today))


def _cycles(meetings: MeetingQuerySet) -> list[PosterCycle]:
    """Read three short tables in one query: the page has a budget of eight."""
    cycles = Cycle.objects.filter(pk__in=meetings.order_by().values("cycle")).order_by()
    texts = [
        model.objects.filter(cycle__in=cycles)  # type: ignore[attr-defined]
        .order_by()
        .values_list(Value(rank), "order", "pk", "text", "cycle_id", "cycle__starts_on")
        for rank, model in enumerate((CycleObjective, Achievement), start=1)
    ]
    names = cycles.values_list(Value(0), Value(0), "pk", "label", "pk", "starts_on")
    found: dict[int, PosterCycle] = {}
    # By rank: a cycle comes before its objectives, and these before its achievements.
    for rank, _, _, text, cycle, starts_on in sorted(names.union(*texts, all=True)):
        if rank == 0:
            found[cycle] = PosterCycle(cycle, text, starts_on)
        else:
            (found[cycle].objectives if rank == 1 else found[cycle].achievements).append(text)
    return sorted(found.values(), key=lambda cycle: cycle.starts_on, reverse=True)


def _choose(cycles: list[PosterCycle], label: str, today: datetime.date) -> PosterCycle | None:
    if label:
        named = [cycle for cycle in cycles if cycle.label == label]
        if not named:
            raise Cycle.DoesNotExist(label)
        return named[0]
    begun = [cycle for cycle in cycles if cycle.starts_on <= today]
    # Before the first cycle begins, the nearest one.
    return next(iter(begun or cycles[::-1]), None)


def _title(meetings: list[Meeting]) -> str:
    """« Cinq rencontres pour »: what follows, « acheter autrement », is highlighted."""
    numbered = sum(meeting.kind == Meeting.Kind.MEETING for meeting in meetings)
    count, noun = (numbered, "rencontre") if numbered else (len(meetings), "activité")
    if not count:
        return "Des rencontres pour"
    words = french.in_words(count, feminine=True)
    return f"{words[0].upper()}{words[1:]} {noun}{french.plural(count)} pour"


def _entries(meetings: list[Meeting], user: User, today: datetime.date) -> list[TimelineEntry]:
    coming = [m for m in meetings if m.state == Meeting.State.CONVENED and m.held_on >= today]
    return [
        _entry(meeting, user, today, is_next=bool(coming) and meeting is coming[0])
        for meeting in meetings
    ]


def _entry(meeting: Any, user: User, today: datetime.date, *, is_next: bool) -> TimelineEntry:
    is_past = meeting.is_past or meeting.held_on < today
    content = meeting.published_content
    status, label = _synthesis_state(meeting, is_past=is_past)
    return TimelineEntry(
        meeting=meeting,
        objectives=objective_lines(meeting, user, is_past=is_past),
        points=content["points"] if content else [],
        present_count=meeting.present_count,
        guests=[guest.name for guest in meeting.guests.all()],
        is_past=is_past,
        is_next=is_next,
        until=_until((meeting.held_on - today).days) if is_next else "",
        synthesis_status=status,
        synthesis_label=label,
        is_published=content is not None,
    )


def _synthesis_state(meeting: Any, *, is_past: bool) -> tuple[str, str]:
    """A glyph of the statuses and the words beside it; none for what has not taken place."""
    if meeting.published_number == 1:
        return "implantee", "synthèse publiée"
    if meeting.published_number:
        return "implantee", f"synthèse publiée, version{french.NBSP}{meeting.published_number}"
    if meeting.is_being_written:
        return "en-cours", "synthèse en rédaction"
    # A webinar needs no synthesis; it may have one.
    awaited = is_past and meeting.kind != Meeting.Kind.WEBINAR
    return ("a-entreprendre", "synthèse à venir") if awaited else ("", "")


def objective_lines(
    meeting: Meeting, user: User, *, is_past: bool, with_barriers: bool = False
) -> list[ObjectiveLine]:
    """Call with `objectives` prefetched, with what they are carried over to, and their barrier."""
    lines = []
    for objective in meeting.objectives.all():
        line = ObjectiveLine.build(
            objective, is_past=is_past, shows_drafts=user.may_manage_meetings
        )
        lines.append(replace(line, barrier=objective.barrier) if with_barriers else line)
    return lines


def _until(days: int) -> str:
    if days == 0:
        return "aujourd’hui"
    return "demain" if days == 1 else f"dans {french.number(days)}{french.NBSP}jours"


@dataclass(frozen=True)
class Presence:
    """Who attended: names for those who may read them, and how many others."""

    names: list[str]
    others: int

    @property
    def count(self) -> int:
        return len(self.names) + self.others

    @classmethod
    def build(cls, meeting: Meeting, user: User) -> "Presence":
        """Staff read every name; members, their own and those of organizations that agreed."""
        own = Membership.objects.filter(user=user, organization=OuterRef("organization"))
        attendances = list(
            meeting.attendances.filter(present=True)
            .select_related("organization")
            .annotate(is_own=Exists(own))
        )
        named = [
            row.organization.name
            for row in attendances
            if user.may_manage_meetings or row.organization.may_be_named or row.is_own
        ]
        # Databases put « É » after « Z ».
        return cls(sorted(named, key=french.fold), len(attendances) - len(named))
