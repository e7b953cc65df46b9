"""The journal of a record in words: who changed what, from what to what."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import forms

from chantier.lib import french
from chantier.lib.diff import Piece, word_diff
from measures.journal_attached import told_of_attached
from measures.models import Implementation, ImplementationEvent
from measures.statuses import Status
from members.sharing import SharingLevel

_LONG = 160
# The lines of the journal that a record shows at once; years of changes are a link away.
LATEST = 10
# What a person may bring back from the journal.
RESTORABLE = ("description", "result_story", "lead", "not_applicable_reason", "own_title")

# Keys of pieces: the titles are told beside.
_FOR_UNDOING = ("evidence_keys", "evidence_followed")
# What is said of a piece of evidence that ECPAR staff ask for.
_REQUESTED = {"evidence_request": "Demande de preuve", "evidence_answer": "Réponse"}


@dataclass(frozen=True)
class Change:
    """One field: its label, and its values in words (« » when there was none).

    A long text has `pieces`, its difference word by word, in place of both.
    """

    label: str
    before: str
    after: str
    name: str = ""
    pieces: tuple[Piece, ...] = ()
    # Whether the text before this change can be brought back.
    is_restorable: bool = False


@dataclass(frozen=True)
class Entry:
    """One line of the journal."""

    pk: int
    title: str
    changes: tuple[Change, ...]
    actor: str
    at: datetime.datetime


@dataclass(frozen=True)
class Journal:
    """Entries, newest first; `is_cut` when older ones wait behind a link."""

    entries: tuple[Entry, ...]
    is_cut: bool = False

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __getitem__(self, index: int) -> Entry:
        return self.entries[index]


def journal_of(implementation: Implementation, *, whole: bool = False) -> Journal:
    """The latest entries, or all of them, in one query."""
    events = implementation.events.select_related("actor")
    rows = list(events if whole else events[: LATEST + 1])
    is_cut = not whole and len(rows) > LATEST
    shown = rows[:LATEST] if is_cut else rows
    return Journal(tuple(_entry(event, implementation) for event in shown), is_cut)


def _entry(event: ImplementationEvent, implementation: Implementation) -> Entry:
    if told := told_of_attached(event.changes):
        lines = tuple(Change(*line, pieces=_pieces(*line[1:])) for line in told.lines)
        return Entry(event.pk, told.title, lines, str(event.actor), event.at)
    changes = tuple(
        _change(implementation, name, *pair)
        for name, pair in event.changes.items()
        if name not in _FOR_UNDOING
    )
    title = event.get_kind_display().capitalize()
    return Entry(event.pk, title, changes, str(event.actor), event.at)


def _change(implementation: Implementation, name: str, before: Any, after: Any) -> Change:
    if name == "evidence":
        return Change("Preuves", ", ".join(before or []), ", ".join(after or []))
    if name in _REQUESTED:
        return Change(_REQUESTED[name], before or "", after or "")
    label = str(Implementation._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return Change(
        label[:1].upper() + label[1:],
        _words(name, before),
        _words(name, after),
        name=name,
        pieces=_pieces(before or "", after or "") if name in RESTORABLE else (),
        is_restorable=may_be_restored(implementation, name, before),
    )


class RestoreForm(forms.Form):
    """The text that a line of the journal replaced, and the version that its reader saw."""

    event = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    field = forms.ChoiceField(choices=[(name, name) for name in RESTORABLE])
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, record: Implementation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record = record

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        name = data.get("field", "")
        event = self.record.events.filter(pk=data.get("event") or 0).first()
        text = (event.changes.get(name) or [None])[0] if event else None
        if not text or (name == "own_title" and self.record.measure is not None):
            raise forms.ValidationError("Aucun texte à rétablir.")
        return data | {"text": text}


def may_be_restored(implementation: Implementation, name: str, text: str | None) -> bool:
    """Whether `text` can take the place of what the field `name` says now."""
    if name not in RESTORABLE or not text or text == getattr(implementation, name):
        return False
    # Once joined to the guide, the record bears the title of its measure.
    return name != "own_title" or implementation.measure is None


@lru_cache(maxsize=256)
def _pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The difference of a long text; a journal is never rewritten, so it is compared once."""
    is_long = max(len(before), len(after)) > _LONG
    return tuple(word_diff(before, after)) if is_long else ()


def _words(name: str, value: Any) -> str:
    if value in (None, ""):
        return ""
    if name == "status":
        return str(Status(value).label)
    if name == "sharing":
        return str(SharingLevel(value).label)
    if name.endswith("_on") or name == "planned_for":
        return french.long_date(datetime.date.fromisoformat(value))
    text = str(value)
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"
