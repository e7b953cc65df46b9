"""Where an organization used clauses, as worded there, and what came of it."""

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from django.views.decorators.vary import vary_on_headers

from chantier.lib import listing
from chantier.lib.spreadsheets import CONTENT_TYPES
from measures.clauses import exporting
from measures.clauses.summary import summarize
from measures.clauses.use_choice import clause_by, clauses_to_choose
from measures.clauses.use_filters import ClauseUseFilter
from measures.exchange.exporting import file_name
from measures.models import Clause, ClauseUse, Implementation
from measures.models.uses import ClauseUseQuerySet
from measures.views import clause_use_forms as forms
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_safe
@vary_on_headers("HX-Request")
@require_permission(Permission.ORGANIZATION_VIEW)
def clause_use_list(request: MemberRequest, organization: Organization) -> HttpResponse:
    uses = ClauseUse.objects.select_related(
        "organization", "clause_version__clause__stage", "document_kind"
    ).defer("wording", "search_text", "lawyers_changed", "clause_version__text")
    filterset = _filtered(request, uses)
    context = {
        "organization": organization,
        "may_edit": request.access.may_edit,
        "filter_form": filterset.form,
        "listing": listing.build(request, filterset),
        "summary": summarize(filterset.qs),
    }
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "measures/_clause_use_table.html", context)
    context["proposals"] = list(organization.clause_proposals.select_related("stage", "clause"))
    return render(request, "measures/clause_use_list.html", context)


def _filtered(request: MemberRequest, uses: ClauseUseQuerySet) -> ClauseUseFilter:
    """What this person may see of the uses, under the filters of the address."""
    rows = uses.open_to(request.access)
    return ClauseUseFilter(request.GET, queryset=rows, request=request)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def clause_use_create(request: MemberRequest, organization: Organization) -> HttpResponse:
    """The clauses to choose from; with one of them in the address, what to say about it."""
    record = _record_asked(request)
    clause = clause_by(request.GET.get("clause", ""))
    if clause is None or not clause.versions.exists():
        return _choose(request, record)
    # A page that filled in the model sends its text alone, however long.
    if request.method == "POST" and forms.WORDING not in request.POST:
        return forms.add(request, clause, record)
    data, wording = forms.brought(request)
    if data is None and not clause.is_active:
        return _choose(request, record, retired=clause)
    form = forms.new_form(request, clause, data, record, wording=wording)
    return forms.render_new(request, form)


def _record_asked(request: MemberRequest) -> Implementation | None:
    """The record that the clause helps to implement, of this organization or a 404."""
    key = request.GET.get("mesure", "")
    if not key:
        return None
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        raise Http404
    records = Implementation.objects.open_to(request.access)
    return get_object_or_404(records.select_related("measure", "stage"), pk=key)


def _choose(
    request: MemberRequest, record: Implementation | None, *, retired: Clause | None = None
) -> HttpResponse:
    search = request.GET.get("q", "").replace("\x00", "")
    context = {
        "organization": request.access.organization,
        "record": record,
        "search": search,
        "groups": clauses_to_choose(record, search),
        "retired": retired,
    }
    return render(request, "measures/clause_use_choice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.ORGANIZATION_VIEW, post=Permission.IMPLEMENTATION_EDIT)
def clause_use_detail(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    use = forms.find(request, pk)
    if use is None:
        return forms.gone(request, pk)
    return forms.save(request, use) if request.method == "POST" else forms.show(request, use)


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def clause_use_delete(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    return forms.delete(request, pk)


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def clause_use_export(
    request: MemberRequest, organization: Organization, kind: str
) -> HttpResponseBase:
    if kind not in CONTENT_TYPES:
        raise Http404
    uses = _filtered(request, ClauseUse.objects.all()).qs
    name = file_name("emplois-de-clauses", organization, kind)
    return StreamingHttpResponse(
        exporting.chunks(kind, uses, request.access),
        content_type=CONTENT_TYPES[kind],
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name)
        },
    )
