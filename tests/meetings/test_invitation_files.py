"""The calendar file of an invitation: what mail programs take for one, and its sequence."""

import datetime

import pytest
from django.utils import timezone
from icalendar import Calendar

from chantier.lib.calendars import Attendee, Entry, Invitation, calendar_file
from meetings.acts import convening
from meetings.calendars import meeting_entry
from meetings.invitations import attendee, cancellation_message, invitation_message
from meetings.models import MeetingAnswer
from tests.factories import MeetingFactory
from tests.meetings.convening import announce, at, coming, convene, event_of, sent, to

NOW = datetime.datetime(2021, 1, 4, 15, 30, tzinfo=datetime.UTC)
ORGANIZER = Attendee("Chantier économie sociale", "chantier@localhost")


def written(method="REQUEST", to=ORGANIZER, **fields):
    values = {"key": "essai", "title": "Essai", "url": "https://x/"} | fields
    values.setdefault("day", datetime.date(2021, 3, 12))
    invitation = Invitation(method, organizer=ORGANIZER, attendee=to)
    return calendar_file([Entry(**values)], now=NOW, invitation=invitation)


def test_the_file_says_who_invites_whom_and_asks_for_no_answer_by_mail(facilitator, reader):
    meeting = coming()
    convene(meeting, [reader], facilitator)
    [letter] = sent()
    method, event = event_of(letter)
    assert method == "REQUEST"
    assert event["ORGANIZER"] == "mailto:chantier@localhost"
    assert event["ORGANIZER"].params["CN"] == "Chantier économie sociale"
    assert event["ATTENDEE"] == f"mailto:{reader.email}"
    params = event["ATTENDEE"].params
    assert (params["CN"], params["RSVP"]) == (reader.full_name, "FALSE")
    assert (params["PARTSTAT"], params["ROLE"]) == ("NEEDS-ACTION", "REQ-PARTICIPANT")
    assert event["STATUS"] == "CONFIRMED"


def test_one_type_and_one_name_for_the_attached_file(facilitator, reader):
    meeting = coming()
    convene(meeting, [reader], facilitator)
    [letter] = sent()
    [part] = [p for p in letter.message().walk() if p.get_content_type() == "text/calendar"]
    assert part["Content-Type"].count("charset") == 1
    assert part.get_filename() == f"rencontre-6-{meeting.held_on}.ics"


def test_the_sender_of_the_file_is_the_one_of_the_settings(settings, reader):
    settings.DEFAULT_FROM_EMAIL = '"ECPAR, animation" <bonjour@ecpar.example>'
    message = invitation_message(MeetingFactory.build(pk=4), attendee(reader))
    [event] = Calendar.from_ical(message.attachments[0].content).walk("VEVENT")
    assert event["ORGANIZER"] == "mailto:bonjour@ecpar.example"
    assert event["ORGANIZER"].params["CN"] == "ECPAR, animation"


def test_the_event_is_that_of_the_download_and_of_the_feed(facilitator, reader, log_in_as):
    meeting = coming()
    convene(meeting, [reader], facilitator)
    [letter] = sent()
    _, event = event_of(letter)
    content = log_in_as(reader).get(at("meeting_calendar", meeting)).content
    [taken] = Calendar.from_ical(content).walk("VEVENT")
    assert "METHOD" not in Calendar.from_ical(content)
    for name in ("UID", "SEQUENCE", "SUMMARY", "LOCATION", "STATUS"):
        assert event[name] == taken[name]
    assert (event.start, event.end) == (taken.start, taken.end)
    meeting.refresh_from_db()
    assert meeting_entry(meeting, str).sequence == event["SEQUENCE"]


def test_the_sequence_grows_from_the_invitation_to_the_cancellation(facilitator, reader, outsider):
    """As programs need it: the same event, each file newer than the one before."""
    meeting = coming()
    convene(meeting, [reader], facilitator)
    letters = sent()
    for hour in (9, 10):
        meeting.refresh_from_db()
        meeting.starts_at = datetime.time(hour)
        meeting.save()
        if hour == 10:
            MeetingAnswer.objects.update(answer="present", answered_at=timezone.now())
        announce(meeting, facilitator)
        letters += sent()
    convening.cancel(meeting=meeting, reason="Une grève.", by=facilitator)
    letters += sent()
    events = [event_of(letter) for letter in letters]
    assert [method for method, _ in events] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    assert len({event["UID"] for _, event in events}) == 1
    sequences = [event["SEQUENCE"] for _, event in events]
    assert sequences == sorted(set(sequences))
    statuses = [event["STATUS"] for _, event in events]
    assert statuses == ["CONFIRMED", "CONFIRMED", "CONFIRMED", "CANCELLED"]
    answers = [event["ATTENDEE"].params["PARTSTAT"] for _, event in events]
    assert answers == ["NEEDS-ACTION", "NEEDS-ACTION", "ACCEPTED", "ACCEPTED"]
    meeting.refresh_from_db()
    assert meeting.calendar_sequence == sequences[-1]


@pytest.mark.parametrize(
    ("day", "starts"),
    [
        # The days on which the clocks change, and those beside them.
        ("2027-03-13", "2027-03-13T18:30Z"),
        ("2027-03-14", "2027-03-14T17:30Z"),
        ("2026-10-31", "2026-10-31T17:30Z"),
        ("2026-11-01", "2026-11-01T18:30Z"),
    ],
)
def test_half_past_one_stays_half_past_one_when_clocks_change(reader, day, starts):
    meeting = MeetingFactory.build(
        pk=4, held_on=datetime.date.fromisoformat(day), starts_at=datetime.time(13, 30)
    )
    for message in (
        invitation_message(meeting, attendee(reader)),
        cancellation_message(meeting, "Une grève.", attendee(reader)),
    ):
        [event] = Calendar.from_ical(message.attachments[0].content).walk("VEVENT")
        assert event["DTSTART"].params["TZID"] == "America/Toronto"
        assert event.start == datetime.datetime.fromisoformat(starts)


@pytest.mark.parametrize(
    "name", ['Camille "Cam" Lecture', "Lecture, Camille; ECPAR: x", "Cam\r\nX-FAUX:oui", "É" * 90]
)
def test_no_name_breaks_the_file(name):
    content = written(to=Attendee(name, "camille@demo.example"))
    [event] = Calendar.from_ical(content).walk("VEVENT")
    assert event["ATTENDEE"] == "mailto:camille@demo.example"
    assert "X-FAUX" not in event
    assert b"\r\nX-FAUX" not in content
    assert event["ATTENDEE"].params["CN"].startswith(name[:3])
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_a_feed_has_neither_method_nor_people():
    content = calendar_file(
        [Entry(key="essai", title="Essai", url="https://x/", day=datetime.date(2021, 3, 12))],
        now=NOW,
        name="Chantier",
    )
    assert not any(word in content for word in (b"METHOD", b"ATTENDEE", b"ORGANIZER"))


def test_an_invitation_without_hours_is_a_whole_day(facilitator, reader):
    meeting = coming(starts_at=None, ends_at=None)
    convene(meeting, [reader], facilitator)
    [letter] = to(reader, sent())
    _, event = event_of(letter)
    assert event.start == meeting.held_on
    assert event["TRANSP"] == "TRANSPARENT"
