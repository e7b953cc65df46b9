"""A meeting as an event of people's calendars."""

from collections.abc import Callable

from django.utils.text import slugify

from chantier.lib.calendars import Entry
from meetings.models import Meeting


def meeting_entry(meeting: Meeting, absolute: Callable[[str], str]) -> Entry:
    """`absolute` makes a whole address of a path, as `request.build_absolute_uri` does."""
    return Entry(
        key=f"rencontre-{meeting.pk}",
        title=str(meeting),
        url=absolute(meeting.get_absolute_url()),
        day=meeting.held_on,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at if meeting.starts_at else None,
        place=meeting.place,
        sequence=meeting.calendar_sequence,
        status=meeting.calendar_status,
    )


def file_name(meeting: Meeting) -> str:
    """« rencontre-4-2021-04-20.ics »."""
    return f"{slugify(meeting.heading)}-{meeting.held_on}.ics"
