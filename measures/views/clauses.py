"""The clause library: found, read, filled in, compared, taken away as a document."""

from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from chantier.lib import listing
from chantier.lib.http import HtmxRequest
from measures.filters_toolbox import ClauseFilter
from measures.models import Clause, Measure
from members.access import allows
from members.roles import Permission


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
def clause_fill(request: HtmxRequest, slug: str) -> HttpResponse:
    raise Http404


@require_safe
def clause_version(request: HtmxRequest, slug: str, number: int) -> HttpResponse:
    raise Http404


@require_safe
def clause_export(request: HtmxRequest) -> HttpResponse:
    raise Http404
