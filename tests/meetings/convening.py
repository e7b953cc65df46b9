"""Staff who invite, and people who are invited."""

import datetime

from django.core import mail
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from meetings.acts import convening
from meetings.models import Meeting
from meetings.told import untold
from members.models import Notification
from members.notifications.sending import send_due
from tests.factories import MeetingFactory

N = "\u00a0"


def at(name, meeting):
    return reverse(f"meetings:{name}", kwargs={"slug": meeting.slug})


def coming(**fields):
    """A draft in ten days."""
    day = timezone.localdate() + datetime.timedelta(days=10)
    values = {
        "slug": "clauses",
        "number": 6,
        "title": "Clauses et libellés",
        "held_on": day,
        "starts_at": datetime.time(13, 30),
        "ends_at": datetime.time(16),
        "place": "Salle 4",
        "state": Meeting.State.DRAFT,
    }
    return MeetingFactory(**values | fields)


def convene(meeting, people, by):
    seen = convening.invitation_print(meeting, by)
    act = convening.convene if meeting.state == Meeting.State.DRAFT else convening.invite_more
    count = act(meeting=meeting, people={person.pk for person in people}, seen=seen, by=by)
    meeting.refresh_from_db()
    return count


def announce(meeting, by):
    meeting.refresh_from_db()
    changes = untold(meeting, list(meeting.answers.all()))
    seen = convening.update_print(meeting, changes, by) if changes else ""
    return convening.announce(meeting=meeting, seen=seen, by=by)


def sent():
    """The mails that leave now, by person, oldest first."""
    before = len(mail.outbox)
    # What was queued a moment ago is due by then.
    send_due(timezone.now() + datetime.timedelta(seconds=1))
    return mail.outbox[before:]


def to(person, mails):
    return [each for each in mails if person.email in each.to[0]]


def event_of(message):
    """The event of the attached file, with the method of the file and of its type."""
    parts = message.message().walk()
    [part] = [part for part in parts if part.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    [event] = calendar.walk("VEVENT")
    assert part.get_param("method") == calendar["METHOD"]
    assert part.get_param("charset") == "utf-8"
    return calendar["METHOD"], event


def queued(kind):
    return Notification.objects.filter(kind=kind).order_by("pk")
