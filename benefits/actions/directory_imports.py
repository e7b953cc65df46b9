"""Tables of the directory: kept, compared some rows at a time, applied whole, forgotten."""

import datetime
import itertools
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models.fields.json import KT
from django.utils import timezone

from benefits.exchange.columns import BY_NAME
from benefits.exchange.directory_export import EXAMPLE_CODE, EXAMPLE_NAME
from benefits.importing.cells import Cell, cell_at, stored_row, text_of
from benefits.keeping.judging import Directory, judge
from benefits.keeping.rows import Head, Words, read_head, read_row
from benefits.models import DirectoryImport, DirectoryImportRow
from chantier.lib.files import CheckedFile
from chantier.lib.french import fold, number
from chantier.lib.spreadsheets import Limits, Row, read_large
from measures.actions.pieces import written_files
from members.models import User

Doing = DirectoryImportRow.State
KEPT_FOR = datetime.timedelta(days=1)
MAX_ROWS = 20_000
# Rows compared by one request: a second or two of work.
STEP = 2_000
_BATCH = 500
_FORGOTTEN_AT_ONCE = 50
# What is longer is longer than any field.
_LONGEST = 2_500
# Beside the rows: the heads, the example.
_LIMITS = Limits(rows=MAX_ROWS + 2)
_JUDGED = ("state", "key", "enterprise_key", "before", "after", "errors", "note")


def keep_table(*, upload: File, file_name: str, checked: CheckedFile, by: User) -> DirectoryImport:
    """Keep a checked table and its rows until its sender has read what it would do.

    Raises ValidationError when it is no table of the directory. What fails leaves nothing.
    """
    found = read_large(upload, file_name, limits=_LIMITS)
    first = next(found, None)
    if first is None:
        raise ValidationError("Ce fichier est vide.")
    names = stored_row(first.values)
    head = read_head(names, first.number)
    with transaction.atomic(), written_files() as written:
        table = DirectoryImport(
            file_name=file_name[-200:],
            sha256=checked.sha256,
            created_by=by,
            head={"names": names, "number": first.number},
        )
        rows = list(itertools.islice(_kept(found, head), MAX_ROWS + 1))
        if not rows:
            raise ValidationError("Aucune ligne ne suit les titres des colonnes.")
        if len(rows) > MAX_ROWS:
            raise ValidationError(f"Ce fichier dépasse {number(MAX_ROWS)} lignes. Partagez-le.")
        upload.seek(0)
        table.row_count = len(rows)
        table.file.save(table.file_name, upload, save=False)
        written.append(table.file)
        table.save()
        DirectoryImportRow.objects.bulk_create(
            (DirectoryImportRow(table=table, number=number, cells=cells) for number, cells in rows),
            batch_size=_BATCH,
        )
    return table


def _kept(rows: Iterable[Row], head: Head) -> Iterator[tuple[int, list[Cell]]]:
    """The rows but the example of the model, which has a code of its own and still its name."""
    code, name = head.places.get("code"), head.places.get("name")
    for row in rows:
        cells = stored_row(row.values, _LONGEST)
        told = fold(text_of(cell_at(cells, code))), fold(text_of(cell_at(cells, name)))
        if told != (fold(EXAMPLE_CODE), fold(EXAMPLE_NAME)):
            yield row.number, cells


@transaction.atomic
def check_some(*, table: DirectoryImport, most: int | None = None) -> DirectoryImport:
    """Compare the next rows with the directory; after the last, those that say one thing twice."""
    locked = DirectoryImport.objects.select_for_update(of=("self",)).get(pk=table.pk)
    if locked.applied_at is not None or locked.checked_count >= locked.row_count:
        return locked
    todo = locked.rows.filter(state=Doing.UNREAD).order_by("number")
    batch = list(todo.values_list("number", "cells")[: most or STEP])
    _write(_judged(locked, batch))
    locked.checked_count += len(batch)
    if locked.checked_count >= locked.row_count:
        _write(_twice(locked))
        locked.head = locked.head | {"stamp": uuid.uuid4().hex}
    locked.save(update_fields=["checked_count", "head"])
    return locked


@transaction.atomic
def check_again(*, table: DirectoryImport) -> DirectoryImport:
    """Compare all the rows anew: the directory is no longer what they were compared with."""
    waiting = DirectoryImport.objects.filter(pk=table.pk, applied_at=None)
    if waiting.update(checked_count=0):
        table.rows.update(state=Doing.UNREAD)
    return check_some(table=table)


def _judged(
    table: DirectoryImport, batch: list[tuple[int, list[Cell]]]
) -> list[DirectoryImportRow]:
    head, words = read_head(table.head["names"], table.head["number"]), Words()
    rows = [read_row(number, cells, head, words) for number, cells in batch]
    directory = Directory()
    directory.fetch(rows)
    done = []
    for row, (_, cells) in zip(rows, batch, strict=True):
        one = judge(row, directory, head)
        one.table, one.cells = table, cells
        done.append(one)
    return done


def _twice(table: DirectoryImport) -> list[DirectoryImportRow]:
    """The rows about an enterprise, or with a NEQ, that a row above has."""
    head = read_head(table.head["names"], table.head["number"])
    told = table.rows.exclude(key="").order_by("number")
    first: dict[str, int] = {}
    wrong: dict[int, int] = {}
    for place, key, neq in told.values_list("number", "key", KT("after__neq")).iterator():
        keys = {key, f"neq:{neq}"} if neq else {key}
        seen = min(first.setdefault(one, place) for one in keys)
        if seen != place:
            wrong[place] = seen
    numbers = list(wrong)
    rows: list[DirectoryImportRow] = []
    for start in range(0, len(numbers), _BATCH):
        rows += table.rows.filter(number__in=numbers[start : start + _BATCH])
    for row in rows:
        name = "name" if "name" in head.places else "neq"
        above = wrong[row.number]
        message = f"La ligne {above} porte déjà cette entreprise\u00a0: gardez l’une des deux."
        error = head.error(row.number, name, message)
        row.errors = [*row.errors, [*error.place, BY_NAME[name].label, message]]
        row.state = Doing.WRONG
        row.pk = None
    return rows


def _write(rows: list[DirectoryImportRow]) -> None:
    """One statement for hundreds of rows, where an update of each would take a minute."""
    DirectoryImportRow.objects.bulk_create(
        rows,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["table", "number"],
        update_fields=_JUDGED,
    )


def forget_table(*, table: DirectoryImport) -> None:
    """Take away a table that was not applied, with its rows and its file."""
    number, _ = DirectoryImport.objects.filter(pk=table.pk, applied_at=None).delete()
    if number:
        table.file.delete(save=False)


def forget_old_tables() -> None:
    """Remove the tables that nobody applied within a day, with their files: they name people."""
    old: Any = DirectoryImport.objects.filter(
        applied_at=None, created_at__lt=timezone.now() - KEPT_FOR
    ).order_by("pk")
    for table in old[:_FORGOTTEN_AT_ONCE]:
        forget_table(table=table)
    left = DirectoryImport.objects.exclude(applied_at=None).exclude(file="").order_by("pk")
    for table in left[:_FORGOTTEN_AT_ONCE]:
        drop_file(table)


def drop_file(table: DirectoryImport) -> None:
    """Take the file of an applied table off the disk; its row stays, with the digest."""
    table.file.delete(save=False)
    DirectoryImport.objects.filter(pk=table.pk).update(file="")
