"""Where an organization used clauses, as worded there, and what came of it."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def clause_use_list(request: MemberRequest, organization: Organization) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def clause_use_create(request: MemberRequest, organization: Organization) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.ORGANIZATION_VIEW, post=Permission.IMPLEMENTATION_EDIT)
def clause_use_detail(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    raise Http404


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def clause_use_delete(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    raise Http404


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def clause_use_export(
    request: MemberRequest, organization: Organization, kind: str
) -> HttpResponse:
    raise Http404
