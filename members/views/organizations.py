"""The page of an organization: who it is, and who works on the chantier there."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def organization_detail(request: MemberRequest, organization: Organization) -> HttpResponse:
    context = {
        "organization": organization,
        "memberships": list(organization.memberships.select_related("user")),
    }
    return render(request, "members/organization_detail.html", context)
