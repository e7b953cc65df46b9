"""Writes of the legal frame: the amount of a new year, and what somebody confirms."""

import hashlib
import uuid

from django.db import transaction

from measures.actions.catalogue import (
    CatalogueDraft,
    StaleRow,
    save_catalogue_row,
    version_of,
    write_catalogue_event,
)
from measures.models import CatalogueEvent, LegalReference, Threshold
from measures.snapshots import snapshot
from members.models import User


def seal(row: LegalReference | Threshold) -> str:
    """What a person reads before confirming, in short: another text has another seal."""
    if isinstance(row, LegalReference):
        said = [row.name, row.says, row.note]
    else:
        said = [row.regime, row.kind, row.money, str(row.year), row.basis]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


@transaction.atomic
def add_threshold(
    *, threshold: Threshold, submission_key: uuid.UUID | None = None, by: User
) -> Threshold:
    """Add the amount of a year to its reference; older years stay. It is to verify."""
    reference = _locked(threshold.legal_reference_id)
    threshold.to_verify = True
    save_catalogue_row(
        draft=CatalogueDraft(row=reference, children=[threshold]),
        version=version_of(reference),
        submission_key=submission_key,
        by=by,
    )
    return threshold


@transaction.atomic
def confirm(*, row: LegalReference | Threshold, seen: str, by: User) -> bool:
    """Take the mark « à vérifier » off; False when somebody has done it.

    Raises StaleRow when the row no longer says what the person has read.
    """
    reference = _locked(row.pk if isinstance(row, LegalReference) else row.legal_reference_id)
    rows = type(row)._default_manager.filter(pk=row.pk)
    if seal(rows.get()) != seen:
        raise StaleRow
    before = snapshot(reference)
    if not rows.filter(to_verify=True).update(to_verify=False):
        return False
    write_catalogue_event(row=reference, before=before, kind=CatalogueEvent.Kind.CHANGED, by=by)
    return True


def _locked(pk: int) -> LegalReference:
    """The reference as it stands, for us alone until the end of the transaction."""
    return LegalReference.objects.select_for_update().get(pk=pk)
