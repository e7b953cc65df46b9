"""What a synthesis changes since its last published version, point by point."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from chantier.lib import french
from chantier.lib.diff import Piece, word_diff

# Below this likeness, two points are one removed and one added, not one reworded.
_ALIKE = 0.4


@dataclass(frozen=True)
class Change:
    """One line of the comparison; `word` says aloud what the signs show."""

    word: str
    pieces: list[Piece]


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """Compare two frozen contents, in the order of the later one; what is the same is left out."""
    found = []
    headings = _heading(before), _heading(after)
    if headings[0] != headings[1]:
        found.append(Change("Titre modifié", word_diff(*headings)))
    old, new = _lines(before), _lines(after)
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag != "equal":
            found += _replaced(old[old_from:old_to], new[new_from:new_to])
    return found + _outcomes(before, after) + _presence(before, after)


def _outcomes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """Objectives whose text or outcome differs; the first schema told none."""
    if "objectives" not in before or "objectives" not in after:
        return []
    old = {row["text"]: row for row in before["objectives"]}
    new = {row["text"]: row for row in after["objectives"]}
    found = []
    for text in new | old:
        rows = old.get(text), new.get(text)
        outcomes = [row["outcome"] if row else "" for row in rows]
        if outcomes[0] != outcomes[1]:
            found.append(Change("Objectif modifié", word_diff(*map(_outcome, rows))))
    return found


def _outcome(row: dict[str, str] | None) -> str:
    return f"{row['text']}{french.NBSP}: {row['words']}" if row else ""


def _presence(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    texts = [present_words(content) for content in (before, after)]
    if "present" not in before or "present" not in after or texts[0] == texts[1]:
        return []
    return [Change("Organisations présentes", word_diff(*texts))]


def present_words(content: dict[str, Any]) -> str:
    """« Ville A, Ville B et 3 autres organisations »; empty when none was noted."""
    present = content.get("present", {"names": [], "others": 0})
    names, others = list(present["names"]), present["others"]
    if others:
        other = "autre " if names else ""
        words = f"{others} {other}organisation{french.plural(others)}"
        names.append(words.replace("autre ", "autres ") if others >= 2 else words)
    *most, last = names or [""]
    return f"{', '.join(most)} et {last}" if most else last


def _heading(content: dict[str, Any]) -> str:
    meeting = content["meeting"]
    return f"{meeting['heading']} – {meeting['title']}, {meeting['held_on']}"


def _lines(content: dict[str, Any]) -> list[str]:
    return [
        f"{point['label'].capitalize()}{french.NBSP}: {point['text']}"
        for point in content["points"]
    ]


def _replaced(old: list[str], new: list[str]) -> list[Change]:
    """Pair each new point with the old one most like it; the rest was added or removed."""
    left = list(old)
    found = []
    for after in new:
        before = max(left, key=lambda text: _likeness(text, after), default="")
        if before and _likeness(before, after) >= _ALIKE:
            left.remove(before)
            found.append(Change("Point modifié", word_diff(before, after)))
        else:
            found.append(Change("Point ajouté", word_diff("", after)))
    return found + [Change("Point retiré", word_diff(text, "")) for text in left]


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(a=one.split(), b=other.split(), autojunk=False).ratio()
