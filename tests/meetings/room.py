"""Staff in the room: its addresses, its page, and a card that is sent."""

import re
import uuid

from django.urls import reverse

N = "\u00a0"
JSON = {"headers": {"accept": "application/json"}}


def at(name, meeting, **kwargs):
    return reverse(f"meetings:{name}", kwargs={"slug": meeting.slug, **kwargs})


def page_of(client, meeting, query=""):
    response = client.get(at("meeting_run", meeting) + query)
    assert response.status_code == 200
    return response.content.decode()


def opened(page):
    """The slug of the one card that is not folded away."""
    return re.findall(r'data-slug="([\w-]+)" data-name="[^"]*" data-short="[^"]*">', page)


def send(client, entry, **values):
    data = {"version": 1, "submission_key": uuid.uuid4()} | values
    return client.post(at("entry_save", entry.meeting, pk=entry.pk), data, **JSON)
