"""Writes in a register: each is one transaction, with its line in the journal."""

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.db.models.fields.files import FieldFile

from chantier.lib.files import CheckedFile
from measures.models import (
    Evidence,
    Implementation,
    ImplementationEvent,
    Measure,
)
from measures.statuses import Status
from members.models import Organization, User

# What a person types in a record, and what the journal therefore follows.
TRACKED = (
    "status",
    "planned_for",
    "started_on",
    "implemented_on",
    "review_on",
    "lead",
    "description",
    "result_story",
    "not_applicable_reason",
    "sharing",
)


class StaleRecord(Exception):
    """Somebody saved the record after this form was opened."""


@dataclass(frozen=True)
class NewEvidence:
    """What a form adds to a record: a checked file, or a link."""

    title: str
    upload: UploadedFile | None = None
    checked: CheckedFile | None = None
    url: str = ""


def write_event(
    implementation: Implementation,
    kind: ImplementationEvent.Kind,
    changes: dict[str, Any],
    *,
    submission_key: uuid.UUID | None = None,
    batch: uuid.UUID | None = None,
    by: User,
) -> ImplementationEvent:
    """Write a line of the journal, at the record's present version."""
    before, after = changes.get("status", ("", ""))
    return ImplementationEvent.objects.create(
        implementation=implementation,
        kind=kind,
        changes=changes,
        status_before=before or "",
        status_after=after or "",
        version=implementation.version,
        actor=by,
        submission_key=submission_key or uuid.uuid4(),
        batch=batch,
    )


def snapshot(implementation: Implementation) -> dict[str, Any]:
    """The tracked values of a record, to compare before and after."""
    return {name: getattr(implementation, name) for name in TRACKED}


@transaction.atomic
def create_implementation(
    *,
    implementation: Implementation,
    evidence: Sequence[NewEvidence] = (),
    kind: ImplementationEvent.Kind = ImplementationEvent.Kind.CREATED,
    submission_key: uuid.UUID | None = None,
    batch: uuid.UUID | None = None,
    by: User,
) -> Implementation:
    """Add a record to the register of its organization."""
    if implementation.measure is not None:
        implementation.stage = implementation.measure.stage
    implementation.created_by = implementation.updated_by = by
    implementation.save()
    changes = {
        name: [None, value]
        for name, value in snapshot(implementation).items()
        if value not in (None, "")
    }
    if evidence:
        changes["evidence"] = [None, [piece.title for piece in evidence]]
    write_event(implementation, kind, changes, submission_key=submission_key, batch=batch, by=by)
    _add_evidence(implementation, evidence, by=by)
    return implementation


@transaction.atomic
def save_implementation(
    *,
    implementation: Implementation,
    before: dict[str, Any],
    evidence: Sequence[NewEvidence] = (),
    removed: Iterable[Evidence] = (),
    kind: ImplementationEvent.Kind = ImplementationEvent.Kind.CHANGED,
    submission_key: uuid.UUID | None = None,
    batch: uuid.UUID | None = None,
    by: User,
) -> bool:
    """Save a changed record; return whether anything changed.

    Raises StaleRecord when the stored version is no longer the one that was read: the compare and
    the write are one statement, so that two savers can never both win.
    """
    changes = {
        name: [before[name], value]
        for name, value in snapshot(implementation).items()
        if value != before[name]
    }
    removed = list(removed)
    if not (changes or evidence or removed):
        return False
    stored = Implementation.objects.filter(pk=implementation.pk, version=implementation.version)
    if not stored.update(version=F("version") + 1):
        raise StaleRecord
    implementation.version += 1
    implementation.updated_by = by
    implementation.save()
    if removed:
        implementation.evidence.remove(*removed)
    if "sharing" in changes:
        Evidence.objects.follow(implementation, before=before["sharing"])
    if evidence or removed:
        changes["evidence"] = [[piece.title for piece in each] for each in (removed, evidence)]
    write_event(implementation, kind, changes, submission_key=submission_key, batch=batch, by=by)
    _add_evidence(implementation, evidence, by=by)
    return True


@transaction.atomic
def adopt_measures(
    *,
    organization: Organization,
    measures: Iterable[Measure],
    status: Status,
    planned_for: datetime.date | None = None,
    by: User,
) -> list[Implementation]:
    """Add measures of the guide to a register; those already there are left alone."""
    wanted = list(measures)
    # The organization's row is the lock: two adoptions of one measure wait for each other.
    Organization.objects.select_for_update().get(pk=organization.pk)
    known = set(
        organization.implementations.filter(measure__in=wanted).values_list("measure_id", flat=True)
    )
    return [
        create_implementation(
            implementation=Implementation(
                organization=organization, measure=measure, status=status, planned_for=planned_for
            ),
            by=by,
        )
        for measure in wanted
        if measure.pk not in known
    ]


def _add_evidence(
    implementation: Implementation, pieces: Sequence[NewEvidence], *, by: User
) -> None:
    """Join files and links to a record, under its sharing level.

    Last in a transaction: the database forgets what failed, the disk must be told to.
    """
    written: list[FieldFile] = []
    try:
        for piece in pieces:
            row = Evidence(
                organization=implementation.organization,
                kind=Evidence.Kind.FILE if piece.checked else Evidence.Kind.LINK,
                title=piece.title,
                file_name=piece.title if piece.checked else "",
                url=piece.url,
                sharing=implementation.sharing,
                created_by=by,
            )
            if piece.upload is not None and piece.checked is not None:
                row.content_type = piece.checked.content_type
                row.size = piece.checked.size
                row.sha256 = piece.checked.sha256
                row.file.save(piece.title, piece.upload, save=False)
                written.append(row.file)
            row.save()
            implementation.evidence.add(row)
    except BaseException:
        for file in written:
            file.delete(save=False)
        raise
