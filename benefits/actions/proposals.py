"""Enterprises that members propose: kept once, answered once, and their author told."""

import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone

from benefits.actions.directory import (
    Links,
    State,
    empty_contact,
    set_links,
    state_of,
    write_change,
)
from benefits.keeping.slugs import free_slug
from benefits.models import SocialEnterprise
from measures.actions.audit import write_audit
from members.models import Organization, User
from members.notifications import notify

PROPOSED, LISTED, DECLINED, KNOWN = (
    "enterprise_propose",
    "enterprise_list",
    "enterprise_decline",
    "enterprise_known",
)
# The kind of mail that tells the answer.
TOLD = "enterprise_proposal_answered"
_STATE = SocialEnterprise.State


class AlreadyAnswered(Exception):
    """Somebody has answered the proposal; `proposal` says who and how."""

    def __init__(self, proposal: SocialEnterprise) -> None:
        super().__init__(str(proposal.pk))
        self.proposal = proposal


def propose_enterprise(
    *,
    enterprise: SocialEnterprise,
    links: Links,
    submission_key: uuid.UUID,
    organization: Organization,
    by: User,
) -> tuple[SocialEnterprise, bool]:
    """Keep a proposal; the same form again gives the one that it made, and False."""
    kept = SocialEnterprise.objects.filter(submission_key=submission_key, proposed_by=by)
    if first := kept.first():
        return first, False
    enterprise.state, enterprise.submission_key = _STATE.PROPOSED, submission_key
    enterprise.proposed_by, enterprise.proposed_for = by, organization
    enterprise.updated_by = by
    # Its address is made when it is listed: what is proposed has no page.
    enterprise.slug = f"proposition-{uuid.uuid4().hex}"
    try:
        with transaction.atomic():
            enterprise.save()
            set_links(enterprise, links)
            after = {"name": enterprise.name, "neq": enterprise.neq, "version": enterprise.version}
            write_audit(
                row=enterprise, organization=organization, action=PROPOSED, after=after, by=by
            )
    except IntegrityError:
        if first := kept.first():
            return first, False
        raise
    return enterprise, True


@transaction.atomic
def list_proposal(
    *, proposal: SocialEnterprise, links: Links, before: State, answer: str, by: User
) -> None:
    """Put a proposal in the directory, in the words that staff gave it."""
    lock_waiting(proposal)
    proposal.slug = free_slug(proposal.name)
    proposal.version += 1
    proposal.updated_by = by
    _answer(proposal, _STATE.LISTED, answer, by=by)
    proposal.save()
    set_links(proposal, links)
    fresh = SocialEnterprise.objects.with_terms().get(pk=proposal.pk)
    write_change(fresh, LISTED, before, state_of(fresh), by=by)
    _tell(proposal, by=by)


@transaction.atomic
def decline_proposal(*, proposal: SocialEnterprise, answer: str, by: User) -> None:
    """Say why an enterprise does not enter the directory; how to reach it is not kept."""
    row = lock_waiting(proposal)
    _answer(row, _STATE.DECLINED, answer, by=by)
    empty_contact(row)
    row.save()
    after = {"state": row.state, "answer": answer, "version": row.version}
    write_audit(row=row, organization=row.proposed_for, action=DECLINED, after=after, by=by)
    _tell(row, by=by)


@transaction.atomic
def join_proposal(
    *, proposal: SocialEnterprise, known: SocialEnterprise, answer: str, by: User
) -> None:
    """Say that the directory has the enterprise already."""
    row = lock_waiting(proposal)
    stored = SocialEnterprise.objects.listed().select_for_update(of=("self",)).get(pk=known.pk)
    row.merged_into = stored
    _answer(row, _STATE.MERGED, answer, by=by)
    empty_contact(row)
    row.save()
    after = {"state": row.state, "into": stored.name, "answer": answer, "version": row.version}
    write_audit(row=row, organization=row.proposed_for, action=KNOWN, after=after, by=by)
    _tell(row, by=by)


def lock_waiting(proposal: SocialEnterprise) -> SocialEnterprise:
    """The proposal as stored, locked; AlreadyAnswered when it no longer waits."""
    rows = SocialEnterprise.objects.select_for_update(of=("self",))
    row = rows.select_related("proposed_for", "proposed_by").get(pk=proposal.pk)
    # Where the database locks no row, only one of two answers finds the proposal waiting.
    waiting = SocialEnterprise.objects.filter(pk=row.pk, state=_STATE.PROPOSED, answered_at=None)
    if not waiting.update(answered_at=timezone.now()):
        row.refresh_from_db()
        raise AlreadyAnswered(row)
    return row


def _answer(row: SocialEnterprise, state: str, answer: str, *, by: User) -> None:
    row.state, row.answer = state, answer
    row.answered_by, row.answered_at = by, timezone.now()


def _tell(row: SocialEnterprise, *, by: User) -> None:
    if row.proposed_by is None:
        return
    notify(
        kind=TOLD,
        about=row,
        recipients=[row.proposed_by],
        organization=row.proposed_for,
        key=f"{row.pk}",
        by=by,
    )
