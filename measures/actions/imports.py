"""Tables sent to a register: kept for their preview, applied whole or not at all, forgotten."""

import datetime
from collections.abc import Callable

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from chantier.lib.files import CheckedFile
from measures.actions.pieces import written_files
from measures.actions.register import create_implementation, save_implementation
from measures.exchange.plan import Plan
from measures.models import ImplementationEvent, RegisterImport
from members.models import Organization, User

KEPT_FOR = datetime.timedelta(days=1)
_FORGOTTEN_AT_ONCE = 50
_IMPORTED = ImplementationEvent.Kind.IMPORTED


class RegisterChanged(Exception):
    """The register is no longer as the preview showed it; nothing was written."""


@transaction.atomic
def keep_table(
    *, organization: Organization, upload: File, checked: CheckedFile, by: User
) -> RegisterImport:
    """Keep a checked table until its sender has read what it would do."""
    name = (upload.name or "")[-200:]
    table = RegisterImport(
        organization=organization, file_name=name, sha256=checked.sha256, created_by=by
    )
    with written_files() as written:
        table.file.save(name, upload, save=False)
        written.append(table.file)
        table.save()
    return table


def forget_old_tables() -> None:
    """Remove the tables that nobody applied within a day, with their files.

    Each on its own: a file goes once the database no longer names it. So does, at last, the file
    of an applied table that the disk did not let go at once.
    """
    old = RegisterImport.objects.filter(
        applied_at=None, created_at__lt=timezone.now() - KEPT_FOR
    ).order_by("pk")
    for table in old[:_FORGOTTEN_AT_ONCE]:
        number, _ = RegisterImport.objects.filter(pk=table.pk, applied_at=None).delete()
        if number:
            table.file.delete(save=False)
    left = RegisterImport.objects.exclude(applied_at=None).exclude(file="").order_by("pk")
    for table in left[:_FORGOTTEN_AT_ONCE]:
        _drop_file(table)


def _drop_file(table: RegisterImport) -> None:
    """Take the file of an applied table off the disk; its row stays, with the digest."""
    table.file.delete(save=False)
    RegisterImport.objects.filter(pk=table.pk).update(file="")


@transaction.atomic
def apply_table(
    *, table: RegisterImport, build: Callable[[], Plan], stamp: str, by: User
) -> Plan | None:
    """Write what a table says; None when it has already been done.

    `build` compares the table with the register as it is now, under lock. Raises RegisterChanged
    when this is not what `stamp` stands for.
    """
    Organization.objects.select_for_update().get(pk=table.organization_id)
    locked = RegisterImport.objects.select_for_update().get(pk=table.pk)
    if locked.applied_at is not None:
        return None
    plan = build()
    if not plan.can_be_applied or plan.stamp != stamp:
        raise RegisterChanged
    for entry in plan.added:
        create_implementation(implementation=entry.put(), kind=_IMPORTED, batch=locked.batch, by=by)
    for entry in plan.changed:
        save_implementation(
            implementation=entry.put(),
            before=entry.before,
            kind=_IMPORTED,
            batch=locked.batch,
            by=by,
        )
    locked.applied_at = timezone.now()
    locked.save(update_fields=["applied_at"])
    # What the table did is in the journal. A disk that refuses undoes nothing: it is asked again.
    transaction.on_commit(lambda: _drop_file(locked), robust=True)
    return plan
