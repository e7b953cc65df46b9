"""Two people on one record: what each changed is kept, and only a true clash asks a question.

A form knows the version that it was opened on. When the stored record has moved on, the values of
that version are rebuilt from the journal, and each field is compared three ways.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import QueryDict
from django.utils import timezone

from chantier.lib import french
from chantier.lib.diff import Piece, word_diff
from measures.actions import TRACKED, snapshot
from measures.models import Implementation, ImplementationEvent

# What a person answers where two texts clash; two long ones may be kept both, joined.
MINE, THEIRS, BOTH = "mine", "theirs", "both"
LONG_TEXTS = ("description", "result_story")
_TOO_LONG = 10
# Lines of what hangs on a record: they leave its text, and its version, as they are.
_BESIDE_THE_TEXT = (
    ImplementationEvent.Kind.RESULT,
    ImplementationEvent.Kind.BARRIER,
    ImplementationEvent.Kind.EVIDENCE,
)


@dataclass(frozen=True)
class Clash:
    """A field that both people changed, to different values."""

    name: str
    label: str
    mine: str
    theirs: str
    # Whether the form asks which to keep; two long texts may also be kept both.
    is_choice: bool = False
    is_text: bool = False
    # From their text to mine, word by word.
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Merge:
    """The form data with the other person's changes in it, and what they clash on."""

    data: QueryDict
    clashes: tuple[Clash, ...]
    author: str
    at: str


def values_at(implementation: Implementation, version: int) -> dict[str, Any]:
    """The tracked values that the record had at `version`, from its journal."""
    later = implementation.events.filter(version__gt=version).order_by("-version")
    return rewound(snapshot(implementation), later)


def rewound(values: dict[str, Any], later: Iterable[ImplementationEvent]) -> dict[str, Any]:
    """`values` before the events of `later`, given newest first."""
    values = dict(values)
    for event in later:
        for name, (before, _) in event.changes.items():
            if name in TRACKED:
                field: models.Field = Implementation._meta.get_field(name)  # type: ignore[assignment]
                values[name] = field.to_python(before)
    return values


def merge(form: Any, implementation: Implementation, *, version: int) -> Merge:
    """Unite a posted form, opened on `version`, with the record as it is now stored.

    Where only the other person changed a field, their value is taken; where both did, the posted
    one stays in the form and the clash is told.
    """
    base = values_at(implementation, version)
    stored = snapshot(implementation)
    data = form.data.copy()
    clashes = []
    for name in TRACKED:
        field = form.fields[name]
        mine = data.get(name, "")
        if not field.has_changed(stored[name], mine):
            continue
        if not field.has_changed(base[name], mine):
            data[name] = _as_posted(stored[name])
        elif stored[name] != base[name]:
            clashes.append(_clash(form, name, mine, _as_posted(stored[name])))
    data["version"] = str(implementation.version)
    saves = implementation.events.exclude(kind__in=_BESIDE_THE_TEXT)
    last: ImplementationEvent = saves.select_related("actor").latest("version")
    moment = timezone.localtime(last.at)
    return Merge(
        data,
        tuple(clashes),
        author=str(last.actor),
        at=f"{french.long_date(moment.date())}, {french.clock_time(moment)}",
    )


def resolved(data: QueryDict, implementation: Implementation, *, asked_on: str | None) -> QueryDict:
    """Apply to a posted form what its author chose where two texts clashed.

    `asked_on` is the version that the choice was offered on: a third person may have saved since.
    """
    choices = {name: data[f"choice_{name}"] for name in TRACKED if f"choice_{name}" in data}
    # What is no version is refused further on, with a message.
    is_version = asked_on is not None and asked_on.isdecimal() and len(asked_on) < _TOO_LONG
    if not is_version or set(choices.values()) <= {MINE}:
        return data
    theirs, data = values_at(implementation, int(asked_on or 0)), data.copy()
    for name, choice in choices.items():
        if choice == THEIRS:
            data[name] = _as_posted(theirs[name])
        elif choice == BOTH and name in LONG_TEXTS:
            data[name] = f"{data.get(name, '').rstrip()}\n\n{theirs[name]}".strip()
    return data


def form_data(implementation: Implementation, *, version: int, **changes: str) -> QueryDict:
    """What the form opened on `version` would send, with `changes` typed in it."""
    data = QueryDict(mutable=True)
    for name, value in values_at(implementation, version).items():
        data[name] = _as_posted(value)
    data["version"], data["submission_key"] = str(version), str(uuid.uuid4())
    data.update(changes)
    return data


def _clash(form: Any, name: str, mine: str, theirs: str) -> Clash:
    is_text = name in LONG_TEXTS
    return Clash(
        name,
        str(form.fields[name].label),
        _readable(form, name, mine),
        _readable(form, name, theirs),
        is_choice=True,
        is_text=is_text,
        pieces=tuple(word_diff(theirs, mine)) if is_text else (),
    )


def _as_posted(value: Any) -> str:
    return "" if value is None else str(value)


def _readable(form: Any, name: str, value: str) -> str:
    """A value in words: the label of a choice, or the text itself."""
    choices = dict(getattr(form.fields[name], "choices", ()))
    return str(choices.get(value, value)) or "(vide)"
