"""The room: agenda with its clock, attendance, and the cards of the round table."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.access import (
    PortalRequest,
    require_portal_permission,
)
from members.roles import Permission


@require_safe
@require_portal_permission(Permission.MEETING_MANAGE)
def meeting_run(request: PortalRequest, slug: str) -> HttpResponse:
    raise Http404


@require_safe
@require_portal_permission(Permission.MEETING_MANAGE)
def meeting_screen(request: PortalRequest, slug: str) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.MEETING_MANAGE)
def run_state(request: PortalRequest, slug: str) -> HttpResponse:
    raise Http404


@require_POST
@require_portal_permission(Permission.MEETING_MANAGE)
def entry_save(request: PortalRequest, slug: str, pk: int) -> HttpResponse:
    raise Http404


@require_POST
@require_portal_permission(Permission.MEETING_MANAGE)
def attendance_save(request: PortalRequest, slug: str) -> HttpResponse:
    raise Http404
