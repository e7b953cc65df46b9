"""What is about to be frozen, as the person who confirms reads it."""

import datetime
from dataclasses import dataclass
from typing import Any

from chantier.lib import french
from meetings.actions import NotPublishableError, check_publishable
from meetings.changes import Change, changes, present_words
from meetings.frozen import content_hash, same_content, synthesis_content
from meetings.models import Amendment, Synthesis, SynthesisVersion


@dataclass(frozen=True)
class WorkingCopy:
    """The working copy beside the last version that members read."""

    synthesis: Synthesis
    content: dict[str, Any]
    sha256: str
    # The number that a publication would take.
    number: int
    last: SynthesisVersion | None
    changes: list[Change]
    # Why it cannot be published; empty when it can.
    refusal: str
    pending: int
    # The amendments that no one has answered.
    waiting: list[int]

    @classmethod
    def build(cls, synthesis: Synthesis) -> "WorkingCopy":
        content = synthesis_content(synthesis)
        last = synthesis.versions.order_by("-number").first()
        try:
            check_publishable(synthesis.meeting, content, last)
        except NotPublishableError as error:
            refusal = str(error)
        else:
            refusal = ""
        objectives = synthesis.meeting.objectives.all()
        return cls(
            synthesis=synthesis,
            content=content,
            sha256=content_hash(content),
            number=last.number + 1 if last else 1,
            last=last,
            changes=changes(last.content, content) if last else [],
            refusal=refusal,
            pending=sum(row.outcome == row.Outcome.PENDING for row in objectives),
            waiting=list(
                synthesis.amendments.filter(state=Amendment.State.WAITING)
                .order_by("pk")
                .values_list("pk", flat=True)
            ),
        )

    @property
    def is_published(self) -> bool:
        return self.last is not None and same_content(self.last.content, self.content)

    @property
    def held_on(self) -> datetime.date:
        return self.synthesis.meeting.held_on

    @property
    def present(self) -> str:
        return present_words(self.content)

    @property
    def waiting_in_words(self) -> str:
        """« Deux modifications proposées attendent une réponse »; empty when none does."""
        if not self.waiting:
            return ""
        count = len(self.waiting)
        words, plural = french.in_words(count, feminine=True), french.plural(count)
        verb = "attendent" if count >= 2 else "attend"
        return (
            f"{words[0].upper()}{words[1:]} modification{plural} proposée{plural} "
            f"{verb} une réponse."
        )

    @property
    def pending_in_words(self) -> str:
        """« Deux objectifs n’ont pas encore de résultat noté »; empty when all have one."""
        if not self.pending:
            return ""
        words = french.in_words(self.pending)
        verb = "n’ont" if self.pending >= 2 else "n’a"
        noun = f"objectif{french.plural(self.pending)}"
        return f"{words[0].upper()}{words[1:]} {noun} {verb} pas encore de résultat noté."
