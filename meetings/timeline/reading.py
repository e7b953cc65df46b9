"""The three queries of the poster, each in few columns: what is not shown is not read."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache, lru_cache
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from django.db.models import (
    CharField,
    Count,
    DateField,
    DateTimeField,
    IntegerField,
    Min,
    Q,
    QuerySet,
    Value,
)

from chantier.lib import french
from meetings.models import Meeting, MeetingQuerySet, Objective
from meetings.timeline.entries import OF_A_MEETING
from meetings.timeline.window import Window
from members.models import Achievement, Cycle, CycleObjective


class CycleChoice(NamedTuple):
    """A cycle whose poster may be asked for, and what is known of its meetings beforehand."""

    pk: int
    label: str
    starts_on: datetime.date
    ends_on: datetime.date
    total: int
    # Neither drafts nor cancelled: of them all, and without webinars and workshops.
    counted: int
    numbered: int
    # Those of days that are over.
    over: int
    # The day of the first one that is convened and still to come.
    next_on: datetime.date | None


@dataclass
class Texts:
    """What hangs on a cycle and its meetings, in order."""

    aims: list[str] = field(default_factory=list)
    achievements: list[str] = field(default_factory=list)
    # By meeting: text, outcome, and the meeting that it is carried over to.
    objectives: dict[int, list[tuple[str, Objective.Outcome, Meeting | None]]] = field(
        default_factory=dict
    )
    guests: dict[int, list[str]] = field(default_factory=dict)


class _Row(NamedTuple):
    """A text: 0 for an aim of the cycle, 1 an achievement, 2 an objective, 3 a guest."""

    rank: int
    order: int
    pk: int
    owner: int
    text: str
    outcome: str
    kind: str | None
    number: int | None
    held_on: datetime.date | None
    state: str | None
    convened_at: datetime.datetime | None
    cancel_reason: str | None

    @property
    def target(self) -> Meeting | None:
        """Enough of the meeting that an objective is carried over to to name it, or not to."""
        if not self.kind or self.held_on is None:
            return None
        return Meeting(
            kind=self.kind,
            number=self.number,
            held_on=self.held_on,
            state=self.state or "",
            convened_at=self.convened_at,
            cancel_reason=self.cancel_reason or "",
        )


# Put together once a process, or once a day: building these takes longer than running them.


@cache
def _visible(*, with_drafts: bool) -> MeetingQuerySet:
    meetings: MeetingQuerySet = Meeting.objects.order_by("held_on", "pk")
    return meetings if with_drafts else meetings.known_to_members()


@lru_cache(maxsize=4)
def _cycles(today: datetime.date, *, with_drafts: bool) -> QuerySet[Any, Any]:
    """All cycles without a number, then the numbers of those that have meetings."""
    taking_place = ~Q(state__in=[Meeting.State.DRAFT, Meeting.State.CANCELLED])
    coming = Q(state=Meeting.State.CONVENED, held_on__gte=today)
    no_date = Value(None, DateField())
    counts = (
        _visible(with_drafts=with_drafts)
        .order_by()
        .values_list("cycle", Value("", CharField()), no_date, no_date)
        .annotate(
            total=Count("pk"),
            counted=Count("pk", filter=taking_place),
            numbered=Count("pk", filter=taking_place & Q(kind=Meeting.Kind.MEETING)),
            over=Count("pk", filter=Q(held_on__lt=today)),
            next_on=Min("held_on", filter=coming),
        )
    )
    cycles = Cycle.objects.order_by().values_list(
        "pk", "label", "starts_on", "ends_on", *[Value(0)] * 4, no_date
    )
    return cycles.union(counts, all=True)


@cache
def _poster_meetings(*, with_drafts: bool) -> MeetingQuerySet:
    return _visible(with_drafts=with_drafts).for_poster().only(*OF_A_MEETING, "state")


@cache
def _texts() -> list[QuerySet[Any, Any]]:
    """Objectives first, whose columns the others have."""
    no_target = (
        Value("", CharField()),
        Value(None, IntegerField()),
        Value(None, DateField()),
        Value("", CharField()),
        Value(None, DateTimeField()),
        Value("", CharField()),
    )

    def columns(rank: int, model: Any, owner: str, text: str, order: Any) -> QuerySet[Any, Any]:
        rows = model.objects.order_by()
        return rows.values_list(Value(rank), order, "pk", owner, text, Value(""), *no_target)

    return [
        Objective.objects.order_by().values_list(
            *(Value(2), "order", "pk", "meeting", "text", "outcome"),
            *("carried_to__kind", "carried_to__number"),
            *("carried_to__held_on", "carried_to__state"),
            *("carried_to__convened_at", "carried_to__cancel_reason"),
        ),
        columns(3, Meeting.guests.through, "meeting", "socialenterprise__name", Value(0)),
        columns(0, CycleObjective, "cycle", "text", "order"),
        columns(1, Achievement, "cycle", "text", "order"),
    ]


def read_cycles(today: datetime.date, *, with_drafts: bool) -> list[CycleChoice]:
    """The cycles with a meeting to show, and the one under way; newest first."""
    rows = [CycleChoice._make(row) for row in _cycles(today, with_drafts=with_drafts).all()]
    counts = {row.pk: row for row in rows if row.total}
    found = []
    for row in rows:
        if row.pk in counts and not row.total:
            found.append(
                counts[row.pk]._replace(
                    label=row.label, starts_on=row.starts_on, ends_on=row.ends_on
                )
            )
        elif not row.total and row.starts_on <= today <= row.ends_on:
            found.append(row)
    return sorted(found, key=attrgetter("starts_on", "pk"), reverse=True)


def read_meetings(cycle: CycleChoice, window: Window, *, with_drafts: bool) -> list[Any]:
    """Meetings of `for_poster`, in order."""
    rows = _poster_meetings(with_drafts=with_drafts).filter(cycle=cycle.pk)
    return list(rows[window.first - 1 : window.last])


def read_texts(cycle: CycleChoice, meetings: Collection[int]) -> Texts:
    """Four short tables in one query: the page has a budget of eight."""
    objectives, guests, aims, achievements = _texts()
    rows = objectives.filter(meeting__in=meetings).union(
        guests.filter(meeting__in=meetings),
        aims.filter(cycle=cycle.pk),
        achievements.filter(cycle=cycle.pk),
        all=True,
    )
    texts = Texts()
    # By rank, order and key.
    for row in sorted(map(_Row._make, rows), key=itemgetter(0, 1, 2)):
        if row.rank == 0:
            texts.aims.append(row.text)
        elif row.rank == 1:
            texts.achievements.append(row.text)
        elif row.rank == 2:
            line = (row.text, Objective.Outcome(row.outcome), row.target)
            texts.objectives.setdefault(row.owner, []).append(line)
        else:
            texts.guests.setdefault(row.owner, []).append(row.text)
    # Databases put « É » after « Z ».
    for names in texts.guests.values():
        names.sort(key=french.fold)
    return texts
