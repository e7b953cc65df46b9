"""Topics that members propose, and what staff answer."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from members.access import (
    MemberRequest,
    PortalRequest,
    require_permission,
    require_portal_permission,
)
from members.models import Organization
from members.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def topic_create(request: MemberRequest, organization: Organization) -> HttpResponse:
    raise Http404


@require_safe
@require_portal_permission(Permission.MEETING_MANAGE)
def topic_list(request: PortalRequest) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.MEETING_MANAGE)
def topic_answer(request: PortalRequest, pk: int) -> HttpResponse:
    raise Http404
