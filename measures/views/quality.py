"""What would make the register solid: a list that leads to the fields."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from measures.models import Implementation
from measures.quality import MOST_RECORDS, review
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def quality_list(request: MemberRequest, organization: Organization) -> HttpResponse:
    if not request.access.is_member:
        # What a register lacks is its organization's; some of it is evidence kept to itself.
        raise PermissionDenied
    records = (
        Implementation.objects.open_to(request.access)
        .select_related("measure", "stage")
        .defer("description", "result_story", "search_text")
    )
    context = {
        "organization": organization,
        "may_edit": request.access.may_edit,
        "review": review(records),
        "most": MOST_RECORDS,
    }
    return render(request, "measures/quality_list.html", context)
