"""Coming webinars as search engines read them: never where to join them, nor who is invited."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from chantier.lib import structured
from chantier.lib.addresses import address
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
    page = structured.absolute(f"{address('public:webinar_list')}#{webinar.slug}")
    event = {
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
    if webinar.ends_at:
        event["endDate"] = _moment(webinar.held_on, webinar.ends_at)
    return event


def _moment(day: datetime.date, clock: datetime.time | None) -> str:
    if clock is None:
        return day.isoformat()
    return timezone.make_aware(datetime.datetime.combine(day, clock)).isoformat()
