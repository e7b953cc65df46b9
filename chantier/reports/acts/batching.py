"""Asking for the archive of a cycle, cancelling it, taking it away."""

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from chantier.reports.models import UNDER_WAY, ReportBatch, ReportVersion
from chantier.reports.tasks import prepare_batch
from members.models import AuditEntry, Cycle, User


@transaction.atomic
def ask_batch(*, cycle: Cycle, submission_key: uuid.UUID, by: User) -> tuple[ReportBatch, bool]:
    """The archive, and whether it was asked for just now.

    A second click finds the first one's, a second person the one under way. ValidationError when
    nobody submitted a report.
    """
    # One at a time: of two clicks, the second finds the batch of the first.
    Cycle.objects.select_for_update().get(pk=cycle.pk)
    same = Q(submission_key=submission_key) | Q(cycle=cycle, state__in=UNDER_WAY)
    found = ReportBatch.objects.select_related("asked_by").filter(same).first()
    if found is not None:
        return found, False
    if not ReportVersion.objects.filter(report__cycle=cycle).exists():
        raise ValidationError("Aucun rapport n’est déposé pour ce cycle.")
    batch = ReportBatch.objects.create(cycle=cycle, asked_by=by, submission_key=submission_key)
    _note("report_batch_start", batch, by=by)
    prepare_batch.enqueue(batch.pk)
    return batch, True


@transaction.atomic
def cancel_batch(*, batch: ReportBatch, by: User) -> bool:
    """Stop it where it is; False when it had ended. Its worker removes what it made."""
    under_way = ReportBatch.objects.filter(pk=batch.pk, state__in=UNDER_WAY)
    changes = {"state": ReportBatch.State.CANCELLED, "finished_at": timezone.now()}
    if not under_way.update(**changes):
        return False
    _note("report_batch_cancel", batch, by=by)
    return True


def note_download(*, batch: ReportBatch, by: User) -> None:
    """Who took the evidence of others away, and which bytes."""
    _note("report_batch_download", batch, by=by, sha256=batch.sha256)


def _note(action: str, batch: ReportBatch, *, by: User, **more: str) -> None:
    AuditEntry.objects.create(
        actor=by,
        action=action,
        subject=f"Archive des rapports {batch.cycle.label}",
        after={"batch": batch.pk, **more},
    )
