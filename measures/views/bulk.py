"""One status and one date for many records at once."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def implementation_bulk(request: MemberRequest, organization: Organization) -> HttpResponse:
    raise Http404
