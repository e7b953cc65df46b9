"""From one state of a meeting to the next; what the data do not allow is refused, and says why."""

from collections.abc import Callable
from dataclasses import dataclass, replace

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
    # The sentence after it, and the one of a second click, in words of the kind of the meeting.
    done: str
    already: str
    objection: Callable[[Meeting], str]

    def refusal(self, meeting: Meeting) -> str:
        """Why the meeting cannot go there now; empty when it can."""
        if meeting.state not in self.sources:
            return meeting.worded(_WRONG_STATE[meeting.state])
        return self.objection(meeting)


_WRONG_STATE: dict[str, str] = {
    _DRAFT: "{The} est en préparation\u00a0: convoquez-{it} d’abord.",
    _CONVENED: "{The} n’a pas encore eu lieu\u00a0: commencez-{it} d’abord.",
    _CLOSED: "{The} est clos{e}\u00a0: rouvrez-{it} d’abord.",
    _CANCELLED: "{The} est annulé{e}.",
}


def _not_before_its_day(meeting: Meeting) -> str:
    if meeting.held_on <= timezone.localdate():
        return ""
    day = french.long_date(meeting.held_on)
    words = f"{{The}} est prévu{{e}} le {day}\u00a0: rien ne commence avant ce jour."
    return meeting.worded(words)


def _has_no_review_open(meeting: Meeting) -> str:
    synthesis = getattr(meeting, "synthesis", None)
    if synthesis is None or synthesis.state != synthesis.State.IN_REVIEW:
        return ""
    words = "La synthèse est en révision\u00a0: publiez-la, {the} sera clos{e} du même coup."
    return meeting.worded(words)


def _none(meeting: Meeting) -> str:
    return ""


TRANSITIONS = {
    row.act: row
    for row in (
        Transition(
            "start",
            "Commencer {the}",
            (_CONVENED,),
            _HELD,
            "{The} est commencé{e}.",
            "{The} est déjà commencé{e}.",
            _not_before_its_day,
        ),
        Transition(
            "close",
            "Clore {the}",
            (_HELD,),
            _CLOSED,
            "{The} est clos{e}.",
            "{The} est déjà clos{e}.",
            _has_no_review_open,
        ),
        Transition(
            "reopen",
            "Rouvrir {the}",
            (_CLOSED,),
            _HELD,
            "{The} est rouvert{e}.",
            "{The} est déjà ouvert{e}.",
            _none,
        ),
    )
}


def offered(meeting: Meeting) -> list[tuple[Transition, str]]:
    """The buttons of a meeting, each with why it cannot be pressed now, if it cannot."""
    rows = [row for row in TRANSITIONS.values() if meeting.state in row.sources]
    return [(replace(row, label=meeting.worded(row.label)), row.objection(meeting)) for row in rows]


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
