"""A meeting as a calendar file: the right hour all year round, and the same event for ever."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from icalendar import Calendar, Timezone

from chantier.lib.calendars import Entry, calendar_file
from meetings.calendars import meeting_entry
from meetings.models import Meeting
from tests.factories import MeetingFactory

NOW = datetime.datetime(2021, 1, 4, 15, 30, 59, tzinfo=datetime.UTC)
DAY = datetime.date(2021, 3, 12)
AFTERNOON = {"starts_at": datetime.time(13, 30), "ends_at": datetime.time(16)}


def address(meeting):
    return f"/rencontres/{meeting.slug}/calendrier.ics"


def event_of(content):
    [event] = Calendar.from_ical(content).walk("VEVENT")
    return event


def taken(client, meeting):
    return event_of(client.get(address(meeting)).content)


def written(**fields):
    entry = Entry(**{"key": "essai", "title": "Essai", "url": "https://x/", "day": DAY} | fields)
    return calendar_file([entry], now=NOW)


# --- Hours ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "starts", "ends"),
    [
        # Two days before the clocks go forward, and the Monday after.
        ("2021-03-12", "2021-03-12T18:30Z", "2021-03-12T21:00Z"),
        ("2021-03-15", "2021-03-15T17:30Z", "2021-03-15T20:00Z"),
        # Two days before they go back, and the Monday after.
        ("2021-11-05", "2021-11-05T17:30Z", "2021-11-05T20:00Z"),
        ("2021-11-08", "2021-11-08T18:30Z", "2021-11-08T21:00Z"),
    ],
)
def test_half_past_one_is_half_past_one_on_both_sides_of_a_change(
    log_in_as, reader, day, starts, ends
):
    meeting = MeetingFactory(held_on=datetime.date.fromisoformat(day), **AFTERNOON)
    event = taken(log_in_as(reader), meeting)
    assert event["DTSTART"].params["TZID"] == event["DTEND"].params["TZID"] == "America/Toronto"
    assert event.start.replace(tzinfo=None).isoformat() == f"{day}T13:30:00"
    assert event.start == datetime.datetime.fromisoformat(starts)
    assert event.end == datetime.datetime.fromisoformat(ends)


def changes_of_clocks(zone):
    """The instants at which the system's own data change the clocks, from 2008 to 2037."""
    hour = datetime.timedelta(hours=1)
    moment = datetime.datetime(2008, 1, 1, tzinfo=datetime.UTC)
    while moment.year < 2038:
        if (moment - hour).astimezone(zone).utcoffset() != moment.astimezone(zone).utcoffset():
            yield moment
        moment += hour


def test_the_time_zone_of_the_file_says_what_the_law_says():
    """A program that knows only the file: right until each change, and from it on.

    When this fails after an update of the system's time zones, the rule has changed.
    """
    [zone] = Calendar.from_ical(written(starts_at=datetime.time(13, 30))).walk("VTIMEZONE")
    assert zone["TZID"] == "America/Toronto"
    of_file, of_system = zone.to_tz(lookup_tzid=False), ZoneInfo("America/Toronto")
    changes = list(changes_of_clocks(of_system))
    assert len(changes) == 60
    second, season = datetime.timedelta(seconds=1), datetime.timedelta(days=60)
    for change in changes:
        for instant in (change - season, change - second, change, change + season):
            local = instant.astimezone(of_system)
            assert instant.astimezone(of_file).utcoffset() == local.utcoffset(), instant


def test_the_time_zone_is_a_rule_that_outlook_reads():
    [zone] = Calendar.from_ical(written(starts_at=datetime.time(13, 30))).walk("VTIMEZONE")
    assert isinstance(zone, Timezone)
    assert [(part.name, part["RRULE"].to_ical().decode()) for part in zone.subcomponents] == [
        ("DAYLIGHT", "FREQ=YEARLY;BYDAY=2SU;BYMONTH=3"),
        ("STANDARD", "FREQ=YEARLY;BYDAY=1SU;BYMONTH=11"),
    ]
    assert b"RDATE" not in zone.to_ical()


@pytest.mark.parametrize("fields", [{}, {"ends_at": datetime.time(16)}])
def test_a_meeting_without_hours_lasts_its_day_and_no_more(log_in_as, reader, fields):
    content = log_in_as(reader).get(address(MeetingFactory(held_on=DAY, **fields))).content
    event = event_of(content)
    assert event["DTSTART"].to_ical() == b"20210312"
    assert event["DTEND"].to_ical() == b"20210313"
    assert event["DTSTART"].params["VALUE"] == "DATE"
    # No hour, no time zone; and nobody is busy all day for a meeting of two hours.
    assert b"VTIMEZONE" not in content
    assert event["TRANSP"] == "TRANSPARENT"


def test_an_end_that_is_not_known_is_not_invented(log_in_as, reader):
    meeting = MeetingFactory(held_on=DAY, starts_at=datetime.time(9))
    assert "DTEND" not in taken(log_in_as(reader), meeting)


# --- What it says -----------------------------------------------------------------


def test_the_event_says_what_the_page_says(log_in_as, reader):
    meeting = MeetingFactory(
        number=4, title="Clauses, critères; suites", place="Salle 1", held_on=DAY, slug="r4"
    )
    response = log_in_as(reader).get(address(meeting))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == ('attachment; filename="rencontre-4-2021-03-12.ics"')
    calendar = Calendar.from_ical(response.content)
    assert calendar["VERSION"] == "2.0"
    assert "METHOD" not in calendar
    event = event_of(response.content)
    assert event["UID"] == f"rencontre-{meeting.pk}@chantier-economie-sociale"
    assert event["SUMMARY"] == "Rencontre 4 – Clauses, critères; suites"
    assert event["LOCATION"] == "Salle 1"
    assert event["URL"] == "http://testserver/rencontres/r4/"
    assert event["STATUS"] == "CONFIRMED"
    assert event["SEQUENCE"] == 0
    assert event["DTSTAMP"].dt.utcoffset() == datetime.timedelta(0)


def test_a_webinar_is_named_as_one(log_in_as, reader):
    response = log_in_as(reader).get(address(MeetingFactory(webinar=True, held_on=DAY)))
    assert 'filename="webinaire-2021-03-12.ics"' in response["Content-Disposition"]


def test_a_draft_is_for_staff_and_tentative(log_in_as, reader, facilitator):
    meeting = MeetingFactory(draft=True)
    assert log_in_as(reader).get(address(meeting)).status_code == 404
    assert taken(log_in_as(facilitator), meeting)["STATUS"] == "TENTATIVE"


def test_a_meeting_that_is_cancelled_is_crossed_out(log_in_as, reader):
    client, meeting = log_in_as(reader), MeetingFactory(held_on=datetime.date(2099, 1, 15))
    meeting.state = Meeting.State.CANCELLED
    meeting.save()
    event = taken(client, meeting)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    assert address(meeting) not in client.get(f"/rencontres/{meeting.slug}/").content.decode()
    assert address(meeting) not in client.get("/rencontres/").content.decode()


def test_the_uid_names_no_machine():
    """The same from any host: a portal that moves does not double everybody's events."""
    meeting = Meeting(pk=7, kind="meeting", number=4, title="T", slug="r4", held_on=DAY)
    seen = set()
    for site in ("https://chantier.example", "https://autre.example"):
        entry = meeting_entry(meeting, site.__add__)
        assert entry.url == f"{site}/rencontres/r4/"
        seen.add(event_of(calendar_file([entry], now=NOW))["UID"])
    assert seen == {"rencontre-7@chantier-economie-sociale"}


# --- What nobody can slip in ------------------------------------------------------

HOSTILE = "Ordre\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Faux\nATTACH:x\rX:1\x0bA\x85B\u2028C\x00D"


@pytest.mark.parametrize("field", ["title", "place"])
def test_a_text_cannot_write_lines_of_the_file(field):
    content = written(**{field: HOSTILE})
    calendar = Calendar.from_ical(content)
    assert len(calendar.walk("VEVENT")) == 1
    lines = content.split(b"\r\n")
    assert [line for line in lines if line.startswith((b"BEGIN:", b"END:"))] == [
        b"BEGIN:VCALENDAR",
        b"BEGIN:VEVENT",
        b"END:VEVENT",
        b"END:VCALENDAR",
    ]
    unfolded = content.replace(b"\r\n ", b"").decode()
    assert not set(unfolded.replace("\r\n", "")) & set("\r\n\x00\x0b\x85\u2028")
    name = "SUMMARY" if field == "title" else "LOCATION"
    assert event_of(content)[name].startswith("Ordre END:VEVENT BEGIN:VEVENT SUMMARY:Faux")


def test_lines_end_as_the_format_asks_and_are_folded_between_letters():
    title = "Évaluer l’économie sociale, « à égalité »; \\ " * 6
    content = written(title=title)
    lines = content.split(b"\r\n")
    assert lines.pop() == b""
    assert max(map(len, lines)) <= 75
    assert all(b"\n" not in line and line.decode() for line in lines)
    assert event_of(content)["SUMMARY"] == title.strip()


# --- Revisions --------------------------------------------------------------------


def stored(meeting):
    return Meeting.objects.get(pk=meeting.pk).calendar_sequence


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"title": "Autre sujet"},
        {"held_on": datetime.date(2021, 3, 19)},
        {"starts_at": datetime.time(9)},
        {"ends_at": datetime.time(17)},
        {"place": "Visioconférence"},
        {"number": 12},
        {"state": Meeting.State.CANCELLED},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_that_people_must_know_grows_the_sequence(change):
    meeting = MeetingFactory(held_on=DAY, **AFTERNOON)
    for name, value in change.items():
        setattr(meeting, name, value)
    meeting.save()
    assert (meeting.calendar_sequence, stored(meeting)) == (1, 1)
    # Saved again as it is: nothing to tell.
    meeting.save()
    assert stored(meeting) == 1


@pytest.mark.django_db
def test_any_other_change_is_no_revision():
    meeting = MeetingFactory(held_on=DAY)
    meeting.state = Meeting.State.HELD
    meeting.slug = "autre-adresse"
    meeting.save()
    assert stored(meeting) == 0


@pytest.mark.django_db
def test_two_people_never_take_the_sequence_back():
    """The second has opened the meeting before the first one moved it."""
    meeting = MeetingFactory(held_on=DAY)
    stale = Meeting.objects.get(pk=meeting.pk)
    meeting.place = "Salle 2"
    meeting.save()
    stale.title = "Autre sujet"
    stale.save(update_fields=["title"])
    assert stored(meeting) == 2
    current = Meeting.objects.get(pk=meeting.pk)
    assert (current.title, current.place) == ("Autre sujet", "Salle 2")


def test_a_renamed_meeting_stays_the_same_event(log_in_as, reader):
    client, meeting = log_in_as(reader), MeetingFactory(held_on=DAY)
    before = taken(client, meeting)
    meeting.title, meeting.slug = "Autre sujet", "autre-adresse"
    meeting.save()
    after = taken(client, meeting)
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert "Autre sujet" in after["SUMMARY"]


@pytest.mark.django_db
def test_staff_who_move_a_meeting_in_the_administration_revise_it(log_in_as, facilitator):
    meeting = MeetingFactory(held_on=DAY)
    client = log_in_as(facilitator)
    page = client.get(reverse("admin:meetings_meeting_change", args=[meeting.pk]))
    form = page.context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields if name != "guests"}
    for formset in page.context["inline_admin_formsets"]:
        management = formset.formset.management_form
        data |= {management.add_prefix(name): value for name, value in management.initial.items()}
    data = {name: value for name, value in data.items() if value is not False}
    response = client.post(
        reverse("admin:meetings_meeting_change", args=[meeting.pk]),
        data | {"held_on": "2021-03-26"},
    )
    assert response.status_code == 302, response.context["errors"]
    assert stored(meeting) == 1


# --- Where it is offered ----------------------------------------------------------


def test_what_is_coming_is_offered_and_what_is_past_is_not(log_in_as, reader):
    coming = MeetingFactory(held_on=datetime.date(2099, 1, 15))
    past = MeetingFactory(closed=True, held_on=DAY)
    client = log_in_as(reader)
    for meeting, offered in ((coming, True), (past, False)):
        page = client.get(f"/rencontres/{meeting.slug}/").content.decode()
        assert (address(meeting) in page) is offered
    timeline = client.get(f"/rencontres/?cycle={coming.cycle.label}").content.decode()
    assert address(coming) in timeline
    assert address(past) not in timeline


def test_one_meeting_costs_one_query(log_in_as, reader, django_assert_num_queries):
    client, meeting = log_in_as(reader), MeetingFactory()
    client.get(address(meeting))
    # The session, the person, the meeting.
    with django_assert_num_queries(3):
        client.get(address(meeting))
