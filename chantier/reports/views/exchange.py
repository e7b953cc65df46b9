"""Reports in other forms than PDF: a submitted version, or the draft of one's own."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from chantier.reports.chantier_content import chantier_content
from chantier.reports.content import organization_content
from chantier.reports.exchange.forms import FORMS
from chantier.reports.models import ReportVersion
from chantier.reports.views import delivery
from members.access import (
    MemberRequest,
    PortalRequest,
    require_permission,
    require_portal_permission,
)
from members.models import Organization
from members.roles import Permission


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def report_version_file(
    request: MemberRequest, organization: Organization, cycle: str, number: int, kind: str
) -> HttpResponse:
    content = _frozen(organization, cycle, number)
    return _answer(content, f"rapport-{organization.slug}-{cycle}-version-{number}", kind)


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def report_draft_file(
    request: MemberRequest, organization: Organization, cycle: str, kind: str
) -> HttpResponse:
    if not request.access.is_member:
        raise Http404
    period = delivery.get_cycle(cycle)
    content = organization_content(organization, period, today=timezone.localdate())
    return _answer(content, f"rapport-{organization.slug}-{period.label}-brouillon", kind)


@require_safe
@require_portal_permission(Permission.REPORT_OVERSEE)
def chantier_version_file(
    request: PortalRequest, cycle: str, number: int, kind: str
) -> HttpResponse:
    return _answer(_frozen(None, cycle, number), f"rapport-chantier-{cycle}-version-{number}", kind)


@require_safe
@require_portal_permission(Permission.REPORT_OVERSEE)
def chantier_draft_file(request: PortalRequest, cycle: str, kind: str) -> HttpResponse:
    period = delivery.get_cycle(cycle)
    content = chantier_content(period, today=timezone.localdate())
    return _answer(content, f"rapport-chantier-{period.label}-brouillon", kind)


def _frozen(organization: Organization | None, cycle: str, number: int) -> dict[str, Any]:
    """What was submitted, as it was; 404 without it."""
    rows = ReportVersion.objects.defer("pdf").filter(
        report__organization=organization, report__cycle__label=cycle
    )
    return get_object_or_404(rows, number=number).content


def _answer(content: Mapping[str, Any], name: str, kind: str) -> HttpResponse:
    form = FORMS.get(kind)
    if form is None:
        raise Http404
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}.{kind}")
    return HttpResponse(
        form.write(content),
        content_type=form.content_type,
        headers={"Content-Disposition": disposition},
    )
