"""Taking a change back: undo, restore an earlier text, join an own measure to the guide."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def change_undo(request: MemberRequest, organization: Organization) -> HttpResponse:
    raise Http404


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def text_restore(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def implementation_link(
    request: MemberRequest, organization: Organization, pk: int
) -> HttpResponse:
    raise Http404
