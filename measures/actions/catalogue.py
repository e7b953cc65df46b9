"""Writing the catalogue: each save is one transaction, with its line in the journal."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max

from chantier.lib.seeds import SeededModel
from measures.actions.clauses import add_clause_version
from measures.actions.confirming import settle_confirmations
from measures.models import CatalogueEvent, Clause, ClauseVersion
from measures.snapshots import (
    ADDED,
    TEXT,
    Snapshot,
    changes_between,
    field_of,
    snapshot,
)
from members.models import User

_FIRST_EVER = 0


class StaleRow(Exception):
    """Somebody saved the row after this form was opened."""


@dataclass(frozen=True)
class Wording:
    """A new text of a clause, and why it changes."""

    text: str
    reason: str


@dataclass(frozen=True)
class CatalogueDraft:
    """What a form brings: the row, its links, what hangs on it, and the text of a clause."""

    row: SeededModel
    links: Mapping[str, Iterable[models.Model]] = field(default_factory=dict)
    children: Sequence[SeededModel] = ()
    wording: Wording | None = None


def version_of(row: SeededModel) -> int:
    """How many changes the journal holds of this row: what a form is opened on."""
    newest = CatalogueEvent.objects.filter(**_subject(row)).aggregate(newest=Max("version"))
    return newest["newest"] or _FIRST_EVER


def _subject(row: SeededModel) -> dict[str, str]:
    return {"subject": row._meta.model_name or "", "code": row.code}


def write_catalogue_event(
    *,
    row: SeededModel,
    before: Snapshot,
    kind: CatalogueEvent.Kind,
    submission_key: uuid.UUID | None = None,
    by: User,
) -> CatalogueEvent | None:
    """Write what changed since `before`, if anything did."""
    settle_confirmations(row=row, before=before, by=by)
    changes = changes_between(before, snapshot(row))
    if not changes:
        return None
    return CatalogueEvent.objects.create(
        **_subject(row),
        kind=kind,
        changes=changes,
        version=version_of(row) + 1,
        actor=by,
        submission_key=submission_key or uuid.uuid4(),
    )


@transaction.atomic
def create_catalogue_row(
    *, draft: CatalogueDraft, submission_key: uuid.UUID | None = None, by: User
) -> SeededModel:
    """Add a row to the catalogue."""
    draft.row.save()
    _write_rest(draft, by=by)
    write_catalogue_event(
        row=draft.row,
        before={},
        kind=CatalogueEvent.Kind.CREATED,
        submission_key=submission_key,
        by=by,
    )
    return draft.row


@transaction.atomic
def save_catalogue_row(
    *,
    draft: CatalogueDraft,
    version: int,
    submission_key: uuid.UUID | None = None,
    by: User,
) -> bool:
    """Save a changed row; return whether anything changed.

    Raises StaleRow when the row has changed since `version`: its row is the lock, so that two
    savers can never both win.
    """
    before = _locked(draft.row, version=version)
    draft.row.save()
    _write_rest(draft, by=by)
    event = write_catalogue_event(
        row=draft.row,
        before=before,
        kind=CatalogueEvent.Kind.CHANGED,
        submission_key=submission_key,
        by=by,
    )
    return event is not None


@transaction.atomic
def restore_catalogue_text(
    *, row: SeededModel, event: CatalogueEvent, key: str, version: int, by: User
) -> bool:
    """Give a text back the words that it had before `event`; return whether they differ.

    A clause gets them as a new version: the texts that stood are never changed.
    """
    before = _locked(row, version=version)
    text = event.changes[key][0] or ""
    if before.get(key, "") == text:
        return False
    if key == TEXT and isinstance(row, Clause):
        reason = f"Retour au texte d’avant le changement {event.version}."
        _add_text(row, Wording(text, reason), by=by)
    else:
        _set_text(row, key, text)
    write_catalogue_event(row=row, before=before, kind=CatalogueEvent.Kind.RESTORED, by=by)
    return True


def _locked(row: SeededModel, *, version: int) -> Snapshot:
    """Lock the row until the end of the transaction, and read it as it stands."""
    type(row)._default_manager.select_for_update().get(pk=row.pk)
    if version_of(row) != version:
        raise StaleRow
    return snapshot(row)


def _write_rest(draft: CatalogueDraft, *, by: User) -> None:
    for name, rows in draft.links.items():
        getattr(draft.row, name).set(rows)
    for child in draft.children:
        if not child.code:
            child.code = f"{ADDED}{uuid.uuid4().hex[:16]}"
        child.save()
    if draft.wording and isinstance(draft.row, Clause):
        _add_text(draft.row, draft.wording, by=by)


def _add_text(clause: Clause, wording: Wording, *, by: User) -> None:
    version = ClauseVersion(clause=clause, text=wording.text, reason=wording.reason)
    add_clause_version(version=version, by=by)


def _set_text(row: SeededModel, key: str, text: str) -> None:
    """Write one text of the row, or of what hangs on it, unless it breaks a rule of its field."""
    target: Any = type(row)._default_manager.get(pk=row.pk)
    if "." in key:
        relation, code, _ = key.split(".", 2)
        target = getattr(row, relation).filter(code=code).first()
    described = field_of(type(row), key)
    if described is None or target is None:
        raise ValidationError("Ce texte ne peut pas être rétabli.")
    setattr(target, described.name, described.clean(text, target))
    target.save()
