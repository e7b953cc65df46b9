"""What the forms of the register send."""

import uuid
from typing import Any

from django.urls import reverse

from measures.models import Implementation
from measures.statuses import Status
from members.models import Organization
from members.sharing import SharingLevel

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def url(name: str, organization: Organization, **kwargs: Any) -> str:
    return reverse(f"measures:{name}", kwargs={"org_slug": organization.slug, **kwargs})


def posted(record: Implementation | None = None, **values: Any) -> dict[str, Any]:
    """What the form of a record sends; `values` are what the person changed."""
    data: dict[str, Any] = {
        "submission_key": str(uuid.uuid4()),
        "status": Status.IN_PROGRESS,
        "sharing": SharingLevel.COORDINATION,
    }
    if record is not None:
        data |= {
            "version": str(record.version),
            "status": record.status,
            "description": record.description,
            "lead": record.lead,
        }
        for name in ("planned_for", "started_on", "implemented_on", "review_on"):
            day = getattr(record, name)
            data[name] = day.isoformat() if day else ""
    return data | values
