"""Promises: taken from a card, taken back, and answered in the register of the organization."""

import dataclasses
import datetime
import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from measures.actions import StaleRecord, create_implementation, save_implementation, snapshot
from measures.actions.audit import write_audit
from measures.models import Implementation, Measure, Stage
from measures.statuses import OPEN, Status
from meetings.acts.transmitting import send_late_promise
from meetings.models import Commitment, Meeting, RoundTableEntry
from members.models import Organization, User

MADE, WITHDRAWN, ACCEPTED, DECLINED = (
    "commitment_add",
    "commitment_withdraw",
    "commitment_accept",
    "commitment_decline",
)
# Not while the meeting is rehearsed, nor once it is closed.
TAKES_PROMISES = (Meeting.State.CONVENED, Meeting.State.HELD)
# What the organization has not begun takes the status that its date gives.
_NOT_BEGUN = (Status.NOT_ASSESSED, Status.TO_UNDERTAKE)
# What is reopened before anything is promised about it anew.
SHUT = (Status.ABANDONED, Status.NOT_APPLICABLE)
_ASKED = ("status", "planned_for", "lead", "not_applicable_reason")


class AlreadyAnsweredError(Exception):
    """Somebody has answered or taken back the promise; `commitment` says who and how."""

    def __init__(self, commitment: Commitment) -> None:
        super().__init__(str(commitment.pk))
        self.commitment = commitment


class RecordChangedError(Exception):
    """The record of the measure is no longer the one that the form showed."""


@dataclasses.dataclass(frozen=True)
class Terms:
    """On what terms an organization accepts: all of it is its own to say."""

    # The version of the record that the form showed; 0 where the register had none.
    record_version: int
    own_title: str = ""
    stage: Stage | None = None
    planned_for: datetime.date | None = None
    lead: str = ""
    # Whether the record follows; else it is joined as it stands.
    follows: bool = True


def make_promise(
    *,
    entry: RoundTableEntry,
    text: str,
    measure: Measure | None,
    due_on: datetime.date | None,
    submission_key: uuid.UUID,
    by: User,
) -> Commitment:
    """Note what an organization promises; the same form again gives the one that it made.

    It reaches the register with the synthesis, or at once when that has been approved. Other
    words under the same key are another promise: nothing that was typed is lost.
    """
    words = {"entry": entry, "text": text, "measure": measure, "due_on": due_on}
    first = _first(submission_key)
    if first is not None and _says(first, words):
        return first
    key = submission_key if first is None else uuid.uuid4()
    try:
        with transaction.atomic():
            row = Commitment.objects.create(
                **words,
                meeting=entry.meeting,
                organization=entry.organization,
                submission_key=key,
                created_by=by,
            )
            _write(row, MADE, by=by)
            send_late_promise(row, by=by)
    except IntegrityError:
        first = _first(submission_key)
        if first is None or not _says(first, words):
            raise
        return first
    return row


def _first(key: uuid.UUID) -> Commitment | None:
    return Commitment.objects.select_related("measure").filter(submission_key=key).first()


def _says(row: Commitment, words: dict[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in words.items())


@transaction.atomic
def withdraw_promise(*, commitment: Commitment, by: User) -> None:
    """Take a promise back while it waits; AlreadyAnsweredError once it does not."""
    row = _waiting(commitment)
    _close(row, Commitment.State.WITHDRAWN, by=by)
    _write(row, WITHDRAWN, by=by)


@transaction.atomic
def decline_proposal(*, commitment: Commitment, answer: str, by: User) -> None:
    row = _waiting(commitment)
    row.answer = answer
    _close(row, Commitment.State.DECLINED, by=by)
    _write(row, DECLINED, by=by)


@transaction.atomic
def accept_proposal(*, commitment: Commitment, terms: Terms, by: User) -> Implementation:
    """Write the promise into the register: a new record, or the one of its measure.

    RecordChangedError, and nothing is written, when that record is not the one that was shown.
    """
    row = _waiting(commitment)
    # The organization's row is the lock of whoever adds measures to its register.
    Organization.objects.select_for_update().get(pk=row.organization_id)
    record = record_of(row)
    if (record.version if record else 0) != terms.record_version:
        raise RecordChangedError
    if record is None:
        record = _add(row, terms, by=by)
    elif terms.follows and record.status != Status.IMPLEMENTED:
        _follow(record, terms, by=by)
    row.implementation = record
    _close(row, Commitment.State.ACCEPTED, by=by)
    _write(row, ACCEPTED, by=by)
    return record


def record_of(commitment: Commitment) -> Implementation | None:
    """The record of the same measure in the register: an organization has one at most."""
    if commitment.measure_id is None:
        return None
    records = Implementation.objects.select_related("measure", "stage", "organization")
    return records.filter(
        organization=commitment.organization_id, measure=commitment.measure_id
    ).first()


def _add(row: Commitment, terms: Terms, *, by: User) -> Implementation:
    about: dict[str, Any] = {"measure": row.measure}
    if row.measure is None:
        about = {"own_title": terms.own_title, "stage": terms.stage}
    record = Implementation(
        organization=row.organization,
        status=_begun_by(terms.planned_for),
        planned_for=terms.planned_for,
        lead=terms.lead,
        **about,
    )
    try:
        return create_implementation(implementation=record, by=by)
    except IntegrityError as error:
        # Somebody has just added the measure by hand.
        raise RecordChangedError from error


def _follow(record: Implementation, terms: Terms, *, by: User) -> None:
    """Let a record of the register say what is promised; what is shut is reopened."""
    before = snapshot(record, _ASKED)
    if record.status in (*_NOT_BEGUN, *SHUT):
        record.status = _begun_by(terms.planned_for)
    assert record.status in OPEN  # noqa: S101 - what is implemented does not come here
    record.not_applicable_reason = ""
    record.planned_for, record.lead = terms.planned_for, terms.lead
    try:
        save_implementation(implementation=record, before=before, by=by)
    except StaleRecord as error:
        raise RecordChangedError from error


def _begun_by(day: datetime.date | None) -> Status:
    return Status.PLANNED if day else Status.TO_UNDERTAKE


def _waiting(commitment: Commitment) -> Commitment:
    """The promise, locked; raises AlreadyAnsweredError when it no longer waits."""
    rows = Commitment.objects.select_for_update(of=("self",))
    row = rows.select_related("organization", "meeting", "measure__stage").get(pk=commitment.pk)
    if not row.is_waiting:
        raise AlreadyAnsweredError(row)
    return row


def _close(row: Commitment, state: Commitment.State, *, by: User) -> None:
    row.state, row.answered_by, row.answered_at = state, by, timezone.now()
    names = ("state", "answer", "implementation", "answered_by", "answered_at")
    # Where the database locks no row, only one of two answers finds the promise waiting.
    waiting = Commitment.objects.proposed().filter(pk=row.pk, version=row.version)
    if not waiting.update(version=F("version") + 1, **{name: getattr(row, name) for name in names}):
        raise AlreadyAnsweredError(Commitment.objects.get(pk=row.pk))
    row.version += 1


def _write(row: Commitment, action: str, *, by: User) -> None:
    after: dict[str, Any] = {"state": row.state}
    if action == MADE:
        after |= {"meeting": row.meeting.slug, "text": row.text}
        after |= {"measure": row.measure.code if row.measure else ""}
        after |= {"due_on": row.due_on.isoformat() if row.due_on else ""}
    if row.answer:
        after["answer"] = row.answer
    if row.implementation is not None:
        after["record"] = row.implementation.pk
    write_audit(row=row, organization=row.organization, action=action, after=after, by=by)
