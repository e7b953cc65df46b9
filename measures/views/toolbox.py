"""The tool box of members: clauses, indicators, barriers, and the legal frame."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from chantier.lib import listing
from chantier.lib.http import HtmxRequest
from measures.filters_toolbox import ClauseFilter
from measures.models import Barrier, Clause, Indicator, LegalReference, Measure
from members.access import allows
from members.models import Term, Vocabulary
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
@vary_on_headers("HX-Request")
def clause_list(request: HtmxRequest) -> HttpResponse:
    clauses = (
        Clause.objects.active()
        .with_latest_version()
        .select_related("stage")
        .prefetch_related("documents", "legal_references")
    )
    filterset = ClauseFilter(request.GET, queryset=clauses, request=request)
    results = {
        "listing": listing.build(request, filterset),
        "path": request.path,
        "notice": Clause.NOTICE,
    }
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "measures/_clause_results.html", results)
    return render(request, "measures/clause_list.html", {"form": filterset.form, **results})


@require_safe
def clause_detail(request: HtmxRequest, slug: str) -> HttpResponse:
    clause = get_object_or_404(
        Clause.objects.active()
        .select_related("stage")
        .prefetch_related(
            "versions",
            "documents",
            "legal_references",
            "sources",
            Prefetch(
                "measures",
                Measure.objects.active().select_related("stage"),
                to_attr="active_measures",
            ),
        ),
        slug=slug,
    )
    versions = list(clause.versions.all())
    context = {
        "clause": clause,
        "latest": versions[0] if versions else None,
        "older": versions[1:],
        "notice": Clause.NOTICE,
        "current_stage": clause.stage,
        "is_editor": allows(request.user, Permission.CATALOGUE_EDIT),
    }
    return render(request, "measures/clause_detail.html", context)


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
def barrier_list(request: HtmxRequest) -> HttpResponse:
    context = {
        "barriers": Barrier.objects.with_answers(),
        "is_editor": allows(request.user, Permission.CATALOGUE_EDIT),
    }
    return render(request, "measures/barrier_list.html", context)


@require_safe
def legal_reference_list(request: HtmxRequest) -> HttpResponse:
    context = {
        "references": LegalReference.objects.with_everything(),
        "is_editor": allows(request.user, Permission.CATALOGUE_EDIT),
    }
    return render(request, "measures/legal_reference_list.html", context)
