"""Where the figures of a draft come from: for the organization alone, like the draft."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from chantier.reports.behind.index import FIRST, behind
from chantier.reports.behind.shape import Asked, Behind
from chantier.reports.frame import Period
from chantier.reports.views import delivery
from measures.models import Stage
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission

_PER_PAGE = 50


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def figure_rows(request: MemberRequest, organization: Organization, cycle: str) -> HttpResponse:
    if not request.access.is_member:
        raise Http404
    period = delivery.get_cycle(cycle)
    asked = Asked(
        organization,
        period,
        Period.of(period, timezone.localdate()),
        may_edit=request.access.may_edit,
        stage=_stage(request.GET.get("etape", "")),
        of=request.GET.get("de", ""),
    )
    code = request.GET.get("chiffre") or FIRST
    found = behind(code, asked)
    if found is None:
        raise Http404
    is_kept = request.GET.get("partage") == "gardees"
    shown = found.kept() if is_kept else found
    context = {
        "organization": organization,
        "cycle": period,
        "asked": asked,
        "code": code,
        "behind": found,
        "is_kept": is_kept,
        "pages": _pages(request, shown),
        "has_one_group": bool(request.GET.get("groupe")),
    }
    return render(request, "reports/figure_rows.html", context)


def _stage(order: str) -> Stage | None:
    """None without one, or for one that is not."""
    rows = Stage.objects.all() if order else ()
    return next((row for row in rows if str(row.order) == order), None)


def _pages(request: MemberRequest, shown: Behind) -> list[dict[str, Any]]:
    """Each group with its first rows, or the group of the address with the page asked for."""
    wanted = request.GET.get("groupe")
    groups = [group for group in shown.groups if not wanted or group.code == wanted]
    if not groups:
        raise Http404
    number = request.GET.get("page") if wanted else None
    return [
        {
            "group": group,
            "page": Paginator(group.rows, _PER_PAGE).get_page(number),
            "query": _query(request, group.code),
        }
        for group in groups
    ]


def _query(request: MemberRequest, group: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query["groupe"] = group
    return f"{query.urlencode()}&"
