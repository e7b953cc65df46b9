"""The evidence library of an organization."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def evidence_list(request: MemberRequest, organization: Organization) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def evidence_create(request: MemberRequest, organization: Organization) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.ORGANIZATION_VIEW, post=Permission.IMPLEMENTATION_EDIT)
def evidence_detail(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    raise Http404


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def evidence_version_download(
    request: MemberRequest, organization: Organization, pk: int, number: int
) -> HttpResponse:
    raise Http404
