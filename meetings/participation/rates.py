"""Participation in meetings: the one definition of its rate, and what its page shows.

A meeting counts once it has taken place and its attendance is noted: of the organizations that
were members that day, how many were there. An organization whose presence nobody noted is not
counted as present. Webinars and workshops are told apart; what was cancelled never counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
)

from chantier.lib import french
from meetings.models import Attendance, Meeting
from members.models import Organization

# More columns would not be read; the rates count them all.
MOST_COLUMNS = 12
FORMULA = (
    "Taux de participation\u00a0: présences ÷ organisations membres le jour de chaque rencontre "
    "tenue. Une présence non notée ne compte pas comme une présence; une rencontre dont aucune "
    "présence n’est notée ne compte pas du tout. Les webinaires et les ateliers sont comptés "
    "à part."
)


class Presence(TextChoices):
    PRESENT = "present", "présente"
    ABSENT = "absent", "absente"
    UNKNOWN = "unknown", "présence non notée"
    BEFORE = "before", "pas encore membre"
    LEFT = "left", "plus membre"


# The glyph of the statuses that goes with each word.
_GLYPHS = {
    Presence.PRESENT: "implantee",
    Presence.ABSENT: "abandonnee",
    Presence.UNKNOWN: "a-entreprendre",
    Presence.BEFORE: "sans-objet",
    Presence.LEFT: "sans-objet",
}


@dataclass(frozen=True)
class Rate:
    """« Taux de participation »: those who were there, of those who were members."""

    present: int = 0
    expected: int = 0

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.present + other.present, self.expected + other.expected)

    @property
    def percent(self) -> int | None:
        """In whole points, halves going up; None where nothing was expected."""
        if not self.expected:
            return None
        return (200 * self.present + self.expected) // (2 * self.expected)

    @property
    def in_words(self) -> str:
        """« 8 sur 12, soit 67 % »; « n. d. » where nothing was expected."""
        if self.percent is None:
            return french.NOT_AVAILABLE
        return f"{self.present} sur {self.expected}, soit {french.percent(self.percent)}"


def counted_meetings() -> QuerySet[Meeting]:
    """What took place, with `was_present`, `was_member` and `is_noted`, the oldest first.

    Whom the attendance names was a member that day, whatever its record says now: what
    organizations have each adds up to what the chantier has.
    """
    noted = Attendance.objects.filter(meeting=OuterRef("pk"))
    members = Organization.objects.members_on(OuterRef("held_on"))
    others = noted.exclude(
        organization__is_active=True, organization__joined_on__lte=F("meeting__held_on")
    )
    return (
        Meeting.objects.took_place()
        .annotate(
            is_noted=Exists(noted),
            was_present=_number(noted.filter(present=True)),
            was_member=_number(members) + _number(others),
        )
        .order_by("held_on", "pk")
    )


def _number(rows: QuerySet) -> Subquery:
    """How many rows; grouping nothing, never None."""
    counted = rows.order_by().annotate(number=Func(F("pk"), function="COUNT")).values("number")
    return Subquery(counted, output_field=IntegerField())


def rate_of(meeting: Any) -> Rate:
    """Of one of `counted_meetings`."""
    return Rate(meeting.was_present, meeting.was_member) if meeting.is_noted else Rate()


def is_meeting(meeting: Meeting) -> bool:
    """A webinar is told, but it is no meeting of the chantier."""
    return meeting.kind == Meeting.Kind.MEETING


def short_heading(meeting: Meeting) -> str:
    """« Rencontre 4 », « Rencontre du 2 novembre 2026 »: two of a cycle are told apart."""
    if meeting.number:
        return meeting.heading
    return f"{meeting.heading} du {french.long_date(meeting.held_on)}"


def rate_of_all(meetings: Iterable[Meeting]) -> Rate:
    return sum((rate_of(meeting) for meeting in meetings if is_meeting(meeting)), Rate())


@dataclass(frozen=True)
class Cell:
    """One organization at one meeting."""

    meeting: Meeting
    presence: Presence
    is_noted: bool

    @classmethod
    def of(cls, organization: Organization, meeting: Any, noted: bool | None) -> "Cell":
        """`noted` is what its attendance says, None without one."""
        if noted is not None:
            presence = Presence.PRESENT if noted else Presence.ABSENT
        elif organization.joined_on > meeting.held_on:
            presence = Presence.BEFORE
        else:
            presence = Presence.UNKNOWN if organization.is_active else Presence.LEFT
        return cls(meeting, presence, meeting.is_noted)

    @property
    def rate(self) -> Rate:
        is_member = self.presence not in (Presence.BEFORE, Presence.LEFT)
        return Rate(self.presence == Presence.PRESENT, int(self.is_noted and is_member))

    @property
    def label(self) -> str:
        return short_heading(self.meeting)

    @property
    def glyph(self) -> str:
        return _GLYPHS[self.presence]


@dataclass(frozen=True)
class Line:
    """One organization at the meetings of a cycle."""

    organization: Organization
    cells: tuple[Cell, ...]

    @classmethod
    def of(
        cls,
        organization: Organization,
        meetings: Sequence[Meeting],
        noted: Mapping[int, bool | None],
    ) -> "Line":
        """`noted` by meeting; None, or nothing, where its attendance does not name us."""
        cells = (Cell.of(organization, meeting, noted.get(meeting.pk)) for meeting in meetings)
        return cls(organization, tuple(cells))

    @property
    def columns(self) -> list[Cell]:
        return last_columns([cell for cell in self.cells if is_meeting(cell.meeting)])

    @property
    def rate(self) -> Rate:
        return self._rate(of_meetings=True)

    @property
    def others(self) -> Rate:
        """At webinars and workshops."""
        return self._rate(of_meetings=False)

    def _rate(self, *, of_meetings: bool) -> Rate:
        cells = (cell for cell in self.cells if is_meeting(cell.meeting) is of_meetings)
        return sum((cell.rate for cell in cells), Rate())


def lines_of(organizations: Sequence[Organization], meetings: Sequence[Meeting]) -> list[Line]:
    """One query."""
    rows = Attendance.objects.filter(organization__in=organizations, meeting__in=meetings)
    noted: dict[int, dict[int, bool]] = {}
    for organization, meeting, present in rows.values_list("organization", "meeting", "present"):
        noted.setdefault(organization, {})[meeting] = present
    return [Line.of(each, meetings, noted.get(each.pk, {})) for each in organizations]


def line_of(organization: Organization, meetings: QuerySet[Meeting]) -> Line:
    """One query, of some of `counted_meetings`."""
    noted = Attendance.objects.filter(organization=organization, meeting=OuterRef("pk"))
    rows: list[Any] = list(meetings.annotate(noted=Subquery(noted.order_by().values("present"))))
    return Line.of(organization, rows, {row.pk: row.noted for row in rows})


def last_columns(items: list[Any]) -> list[Any]:
    """Those that the table has room for."""
    return items[-MOST_COLUMNS:]


def concerned(meetings: Sequence[Meeting]) -> QuerySet[Organization]:
    """Those that were members at one of these meetings, or that its attendance names."""
    last = max(row.held_on for row in meetings)
    named = Attendance.objects.filter(organization=OuterRef("pk"), meeting__in=meetings)
    members = Organization.objects.members_on(last).values("pk")
    return Organization.objects.filter(Q(pk__in=members) | Exists(named)).order_by(
        "sort_name", "pk"
    )
