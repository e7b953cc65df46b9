"""The directory of social economy enterprises (EÉS), open to all."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from benefits import described
from benefits.actions.favourites import keep_favourite
from benefits.directory.filters import EnterpriseFilter
from benefits.directory.page import EnterprisePage
from benefits.directory.reading import Shelf
from benefits.directory.regions import tiles
from benefits.directory.united import listed_or_heir, tell_united
from benefits.exchange import directory_export
from benefits.models import SocialEnterprise
from benefits.showings import showings
from benefits.templatetags.directory import favourite
from chantier.lib import listing
from chantier.lib.http import HtmxRequest
from chantier.lib.spreadsheets import CONTENT_TYPES
from members.access import PortalRequest
from members.models import Vocabulary

# What the button of a favourite posts to take it back.
_NO_LONGER = "non"


@require_safe
@vary_on_headers("HX-Request")
@login_not_required
def enterprise_list(request: HtmxRequest) -> HttpResponse:
    filterset = _filtered(request)
    shelf = Shelf.read(filterset)
    rows = listing.build(request, filterset, number_found=shelf.number_found)
    lines = shelf.lines(request.user)
    results = {
        "listing": rows,
        "lines": lines,
        "tiles": tiles(
            shelf.terms[Vocabulary.REGION], shelf.by_region, request.GET, filterset.region_value
        ),
        "path": request.path,
        "back": request.get_full_path(),
    }
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "benefits/_enterprise_results.html", results)
    context = {
        "form": filterset.form,
        "is_narrowed": filterset.is_narrowed,
        "structured": described.directory(lines, rows.number_found),
    }
    return render(request, "benefits/enterprise_list.html", {**context, **results})


@require_safe
@login_not_required
def enterprise_detail(request: HtmxRequest, slug: str) -> HttpResponse:
    rows = SocialEnterprise.objects.listed().with_terms().prefetch_related("served_regions")
    enterprise = rows.filter(slug=slug).first()
    if enterprise is None:
        # Its old address, once it was united with another.
        kept = get_object_or_404(SocialEnterprise.objects.listed(), merged__slug=slug)
        return redirect(kept, permanent=True)
    page = EnterprisePage.read(enterprise, request.user)
    context = {
        "page": page,
        "showings": showings(enterprise, timezone.localdate()),
        "structured": described.enterprise(enterprise),
    }
    return render(request, "benefits/enterprise_detail.html", context)


@require_POST
def enterprise_favourite(request: PortalRequest, slug: str) -> HttpResponse:
    # A page opened before two were united keeps the one that is left: favourites went there.
    enterprise, gone = listed_or_heir(slug)
    is_favourite = request.POST.get("favori") != _NO_LONGER
    keep_favourite(enterprise=enterprise, is_favourite=is_favourite, by=request.user)
    if request.htmx:
        return HttpResponse(favourite(enterprise.slug, enterprise.name, is_favourite))
    if gone:
        kept = "est dans" if is_favourite else "n’est plus dans"
        tell_united(request, gone, enterprise, f"C’est elle qui {kept} vos favoris.")
    back = request.POST.get("retour", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = enterprise.get_absolute_url()
    return redirect(back)


@require_safe
def enterprise_export(request: PortalRequest, kind: str) -> HttpResponseBase:
    if kind not in CONTENT_TYPES:
        raise Http404
    rows = directory_export.directory_rows(_filtered(request).qs)
    name = f"repertoire-ees-{timezone.localdate():%Y-%m-%d}.{kind}"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return StreamingHttpResponse(
        directory_export.chunks(kind, rows),
        content_type=CONTENT_TYPES[kind],
        headers={"Content-Disposition": disposition},
    )


def _filtered(request: HtmxRequest) -> EnterpriseFilter:
    rows = SocialEnterprise.objects.listed()
    return EnterpriseFilter(request.GET, queryset=rows, request=request)
