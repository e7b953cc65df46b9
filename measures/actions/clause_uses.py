"""Writes of the uses of clauses: each is one transaction, with its line in the journal."""

import uuid
from typing import Any

from django.db import models, transaction
from django.db.models import F

from measures.actions.audit import write_audit
from measures.models import ClauseUse
from members.models import User

ADDED, CHANGED, DELETED = "clause_use_add", "clause_use_change", "clause_use_delete"
# What a person types, and what the journal therefore follows.
USE_FIELDS = (
    "document_kind",
    "document_reference",
    "used_on",
    "wording",
    "implementation",
    "bids",
    "outcome",
    "amount",
    "lawyers_changed",
    "sharing",
)

State = dict[str, Any]


class StaleUse(Exception):
    """Somebody saved the use after this form was opened."""


def state_of(use: ClauseUse) -> State:
    """What a use says, as the journal keeps it; another row by its key and in words."""
    return {name: _told(getattr(use, name)) for name in ("clause_version", *USE_FIELDS)}


def _told(value: Any) -> Any:
    return {"key": value.pk, "label": str(value)} if isinstance(value, models.Model) else value


@transaction.atomic
def add_use(*, use: ClauseUse, submission_key: uuid.UUID, by: User) -> None:
    """Note the use of a clause; its form is recognized by its key when it arrives again."""
    use.submission_key, use.created_by = submission_key, by
    use.save()
    _write(use, ADDED, {}, state_of(use), submission_key, by=by)


@transaction.atomic
def change_use(*, use: ClauseUse, before: State, submission_key: uuid.UUID, by: User) -> bool:
    """Save a use over `before`; return whether anything changed.

    Raises StaleUse when somebody saved it in between.
    """
    after = state_of(use)
    changed = [name for name in after if before[name] != after[name]]
    if not changed:
        return False
    _claim(use)
    use.save()
    old, new = ({name: state[name] for name in changed} for state in (before, after))
    _write(use, CHANGED, old, new, submission_key, by=by)
    return True


@transaction.atomic
def delete_use(*, use: ClauseUse, by: User) -> None:
    """Take a use away; the journal keeps what it said.

    Raises StaleUse when somebody saved it in between.
    """
    _claim(use)
    _write(use, DELETED, state_of(use), {}, None, by=by)
    use.delete()


def _claim(use: ClauseUse) -> None:
    """Take the next version of a stored use, which only one of two savers can."""
    stored = ClauseUse.objects.filter(pk=use.pk, version=use.version)
    if not stored.update(version=F("version") + 1):
        raise StaleUse
    use.version += 1


def _write(
    use: ClauseUse,
    action: str,
    before: State,
    after: State,
    submission_key: uuid.UUID | None,
    *,
    by: User,
) -> None:
    # The version that this line made, and the form that brought it: what a merge starts from.
    made = {"version": use.version, "submission_key": submission_key}
    write_audit(
        row=use,
        organization=use.organization,
        action=action,
        before=before,
        after=after | made,
        by=by,
    )
