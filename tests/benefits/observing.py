"""What the form of an observation sends, and a verification."""

import uuid
from typing import Any

from django.utils import timezone

from benefits.models import Benefit, ObservedBenefit
from tests.factories import UserFactory

LIST = "/organisations/organisation-a/benefices/"
ADD = f"{LIST}ajouter/"


def posted(benefit: Benefit, /, **changes: Any) -> dict[str, Any]:
    return {
        "benefit": benefit.pk,
        "value": "1 234,5",
        "statement": "",
        "observed_on": "2021-03-01",
        "purchase": "",
        "implementation": "",
        "evidence": "",
        "sharing": "coordination",
        "submission_key": str(uuid.uuid4()),
        "version": "",
    } | changes


def stored(row: ObservedBenefit, **changes: Any) -> dict[str, Any]:
    """What the form of a stored observation sends."""
    value = "" if row.value is None else str(row.value)
    data = {
        "value": value,
        "statement": row.statement,
        "observed_on": row.observed_on.isoformat(),
        "purchase": row.purchase_id or "",
        "implementation": row.implementation_id or "",
        "evidence": row.evidence_id or "",
        "sharing": row.sharing,
        "version": row.version,
    }
    return posted(row.benefit, **(data | changes))


def verify(row: ObservedBenefit) -> ObservedBenefit:
    row.verified_by, row.verified_at = UserFactory(facilitator=True), timezone.now()
    row.save()
    return row
