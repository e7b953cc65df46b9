"""What goes with a meeting: files and links."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.access import (
    PortalRequest,
    require_portal_permission,
)
from members.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.MEETING_MANAGE)
def meeting_document_create(request: PortalRequest, slug: str) -> HttpResponse:
    raise Http404


@require_safe
def meeting_document_download(request: PortalRequest, slug: str, pk: int) -> HttpResponse:
    raise Http404


@require_POST
@require_portal_permission(Permission.MEETING_MANAGE)
def meeting_document_delete(request: PortalRequest, slug: str, pk: int) -> HttpResponse:
    raise Http404
