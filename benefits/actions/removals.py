"""What leads to a person is taken out of the directory when they ask.

The journal says that it was done, and of which fields; what they said is nowhere any more.
"""

import uuid

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from benefits.actions.directory import claim, empty_contact
from benefits.models import RemovalRequest, SocialEnterprise
from measures.actions.audit import write_audit
from members.models import User

EMPTIED, DECLINED = "enterprise_contact_remove", "enterprise_removal_decline"
_STATE = RemovalRequest.State


class AlreadyDone(Exception):
    """Somebody has dealt with the request."""


def ask_removal(*, removal: RemovalRequest, submission_key: uuid.UUID) -> bool:
    """Keep a request, from anybody; False when this very form has been kept.

    Other words under the same key are another request: a page that was gone back to.
    """
    kept = RemovalRequest.objects.filter(submission_key=submission_key)
    if first := kept.first():
        if _says(first) == _says(removal):
            return False
        submission_key = uuid.uuid4()
    removal.submission_key = submission_key
    try:
        with transaction.atomic():
            removal.save()
    except IntegrityError:
        if kept.exists():
            return False
        raise
    return True


def _says(removal: RemovalRequest) -> tuple[int, str, str]:
    return removal.enterprise_id, removal.message, removal.reply_to


@transaction.atomic
def remove_contact(*, removal: RemovalRequest, by: User) -> None:
    """Empty what leads to the person, in the row and in those that were united with it."""
    row = _closed(removal, _STATE.DONE, by=by)
    rows = SocialEnterprise.objects.select_for_update(of=("self",))
    target = row.enterprise_id
    same = rows.filter(Q(pk=target) | Q(merged_into=target)).order_by("pk")
    for enterprise in same:
        said = empty_contact(enterprise)
        if not (said or enterprise.pk == target):
            continue
        claim(enterprise)
        enterprise.updated_by = by
        enterprise.save()
        after = {"contact": said, "version": enterprise.version}
        write_audit(row=enterprise, organization=None, action=EMPTIED, after=after, by=by)


@transaction.atomic
def decline_removal(*, removal: RemovalRequest, by: User) -> None:
    """Close a request that asks nothing of the directory; its text goes as well."""
    row = _closed(removal, _STATE.DECLINED, by=by)
    write_audit(row=row.enterprise, organization=None, action=DECLINED, by=by)


def _closed(removal: RemovalRequest, state: str, *, by: User) -> RemovalRequest:
    """The request with its answer, and nothing of the person; AlreadyDone the second time."""
    waiting = RemovalRequest.objects.filter(pk=removal.pk, state=_STATE.WAITING)
    closed = {"reply_to": "", "message": "", "answered_by": by, "answered_at": timezone.now()}
    if not waiting.update(state=state, **closed):
        raise AlreadyDone
    return RemovalRequest.objects.select_related("enterprise").get(pk=removal.pk)
