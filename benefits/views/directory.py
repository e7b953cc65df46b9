"""The directory of social economy enterprises (EÉS)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from benefits.filters import EnterpriseFilter
from benefits.models import SocialEnterprise
from chantier.lib import listing
from chantier.lib.http import HtmxRequest


@require_safe
@vary_on_headers("HX-Request")
def enterprise_list(request: HtmxRequest) -> HttpResponse:
    filterset = EnterpriseFilter(
        request.GET, queryset=SocialEnterprise.objects.listed().with_terms(), request=request
    )
    results = {"listing": listing.build(request, filterset), "path": request.path}
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "benefits/_enterprise_results.html", results)
    return render(request, "benefits/enterprise_list.html", {"form": filterset.form, **results})
