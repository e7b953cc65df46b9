"""The journal of what stands beside the registers: uses of clauses, barriers met, aims."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from members.models import AuditEntry, Organization, User


def subject_of(row: Model) -> str:
    """How the journal names a row: « clauseuse:12 »."""
    return f"{row._meta.model_name}:{row.pk}"


def write_audit(
    *,
    row: Model,
    organization: Organization | None,
    action: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    by: User,
) -> None:
    """Say who did what to the row; `before` and `after` hold what changed, by field."""
    AuditEntry.objects.create(
        actor=by,
        organization=organization,
        action=action,
        subject=subject_of(row),
        before=dict(before or {}),
        after=dict(after or {}),
    )
