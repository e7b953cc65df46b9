"""The journal of a record in words: who changed what, from what to what."""

import datetime
from dataclasses import dataclass
from typing import Any

from chantier.lib import french
from measures.models import Implementation, ImplementationEvent
from measures.statuses import Status
from members.sharing import SharingLevel

_LONG = 160


@dataclass(frozen=True)
class Change:
    """One field: its label, and its values in words (« » when there was none)."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One line of the journal."""

    title: str
    changes: tuple[Change, ...]
    actor: str
    at: datetime.datetime


def journal_of(implementation: Implementation) -> list[Entry]:
    """All entries, newest first, in one query."""
    return [_entry(event) for event in implementation.events.select_related("actor")]


def _entry(event: ImplementationEvent) -> Entry:
    changes = tuple(
        _change(name, *pair) for name, pair in event.changes.items() if name != "evidence_keys"
    )
    return Entry(event.get_kind_display().capitalize(), changes, str(event.actor), event.at)


def _change(name: str, before: Any, after: Any) -> Change:
    if name == "evidence":
        return Change("Preuves", ", ".join(before or []), ", ".join(after or []))
    label = str(Implementation._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return Change(label[:1].upper() + label[1:], _words(name, before), _words(name, after))


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
