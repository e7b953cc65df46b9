"""Unite two texts that started from the same one, paragraph by paragraph. Knows no app."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

Lines = list[str]


@dataclass(frozen=True)
class _Change:
    """Lines `start` to `end` of the base become `lines`."""

    start: int
    end: int
    lines: tuple[str, ...]

    def meets(self, other: _Change) -> bool:
        """Changes of neighbouring lines meet too: what they say together must be read."""
        return self.start <= other.end and other.start <= self.end


def unite(base: str, mine: str, theirs: str) -> str | None:
    """Return the text with both changes; None where both changed the same or adjoining lines.

    A change that both made alike counts once.
    """
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    lines = base.splitlines(keepends=True)
    ours, others = (_changes(lines, text) for text in (mine, theirs))
    both = sorted({*ours, *others}, key=lambda change: (change.start, change.end))
    if any(first.meets(second) for first, second in pairwise(both)):
        return None
    for change in reversed(both):
        lines[change.start : change.end] = change.lines
    return "".join(lines)


def _changes(base: Lines, text: str) -> list[_Change]:
    lines = text.splitlines(keepends=True)
    found = SequenceMatcher(None, base, lines, autojunk=False).get_opcodes()
    return [
        _Change(start, end, tuple(lines[first:last]))
        for tag, start, end, first, last in found
        if tag != "equal"
    ]
