"""The text of a synthesis while two people may be writing it.

A draft is what a form holds: points in order, and the outcome of each objective. `merge` unites a
draft with what somebody else stored in the meantime: what only one of the two touched is kept
without a question, and what both touched is told, with the author's own text left in the form.
"""

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

from chantier.lib.diff import Piece, word_diff
from chantier.lib.french import NBSP
from meetings.models import Meeting, Objective, PointKind, Synthesis


def text_print(kind: str, text: str) -> str:
    """The print of a point: changes with the words and the kind, not with spaces."""
    words = " ".join(text.split())
    return hashlib.sha256(f"{kind} {words}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class PointDraft:
    """One point; `seen` is the print of the stored point that the form was opened on."""

    kind: str
    text: str
    pk: int | None = None
    seen: str = ""
    remove: bool = False

    @property
    def print(self) -> str:
        return text_print(self.kind, self.text)

    @property
    def is_touched(self) -> bool:
        return self.remove or self.print != self.seen

    @property
    def in_full(self) -> str:
        """« Décision : le texte », since a kind may be what differs."""
        return f"{PointKind(self.kind).label.capitalize()}{NBSP}: {self.text}"

    def as_initial(self) -> dict[str, Any]:
        return {
            "point": self.pk,
            "seen": self.seen,
            "kind": self.kind,
            "text": self.text,
            "remove": self.remove,
        }


@dataclass(frozen=True)
class OutcomeDraft:
    """What became of an objective: « reached », « carried_over », « carried_over:12 »."""

    value: str
    seen: str = ""


@dataclass(frozen=True)
class Draft:
    points: list[PointDraft]
    outcomes: dict[int, OutcomeDraft] = field(default_factory=dict)

    @property
    def kept(self) -> list[PointDraft]:
        return [point for point in self.points if not point.remove]

    def as_json(self) -> dict[str, Any]:
        """For the journal: enough to find again every word that was saved."""
        return {
            "points": [{"kind": point.kind, "text": point.text} for point in self.kept],
            "outcomes": {str(pk): outcome.value for pk, outcome in self.outcomes.items()},
        }


def outcome_value(objective: Objective) -> str:
    """The outcome and its target as one choice."""
    if objective.carried_to_id is None:
        return objective.outcome
    return f"{objective.outcome}:{objective.carried_to_id}"


def stored_draft(meeting: Meeting, synthesis: Synthesis | None) -> Draft:
    """The draft of what is stored; without a synthesis yet, no points."""
    points = []
    for point in synthesis.points.all() if synthesis else []:
        draft = PointDraft(point.kind, point.text, point.pk)
        points.append(replace(draft, seen=draft.print))
    values = {row.pk: outcome_value(row) for row in meeting.objectives.all()}
    return Draft(points, {pk: OutcomeDraft(value, value) for pk, value in values.items()})


@dataclass(frozen=True)
class Difference:
    """Two texts at the same place; the pieces lead from `before` to `after`.

    In a clash, from the stored text to mine; in what was taken over, from mine to the stored one.
    """

    title: str
    before: str
    after: str
    pieces: list[Piece]

    @classmethod
    def of(cls, title: str, before: str, after: str) -> "Difference":
        return cls(title, before, after, word_diff(before, after))


@dataclass(frozen=True)
class Merge:
    """The draft to go on with, what clashes in it, and what was taken over from the other."""

    draft: Draft
    clashes: list[Difference]
    taken: list[Difference]


def merge(mine: Draft, stored: Draft, outcome_labels: dict[int, dict[str, str]]) -> Merge:
    """Unite a posted draft with the stored one.

    `outcome_labels` gives, by objective, its text under "" and the words of each choice.
    """
    clashes: list[Difference] = []
    taken: list[Difference] = []
    theirs = {point.pk: point for point in stored.points}
    points = []
    for point in mine.points:
        united = _merge_point(point, theirs.pop(point.pk, None), clashes, taken)
        points += [united] if united else []
    # Points that the form never showed: somebody has just written them.
    for added in theirs.values():
        taken.append(Difference.of("Point ajouté", "", added.in_full))
        points.append(added)
    outcomes = {
        pk: _merge_outcome(outcome, stored.outcomes[pk], outcome_labels[pk], clashes, taken)
        for pk, outcome in mine.outcomes.items()
        if pk in stored.outcomes
    }
    return Merge(Draft(points, outcomes), clashes, taken)


def _merge_point(
    mine: PointDraft,
    theirs: PointDraft | None,
    clashes: list[Difference],
    taken: list[Difference],
) -> PointDraft | None:
    if mine.pk is None:
        return mine
    if theirs is None:
        return _merge_removed(mine, clashes, taken)
    agreed = theirs.print == mine.print and not mine.remove
    if agreed or theirs.print == mine.seen:
        return replace(mine, seen=theirs.print)
    if not mine.is_touched:
        taken.append(Difference.of("Point repris", mine.in_full, theirs.in_full))
        return theirs
    written = "" if mine.remove else mine.in_full
    clashes.append(Difference.of("Point modifié des deux côtés", theirs.in_full, written))
    return replace(mine, seen=theirs.print)


def _merge_removed(
    mine: PointDraft, clashes: list[Difference], taken: list[Difference]
) -> PointDraft | None:
    if mine.remove:
        return None
    if not mine.is_touched:
        taken.append(Difference.of("Point retiré", mine.in_full, ""))
        return None
    clashes.append(Difference.of("Point retiré par l’autre personne", "", mine.in_full))
    return replace(mine, pk=None, seen="")


def _merge_outcome(
    mine: OutcomeDraft,
    theirs: OutcomeDraft,
    labels: dict[str, str],
    clashes: list[Difference],
    taken: list[Difference],
) -> OutcomeDraft:
    stored = theirs.value
    if stored in (mine.seen, mine.value):
        return replace(mine, seen=stored)
    title = f"Objectif «{NBSP}{labels['']}{NBSP}»"
    own_words, stored_words = labels.get(mine.value, mine.value), labels.get(stored, stored)
    if mine.value == mine.seen:
        taken.append(Difference.of(title, own_words, stored_words))
        return theirs
    clashes.append(Difference.of(title, stored_words, own_words))
    return replace(mine, seen=stored)
