"""The clause library: found, read, filled in, compared, taken away as a document."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from chantier.lib import listing
from chantier.lib.http import HtmxRequest
from chantier.lib.small_groups import MINIMUM
from measures.clauses import documents
from measures.clauses.filters import ClauseFilter
from measures.clauses.library import Shelf, dressed
from measures.clauses.page import ClausePage, variants_of
from measures.clauses.variables import FillForm, filled, variables_of
from measures.clauses.versions import Comparison, compared_with
from measures.context import stages_of
from measures.models import Clause
from members.access import allows, own_access
from members.roles import Permission

# The boxes of the list, and the address of the document.
CHOSEN = "clause"
_PER_PAGE = 50


@require_safe
@vary_on_headers("HX-Request")
def clause_list(request: HtmxRequest) -> HttpResponse:
    shelf = Shelf.read()
    clauses = Clause.objects.active().with_text()
    filterset = ClauseFilter(request.GET, queryset=clauses, request=request, shelf=shelf)
    # A few hundred texts at most: read once, they are counted and cut into pages in memory.
    len(filterset.qs)
    found = listing.build(request, filterset, per_page=_PER_PAGE)
    chosen = request.GET.getlist(CHOSEN)
    lines = shelf.lines(dressed(found.page, stages_of(request)), chosen)
    results = {
        "listing": found,
        "lines": lines,
        "elsewhere": shelf.chosen_elsewhere(chosen, lines),
        "path": request.path,
        "notice": Clause.NOTICE,
    }
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "measures/_clause_results.html", results)
    access = own_access(request)
    context = {
        "form": filterset.form,
        "may_edit": bool(access and access.may_edit),
        "is_editor": allows(request.user, Permission.CATALOGUE_EDIT),
        **results,
    }
    return render(request, "measures/clause_list.html", context)


@require_safe
def clause_detail(request: HtmxRequest, slug: str) -> HttpResponse:
    clause = _clause(slug)
    versions = list(clause.versions.all())
    access = own_access(request)
    own = access.organization if access else None
    context = {
        "clause": clause,
        "page": ClausePage.build(clause),
        "latest": versions[0] if versions else None,
        "older": versions[1:],
        "has_variables": bool(versions and variables_of(versions[0].text)),
        "variants": variants_of(clause, own),
        "own": own,
        "may_edit": bool(access and access.may_edit),
        "is_editor": allows(request.user, Permission.CATALOGUE_EDIT),
        "minimum": MINIMUM,
        "notice": Clause.NOTICE,
        "current_stage": clause.stage,
    }
    return render(request, "measures/clause_detail.html", context)


@require_safe
def clause_fill(request: HtmxRequest, slug: str) -> HttpResponse:
    clause = _clause(slug)
    version = clause.latest_version
    if version is None or not clause.is_active:
        why = "n’a pas encore de libellé" if clause.is_active else "est retirée"
        messages.error(request, f"Cette clause {why}\u00a0: elle ne se remplit pas.")
        return redirect(clause)
    form = FillForm(variables_of(version.text), request.GET)
    access = own_access(request)
    context = {
        "clause": clause,
        "version": version,
        "form": form,
        "parts": filled(version.text, form.values),
        "own": access.organization if access else None,
        "may_edit": bool(access and access.may_edit),
        "notice": Clause.NOTICE,
        "current_stage": clause.stage,
    }
    return render(request, "measures/clause_fill.html", context)


@require_safe
def clause_version(request: HtmxRequest, slug: str, number: int) -> HttpResponse:
    clause = _clause(slug)
    versions = list(clause.versions.all())
    version = next((each for each in versions if each.number == number), None)
    if version is None:
        raise Http404
    wanted = request.GET.get("avec", "")
    other = compared_with(versions, number, wanted)
    if other is None and wanted:
        messages.error(request, "Cette clause n’a pas d’autre version de ce numéro.")
        other = compared_with(versions, number, "")
    context = {
        "clause": clause,
        "version": version,
        "trail": f"Version {number}",
        "is_current": version == versions[0],
        "others": [each for each in versions if each != version],
        "comparison": Comparison.of(version, other) if other else None,
        "compared": other,
        "notice": Clause.NOTICE,
        "current_stage": clause.stage,
    }
    return render(request, "measures/clause_version.html", context)


@require_safe
def clause_export(request: HtmxRequest) -> HttpResponse:
    chosen = list(dict.fromkeys(request.GET.getlist(CHOSEN)))
    clauses = documents.choose(chosen)
    if not clauses or len(clauses) < len(chosen):
        messages.error(request, documents.refusal(chosen, clauses))
        return redirect(f"{reverse('measures:clause_list')}?{request.GET.urlencode()}")
    today = timezone.localdate()
    name = f"clauses-{today.isoformat()}.docx"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(
        documents.write(clauses, today=today),
        content_type=documents.CONTENT_TYPE,
        headers={"Content-Disposition": disposition or ""},
    )


def _clause(slug: str) -> Clause:
    """A clause, retired or not: its uses lead to it."""
    rows = Clause.objects.select_related("stage").defer("seeded", "search_text")
    return get_object_or_404(rows, slug=slug)
