"""The figures of an organization as a spreadsheet, out and back in."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import (
    require_http_methods,
    require_safe,
)

from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def indicator_export(request: MemberRequest, organization: Organization, kind: str) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def indicator_import(request: MemberRequest, organization: Organization) -> HttpResponse:
    raise Http404
