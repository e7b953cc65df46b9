"""What tests of promises share: addresses, what a form sends, what stays untouched."""

from typing import Any

from django.urls import reverse

from measures.models import Implementation, ImplementationEvent
from meetings.acts.promises import ACCEPTED, DECLINED
from meetings.models import Commitment
from members.models import AuditEntry, Organization
from tests.factories import ImplementationFactory


def address(row: Commitment, organization: Organization | None = None) -> str:
    slug = (organization or row.organization).slug
    return reverse("meetings:proposal_answer", kwargs={"org_slug": slug, "pk": row.pk})


def listed(organization: Organization) -> str:
    return reverse("meetings:proposal_list", kwargs={"org_slug": organization.slug})


def terms(**values: Any) -> dict[str, Any]:
    """What the form of an acceptance sends."""
    return {"planned_for": "2021-06-30", "lead": "Achats", "record_version": "0"} | values


def record_for(proposal: Commitment, **values: Any) -> Implementation:
    """The record of the same measure, already in the register."""
    return ImplementationFactory(
        organization=proposal.organization, measure=proposal.measure, **values
    )


def nothing_was_written(row: Commitment) -> bool:
    row.refresh_from_db()
    lines = AuditEntry.objects.filter(action__in=(ACCEPTED, DECLINED)).exists()
    return row.is_waiting and not lines and not ImplementationEvent.objects.exists()
