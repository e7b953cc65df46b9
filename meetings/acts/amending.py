"""What those who attended propose to change in a synthesis, kept once and answered once."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from meetings.acts.copies import journal_subject, touch_copy
from meetings.drafts import text_print
from meetings.models import Amendment, Synthesis, SynthesisPoint
from meetings.notices.syntheses import tell_answer
from members.models import AuditEntry, User

PROPOSED, ACCEPTED, REFUSED = "amendment_add", "amendment_accept", "amendment_refuse"
_WAITING = Amendment.State.WAITING


class ReviewClosedError(Exception):
    """The review has ended while somebody was writing."""


class PointMovedError(Exception):
    """The point no longer says what the person has read; `now` is None once it is gone."""

    def __init__(self, now: str | None) -> None:
        super().__init__(now)
        self.now = now


class AmendmentAnsweredError(Exception):
    """Somebody has answered; `amendment` says who and how."""

    def __init__(self, amendment: Amendment) -> None:
        super().__init__(str(amendment.pk))
        self.amendment = amendment


@dataclass(frozen=True)
class HandMerge:
    """A text written by hand over a point that had changed; `seen` is the print of that point."""

    text: str
    seen: str


@transaction.atomic
def propose_amendment(
    *, amendment: Amendment, seen: str, key: uuid.UUID, today: datetime.date, by: User
) -> Amendment:
    """Keep a proposal on the point as `seen`; the same form again gives the one that it made.

    Other words under the same key are another proposal: nothing that was typed is lost.
    """
    # The lock makes those who propose, save and publish wait for each other.
    synthesis = Synthesis.objects.select_for_update().get(pk=amendment.synthesis_id)
    first = Amendment.objects.filter(submission_key=key).first()
    if first is not None and _same(first, amendment):
        return first
    if not synthesis.is_in_review(today):
        raise ReviewClosedError(str(synthesis))
    _check_point(amendment, seen)
    amendment.author = by
    amendment.submission_key = key if first is None else uuid.uuid4()
    amendment.save()
    _write(amendment, PROPOSED, {"point": amendment.base_text}, by=by)
    return amendment


def _same(one: Amendment, other: Amendment) -> bool:
    names = ("synthesis_id", "organization_id", "text", "reason", "kind")
    same_point = one.point_id in (other.point_id, None)
    return same_point and all(getattr(one, name) == getattr(other, name) for name in names)


def _check_point(amendment: Amendment, seen: str) -> None:
    if amendment.point_id is None:
        return
    point = SynthesisPoint.objects.filter(
        pk=amendment.point_id, synthesis=amendment.synthesis_id
    ).first()
    if point is None or text_print(point.kind, point.text) != seen:
        raise PointMovedError(point.text if point else None)
    amendment.base_text, amendment.kind = point.text, point.kind


@transaction.atomic
def accept_amendment(
    *, amendment: Amendment, answer: str = "", merged: HandMerge | None = None, by: User
) -> None:
    """Give the point the proposed text, or the one that was merged by hand.

    PointMovedError when the point says something else than what was amended, or than what the
    person who merged has read.
    """
    row = _lock(amendment)
    now = row.point.text if row.point else None
    if merged is None:
        if (now or "") != row.base_text:
            raise PointMovedError(now)
        text = row.text
    else:
        if print_of(row, now) != merged.seen:
            raise PointMovedError(now)
        text = merged.text
    _apply(row, text)
    touch_copy(row.synthesis, by=by)
    _answer(row, Amendment.State.ACCEPTED, answer, by=by)
    _write(row, ACCEPTED, {"point": now or ""}, by=by, applied=text)


def print_of(amendment: Amendment, now: str | None) -> str:
    """What a form that merges says it has read; empty for a point that is gone."""
    return "" if now is None else text_print(amendment.kind, now)


@transaction.atomic
def refuse_amendment(*, amendment: Amendment, answer: str, by: User) -> None:
    row = _lock(amendment)
    _answer(row, Amendment.State.REFUSED, answer, by=by)
    _write(row, REFUSED, {"point": row.base_text}, by=by)


def _lock(amendment: Amendment) -> Amendment:
    """The amendment with its synthesis locked; AmendmentAnsweredError when it waits no more."""
    Synthesis.objects.select_for_update().get(pk=amendment.synthesis_id)
    row = Amendment.objects.select_related(
        "synthesis__meeting", "point", "organization", "answered_by", "author"
    ).get(pk=amendment.pk)
    if row.state != _WAITING:
        raise AmendmentAnsweredError(row)
    return row


def _apply(row: Amendment, text: str) -> None:
    points = row.synthesis.points
    if row.point is not None and text:
        points.filter(pk=row.point.pk).update(text=text)
    elif row.point is not None:
        points.filter(pk=row.point.pk).delete()
        row.point = None
    elif text:
        last = points.aggregate(last=Max("order"))["last"] or 0
        row.point = points.create(kind=row.kind, text=text, order=last + 1)


def _answer(row: Amendment, state: Amendment.State, answer: str, *, by: User) -> None:
    row.state, row.answer = state, answer
    row.answered_by, row.answered_at = by, timezone.now()
    row.save(update_fields=["state", "answer", "answered_by", "answered_at", "point"])
    tell_answer(row, by=by)


def _write(
    row: Amendment, action: str, before: dict[str, Any], *, by: User, applied: str | None = None
) -> None:
    after = {
        "amendment": row.pk,
        "kind": row.kind,
        "text": row.text,
        "reason": row.reason,
        "answer": row.answer,
    }
    if applied is not None:
        after["applied"] = applied
    AuditEntry.objects.create(
        actor=by,
        organization=row.organization,
        action=action,
        subject=journal_subject(row.synthesis.meeting),
        before=before,
        after=after,
    )
