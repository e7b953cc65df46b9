"""The amendments that still wait when a synthesis is published."""

from dataclasses import dataclass

from meetings.acts.amending import refuse_amendment
from meetings.models import Amendment, Synthesis
from members.models import User


class ChangedSinceReadError(Exception):
    """The working copy is no longer what the person has read and confirmed."""


@dataclass(frozen=True)
class Rest:
    """The amendments that the person has read and refuses together, and why."""

    read: frozenset[int] = frozenset()
    answer: str = ""


def refuse_rest(synthesis: Synthesis, rest: Rest, *, by: User) -> None:
    """Refuse what waits; ChangedSinceReadError when the person has not read exactly that."""
    waiting = list(synthesis.amendments.filter(state=Amendment.State.WAITING))
    if waiting and {row.pk for row in waiting} != rest.read:
        raise ChangedSinceReadError(f"{synthesis}")
    for row in waiting:
        refuse_amendment(amendment=row, answer=rest.answer, by=by)
