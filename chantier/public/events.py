"""Coming webinars as search engines read them: never where to join them, nor which people come."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from chantier.lib import structured
from chantier.lib.addresses import address
from chantier.lib.calendars import Entry
from meetings.models import Meeting


def described(webinars: Iterable[Meeting]) -> dict[str, Any]:
    return {
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "item": _event(webinar)}
            for position, webinar in enumerate(webinars, start=1)
        ],
    }


def _event(webinar: Meeting) -> dict[str, Any]:
    page = _page(webinar)
    event: dict[str, Any] = {
        "@type": "Event",
        "name": webinar.title,
        "description": webinar.public_text,
        "startDate": _moment(webinar.held_on, webinar.starts_at),
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        # Those who take part receive the room by mail; anybody else, this page.
        "location": {"@type": "VirtualLocation", "url": page},
        "url": page,
        "organizer": structured.organization(),
    }
    presented = getattr(webinar, "presented", ())
    if presented:
        event["performer"] = [
            {
                "@type": "Organization",
                "name": row.name,
                "url": structured.absolute(row.get_absolute_url()),
            }
            for row in presented
        ]
    if webinar.ends_at:
        event["endDate"] = _moment(webinar.held_on, webinar.ends_at)
    return event


def calendar_entry(webinar: Meeting) -> Entry:
    """For anybody: no place, for it may say how to come in. Members have a file of their own."""
    return Entry(
        key=f"webinaire-public-{webinar.pk}",
        title=webinar.title,
        url=_page(webinar),
        day=webinar.held_on,
        starts_at=webinar.starts_at,
        ends_at=webinar.ends_at if webinar.starts_at else None,
        sequence=webinar.calendar_sequence,
    )


def _page(webinar: Meeting) -> str:
    return structured.absolute(f"{address('public:webinar_list')}#{webinar.slug}")


def _moment(day: datetime.date, clock: datetime.time | None) -> str:
    if clock is None:
        return day.isoformat()
    return timezone.make_aware(datetime.datetime.combine(day, clock)).isoformat()
