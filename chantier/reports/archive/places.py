"""Where the files of an archive lie: a folder of work while it is made, one file afterwards.

Both are named by the random key of the batch, in the private storage.
"""

import os
import shutil
import uuid
from pathlib import Path

from chantier.lib.files import private_storage
from chantier.reports.models import UNDER_WAY, ReportBatch

_PLACE = "archives"


def root() -> Path:
    return Path(private_storage().path(_PLACE))


def work_of(batch: ReportBatch) -> Path:
    return root() / batch.submission_key.hex


def folder_of(batch: ReportBatch, item_pk: int) -> Path:
    """The files of one report; it is there once they are all whole."""
    return work_of(batch) / str(item_pk)


def archive_name(batch: ReportBatch) -> str:
    """As the private storage knows it."""
    return f"{_PLACE}/{batch.submission_key.hex}.zip"


def put_in_place(batch: ReportBatch, packed: Path) -> None:
    os.replace(packed, private_storage().path(archive_name(batch)))


def forget_work(batch: ReportBatch) -> None:
    shutil.rmtree(work_of(batch), ignore_errors=True)


def forget_archive(batch: ReportBatch) -> None:
    Path(private_storage().path(archive_name(batch))).unlink(missing_ok=True)


def sweep() -> None:
    """Remove what belongs to no archive any more: a process that was killed could not."""
    # Before the rows: whatever lies here now has its row already.
    lying = list(root().glob("*"))
    rows = ReportBatch.objects.all()
    working = set(rows.filter(state__in=UNDER_WAY).values_list("submission_key", flat=True))
    done = rows.filter(state=ReportBatch.State.DONE, erased_at=None)
    kept = working | set(done.values_list("submission_key", flat=True))
    for path in lying:
        if path.is_dir() and _key_of(path) not in working:
            shutil.rmtree(path, ignore_errors=True)
        elif path.is_file() and _key_of(path) not in kept:
            path.unlink(missing_ok=True)


def _key_of(path: Path) -> uuid.UUID | None:
    try:
        return uuid.UUID(hex=path.stem)
    except ValueError:
        return None
