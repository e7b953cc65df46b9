"""A meeting before it is held: the day, objectives, agenda, state."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from members.access import (
    PortalRequest,
    require_portal_permission,
)
from members.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.MEETING_MANAGE)
def meeting_create(request: PortalRequest) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.MEETING_MANAGE)
def meeting_prepare(request: PortalRequest, slug: str) -> HttpResponse:
    raise Http404


@require_POST
@require_portal_permission(Permission.MEETING_MANAGE)
def meeting_state(request: PortalRequest, slug: str) -> HttpResponse:
    raise Http404
