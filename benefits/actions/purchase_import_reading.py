"""The rows of a spreadsheet of purchases are kept, some at a time, until its file is not needed."""

import itertools
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction

from benefits.importing import heading
from benefits.importing.cells import stored_row
from benefits.models import ColumnMapping, PurchaseImport, PurchaseImportRow
from chantier.lib.spreadsheets import Row, read_large
from measures.actions.pieces import written_files
from members.models import Organization, User

State = PurchaseImport.State
# Rows kept by one request: two or three seconds of work.
STEP = 10_000
_BATCH = 1_000


class NothingToRead(Exception):
    """The file has heads and no row under them."""


class FileGone(Exception):
    """The file is no longer where it was kept, or no longer read as it was."""


def keep_table(
    *, organization: Organization, file_name: str, sha256: str, upload: File, by: User
) -> PurchaseImport:
    """Read a file to its end, and keep its first rows; the others are kept by `keep_more`.

    What is wrong with a file is so told at once. Not one transaction: tens of thousands of rows
    would hold everybody else up. A table without its number of rows is one whose reading was cut
    short, and nobody is shown it.
    """
    found = read_large(upload, file_name)
    first = list(itertools.islice(found, heading.MOST_ABOVE))
    if not first:
        raise NothingToRead
    head = heading.find_head(first)
    table = PurchaseImport.objects.create(
        organization=organization,
        file_name=file_name[-200:],
        sha256=sha256,
        headings=heading.headings_of(first[head]),
        created_by=by,
    )
    try:
        rows = itertools.chain(first[head + 1 :], found)
        kept = _keep_rows(table, itertools.islice(rows, STEP))
        if not kept:
            raise NothingToRead
        _keep_rest(table, upload, kept, sum(1 for _ in rows))
    except BaseException:
        table.delete()
        raise
    return table


def _keep_rest(table: PurchaseImport, upload: File, kept: int, left: int) -> None:
    """Keep the file while rows of it are left."""
    table.row_count = kept + left
    if not left:
        table.mapping = _proposed(table)
        table.save(update_fields=["row_count", "mapping"])
        return
    table.state, table.checked_count = State.READING, kept
    with written_files() as written:
        upload.seek(0)
        table.file.save(table.file_name, upload, save=False)
        written.append(table.file)
        table.save(update_fields=["row_count", "state", "checked_count", "file"])


def keep_more(*, table: PurchaseImport, most: int | None = None) -> bool:
    """Keep the next rows of a table that is being read; False when somebody else did.

    The file is read before anything is held: two who ask at once keep each row once.
    """
    batch = _next_rows(table, STEP if most is None else most)
    with transaction.atomic():
        locked = (
            PurchaseImport.objects.select_for_update(of=("self",))
            .select_related("organization")
            .filter(pk=table.pk, state=State.READING, checked_count=table.checked_count)
            .first()
        )
        if locked is None:
            return False
        locked.checked_count += _keep_rows(locked, iter(batch))
        locked.version += 1
        if locked.checked_count < locked.row_count:
            if not batch:
                raise FileGone
            locked.save(update_fields=["checked_count", "version"])
            return True
        _close(locked)
    return True


def _next_rows(table: PurchaseImport, most: int) -> list[Row]:
    last = table.rows.order_by("-number").values_list("number", flat=True).first() or 0
    try:
        with table.file.open("rb") as file:
            found = read_large(file, table.file_name, is_checked=True)
            return list(
                itertools.islice(itertools.dropwhile(lambda row: row.number <= last, found), most)
            )
    except (OSError, ValueError, ValidationError) as error:
        raise FileGone from error


def _close(table: PurchaseImport) -> None:
    """All its rows are kept: the columns are next, and the file goes."""
    file = table.file
    table.state, table.checked_count = State.MAPPING, 0
    table.mapping = _proposed(table)
    storage, name = file.storage, str(file.name)
    table.file = ""
    table.save(update_fields=["state", "checked_count", "mapping", "file", "version"])
    # A disk that refuses undoes nothing.
    transaction.on_commit(lambda: storage.delete(name), robust=True)


def _keep_rows(table: PurchaseImport, found: Iterator[Row]) -> int:
    total = 0
    while batch := list(itertools.islice(found, _BATCH)):
        PurchaseImportRow.objects.bulk_create(
            PurchaseImportRow(table=table, number=row.number, cells=stored_row(row.values))
            for row in batch
        )
        total += len(batch)
    return total


def _proposed(table: PurchaseImport) -> dict[str, Any]:
    """The columns as they were told the last time, else as they look."""
    known = ColumnMapping.objects.filter(
        organization=table.organization, headings_key=heading.headings_key(table.headings)
    ).first()
    if known is not None:
        return known.mapping
    sample = table.rows.order_by("number").values_list("cells", flat=True)[:200]
    return dict(heading.guess(table.headings, list(sample)))
