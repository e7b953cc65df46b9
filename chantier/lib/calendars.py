"""Calendar files (iCalendar, RFC 5545), for any calendar program. Knows no app.

The library escapes and folds what it writes; here is what makes an event the same one at each
reading, whatever the machine that serves it, and at the right hour on both sides of a change of
clocks.
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
)

ZONE = ZoneInfo("America/Toronto")
_PRODUCT = "-//ECPAR//Chantier économie sociale//FR"
# Not a machine's name: an event stays itself when the portal moves.
_DOMAIN = "chantier-economie-sociale"
# How often a program that follows a calendar is asked to read it again.
_REFRESH = datetime.timedelta(hours=6)
_DAY = datetime.timedelta(days=1)
# What the format allows in no text; a title stands on one line.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True)
class Entry:
    """One event; without a beginning it lasts the whole day, and leaves people free."""

    # Names the event for ever: « rencontre-12 ».
    key: str
    title: str
    url: str
    day: datetime.date
    starts_at: datetime.time | None = None
    ends_at: datetime.time | None = None
    place: str = ""
    # Grows when people must be told: programs keep the highest.
    sequence: int = 0
    # Or « TENTATIVE », or « CANCELLED »: programs cross it out.
    status: str = "CONFIRMED"


@dataclass(frozen=True)
class Attendee:
    """Somebody of an invitation; `answer` as the format writes it: « ACCEPTED », « DECLINED »."""

    name: str
    email: str
    answer: str = "NEEDS-ACTION"


@dataclass(frozen=True)
class Invitation:
    """What makes of a file an invitation that mail programs recognize (RFC 5546)."""

    # « REQUEST », or « CANCEL ».
    method: str
    organizer: Attendee
    attendee: Attendee

    @property
    def content_type(self) -> str:
        return f"text/calendar; method={self.method}; charset=utf-8"


def calendar_file(
    entries: Iterable[Entry],
    *,
    now: datetime.datetime,
    name: str = "",
    invitation: Invitation | None = None,
) -> bytes:
    """The file of these events; `name` is what a program that follows it calls it."""
    entries = list(entries)
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    if invitation is not None:
        calendar.add("method", invitation.method)
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    if any(entry.starts_at for entry in entries):
        calendar.add_component(_time_zone())
    for entry in entries:
        event = _event(entry, now)
        if invitation is not None:
            _add_people(event, invitation)
        calendar.add_component(event)
    return calendar.to_ical()


def calendar_response(content: bytes, *, file_name: str, as_attachment: bool) -> HttpResponse:
    disposition = content_disposition_header(as_attachment, file_name)
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": disposition or ""},
    )


def _event(entry: Entry, now: datetime.datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@{_DOMAIN}")
    event.add("dtstamp", now)
    event.add("sequence", entry.sequence)
    if entry.starts_at is None:
        event.add("dtstart", entry.day)
        # The first day that is not of the event.
        event.add("dtend", entry.day + _DAY)
        event.add("transp", "TRANSPARENT")
    else:
        event.add("dtstart", _moment(entry.day, entry.starts_at))
        if entry.ends_at is not None:
            event.add("dtend", _moment(entry.day, entry.ends_at))
    event.add("summary", _line(entry.title))
    if entry.place:
        event.add("location", _line(entry.place))
    event.add("url", entry.url)
    event.add("status", entry.status)
    return event


def _add_people(event: Event, invitation: Invitation) -> None:
    organizer, attendee = _person(invitation.organizer), _person(invitation.attendee)
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = invitation.attendee.answer
    # The answer is given on the portal: a mail program must not ask for another one.
    attendee.params["RSVP"] = "FALSE"
    event.add("organizer", organizer)
    event.add("attendee", attendee)


def _person(person: Attendee) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    # A parameter holds no quotation mark, however it is written.
    address.params["CN"] = _line(person.name).replace('"', "’")
    return address


def _moment(day: datetime.date, hour: datetime.time) -> datetime.datetime:
    return datetime.datetime.combine(day, hour, tzinfo=ZONE)


def _line(text: str) -> str:
    return _CONTROLS.sub(" ", text).strip()


@cache
def _time_zone() -> Timezone:
    """The rule in force since 2007.

    As a rule, for Outlook ignores the lists of days that the library draws from the system's
    data; a test compares both, and fails the day that the law changes.
    """
    zone = Timezone()
    zone.add("tzid", ZONE.key)
    winter, summer = datetime.timedelta(hours=-5), datetime.timedelta(hours=-4)
    changes = (
        (TimezoneDaylight(), "EDT", winter, summer, datetime.datetime(2007, 3, 11, 2), "2SU"),
        (TimezoneStandard(), "EST", summer, winter, datetime.datetime(2007, 11, 4, 2), "1SU"),
    )
    for part, label, before, after, first, day in changes:
        part.add("dtstart", first)
        part.add("tzname", label)
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("rrule", {"freq": "yearly", "bymonth": first.month, "byday": day})
        zone.add_component(part)
    return zone
