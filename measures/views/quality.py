"""What would make the register solid: a list that leads to the fields."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def quality_list(request: MemberRequest, organization: Organization) -> HttpResponse:
    raise Http404
