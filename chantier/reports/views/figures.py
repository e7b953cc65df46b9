"""Where the figures of a draft come from: for the organization alone, like the draft."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from chantier.reports.behind import Behind
from chantier.reports.frame import Period
from chantier.reports.views import delivery
from measures.models import Stage
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def figure_rows(request: MemberRequest, organization: Organization, cycle: str) -> HttpResponse:
    if not request.access.is_member:
        raise Http404
    period = delivery.get_cycle(cycle)
    stages = list(Stage.objects.all())
    asked = request.GET.get("etape", "")
    stage = next((row for row in stages if str(row.order) == asked), None)
    day = Period.of(period, timezone.localdate()).as_of
    context = {
        "organization": organization,
        "cycle": period,
        "stages": stages,
        "stage": stage,
        "behind": Behind.build(organization, day, stage=stage),
    }
    return render(request, "reports/figure_rows.html", context)
