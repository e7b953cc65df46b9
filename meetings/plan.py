"""What is prepared of a meeting, while two people may be preparing it.

A plan is what the form of the page holds: the particulars, the objectives and the points of the
agenda in order, the guests and the themes. Each row remembers, field by field, the print of what
the form was opened on, and the place that it had: `plan_merge` needs no more to unite two plans.
"""

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import models

from meetings.models import Meeting

PARTICULARS = (
    "cycle",
    "kind",
    "number",
    "title",
    "held_on",
    "starts_at",
    "ends_at",
    "place",
    "link",
    "message",
    "public_text",
)
OBJECTIVE = ("text",)
POINT = ("title", "minutes", "lead", "note", "is_round_table", "objective")
_DIGITS = 8


def as_text(value: Any) -> str:
    """The same text for the same value, whether it was stored or typed."""
    if value is None or value is False:
        return ""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    if isinstance(value, str):
        return "\n".join(line.rstrip() for line in value.strip().splitlines())
    return str(value)


def text_print(value: Any) -> str:
    return hashlib.sha256(as_text(value).encode()).hexdigest()[:_DIGITS]


@dataclass(frozen=True)
class Row:
    """A line of the form; `pk` is None, and `seen` empty, for one that nobody has stored."""

    values: dict[str, Any]
    pk: int | None = None
    # By field, the print of what was stored when the form was opened.
    seen: dict[str, str] = field(default_factory=dict)
    place: int = 0
    remove: bool = False

    @classmethod
    def of(cls, stored: models.Model, names: Iterable[str], place: int = 0) -> "Row":
        values = {name: getattr(stored, name) for name in names}
        row = cls(values, stored.pk, place=place)
        return replace(row, seen=row.prints)

    @property
    def prints(self) -> dict[str, str]:
        return {name: text_print(value) for name, value in self.values.items()}

    @property
    def is_touched(self) -> bool:
        return self.remove or self.prints != self.seen

    @property
    def seen_word(self) -> str:
        """What the hidden field of the row holds: « 3.1f0a….…. »."""
        return ".".join([str(self.place), *self.seen.values()]) if self.seen else ""

    @property
    def texts(self) -> dict[str, str]:
        return {name: as_text(value) for name, value in self.values.items()}


def read_seen(word: str, names: tuple[str, ...]) -> tuple[int, dict[str, str]]:
    """The place and the prints of a hidden field; nothing when it is not one of ours."""
    place, *prints = word.split(".")
    if not (place.isdecimal() and len(place) < 6) or len(prints) != len(names):
        return 0, {}
    return int(place), dict(zip(names, prints, strict=True))


@dataclass(frozen=True)
class Choice:
    """A set of rows that are ticked, and those that were when the form was opened."""

    chosen: frozenset[int] = frozenset()
    seen: frozenset[int] = frozenset()

    def united_with(self, stored: "Choice") -> "Choice":
        """What either added is there, what either took away is not: sets never clash."""
        added, removed = self.chosen - self.seen, self.seen - self.chosen
        return Choice((stored.chosen | added) - removed, stored.chosen)


@dataclass(frozen=True)
class Plan:
    particulars: Row
    objectives: list[Row]
    points: list[Row]
    guests: Choice = Choice()
    themes: Choice = Choice()
    # What was ticked among what the page offers: « cycle:3 », « earlier:12 », « topic:5 ».
    offers: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For the journal: enough to find again every word that was saved."""
        return {
            "particulars": self.particulars.texts,
            "objectives": [row.texts for row in self.objectives if not row.remove],
            "agenda": [row.texts for row in self.points if not row.remove],
            "guests": sorted(self.guests.chosen),
            "themes": sorted(self.themes.chosen),
            "offers": sorted(self.offers),
        }


def stored_plan(meeting: Meeting) -> Plan:
    """The plan of what is stored, in a fixed number of queries."""
    objectives = meeting.objectives.order_by("order", "pk")
    points = meeting.agenda.select_related("objective").order_by("order", "pk")
    return Plan(
        Row.of(meeting, PARTICULARS),
        [Row.of(row, OBJECTIVE, place) for place, row in enumerate(objectives)],
        [Row.of(row, POINT, place) for place, row in enumerate(points)],
        _choice(meeting.guests),
        _choice(meeting.themes),
    )


def _choice(manager: Any) -> Choice:
    keys = frozenset(manager.order_by().values_list("pk", flat=True))
    return Choice(keys, keys)
