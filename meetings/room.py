"""What the screen of the room shows: points, cards, promises, attendance.

A read model: every query happens in `Room.build`, whose number does not depend on the rows.
"""

import datetime
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Self

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from chantier.lib import french
from chantier.lib.french import fold
from measures.models import Implementation, Measure
from meetings.acts.cards import WRITABLE
from meetings.acts.room import SEEN_FOR
from meetings.agenda import length_words
from meetings.forms_room import measure_label
from meetings.models import (
    AgendaItem,
    Attendance,
    Commitment,
    LiveState,
    Meeting,
    MeetingAnswer,
    NoteTaker,
    Participant,
    RoundTableEntry,
)
from meetings.room_state import card_data
from members.models import Membership, Organization


@dataclass(frozen=True)
class Point:
    """A point of the agenda, and where the room stands with it."""

    item: AgendaItem
    # done, now or next
    stands: str


@dataclass(frozen=True)
class Promise:
    """What was promised last time, and its state now, as far as staff may see it."""

    commitment: Commitment
    # The record, when the organization opens it to staff.
    record: Implementation | None


@dataclass(frozen=True)
class Person:
    """A box of the attendance: an account, or somebody noted by name."""

    kind: str
    pk: int
    name: str
    present: bool
    # Answered the invitation that they come.
    is_expected: bool = False


@dataclass(frozen=True)
class CardField:
    """A field of a card as the page shows it."""

    name: str
    label: str
    kind: str
    # What stands in it, and what is stored: they differ where a save was refused.
    value: str
    stored: str
    error: str
    is_clash: bool


_LABELS = {
    "done": ("Fait depuis la dernière fois", "text"),
    "next_action": ("Prochaine action", "text"),
    "need": ("Besoin", "text"),
    "measure": ("Mesure du guide", "measure"),
    "due_on": ("Pour le", "date"),
}


@dataclass
class Card:
    """The card of an organization with all that stands beside it."""

    entry: RoundTableEntry
    attendance: Attendance | None
    people: list[Person] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    # What was noted as a promise at this very meeting.
    noted: list[Commitment] = field(default_factory=list)
    last: RoundTableEntry | None = None
    # What was typed and could not be stored, by field, and over which version; with what stands
    # in the way.
    typed: dict[str, str] = field(default_factory=dict)
    version: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    clashes: tuple[str, ...] = ()
    # Who speaks before and after.
    before: Organization | None = None
    after: Organization | None = None

    @property
    def organization(self) -> Any:
        return self.entry.organization

    @property
    def is_filled(self) -> bool:
        return bool(self.entry.done or self.entry.next_action or self.entry.need)

    @property
    def is_present(self) -> bool:
        return bool(self.attendance and self.attendance.present)

    @property
    def present_people(self) -> list[str]:
        return [person.name for person in self.people if person.present]

    @property
    def base_version(self) -> int:
        return self.version or self.entry.version

    @property
    def fields(self) -> list[CardField]:
        stored = card_data(self.entry)
        return [
            CardField(
                name=name,
                label=label,
                kind=kind,
                value=self.typed.get(name, stored[name]),
                stored=stored[name],
                error=self.errors.get(name, ""),
                is_clash=name in self.clashes,
            )
            for name, (label, kind) in _LABELS.items()
        ]


@dataclass
class Room:
    """The whole screen of a meeting."""

    meeting: Meeting
    live: LiveState | None
    points: list[Point]
    cards: list[Card]
    open_card: Card | None
    measures: list[str]
    takers: list[NoteTaker]
    now: datetime.datetime

    @classmethod
    def build(cls, meeting: Meeting, *, asked: str = "") -> Self:
        now = timezone.now()
        live = (
            LiveState.objects.filter(meeting=meeting).select_related("item", "organization").first()
        )
        cards = _cards(meeting)
        speaking = live.organization.slug if live and live.organization else ""
        return cls(
            meeting=meeting,
            live=live,
            points=_points(meeting, live),
            cards=cards,
            open_card=_found(cards, asked) or _found(cards, speaking) or _first(cards),
            measures=[
                measure_label(code, title)
                for code, title in Measure.objects.filter(is_active=True).values_list(
                    "code", "title"
                )
            ],
            takers=list(
                NoteTaker.objects.filter(
                    meeting=meeting, seen_at__gt=now - SEEN_FOR
                ).select_related("user", "organization")
            ),
            now=now,
        )

    @property
    def is_writable(self) -> bool:
        return self.meeting.state in WRITABLE

    @property
    def filled_count(self) -> int:
        return sum(card.is_filled for card in self.cards)

    @property
    def present_count(self) -> int:
        return sum(card.is_present for card in self.cards)

    @property
    def awaited_count(self) -> int:
        """Organizations of which somebody said to come, and that nobody has noted yet."""
        return sum(
            card.attendance is None and any(person.is_expected for person in card.people)
            for card in self.cards
        )

    @property
    def current(self) -> Point | None:
        return next((point for point in self.points if point.stands == "now"), None)

    @property
    def following(self) -> Point | None:
        """The point after the one under way, or the first."""
        return next((point for point in self.points if point.stands == "next"), None)

    @property
    def total_length(self) -> str:
        """« 2 h 30 »; empty when no point is given minutes."""
        total = sum(point.item.minutes or 0 for point in self.points)
        return length_words(total) if total else ""

    @property
    def left(self) -> str:
        """« reste 18 min », « dépassé de 4 min »; empty for a point that is given no minutes."""
        return time_left(self.live, self.now)

    def card_of(self, entry_pk: int) -> Card | None:
        return next((card for card in self.cards if card.entry.pk == entry_pk), None)


def _first(cards: list[Card]) -> Card | None:
    """Of those who are there, else of all: an absent organization does not open the round."""
    present = (card for card in cards if card.is_present)
    return next(present, next(iter(cards), None))


def _found(cards: list[Card], asked: str) -> Card | None:
    """The card of the address, or the first whose organization's name holds what was typed."""
    if not asked:
        return None
    for card in cards:
        if card.organization.slug == asked:
            return card
    name = fold(asked)
    return next((card for card in cards if name in fold(card.organization.name)), None)


def time_left(live: LiveState | None, now: datetime.datetime) -> str:
    if live is None or live.item is None or live.item_started_at is None or not live.item.minutes:
        return ""
    gone = int((now - live.item_started_at).total_seconds() // 60)
    left = live.item.minutes - gone
    return f"reste {left}{french.NBSP}min" if left >= 0 else f"dépassé de {-left}{french.NBSP}min"


def _points(meeting: Meeting, live: LiveState | None) -> list[Point]:
    items = list(meeting.agenda.order_by("order", "pk"))
    now = live.item_id if live else None
    at = next((index for index, item in enumerate(items) if item.pk == now), -1)
    return [
        Point(item, "now" if index == at else "done" if index < at else "next")
        for index, item in enumerate(items)
    ]


def _cards(meeting: Meeting) -> list[Card]:
    entries = meeting.entries.select_related("organization", "measure", "updated_by").order_by(
        "order", "organization__sort_name", "pk"
    )
    attendances = {row.organization_id: row for row in meeting.attendances.all()}
    cards = {
        row.organization_id: Card(row, attendances.get(row.organization_id)) for row in entries
    }
    for one, other in pairwise(cards.values()):
        one.after, other.before = other.organization, one.organization
    _add_people(meeting, cards)
    _add_promises(meeting, cards)
    for row in _last_entries(meeting):
        if row.organization_id in cards:
            cards[row.organization_id].last = row
    return list(cards.values())


def _add_people(meeting: Meeting, cards: dict[int, Card]) -> None:
    """Accounts of the organization first, then who was noted by name."""
    noted = list(meeting.participants.all())
    present = {(row.organization_id, row.user_id): row.present for row in noted}
    members = Membership.objects.filter(
        organization__in=cards, user__is_active=True
    ).select_related("user")
    coming = meeting.answers.filter(answer=MeetingAnswer.Answer.PRESENT, user=OuterRef("user"))
    seen = set()
    for row in members.annotate(is_expected=Exists(coming)).order_by("user__full_name", "pk"):
        key = (row.organization_id, row.user_id)
        seen.add(key)
        is_there = present.get(key, False)
        person = Person("people", row.user_id, str(row.user), is_there, row.is_expected)
        cards[row.organization_id].people.append(person)
    for guest in noted:
        if guest.organization_id in cards and (guest.organization_id, guest.user_id) not in seen:
            cards[guest.organization_id].people.append(_guest(guest))


def _guest(row: Participant) -> Person:
    return Person("guests", row.pk, row.name, row.present)


def _add_promises(meeting: Meeting, cards: dict[int, Card]) -> None:
    shown = Commitment.objects.promised_before(meeting).filter(organization__in=cards)
    related = ("meeting", "measure__stage", "implementation__organization")
    for row in shown.select_related(*related):
        promise = Promise(row, row.record_open_to_staff)
        cards[row.organization_id].promises.append(promise)
    for row in meeting.commitments.standing().order_by("pk"):
        if row.organization_id in cards:
            cards[row.organization_id].noted.append(row)


def _last_entries(meeting: Meeting) -> QuerySet[RoundTableEntry]:
    """The cards of the last meeting that filled some."""
    filled = RoundTableEntry.objects.filter(
        meeting__held_on__lt=meeting.held_on,
        meeting__state__in=(Meeting.State.HELD, Meeting.State.CLOSED),
    ).exclude(done="", next_action="", need="")
    last = filled.order_by("-meeting__held_on", "-meeting__pk").values("meeting")[:1]
    return filled.filter(meeting=Subquery(last)).select_related("meeting", "measure")
