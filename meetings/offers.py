"""What the page of preparation offers to tick: objectives to take up, topics to talk about."""

import datetime
from dataclasses import dataclass

from django.db.models import Prefetch, Q

from chantier.lib.french import fold
from meetings.acts.topics import TAKES_TOPICS
from meetings.models import Meeting, Objective, Topic
from members.models import CycleObjective

# The page stays short: what is older is in the meetings themselves.
MOST = 30
CYCLE, EARLIER, TOPIC = "cycle", "earlier", "topic"


@dataclass(frozen=True)
class Offer:
    """One line to tick; `value` names it in the form: « cycle:3 »."""

    value: str
    text: str
    # Where it comes from, and what is known of it.
    words: str
    about: str = ""


@dataclass(frozen=True)
class Offers:
    objectives: list[Offer]
    topics: list[Offer]

    @classmethod
    def build(cls, meeting: Meeting, today: datetime.date) -> "Offers":
        own = list(meeting.objectives.all())
        objectives = _of_cycle(meeting, own) + _of_earlier(meeting, own, today)
        takes_topics = meeting.state in TAKES_TOPICS
        return cls(objectives, _topics() if takes_topics else [])

    @property
    def values(self) -> set[str]:
        return {offer.value for offer in [*self.objectives, *self.topics]}


def _of_cycle(meeting: Meeting, own: list[Objective]) -> list[Offer]:
    """The objectives of the cycle that this meeting does not have."""
    taken = {row.cycle_objective_id for row in own}
    elsewhere = Objective.objects.exclude(meeting=meeting).select_related("meeting")
    rows = (
        CycleObjective.objects.filter(cycle=meeting.cycle_id)
        .exclude(pk__in=[pk for pk in taken if pk])
        .prefetch_related(Prefetch("meeting_objectives", elsewhere.order_by("meeting__held_on")))
    )
    return [Offer(f"{CYCLE}:{row.pk}", row.text, _cycle_words(row)) for row in rows]


def _cycle_words(row: CycleObjective) -> str:
    taken = [objective.meeting.to_heading for objective in row.meeting_objectives.all()]
    if not taken:
        return "Objectif du cycle, pas encore pris"
    return f"Objectif du cycle, déjà pris {taken[-1]}"


def _of_earlier(meeting: Meeting, own: list[Objective], today: datetime.date) -> list[Offer]:
    """Objectives of meetings that took place, neither reached nor taken up anywhere."""
    past = Q(meeting__state__in=[Meeting.State.HELD, Meeting.State.CLOSED]) | Q(
        meeting__state=Meeting.State.CONVENED, meeting__held_on__lt=today
    )
    outcome = Objective.Outcome
    left = Q(outcome=outcome.PENDING) | Q(outcome=outcome.CARRIED_OVER, carried_to=None)
    here = Q(outcome=outcome.CARRIED_OVER, carried_to=meeting)
    rows = (
        Objective.objects.filter(past, left | here, meeting__held_on__lte=meeting.held_on)
        .exclude(meeting=meeting)
        .select_related("meeting")
        .order_by("-meeting__held_on", "order", "pk")
    )
    taken = {row.carried_from_id for row in own}
    texts = {fold(row.text) for row in own}
    return [
        Offer(f"{EARLIER}:{row.pk}", row.text, _earlier_words(row))
        for row in rows[: MOST + len(own)]
        if row.pk not in taken and fold(row.text) not in texts
    ][:MOST]


def _earlier_words(row: Objective) -> str:
    outcome = "reporté" if row.outcome == Objective.Outcome.CARRIED_OVER else "résultat non noté"
    return f"Objectif {row.meeting.of_heading}, {outcome}"


def _topics() -> list[Offer]:
    rows = Topic.objects.waiting().select_related("organization").order_by("created_at", "pk")
    return [
        Offer(f"{TOPIC}:{row.pk}", row.title, f"Proposé par {row.organization}", row.why)
        for row in rows[:MOST]
    ]
