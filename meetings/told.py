"""What people are told of a meeting: the facts of an announcement, and what changed since.

A mail is written some time after the act that causes it. It tells the facts that stood then, kept
as plain values, so that what leaves is what staff have read.
"""

import copy
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.utils import dateformat

from chantier.lib import french
from meetings.models import Meeting, MeetingAnswer
from members.notifications import Message

_FACTS = ("kind", "number", "title", "held_on", "starts_at", "ends_at", "place", "link")
SEQUENCE = "calendar_sequence"


@dataclass(frozen=True)
class FactChange:
    """« Jour », as it was told before, and as it stands."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Untold:
    """A change that some of the people who were invited have not heard of."""

    changes: tuple[FactChange, ...]
    answers: tuple[MeetingAnswer, ...]
    told: dict[str, Any]


def facts(meeting: Meeting) -> dict[str, Any]:
    """The facts as they stand, as values of JSON."""
    values = {name: getattr(meeting, name) for name in _FACTS}
    texts = {name: _plain(value) for name, value in values.items()}
    return texts | {SEQUENCE: meeting.calendar_sequence}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def as_told(meeting: Meeting, told: dict[str, Any]) -> Meeting:
    """The meeting as these facts describe it; never to be saved."""
    then = copy.copy(meeting)
    for name in (*_FACTS, SEQUENCE):
        if name in told:
            field: Any = Meeting._meta.get_field(name)
            setattr(then, name, field.to_python(told[name]))
    return then


def day_in_words(meeting: Meeting) -> str:
    """« mardi 9 mars 2021 »."""
    return f"{dateformat.format(meeting.held_on, 'l')} {french.long_date(meeting.held_on)}"


def fact_changes(meeting: Meeting, told: dict[str, Any]) -> tuple[FactChange, ...]:
    """What differs between what was told and `meeting`, in words."""
    before, after = _in_words(as_told(meeting, told)), _in_words(meeting)
    return tuple(
        FactChange(label, before[label], after[label])
        for label in after
        if before[label] != after[label]
    )


def _in_words(meeting: Meeting) -> dict[str, str]:
    return {
        "Titre": str(meeting),
        "Jour": day_in_words(meeting),
        "Heures": meeting.hours or "à préciser",
        "Lieu": meeting.place or "à préciser",
        "Lien pour y assister": meeting.link or "aucun",
    }


def untold(meeting: Meeting, answers: list[MeetingAnswer]) -> list[Untold]:
    """The changes that were not announced, by what people know; none for a change back."""
    known: dict[str, list[MeetingAnswer]] = {}
    for row in answers:
        if row.told:
            known.setdefault(json.dumps(row.told, sort_keys=True), []).append(row)
    found = []
    for rows in known.values():
        changes = fact_changes(meeting, rows[0].told)
        if changes:
            found.append(Untold(changes, tuple(rows), rows[0].told))
    return found


def print_of(*messages: Message) -> str:
    """What the person who sends has read, in 16 characters."""
    texts = [
        [message.subject, *message.paragraphs, *(file.name for file in message.attachments)]
        for message in messages
    ]
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:16]
