"""Writes of a discussion: a message, what answers it, and its settling.

A message is its own journal: its row says who wrote it and when, and who settled it.
"""

import uuid

from django.db import transaction
from django.utils import timezone

from measures.models import Comment, Implementation
from members.models import User
from members.sharing import SharingLevel


@transaction.atomic
def write_comment(
    *,
    implementation: Implementation,
    body: str,
    sharing: str,
    parent: Comment | None = None,
    submission_key: uuid.UUID | None = None,
    by: User,
) -> Comment:
    """Write a message, or an answer, which is seen no further than what it answers.

    An answer opens a settled thread again: folded away, nobody would read it.
    """
    if parent is not None:
        # The first message is the lock: it cannot be settled between the look and the answer.
        parent = Comment.objects.select_for_update(of=("self",)).get(pk=parent.pk)
        if parent.sharing == SharingLevel.PRIVATE:
            sharing = parent.sharing
        _settle(parent, None)
    return Comment.objects.create(
        implementation=implementation,
        parent=parent,
        body=body,
        sharing=sharing,
        author=by,
        submission_key=submission_key or uuid.uuid4(),
    )


@transaction.atomic
def settle_comment(*, comment: Comment, settled: bool, by: User) -> bool:
    """Settle a thread or open it again; return whether that changed anything."""
    comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if settled == (comment.resolved_at is not None):
        return False
    _settle(comment, by if settled else None)
    return True


def _settle(comment: Comment, by: User | None) -> None:
    comment.resolved_by = by
    comment.resolved_at = timezone.now() if by else None
    comment.save(update_fields=["resolved_by", "resolved_at"])
