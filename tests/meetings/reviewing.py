"""A synthesis in review, for the tests of what is proposed and answered."""

import datetime

from django.urls import reverse

from meetings.models import Amendment, Synthesis
from tests.factories import (
    AttendanceFactory,
    MeetingFactory,
    SynthesisFactory,
    SynthesisPointFactory,
)

TODAY = datetime.date(2021, 2, 15)
LAST_DAY = datetime.date(2021, 2, 20)


def in_review(*organizations, texts=("Le guide aide.",), **fields) -> Synthesis:
    """Open until the 20th of February 2021 to the organizations, which attended."""
    meeting = MeetingFactory(held=True, number=4, slug="rencontre-4", title="Clauses", code="R4")
    for organization in organizations:
        AttendanceFactory(meeting=meeting, organization=organization)
    synthesis = SynthesisFactory(
        meeting=meeting, **{"state": "in_review", "review_until": LAST_DAY} | fields
    )
    for text in texts:
        SynthesisPointFactory(synthesis=synthesis, text=text)
    return synthesis


def address(name, **kwargs):
    return reverse(f"meetings:{name}", kwargs={"slug": "rencontre-4"} | kwargs)


def proposal(client, point=None):
    """What the form would send, as the page gives it."""
    query = f"?point={point.pk}" if point else ""
    form = client.get(address("amendment_create") + query).context["form"]
    data = {name: form[name].value() or "" for name in form.fields if name != "remove"}
    return {name: str(value) for name, value in data.items()}


def propose(client, point=None, **changes) -> Amendment:
    response = client.post(address("amendment_create"), proposal(client, point) | changes)
    assert response.status_code == 302, response.context["form"].errors
    return Amendment.objects.latest("pk")


def answer(client, amendment, **data):
    return client.post(address("amendment_answer", pk=amendment.pk), data)
