"""The timeline measured: 500 meetings over twenty cycles, then 500 in the one that is shown."""

import datetime
import itertools

from django.urls import reverse
from django.utils import timezone

from benefits.models import SocialEnterprise
from meetings.frozen import content_hash, synthesis_content
from meetings.models import (
    Attendance,
    Meeting,
    Objective,
    PointKind,
    Synthesis,
    SynthesisPoint,
    SynthesisVersion,
)
from members.models import Achievement, Cycle, CycleObjective, Organization

MEETINGS, CYCLES = 500, 20
PRESENT, OBJECTIVES, POINTS = 20, 3, 6
_BATCH = 1_000
_OUTCOMES = ["reached", "reached", "carried_over", "pending"]
# Long before the cycles that are generated, of which the latest has its report measured.
_FROM = 1960


def fill() -> None:
    """Add the meetings of twenty cycles, each with all that the poster shows of it."""
    # All were members on every day: the most that counting them can cost.
    Organization.objects.update(joined_on=datetime.date(_FROM, 1, 1))
    step = datetime.timedelta(days=365 / (MEETINGS / CYCLES))
    for start in range(_FROM, _FROM + CYCLES):
        _fill_cycle(start, MEETINGS // CYCLES, step)


def crowd() -> None:
    """Bring them all into the cycle of `address`."""
    meetings = Meeting.objects.filter(cycle__starts_on__year__lt=_FROM + CYCLES)
    meetings.update(cycle=Cycle.objects.get(starts_on__year=_FROM))


def address() -> str:
    return f"{reverse('meetings:meeting_list')}?cycle={_FROM}-{_FROM + 1}&partie=1"


def _fill_cycle(start: int, count: int, step: datetime.timedelta) -> None:
    first = datetime.date(start, 9, 1)
    cycle = Cycle.objects.create(
        label=f"{start}-{start + 1}",
        starts_on=first,
        ends_on=datetime.date(start + 1, 8, 31),
        report_due_on=datetime.date(start + 1, 9, 30),
    )
    for index in range(3):
        code = f"BANC-{start}-{index}"
        CycleObjective.objects.create(cycle=cycle, code=code, text=f"Viser {index}", order=index)
        Achievement.objects.create(cycle=cycle, code=code, text=f"Réaliser {index}", order=index)
    Meeting.objects.bulk_create(
        Meeting(
            cycle=cycle,
            code=f"BANC-{start}-{index}",
            slug=f"banc-{start}-{index}",
            title=f"Des clauses et des libellés, partie {index}",
            held_on=first + index * step,
            state=Meeting.State.CLOSED,
        )
        for index in range(count)
    )
    meetings = list(Meeting.objects.filter(cycle=cycle))
    _attach(meetings)
    _publish(meetings)


def _attach(meetings: list[Meeting]) -> None:
    """Attendance, objectives with their outcomes, and guests of every fifth meeting."""
    organizations = list(Organization.objects.values_list("pk", flat=True)[:PRESENT])
    Attendance.objects.bulk_create(
        (
            Attendance(meeting=meeting, organization_id=key, present=key % 3 > 0)
            for meeting in meetings
            for key in organizations
        ),
        batch_size=_BATCH,
    )
    outcomes = itertools.cycle(_OUTCOMES)
    rows = [
        Objective(
            meeting=meeting,
            code=f"{meeting.code}-{order}",
            text=f"Choisir ensemble les indicateurs à suivre, {order}",
            order=order,
            outcome=next(outcomes),
        )
        for meeting in meetings
        for order in range(OBJECTIVES)
    ]
    for row in rows:
        if row.outcome == Objective.Outcome.CARRIED_OVER:
            row.carried_to = meetings[-1]
    Objective.objects.bulk_create(rows, batch_size=_BATCH)
    guest = SocialEnterprise.objects.first()
    if guest is not None:
        for meeting in meetings[::5]:
            meeting.guests.add(guest)


def _publish(meetings: list[Meeting]) -> None:
    """A synthesis each, approved twice."""
    Synthesis.objects.bulk_create(
        Synthesis(meeting=meeting, state=Synthesis.State.APPROVED, updated_at=timezone.now())
        for meeting in meetings
    )
    syntheses = list(Synthesis.objects.filter(meeting__in=meetings).select_related("meeting"))
    kinds = itertools.cycle(PointKind)
    SynthesisPoint.objects.bulk_create(
        (
            SynthesisPoint(
                synthesis=synthesis,
                order=order,
                kind=next(kinds),
                text=f"Les données manquent encore, car peu de systèmes marquent les EÉS ({order})",
            )
            for synthesis in syntheses
            for order in range(POINTS)
        ),
        batch_size=_BATCH,
    )
    contents = [(synthesis, synthesis_content(synthesis)) for synthesis in syntheses]
    SynthesisVersion.objects.bulk_create(
        (
            SynthesisVersion(
                synthesis=synthesis,
                number=number,
                content=content,
                sha256=content_hash(content),
                reason="" if number == 1 else "Plus juste.",
            )
            for synthesis, content in contents
            for number in (1, 2)
        ),
        batch_size=_BATCH,
    )
