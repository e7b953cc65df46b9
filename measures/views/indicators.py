"""Indicators: what they count, where they go, and why a figure is what it is."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import (
    require_http_methods,
    require_safe,
)

from chantier.lib.http import HtmxRequest
from measures.models import Indicator
from members.access import MemberRequest, allows, require_permission
from members.models import Organization, Term, Vocabulary
from members.roles import Permission

_KIND_TITLES = {
    Indicator.Kind.INPUT: "Moyens",
    Indicator.Kind.PROCESS: "Processus d’achat",
    Indicator.Kind.RESULT: "Résultats",
    Indicator.Kind.EFFECT: "Effets",
}


@dataclass(frozen=True)
class IndicatorGroup:
    """The indicators of one kind."""

    kind: str
    title: str
    indicators: list[Indicator]


@require_safe
def indicator_list(request: HtmxRequest) -> HttpResponse:
    indicators = list(Indicator.objects.prefetch_related("sources"))
    groups = [
        IndicatorGroup(kind, title, [each for each in indicators if each.kind == kind])
        for kind, title in _KIND_TITLES.items()
    ]
    context = {
        "groups": [group for group in groups if group.indicators],
        "rules": Term.objects.filter(vocabulary=Vocabulary.COMPUTATION_RULE),
        "is_editor": allows(request.user, Permission.CATALOGUE_EDIT),
    }
    return render(request, "measures/indicator_list.html", context)


@require_safe
def indicator_detail(request: HtmxRequest, code: str) -> HttpResponse:
    raise Http404


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def indicator_trend(request: MemberRequest, organization: Organization, code: str) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.ORGANIZATION_VIEW, post=Permission.IMPLEMENTATION_EDIT)
def indicator_value(
    request: MemberRequest, organization: Organization, code: str, year: int
) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def indicator_aim(request: MemberRequest, organization: Organization, code: str) -> HttpResponse:
    raise Http404
