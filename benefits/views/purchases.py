"""The purchases of an organization: listed, typed, taken away, exported."""

from collections.abc import Callable, Iterator

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from benefits.exchange.purchase_export import model_chunks, purchase_chunks
from benefits.models import Purchase
from benefits.purchases.filters import FOLDED, PurchaseFilter
from benefits.purchases.listing import heads_of, totals_of
from benefits.purchases.suggestions import suggest
from benefits.views import purchase_forms as forms
from chantier.lib import listing, resume
from chantier.lib.spreadsheets import CONTENT_TYPES
from measures.exchange.exporting import file_name
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_safe
@vary_on_headers("HX-Request")
@require_permission(Permission.PURCHASE_VIEW)
def purchase_list(request: MemberRequest, organization: Organization) -> HttpResponse:
    rows = Purchase.objects.select_related("enterprise", "sector", "mode").defer(
        "search_text", "enterprise__search_text", "enterprise__offer"
    )
    filterset = PurchaseFilter(
        request.GET, queryset=rows.filter(organization=organization), request=request
    )
    context = {
        "organization": organization,
        "may_edit": request.access.allows(Permission.PURCHASE_EDIT),
        "filter_form": filterset.form,
        "is_narrowed": any(request.GET.get(name) for name in FOLDED),
        "listing": listing.build(request, filterset),
        "totals": totals_of(filterset.qs),
        "heads": list(heads_of(request.GET)),
    }
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "benefits/_purchase_results.html", context)
    return render(request, "benefits/purchase_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.PURCHASE_EDIT)
def purchase_create(request: MemberRequest, organization: Organization) -> HttpResponse:
    if request.method == "POST":
        return forms.add(request)
    return forms.render_new(request, forms.new_form(request, resume.take(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.PURCHASE_VIEW, post=Permission.PURCHASE_EDIT)
def purchase_edit(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    purchase = forms.find(request, pk)
    if purchase is None:
        return forms.gone(request, pk)
    if request.method == "POST":
        return forms.save(request, purchase)
    return forms.show(request, purchase)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.PURCHASE_EDIT)
def purchase_delete(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    return forms.delete(request, pk)


@require_safe
@require_permission(Permission.PURCHASE_VIEW)
def purchase_export(
    request: MemberRequest, organization: Organization, kind: str
) -> HttpResponseBase:
    rows = Purchase.objects.filter(organization=organization)
    filterset = PurchaseFilter(request.GET, queryset=rows, request=request)
    return _file("achats", organization, kind, lambda: purchase_chunks(kind, filterset.qs))


@require_safe
@require_permission(Permission.PURCHASE_EDIT)
def purchase_model(
    request: MemberRequest, organization: Organization, kind: str
) -> HttpResponseBase:
    return _file("modele-achats", organization, kind, lambda: model_chunks(kind))


def _file(
    stem: str, organization: Organization, kind: str, chunks: Callable[[], Iterator[bytes]]
) -> HttpResponseBase:
    """A table that goes out as it is written."""
    if kind not in CONTENT_TYPES:
        raise Http404
    name = file_name(stem, organization, kind)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return StreamingHttpResponse(
        chunks(),
        content_type=CONTENT_TYPES[kind],
        headers={"Content-Disposition": disposition},
    )


@require_safe
@require_permission(Permission.PURCHASE_EDIT)
def purchase_suggest(request: MemberRequest, organization: Organization) -> HttpResponse:
    """Names that begin like what is typed, for the list under the field."""
    typed = request.GET.get("supplier_name") or request.GET.get("other_enterprise") or ""
    names = suggest(organization, typed, of_books="supplier_name" in request.GET)
    return render(request, "benefits/_supplier_options.html", {"names": names})
