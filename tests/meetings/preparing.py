"""The form of preparation as a browser would send it back."""

import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from meetings.forms_plan import PlanForm
from meetings.models import Meeting
from meetings.plan import PARTICULARS
from tests.factories import MeetingFactory
from tests.html import StrictClient


def address(meeting: Meeting) -> str:
    return reverse("meetings:meeting_prepare", args=[meeting.slug])


def _text(field: Any) -> str:
    value = field.value()
    if value is None:
        return ""
    widget = field.field.widget
    return str(widget.format_value(value) or "") if hasattr(widget, "format") else str(value)


def posted(form: PlanForm) -> dict[str, Any]:
    data: dict[str, Any] = {name: _text(form.control[name]) for name in form.control.fields}
    data |= {name: _text(form.particulars[name]) for name in PARTICULARS}
    for row in [*form.objectives, *form.points]:
        for name in row.fields:
            field = row[name]
            if name not in ("remove", "is_round_table"):
                data[field.html_name] = _text(field)
            elif field.value():
                data[field.html_name] = "on"
    ticks = [*form.guests]
    data["guests"] = [tick.value for tick in ticks if tick.is_ticked]
    data["themes"] = [t.value for _, each in form.themes for t in each if t.is_ticked]
    offers = [*form.offered_objectives, *form.offered_topics]
    data["offers"] = [tick.value for tick in offers if tick.is_ticked]
    return data


def opened(client: StrictClient, meeting: Meeting) -> dict[str, Any]:
    return posted(client.get(address(meeting)).context["form"])


def save(client: StrictClient, meeting: Meeting, **changes: Any) -> HttpResponse:
    data = opened(client, meeting) | changes
    return client.post(address(meeting), data)  # type: ignore[return-value]


def point(index: int, **values: Any) -> dict[str, Any]:
    return {f"agenda-{index}-{name}": value for name, value in values.items()}


def objective(index: int, **values: Any) -> dict[str, Any]:
    return {f"objectives-{index}-{name}": value for name, value in values.items()}


def make_draft() -> Meeting:
    """Meeting 6, on the twelfth of March 2026, from 13 h 30 to 16 h."""
    meeting: Meeting = MeetingFactory(
        slug="prochaine",
        number=6,
        title="Clauses",
        draft=True,
        held_on=datetime.date(2026, 3, 12),
        starts_at=datetime.time(13, 30),
        ends_at=datetime.time(16, 0),
        place="Salle A",
    )
    return meeting


def make_earlier() -> Meeting:
    """Meeting 5, which took place in January."""
    day = datetime.date(2026, 1, 20)
    meeting: Meeting = MeetingFactory(number=5, held=True, held_on=day)
    return meeting


def objectives(meeting: Meeting) -> list[str]:
    return list(meeting.objectives.order_by("order").values_list("text", flat=True))


def titles(meeting: Meeting) -> list[str]:
    return list(meeting.agenda.order_by("order").values_list("title", flat=True))


def problems(response: Any) -> list[str]:
    return [problem["text"] for problem in response.context["form"].problems]


def offered(response: Any) -> list[str]:
    form = response.context["form"]
    return [tick.label for tick in [*form.offered_objectives, *form.offered_topics]]
