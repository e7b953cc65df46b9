"""From one state of a meeting to the next; what the data do not allow is refused, and says why."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from chantier.lib import french
from meetings.models import Meeting
from members.models import AuditEntry, User

STATE = "meeting_state"
_DRAFT, _CONVENED = Meeting.State.DRAFT, Meeting.State.CONVENED
_HELD, _CLOSED, _CANCELLED = Meeting.State.HELD, Meeting.State.CLOSED, Meeting.State.CANCELLED


class RefusedTransitionError(Exception):
    """The meeting cannot go there from where it is; the message says why, in French."""


@dataclass(frozen=True)
class Transition:
    """What a button does: from these states to that one, unless the data say no."""

    act: str
    label: str
    sources: tuple[str, ...]
    target: str
    # The sentence after it, and the one of a second click.
    done: str
    already: str
    objection: Callable[[Meeting], str]

    def refusal(self, meeting: Meeting) -> str:
        """Why the meeting cannot go there now; empty when it can."""
        if meeting.state not in self.sources:
            return _WRONG_STATE[meeting.state]
        return self.objection(meeting)


_WRONG_STATE: dict[str, str] = {
    _DRAFT: "La rencontre est en préparation\u00a0: convoquez-la d’abord.",
    _CONVENED: "La rencontre n’a pas encore eu lieu\u00a0: commencez-la d’abord.",
    _CLOSED: "La rencontre est close\u00a0: rouvrez-la d’abord.",
    _CANCELLED: "La rencontre est annulée.",
}


def _not_before_its_day(meeting: Meeting) -> str:
    if meeting.held_on <= timezone.localdate():
        return ""
    day = french.long_date(meeting.held_on)
    return f"La rencontre est prévue le {day}\u00a0: elle ne commence pas avant ce jour."


def _has_no_review_open(meeting: Meeting) -> str:
    synthesis = getattr(meeting, "synthesis", None)
    if synthesis is None or synthesis.state != synthesis.State.IN_REVIEW:
        return ""
    return "La synthèse est en révision\u00a0: publiez-la, la rencontre sera close du même coup."


def _none(meeting: Meeting) -> str:
    return ""


TRANSITIONS = {
    row.act: row
    for row in (
        Transition(
            "start",
            "Commencer la rencontre",
            (_CONVENED,),
            _HELD,
            "La rencontre est commencée.",
            "La rencontre est déjà commencée.",
            _not_before_its_day,
        ),
        Transition(
            "close",
            "Clore la rencontre",
            (_HELD,),
            _CLOSED,
            "La rencontre est close.",
            "La rencontre est déjà close.",
            _has_no_review_open,
        ),
        Transition(
            "reopen",
            "Rouvrir la rencontre",
            (_CLOSED,),
            _HELD,
            "La rencontre est rouverte.",
            "La rencontre est déjà ouverte.",
            _none,
        ),
    )
}


def offered(meeting: Meeting) -> list[tuple[Transition, str]]:
    """The buttons of a meeting, each with why it cannot be pressed now, if it cannot."""
    rows = [row for row in TRANSITIONS.values() if meeting.state in row.sources]
    return [(row, row.objection(meeting)) for row in rows]


@transaction.atomic
def change_state(*, meeting: Meeting, act: str, by: User) -> bool:
    """Bring the meeting to its next state; False when a click before did it.

    RefusedTransitionError, with the sentence to show, when it cannot go there.
    """
    transition = TRANSITIONS[act]
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.state == transition.target:
        return False
    refusal = transition.refusal(meeting)
    if refusal:
        raise RefusedTransitionError(refusal)
    before = meeting.state
    meeting.state = transition.target
    meeting.save(update_fields=["state"])
    AuditEntry.objects.create(
        actor=by,
        action=STATE,
        subject=f"Rencontre {meeting.code}",
        before={"state": before},
        after={"state": meeting.state},
    )
    return True
