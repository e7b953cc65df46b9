"""What organizations promise in the room, and what they answer in their register."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.access import (
    MemberRequest,
    PortalRequest,
    require_permission,
    require_portal_permission,
)
from members.models import Organization
from members.roles import Permission


@require_POST
@require_portal_permission(Permission.MEETING_MANAGE)
def commitment_create(request: PortalRequest, slug: str) -> HttpResponse:
    raise Http404


@require_POST
@require_portal_permission(Permission.MEETING_MANAGE)
def commitment_withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    raise Http404


@require_safe
@require_portal_permission(Permission.MEETING_MANAGE)
def commitment_table(request: PortalRequest) -> HttpResponse:
    raise Http404


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def proposal_list(request: MemberRequest, organization: Organization) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def proposal_answer(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    raise Http404
