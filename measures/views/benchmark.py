"""Where an organization stands among the others, stage by stage, and what it could take up."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from chantier.lib import resume
from chantier.lib.small_groups import MINIMUM
from measures.benchmark import Benchmark
from measures.context import stages_of
from measures.forms import TICKED, AdoptForm
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission

# In the address: compare with the organizations of our group only.
OUR_GROUP = "groupe"


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def benchmark(request: MemberRequest, organization: Organization) -> HttpResponse:
    if not request.access.is_member:
        # The rates count what the organization keeps to itself: staff could work it out.
        raise PermissionDenied
    kept = resume.take(request)
    only_group = request.GET.get("parmi") == OUR_GROUP
    context = {
        "organization": organization,
        "benchmark": Benchmark.build(
            organization,
            user=request.user,
            today=timezone.localdate(),
            stages=stages_of(request),
            only_group=only_group,
        ),
        "only_group": only_group,
        "adopt_form": AdoptForm() if request.access.may_edit else None,
        "ticked": kept.getlist("measures") if kept else request.GET.getlist(TICKED),
        "minimum": MINIMUM,
    }
    return render(request, "measures/benchmark.html", context)
