"""What an import changes, field by field, in words: before it is done, and after."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from chantier.lib.diff import Piece, word_diff
from measures.exchange.columns import BY_NAME, TEXTS, words
from measures.models import Implementation, ImplementationEvent, RegisterImport


@dataclass(frozen=True)
class FieldChange:
    """One field, before and after; a text that had another has its difference word by word."""

    label: str
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Done:
    """A record that an import added or changed."""

    record: Implementation
    is_new: bool
    changes: list[FieldChange]


def told(name: str, before: Any, after: Any) -> FieldChange:
    old, new = words(name, before), words(name, after)
    pieces = tuple(word_diff(old, new)) if name in TEXTS and old and new else ()
    return FieldChange(BY_NAME[name].label, old, new, pieces)


def lines_of(table: RegisterImport) -> QuerySet[ImplementationEvent]:
    """What an import wrote in the journal; not what taking it back wrote."""
    lines = ImplementationEvent.objects.filter(
        batch=table.batch, kind=ImplementationEvent.Kind.IMPORTED
    )
    return lines.select_related(
        "implementation__measure", "implementation__stage", "implementation__organization"
    ).order_by("pk")


def done(lines: Iterable[ImplementationEvent]) -> list[Done]:
    return [
        Done(
            line.implementation,
            line.version == 1,
            [told(name, *pair) for name, pair in line.changes.items() if name in BY_NAME],
        )
        for line in lines
    ]
