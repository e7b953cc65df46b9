"""Two people on one figure, or on one target: what each changed is kept.

A form is compared as people see it, as texts: what it was opened on, what is stored, what it says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from chantier.lib.diff import word_diff
from measures.merge import Clash, Merge

Texts = Mapping[str, str]
_NOTHING = "(vide)"


@dataclass(frozen=True)
class Part:
    """Fields that say one thing together: a value and its two terms."""

    label: str
    names: tuple[str, ...]
    is_prose: bool = False


def meet(
    data: QueryDict,
    parts: Iterable[Part],
    *,
    opened_on: Texts | None,
    stored: Texts,
    labels: Mapping[str, Mapping[str, str]],
    version: int,
    author: str,
    at: str,
) -> Merge:
    """Unite a posted form with what is stored now; nothing is saved.

    Where only the other person changed a part, theirs is taken; where both did, the posted one
    stays in the form and both are told. `labels` gives the words of choices, by field.
    """
    data, clashes = data.copy(), []
    for part in parts:
        mine = _of(data, part)
        theirs = _of(stored, part)
        opened = _of(opened_on, part) if opened_on is not None else None
        if mine == theirs:
            continue
        if mine == opened:
            for name, text in zip(part.names, theirs, strict=True):
                data[name] = text
        elif theirs != opened:
            clashes.append(_clash(part, mine, theirs, labels))
    data["version"] = str(version)
    return Merge(data, tuple(clashes), author, at)


def _of(texts: Mapping[str, str], part: Part) -> list[str]:
    return [str(texts.get(name, "")).replace("\r\n", "\n").strip() for name in part.names]


def _clash(
    part: Part, mine: list[str], theirs: list[str], labels: Mapping[str, Mapping[str, str]]
) -> Clash:
    def read(texts: list[str]) -> str:
        words = [
            labels.get(name, {}).get(text, text)
            for name, text in zip(part.names, texts, strict=True)
        ]
        return " ÷ ".join(word for word in words if word) or _NOTHING

    pieces = tuple(word_diff(theirs[0], mine[0])) if part.is_prose else ()
    return Clash(part.names[0], part.label, read(mine), read(theirs), pieces=pieces)
