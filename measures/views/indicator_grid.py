"""The entry grid: indicators down, fiscal years across, saved cell by cell."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import (
    require_POST,
    require_safe,
)

from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def indicator_grid(request: MemberRequest, organization: Organization) -> HttpResponse:
    raise Http404


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def indicator_cell(request: MemberRequest, organization: Organization) -> HttpResponse:
    raise Http404
