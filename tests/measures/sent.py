"""What the forms of the register send."""

import io
import json
import uuid
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from measures.models import Evidence, Implementation
from measures.statuses import Status
from members.models import Organization
from members.sharing import SharingLevel


def pdf(text: str = "") -> bytes:
    """A real PDF of one empty page; another `text` makes other bytes."""
    document = pikepdf.new()
    document.add_blank_page()
    document.docinfo["/Title"] = text
    content = io.BytesIO()
    document.save(content, deterministic_id=True)
    return content.getvalue()


PDF = pdf()


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


def changed_evidence(piece: Evidence, **values: Any) -> dict[str, Any]:
    """What the form of a piece sends."""
    day = piece.expires_on.isoformat() if piece.expires_on else None
    seen = {"title": piece.title, "sharing": piece.sharing, "expires_on": day}
    return {"act": "change", "seen": json.dumps(seen)} | seen | {"expires_on": day or ""} | values


def replacement(name: str, content: bytes, **values: str) -> dict[str, Any]:
    """What the form of a new version sends."""
    upload = SimpleUploadedFile(name, content)
    return {"act": "replace", "replace-upload": upload} | values
