"""Clauses proposed by members: kept once, and answered once."""

import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from measures.actions.audit import write_audit
from measures.actions.catalogue import CatalogueDraft, create_catalogue_row
from measures.models import Clause, ClauseProposal
from members.models import User

PROPOSED, ACCEPTED, DECLINED = (
    "clause_proposal_add",
    "clause_proposal_accept",
    "clause_proposal_decline",
)


class AlreadyAnswered(Exception):
    """Somebody has answered the proposal; `proposal` says who and how."""

    def __init__(self, proposal: ClauseProposal) -> None:
        super().__init__(str(proposal.pk))
        self.proposal = proposal


def propose_clause(
    *, proposal: ClauseProposal, submission_key: uuid.UUID, by: User
) -> ClauseProposal:
    """Keep a proposal; the same form again gives the one that it made.

    Other words under the same key are another proposal: nothing that was typed is lost.
    """
    first = _first(proposal, submission_key)
    if first is not None and _same(first, proposal):
        return first
    proposal.created_by = by
    proposal.submission_key = submission_key if first is None else uuid.uuid4()
    try:
        with transaction.atomic():
            proposal.save()
            _write(proposal, PROPOSED, by=by)
    except IntegrityError:
        first = _first(proposal, submission_key)
        if first is None or not _same(first, proposal):
            raise
        return first
    return proposal


def _first(proposal: ClauseProposal, key: uuid.UUID) -> ClauseProposal | None:
    kept = ClauseProposal.objects.filter(organization=proposal.organization, submission_key=key)
    return kept.first()


def _same(one: ClauseProposal, other: ClauseProposal) -> bool:
    names = ("title", "stage_id", "text", "why")
    return all(getattr(one, name) == getattr(other, name) for name in names)


@transaction.atomic
def accept_proposal(
    *,
    proposal: ClauseProposal,
    draft: CatalogueDraft,
    answer: str,
    submission_key: uuid.UUID,
    by: User,
) -> Clause:
    """Add the clause to the library with its first text, and say so to its author."""
    row = _waiting(proposal)
    clause = create_catalogue_row(draft=draft, submission_key=submission_key, by=by)
    assert isinstance(clause, Clause)  # noqa: S101 - the draft of a clause
    row.clause = clause
    _answer(row, ClauseProposal.State.ACCEPTED, answer, by=by)
    _write(row, ACCEPTED, by=by)
    return clause


@transaction.atomic
def decline_proposal(*, proposal: ClauseProposal, answer: str, by: User) -> None:
    """Say why the clause does not enter the library."""
    row = _waiting(proposal)
    _answer(row, ClauseProposal.State.DECLINED, answer, by=by)
    _write(row, DECLINED, by=by)


def _waiting(proposal: ClauseProposal) -> ClauseProposal:
    """The proposal, locked; raises AlreadyAnswered when it no longer waits."""
    rows = ClauseProposal.objects.select_for_update(of=("self",))
    row = rows.select_related("organization").get(pk=proposal.pk)
    if row.state != ClauseProposal.State.WAITING:
        raise AlreadyAnswered(row)
    return row


def _answer(row: ClauseProposal, state: ClauseProposal.State, answer: str, *, by: User) -> None:
    row.state, row.answer = state, answer
    row.answered_by, row.answered_at = by, timezone.now()
    # Where the database locks no row, only one of two answers finds the proposal waiting.
    fields = {name: getattr(row, name) for name in ("answer", "answered_by", "answered_at")}
    waiting = ClauseProposal.objects.filter(pk=row.pk, state=ClauseProposal.State.WAITING)
    if not waiting.update(state=state, clause=row.clause, **fields):
        raise AlreadyAnswered(ClauseProposal.objects.get(pk=row.pk))


def _write(row: ClauseProposal, action: str, *, by: User) -> None:
    after: dict[str, Any] = {"title": row.title, "state": row.state, "answer": row.answer}
    if action == PROPOSED:
        after |= {"text": row.text, "why": row.why, "stage": str(row.stage)}
    if row.clause is not None:
        after["clause"] = {"key": row.clause.pk, "label": row.clause.code}
    write_audit(row=row, organization=row.organization, action=action, after=after, by=by)
