"""The working copy of a synthesis, taken by one person at a time."""

from typing import Any

from django.db.models import Case, F, Value, When
from django.utils import timezone

from meetings.models import Meeting, Synthesis
from members.models import User


class StaleSynthesisError(Exception):
    """Somebody has saved the synthesis since the form was opened."""


def journal_subject(meeting: Meeting) -> str:
    """Stable when the meeting is renamed."""
    return f"Synthèse {meeting.code}"


def take_copy(synthesis: Synthesis, version: int, *, by: User, **changes: Any) -> None:
    """Write over `version` of the working copy; StaleSynthesisError when it is another one.

    One statement compares and writes: two people cannot both find the version they expect. What
    was approved is approved no more; members keep reading its last version.
    """
    draft, approved = Synthesis.State.DRAFT, Synthesis.State.APPROVED
    state = Case(When(state=approved, then=Value(draft)), default=F("state"))
    won = Synthesis.objects.filter(pk=synthesis.pk, version=version).update(
        **({"state": state} | changes),
        version=F("version") + 1,
        updated_by=by,
        updated_at=timezone.now(),
    )
    if not won:
        raise StaleSynthesisError(f"version {version} of {synthesis}")
    synthesis.refresh_from_db()


def touch_copy(synthesis: Synthesis, *, by: User) -> None:
    """Tell forms that are open on the working copy that it has changed under them."""
    Synthesis.objects.filter(pk=synthesis.pk).update(
        version=F("version") + 1, updated_by=by, updated_at=timezone.now()
    )


def approve_copy(synthesis: Synthesis) -> None:
    """The copy is what members read; its review, if one is open, ends today."""
    today = timezone.localdate()
    ends = {"review_until": min(synthesis.review_until, today)} if synthesis.review_until else {}
    Synthesis.objects.filter(pk=synthesis.pk).update(state=Synthesis.State.APPROVED, **ends)
