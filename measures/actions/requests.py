"""Evidence that ECPAR staff ask for: asked, answered or withdrawn, each once."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from measures.actions.pieces import NewEvidence, stored_pieces
from measures.actions.register import write_event
from measures.models import Evidence, EvidenceRequest, Implementation, ImplementationEvent
from measures.notices import forget_asked, tell_asked
from members.models import User

_KIND = ImplementationEvent.Kind.EVIDENCE


class AlreadyAsked(Exception):
    """Another request waits on this record."""


class AlreadyClosed(Exception):
    """Somebody has answered or withdrawn the request; `request` says who and how."""

    def __init__(self, request: EvidenceRequest) -> None:
        super().__init__(str(request.pk))
        self.request = request


def ask_evidence(
    *, implementation: Implementation, message: str, submission_key: uuid.UUID, by: User
) -> EvidenceRequest:
    """Ask for an evidence; the same form again gives the request that it made."""
    try:
        with transaction.atomic():
            asked = EvidenceRequest.objects.create(
                implementation=implementation,
                message=message,
                asked_by=by,
                submission_key=submission_key,
            )
            write_event(implementation, _KIND, {"evidence_request": ["", message]}, by=by)
            tell_asked(asked, by=by)
    except IntegrityError as error:
        first = EvidenceRequest.objects.filter(
            submission_key=submission_key, implementation=implementation, message=message
        ).first()
        if first is None:
            raise AlreadyAsked from error
        return first
    return asked


@transaction.atomic
def answer_request(
    *, request: EvidenceRequest, answer: str, pieces: Sequence[NewEvidence], by: User
) -> list[Evidence]:
    """Answer with evidence, a text or both; return the evidence that the record now has."""
    implementation = _open(request).implementation
    joined = set(implementation.evidence.values_list("pk", flat=True))
    new = [piece for piece in pieces if piece.stored is None or piece.stored.pk not in joined]
    with stored_pieces(
        implementation.organization, new, sharing=implementation.sharing, by=by
    ) as added:
        implementation.evidence.add(*added)
        changes: dict[str, Any] = {"evidence_request": [request.message, ""]}
        if answer:
            changes["evidence_answer"] = ["", answer]
        if added:
            changes["evidence"] = [[], [piece.title for piece in added]]
            changes["evidence_keys"] = [[], [piece.pk for piece in added]]
        _close(request, EvidenceRequest.Outcome.ANSWERED, answer, by=by)
        write_event(implementation, _KIND, changes, by=by)
        forget_asked(request, reason="L’organisation a répondu entre-temps.")
        return [*added, *(piece.stored for piece in pieces if piece.stored and piece not in new)]


@transaction.atomic
def withdraw_request(*, request: EvidenceRequest, by: User) -> None:
    """Take a request back; a second click changes nothing."""
    implementation = _open(request).implementation
    _close(request, EvidenceRequest.Outcome.WITHDRAWN, by=by)
    write_event(implementation, _KIND, {"evidence_request": [request.message, ""]}, by=by)
    forget_asked(request, reason="La demande a été retirée.")


def _open(request: EvidenceRequest) -> EvidenceRequest:
    """The request, locked; raises AlreadyClosed when it no longer waits."""
    locked = EvidenceRequest.objects.select_for_update(of=("self",)).select_related(
        "implementation__organization", "closed_by"
    )
    row = locked.get(pk=request.pk)
    if not row.is_waiting:
        raise AlreadyClosed(row)
    return row


def _close(
    request: EvidenceRequest, outcome: EvidenceRequest.Outcome, answer: str = "", *, by: User
) -> None:
    request.outcome, request.answer = outcome, answer
    request.closed_by, request.closed_at = by, timezone.now()
    request.save(update_fields=["outcome", "answer", "closed_by", "closed_at"])
