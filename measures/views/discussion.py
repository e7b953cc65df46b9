"""Comments on a record, and settling them."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_POST
@require_permission(Permission.COMMENT_WRITE)
def comment_create(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    raise Http404


@require_POST
@require_permission(Permission.COMMENT_WRITE)
def comment_resolve(
    request: MemberRequest, organization: Organization, pk: int, comment_pk: int
) -> HttpResponse:
    raise Http404
