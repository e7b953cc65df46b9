"""A first synthesis, drawn from the cards of the round table.

What was drawn is in the journal, card by card and field by field: a point that staff have since
reworded, moved or taken away is not drawn a second time, unless its card says something else.
"""

import hashlib
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from chantier.lib import french
from meetings.acts.copies import journal_subject, take_copy
from meetings.models import Meeting, PointKind, RoundTableEntry, Synthesis, SynthesisPoint
from members.models import AuditEntry, User

COMPILE = "synthesis_compile"
# The edit form must stay one that a browser can post and a person can read.
MOST_POINTS = 150
_LONGEST = 2000
_UNNAMED = "Un membre du chantier"
# In the order of the synthesis: all findings, then all barriers, then all next steps.
_FIELDS = (
    ("done", PointKind.FINDING),
    ("need", PointKind.BARRIER),
    ("next_action", PointKind.NEXT_STEP),
)


@dataclass(frozen=True)
class Drawn:
    """One field of one card; `mark` tells whether it was drawn before."""

    entry: RoundTableEntry
    kind: PointKind
    mark: str
    texts: list[str]


@dataclass(frozen=True)
class Compilation:
    """How many points were added, and how many of the cards' fields found no room."""

    added: int
    left_out: int


@transaction.atomic
def compile_synthesis(*, meeting: Meeting, version: int, by: User) -> Compilation:
    """Add to the working copy what the cards say and it never held.

    StaleSynthesisError when somebody saved over `version`; nothing is written when there is
    nothing new, so that a second click is no conflict.
    """
    new = _new(meeting, Synthesis.objects.filter(meeting=meeting).first())
    if not new:
        return Compilation(0, 0)
    synthesis, _ = Synthesis.objects.get_or_create(meeting=meeting, defaults={"version": 0})
    take_copy(synthesis, version, by=by)
    room = MOST_POINTS - synthesis.points.count()
    kept: list[Drawn] = []
    for drawn in new:
        room -= len(drawn.texts)
        if room < 0:
            break
        kept.append(drawn)
    points = _store(synthesis, kept)
    AuditEntry.objects.create(
        actor=by,
        action=COMPILE,
        subject=journal_subject(meeting),
        after={
            "points": [{"kind": point.kind, "text": point.text} for point in points],
            "drawn": [drawn.mark for drawn in kept],
            "version": version + 1,
        },
    )
    return Compilation(len(points), len(new) - len(kept))


def _store(synthesis: Synthesis, drawn: list[Drawn]) -> list[SynthesisPoint]:
    last = synthesis.points.aggregate(last=Max("order"))["last"] or 0
    texts = [(row, text) for row in drawn for text in row.texts]
    return SynthesisPoint.objects.bulk_create(
        SynthesisPoint(
            synthesis=synthesis, entry=row.entry, kind=row.kind, text=text, order=last + place
        )
        for place, (row, text) in enumerate(texts, start=1)
    )


def new_points(meeting: Meeting, synthesis: Synthesis | None) -> int:
    """How many points compiling would add."""
    return sum(len(drawn.texts) for drawn in _new(meeting, synthesis))


def _new(meeting: Meeting, synthesis: Synthesis | None) -> list[Drawn]:
    journal = AuditEntry.objects.filter(subject=journal_subject(meeting), action=COMPILE)
    before: list[dict[str, Any]] = list(journal.values_list("after", flat=True))
    known = {mark for after in before for mark in after["drawn"]}
    standing = set()
    if synthesis is not None:
        standing = set(synthesis.points.values_list("entry_id", "kind", "text"))
    return [
        drawn
        for drawn in _drawn(meeting)
        if drawn.mark not in known and (drawn.entry.pk, drawn.kind, drawn.texts[0]) not in standing
    ]


def _drawn(meeting: Meeting) -> Iterator[Drawn]:
    entries = list(
        meeting.entries.select_related("organization").order_by(
            "order", "organization__sort_name", "pk"
        )
    )
    for name, kind in _FIELDS:
        for entry in entries:
            text = french.typeset(getattr(entry, name).strip())
            if text:
                yield Drawn(entry, kind, _mark(entry, name, text), _texts(entry, text))


def _mark(entry: RoundTableEntry, field: str, text: str) -> str:
    """Changes with the words of the field, not with its spaces."""
    print_ = hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]
    return f"{entry.pk} {field} {print_}"


def _texts(entry: RoundTableEntry, text: str) -> list[str]:
    """« MRC des Deux-Collines : Deux visites. », in as many points as a long text needs."""
    organization = entry.organization
    who = organization.name if organization.may_be_named else _UNNAMED
    head = f"{who}{french.NBSP}: "
    if len(head) + len(text) <= _LONGEST:
        return [head + text]
    parts = textwrap.wrap(
        text, _LONGEST - len(head), replace_whitespace=False, break_on_hyphens=False
    )
    return [head + part for part in parts]
