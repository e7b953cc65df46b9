"""The journal of a row of the catalogue in words: who changed what, from what to what."""

import datetime
from dataclasses import dataclass

from chantier.lib.diff import Piece, word_diff
from chantier.lib.seeds import SeededModel
from measures.catalogue_merge import events_of
from measures.editing import KIND_OF_SUBJECT, Kind
from measures.models import CatalogueEvent
from measures.snapshots import Snapshot, heading_of, in_words, is_text, label_of, snapshot

_RECENT = 12


@dataclass(frozen=True)
class Change:
    """One field: what was taken out, what was put in."""

    label: str
    pieces: list[Piece]
    # What brings the earlier text back, « event:field »; empty where nothing is to restore.
    restores: str


@dataclass(frozen=True)
class Entry:
    """One line of the journal."""

    title: str
    changes: tuple[Change, ...]
    actor: str
    at: datetime.datetime


@dataclass(frozen=True)
class History:
    """All entries, newest first; and who took the mark « à vérifier » off last, when."""

    entries: tuple[Entry, ...]
    confirmed: CatalogueEvent | None


def history_of(row: SeededModel) -> History:
    """The whole journal of a row, in one query, beside what the row says now."""
    events, now = list(events_of(row)), snapshot(row)
    confirmed = [event for event in events if event.changes.get("to_verify") == [True, False]]
    return History(
        entries=tuple(_entry(type(row), event, now) for event in events),
        confirmed=confirmed[0] if confirmed and not now["to_verify"] else None,
    )


def _entry(model: type[SeededModel], event: CatalogueEvent, now: Snapshot) -> Entry:
    # All is new in a row that was added: what it said at first is in its next changes.
    pairs = event.changes.items() if event.kind != CatalogueEvent.Kind.CREATED else ()
    return Entry(
        title=event.get_kind_display().capitalize(),
        changes=tuple(_change(model, event, key, *pair, now=now) for key, pair in pairs),
        actor=str(event.actor),
        at=event.at,
    )


def _change(
    model: type[SeededModel],
    event: CatalogueEvent,
    key: str,
    before: object,
    after: object,
    *,
    now: Snapshot,
) -> Change:
    pieces = word_diff(*(in_words(model, key, value) for value in (before, after)))
    may_restore = bool(before) and before != now.get(key) and key in now and is_text(model, key)
    return Change(label_of(model, key), pieces, f"{event.pk}:{key}" if may_restore else "")


@dataclass(frozen=True)
class RecentChange:
    """A line of the journal of the whole catalogue."""

    event: CatalogueEvent
    # None for what is kept in the administration only.
    kind: Kind | None
    fields: str


def recent_changes() -> list[RecentChange]:
    """The newest changes of all kinds, in one query."""
    events = CatalogueEvent.objects.select_related("actor")[:_RECENT]
    return [_recent(event) for event in events]


def _recent(event: CatalogueEvent) -> RecentChange:
    kind = KIND_OF_SUBJECT.get(event.subject)
    if kind is None or event.kind == CatalogueEvent.Kind.CREATED:
        return RecentChange(event, kind, "")
    headings = dict.fromkeys(heading_of(kind.model, key) for key in event.changes)
    return RecentChange(event, kind, ", ".join(headings))
