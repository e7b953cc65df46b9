"""Participation as a table: one row for each organization at each meeting."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from chantier.lib.spreadsheets import Column, Value, csv_chunks, xlsx_chunks
from meetings.participation.rates import (
    FORMULA,
    Cell,
    Presence,
    concerned,
    counted_meetings,
    is_meeting,
    lines_of,
)
from members.models import Organization, User

_BATCH = 200
_INSTRUCTIONS = (
    "Participation aux rencontres du chantier",
    "Une ligne par organisation et par rencontre tenue, de tous les cycles.",
    "Présence\u00a0: " + ", ".join(str(label) for label in Presence.labels) + ".",
    FORMULA,
)
COLUMNS = [
    Column("Cycle", width=12),
    Column("Sorte", width=12),
    Column("Rencontre", width=40),
    Column("Date", kind="date", width=12),
    Column("Organisation", width=40),
    Column("Présence", width=20),
    Column("Compte dans le taux", width=20),
]


def exported(user: User) -> Iterator[Sequence[Value]]:
    """One row for each organization at each meeting, of all cycles; members get their own."""
    meetings = list(counted_meetings().select_related("cycle"))
    if user.may_manage_meetings:
        organizations = concerned(meetings) if meetings else Organization.objects.none()
    else:
        organizations = Organization.objects.of(user).order_by("sort_name", "pk")
    rows = organizations.iterator(chunk_size=_BATCH)
    while some := list(islice(rows, _BATCH)):
        for line in lines_of(some, meetings):
            yield from (_exported(line.organization, cell) for cell in line.cells)


def _exported(organization: Organization, cell: Cell) -> Sequence[Value]:
    meeting: Any = cell.meeting
    counts = bool(cell.rate.expected) and is_meeting(meeting)
    return [
        meeting.cycle.label,
        str(meeting.get_kind_display()),
        str(meeting),
        meeting.held_on,
        organization.name,
        str(cell.presence.label),
        "oui" if counts else "non",
    ]


def chunks(kind: str, user: User) -> Iterator[bytes]:
    """The table as a file of this kind, row by row."""
    rows = exported(user)
    if kind == "csv":
        return csv_chunks(COLUMNS, rows)
    return xlsx_chunks(COLUMNS, rows, title="Participation", instructions=_INSTRUCTIONS)
