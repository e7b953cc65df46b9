"""A synthesis opened to those who attended, and closed again."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from meetings.acts.copies import journal_subject, take_copy
from meetings.frozen import same_content, synthesis_content
from meetings.models import Synthesis
from meetings.notices.syntheses import forget_review, tell_review
from members.models import AuditEntry, User

REVIEW_OPEN, REVIEW_CLOSE = "synthesis_review_open", "synthesis_review_close"


class NothingToReviewError(Exception):
    """There is nothing to read yet; the message says why, in French."""


@transaction.atomic
def open_review(*, synthesis: Synthesis, version: int, until: datetime.date, by: User) -> None:
    """Let those who attended read the working copy, or give them another last day.

    StaleSynthesisError when somebody saved over `version`.
    """
    last = synthesis.versions.order_by("-number").first()
    if not synthesis.points.exists():
        raise NothingToReviewError("La synthèse est vide\u00a0: écrivez au moins un point.")
    if last and same_content(last.content, synthesis_content(synthesis)):
        raise NothingToReviewError(f"Rien n’a changé depuis la version {last.number}.")
    before = {"state": synthesis.state, "until": synthesis.review_until}
    state = Synthesis.State.IN_REVIEW
    take_copy(synthesis, version, by=by, state=state, review_until=until)
    _write(synthesis, REVIEW_OPEN, before, by=by)
    tell_review(synthesis, by=by)


@transaction.atomic
def close_review(*, synthesis: Synthesis, version: int, by: User) -> None:
    """Close before the last day; what was proposed is still answered."""
    before = {"state": synthesis.state, "until": synthesis.review_until}
    today = timezone.localdate()
    ends = {"review_until": min(synthesis.review_until or today, today)}
    take_copy(synthesis, version, by=by, state=Synthesis.State.DRAFT, **ends)
    _write(synthesis, REVIEW_CLOSE, before, by=by)
    forget_review(synthesis, reason="la révision est close")


def _write(synthesis: Synthesis, action: str, before: dict[str, Any], *, by: User) -> None:
    AuditEntry.objects.create(
        actor=by,
        action=action,
        subject=journal_subject(synthesis.meeting),
        before=before,
        after={
            "state": synthesis.state,
            "until": synthesis.review_until,
            "version": synthesis.version,
        },
    )
