"""An objective of a meeting and what came of it, in words."""

from dataclasses import dataclass, replace

from measures.models import Barrier
from meetings.models import Meeting, Objective
from members.models import User

_ICONS = {
    Objective.Outcome.REACHED: "check-lg",
    Objective.Outcome.CARRIED_OVER: "arrow-repeat",
    Objective.Outcome.PENDING: "bullseye",
}


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
    def build(
        cls,
        text: str,
        outcome: Objective.Outcome,
        target: Meeting | None,
        *,
        is_past: bool,
        shows_drafts: bool,
    ) -> "ObjectiveLine":
        """`target` is the meeting that the objective is carried over to."""
        if outcome == Objective.Outcome.REACHED:
            words = "atteint"
        elif outcome == Objective.Outcome.CARRIED_OVER:
            words = _carried_over(target, shows_drafts=shows_drafts)
        else:
            words = "résultat non noté" if is_past else ""
        return cls(text, outcome.value, _ICONS[outcome], words)


def _carried_over(target: Meeting | None, *, shows_drafts: bool) -> str:
    if target is None:
        return "reporté"
    if not (shows_drafts or target.is_known_to_members):
        return "reporté à une prochaine rencontre"
    return f"reporté {target.to_heading}"


def objective_lines(
    meeting: Meeting, user: User, *, is_past: bool, with_barriers: bool = False
) -> list[ObjectiveLine]:
    """Call with `objectives` prefetched, with what they are carried over to, and their barrier."""
    lines = []
    for objective in meeting.objectives.all():
        line = ObjectiveLine.build(
            objective.text,
            Objective.Outcome(objective.outcome),
            objective.carried_to,
            is_past=is_past,
            shows_drafts=user.may_manage_meetings,
        )
        lines.append(replace(line, barrier=objective.barrier) if with_barriers else line)
    return lines
