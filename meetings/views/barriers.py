"""What members met since the last meeting, and what the next one takes up."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from members.access import PortalRequest, require_portal_permission
from members.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.MEETING_MANAGE)
def meeting_barriers(request: PortalRequest, slug: str) -> HttpResponse:
    raise Http404
