"""Tables of the directory: kept for their preview, applied whole or not at all, forgotten."""

import datetime
from collections.abc import Callable

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from benefits.actions.directory import save_enterprise, write_new
from benefits.keeping.plan import Plan
from benefits.models import DirectoryImport
from chantier.lib.files import CheckedFile
from measures.actions.pieces import written_files
from members.models import User

KEPT_FOR = datetime.timedelta(days=1)
_FORGOTTEN_AT_ONCE = 50
ADDED, CHANGED = "enterprise_import_add", "enterprise_import_change"


class DirectoryChanged(Exception):
    """The directory is no longer as the preview showed it; nothing was written."""


@transaction.atomic
def keep_table(*, upload: File, checked: CheckedFile, by: User) -> DirectoryImport:
    """Keep a checked table until its sender has read what it would do."""
    name = (upload.name or "")[-200:]
    table = DirectoryImport(file_name=name, sha256=checked.sha256, created_by=by)
    with written_files() as written:
        table.file.save(name, upload, save=False)
        written.append(table.file)
        table.save()
    return table


def forget_old_tables() -> None:
    """Remove the tables that nobody applied within a day, with their files: they name people."""
    old = DirectoryImport.objects.filter(
        applied_at=None, created_at__lt=timezone.now() - KEPT_FOR
    ).order_by("pk")
    for table in old[:_FORGOTTEN_AT_ONCE]:
        number, _ = DirectoryImport.objects.filter(pk=table.pk, applied_at=None).delete()
        if number:
            table.file.delete(save=False)
    left = DirectoryImport.objects.exclude(applied_at=None).exclude(file="").order_by("pk")
    for table in left[:_FORGOTTEN_AT_ONCE]:
        _drop_file(table)


def _drop_file(table: DirectoryImport) -> None:
    """Take the file of an applied table off the disk; its row stays, with the digest."""
    table.file.delete(save=False)
    DirectoryImport.objects.filter(pk=table.pk).update(file="")


@transaction.atomic
def apply_table(
    *, table: DirectoryImport, build: Callable[[], Plan], stamp: str, by: User
) -> Plan | None:
    """Write what a table says; None when it has already been done.

    `build` compares the table with the directory as it is now. Raises DirectoryChanged when this
    is not what `stamp` stands for.
    """
    # Taken first: of two that apply, the second waits here, then finds it done.
    claimed = DirectoryImport.objects.filter(pk=table.pk, applied_at=None)
    if not claimed.update(applied_at=timezone.now(), applied_by=by):
        return None
    plan = build()
    if not plan.can_be_applied or plan.stamp != stamp:
        raise DirectoryChanged
    for entry in plan.added:
        write_new(enterprise=entry.put(), links=entry.links, action=ADDED, by=by)
    for entry in plan.changed:
        save_enterprise(
            enterprise=entry.put(), links=entry.links, before=entry.before, action=CHANGED, by=by
        )
    DirectoryImport.objects.filter(pk=table.pk).update(
        added_count=len(plan.added), changed_count=len(plan.changed)
    )
    # A disk that refuses undoes nothing: it is asked again.
    transaction.on_commit(lambda: _drop_file(table), robust=True)
    return plan
