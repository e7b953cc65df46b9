"""The steps of an archive that a worker takes, each in a short transaction that all see at once."""

import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chantier.lib.archives import digest_of
from chantier.reports.archive import places
from chantier.reports.archive.evidence import is_still_shared
from chantier.reports.models import KEPT_FOR, UNDER_WAY, BatchItem, ReportBatch, ReportVersion
from chantier.reports.notices_batch import tell_ended

_State = ReportBatch.State
_CLOSED = "Une preuve de cette archive n’est plus partagée avec la coordination."


class StoppedError(Exception):
    """The batch was cancelled, or another worker came to its end."""


@transaction.atomic
def begin(batch_pk: int) -> ReportBatch | None:
    """The batch, with an item for each report in force; None when nothing is left to do."""
    rows = ReportBatch.objects.select_for_update(of=("self",)).select_related("cycle", "asked_by")
    batch = rows.filter(pk=batch_pk, state__in=UNDER_WAY).first()
    if batch is None or batch.state == _State.RUNNING:
        return batch
    versions = ReportVersion.objects.latest_of_each().filter(report__cycle=batch.cycle)
    BatchItem.objects.bulk_create(
        [
            BatchItem(batch=batch, version_id=pk)
            for pk in versions.order_by("pk").values_list("pk", flat=True)
        ]
    )
    batch.state, batch.started_at = _State.RUNNING, timezone.now()
    batch.save(update_fields=["state", "started_at"])
    return batch


def go_on(batch: ReportBatch) -> None:
    """Between two reports; StoppedError when nobody waits for the archive any more."""
    if not ReportBatch.objects.filter(pk=batch.pk, state=_State.RUNNING).exists():
        raise StoppedError


def claim(item_pk: int) -> bool:
    """Count a try, before anything can kill it; whether the item still waits."""
    waiting = BatchItem.objects.filter(pk=item_pk, state=BatchItem.State.WAITING)
    return waiting.update(attempts=F("attempts") + 1) == 1


def item_done(item: BatchItem) -> None:
    BatchItem.objects.filter(pk=item.pk).update(state=BatchItem.State.DONE, problem="")


def item_failed(item: BatchItem, problem: str) -> None:
    """Nothing where another worker, taken for dead, came to its end."""
    waiting = BatchItem.objects.filter(pk=item.pk, state=BatchItem.State.WAITING)
    waiting.update(state=BatchItem.State.FAILED, problem=problem[:300])


def note_packed(batch: ReportBatch, number: int) -> None:
    """How many reports the archive holds; StoppedError as `go_on`."""
    running = ReportBatch.objects.filter(pk=batch.pk, state=_State.RUNNING)
    if not running.update(packed=number):
        raise StoppedError


def finish(batch: ReportBatch, packed: Path, evidence_keys: list[int]) -> bool:
    """The archive goes in its place and may be downloaded; False when it was cancelled."""
    with packed.open("rb") as file:
        sha256 = digest_of(file)
    size = packed.stat().st_size
    with transaction.atomic():
        row = _lock(batch, _State.RUNNING)
        if row is None:
            return False
        places.put_in_place(row, packed)
        row.state, row.finished_at = _State.DONE, timezone.now()
        row.archive, row.size, row.sha256 = places.archive_name(row), size, sha256
        row.evidence_keys = evidence_keys
        row.save(
            update_fields=["state", "finished_at", "archive", "size", "sha256", "evidence_keys"]
        )
        tell_ended(row)
    return True


@transaction.atomic
def fail(batch: ReportBatch, problem: str) -> None:
    """Nothing where it has ended otherwise meanwhile."""
    row = _lock(batch, *UNDER_WAY)
    if row is None:
        return
    row.state, row.finished_at, row.problem = _State.FAILED, timezone.now(), problem[:300]
    row.save(update_fields=["state", "finished_at", "problem"])
    tell_ended(row)


def _lock(batch: ReportBatch, *states: str) -> ReportBatch | None:
    rows = ReportBatch.objects.select_for_update(of=("self",)).select_related("cycle", "asked_by")
    return rows.filter(pk=batch.pk, state__in=states).first()


def erase_old(now: datetime.datetime) -> None:
    """Evidence is not left lying: an archive is erased after a week, and its line says so.

    Before that, when an organization takes back a piece that is in it.
    """
    kept = ReportBatch.objects.filter(state=_State.DONE, erased_at=None)
    for batch in kept.order_by("pk"):
        if batch.finished_at and batch.finished_at <= now - KEPT_FOR:
            _erase(batch, now)
        else:
            erase_if_closed(batch, now)


def erase_if_closed(batch: ReportBatch, now: datetime.datetime) -> bool:
    """Whether an organization closed a piece of the archive; it is erased then."""
    if is_still_shared(batch.evidence_keys):
        return False
    _erase(batch, now, problem=_CLOSED)
    return True


def _erase(batch: ReportBatch, now: datetime.datetime, problem: str = "") -> None:
    places.forget_archive(batch)
    ReportBatch.objects.filter(pk=batch.pk).update(erased_at=now, problem=problem)
