"""The journal of a record in words: who changed what, from what to what."""

import datetime
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from chantier.lib import french
from chantier.lib.diff import Piece, word_diff
from measures.models import Implementation, ImplementationEvent
from measures.statuses import Status
from members.sharing import SharingLevel

_LONG = 160
# What a person may bring back from the journal.
RESTORABLE = ("description", "result_story", "lead", "not_applicable_reason", "own_title")


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


def journal_of(implementation: Implementation) -> list[Entry]:
    """All entries, newest first, in one query."""
    events = implementation.events.select_related("actor")
    return [_entry(event, implementation) for event in events]


def _entry(event: ImplementationEvent, implementation: Implementation) -> Entry:
    changes = tuple(
        _change(implementation, name, *pair)
        for name, pair in event.changes.items()
        if name != "evidence_keys"
    )
    title = event.get_kind_display().capitalize()
    return Entry(event.pk, title, changes, str(event.actor), event.at)


def _change(implementation: Implementation, name: str, before: Any, after: Any) -> Change:
    if name == "evidence":
        return Change("Preuves", ", ".join(before or []), ", ".join(after or []))
    label = str(Implementation._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return Change(
        label[:1].upper() + label[1:],
        _words(name, before),
        _words(name, after),
        name=name,
        pieces=_pieces(before or "", after or "") if name in RESTORABLE else (),
        is_restorable=may_be_restored(implementation, name, before),
    )


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
