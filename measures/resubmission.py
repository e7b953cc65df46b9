"""A form that arrives twice: a second click, a retry, or a page reached again with « back ».

The same content is done once. Other content under the same key is new work, which must not be lost.
"""

import uuid
from typing import Any

from django.http import HttpRequest, QueryDict

from measures.actions import TRACKED
from measures.merge import values_at
from measures.models import Implementation, ImplementationEvent
from members.models import Organization


def first_arrival(data: QueryDict) -> ImplementationEvent | None:
    """The event that this very form has already made, if any."""
    try:
        key = uuid.UUID(data.get("submission_key", ""))
    except ValueError:
        return None
    # No join: almost every form arrives once.
    return ImplementationEvent.objects.filter(submission_key=key).first()


def renewed(request: HttpRequest, event: ImplementationEvent | None) -> QueryDict:
    """The posted data, under a new key when the first has served.

    Its author has seen what the first arrival stored: the form starts from there.
    """
    if event is None:
        return request.POST
    data = request.POST.copy()
    data["submission_key"] = str(uuid.uuid4())
    if "version" in data:
        data["version"] = str(event.version)
    return data


def pieces_of(request: HttpRequest) -> int:
    """How many files, links and pieces of the library a form brings."""
    files, chosen = request.FILES.getlist("uploads"), request.POST.getlist("chosen")
    return len(files) + len(chosen) + bool(request.POST.get("link_url"))


def repeats(
    form: Any, event: ImplementationEvent, organization: Organization, *, pieces: int
) -> bool:
    """Whether a form says again what `event` stored; `pieces` counts its files and links."""
    record = event.implementation
    if record.organization != organization or not _is_of(form, record):
        return False
    stored = values_at(record, event.version)
    if any(
        form.fields[name].has_changed(stored[name], form.data.get(name, "")) for name in TRACKED
    ):
        return False
    _, added = event.changes.get("evidence", (None, []))
    return len(added or []) == pieces


def _is_of(form: Any, record: Implementation) -> bool:
    if form.instance.pk:
        return bool(form.instance.pk == record.pk)
    slug = record.measure.slug if record.measure else ""
    return (form.data.get("measure", ""), form.data.get("own_title", "")) == (
        slug,
        record.own_title,
    )
