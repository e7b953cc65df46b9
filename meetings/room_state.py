"""What every screen of the room asks each five seconds; nothing comes back when all stands."""

import datetime
import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from chantier.lib import french
from meetings.forms_room import measure_label
from meetings.models import LiveState, Meeting, NoteTaker, RoundTableEntry

# Two saves may be stored in another order than their clocks say.
_OVERLAP = datetime.timedelta(seconds=10)


def card_data(entry: RoundTableEntry) -> dict[str, Any]:
    """A card as scripts read it."""
    measure, by = entry.measure, entry.updated_by
    return {
        "pk": entry.pk,
        "version": entry.version,
        "done": entry.done,
        "next_action": entry.next_action,
        "need": entry.need,
        "measure": measure_label(measure.code, measure.title) if measure else "",
        "due_on": entry.due_on.isoformat() if entry.due_on else "",
        "by": str(by) if by else "",
        "at": french.clock_time(timezone.localtime(entry.updated_at)),
    }


def room_data(meeting: Meeting, takers: list[NoteTaker], since: str) -> dict[str, Any]:
    """Where the room stands, and the cards that changed since `since` (of the last answer)."""
    live = LiveState.objects.filter(meeting=meeting).select_related("item", "organization").first()
    entries = list(
        meeting.entries.select_related("measure", "updated_by", "organization").order_by(
            "order", "organization__sort_name", "pk"
        )
    )
    start = _moment(since)
    changed = [row for row in entries if start is None or row.updated_at > start - _OVERLAP]
    last = max((row.updated_at for row in entries), default=None)
    return {
        "live": _live_data(live),
        "people": [
            {"name": str(row.user), "card": row.organization.name if row.organization else ""}
            for row in sorted(takers, key=lambda row: (str(row.user), row.pk))
        ],
        "turn": [row.pk for row in entries],
        "cards": [card_data(row) for row in changed],
        "since": last.isoformat() if last else "",
        "state": meeting.state,
    }


def _live_data(live: LiveState | None) -> dict[str, Any]:
    if live is None:
        return {"version": 0, "item": None, "minutes": None, "started": "", "speaker": ""}
    started = live.item_started_at
    return {
        "version": live.version,
        "item": live.item_id,
        "minutes": live.item.minutes if live.item else None,
        "started": started.isoformat() if started else "",
        "speaker": live.organization.slug if live.organization else "",
    }


def _moment(text: str) -> datetime.datetime | None:
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def answer(request: HttpRequest, data: dict[str, Any]) -> HttpResponse:
    """The data, or 304 when they are those of the last answer."""
    body = json.dumps(data, sort_keys=True).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        response = HttpResponse(status=304)
    else:
        response = JsonResponse(data)
    response["ETag"] = tag
    response["Cache-Control"] = "no-store"
    return response
