"""Promises on their way to the registers: sent together, or at once when the rest has left."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from measures.actions.audit import subject_of
from meetings.models import Commitment, Meeting, Synthesis
from meetings.notices.promises import tell_proposals
from members.models import AuditEntry, User

SENT = "commitment_send"


@transaction.atomic
def send_promises(*, meeting: Meeting, by: User) -> list[Commitment]:
    """Let what was promised there reach the registers; what is there already is left alone.

    Whatever staff took back before that is never seen by the organization.
    """
    rows = list(
        Commitment.objects.to_send()
        .filter(meeting=meeting)
        .select_for_update(of=("self",))
        .select_related("organization", "entry")
        .order_by("pk")
    )
    return _send(rows, by=by)


def send_late_promise(commitment: Commitment, *, by: User) -> None:
    """Send a promise noted once the synthesis is approved: there is nothing to wait for.

    Call it in the transaction that noted the promise. The synthesis is the lock: whoever approves
    it meanwhile either has sent this promise, or lets it be sent here.
    """
    synthesis = Synthesis.objects.select_for_update().filter(meeting=commitment.meeting).first()
    if synthesis is not None and synthesis.versions.exists():
        _send([commitment], by=by)


def _send(rows: Sequence[Commitment], *, by: User) -> list[Commitment]:
    now = timezone.now()
    # Where the database locks no row, one of two clicks finds nothing left to send.
    sent = [
        row for row in rows if Commitment.objects.to_send().filter(pk=row.pk).update(sent_at=now)
    ]
    for row in sent:
        row.sent_at = now
    AuditEntry.objects.bulk_create(
        AuditEntry(
            actor=by,
            organization=row.organization,
            action=SENT,
            subject=subject_of(row),
            after={"text": row.text, "sent_at": now},
        )
        for row in sent
    )
    tell_proposals(sent, by=by)
    return sent
