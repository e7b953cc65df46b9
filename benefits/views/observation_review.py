"""What organizations show of what they observed, for the staff who verify it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from benefits.models import ObservedBenefit
from benefits.observed.actions import (
    StaleObservation,
    unverify_observation,
    verify_observation,
)
from benefits.observed.filters import ALL, ReviewFilter
from benefits.observed.page import give_ties
from chantier.lib import listing
from members.access import PortalRequest, require_portal_permission
from members.roles import Permission


@require_safe
@vary_on_headers("HX-Request")
@require_portal_permission(Permission.OBSERVATION_VERIFY)
def observation_review_list(request: PortalRequest) -> HttpResponse:
    rows = ObservedBenefit.objects.shared().with_ties().with_open_evidence().to_verify_first()
    filterset = ReviewFilter(request.GET, queryset=rows, request=request)
    found = listing.build(request, filterset)
    give_ties(found.page.object_list, is_member=False)
    context = {
        "form": filterset.form,
        "listing": found,
        # "" for those to verify, on which the list opens.
        "state": filterset.form.cleaned_data.get("verifiee", ALL),
        # Where a click brings back: the same filters, the same page.
        "here": request.GET.urlencode(),
        "path": request.path,
    }
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "benefits/_review_results.html", context)
    return render(request, "benefits/observation_review.html", context)


@require_POST
@require_portal_permission(Permission.OBSERVATION_VERIFY)
def observation_verify(request: PortalRequest, pk: int) -> HttpResponse:
    rows = ObservedBenefit.objects.shared().select_related("benefit", "organization")
    row = get_object_or_404(rows, pk=pk)
    told = f"«\u00a0{row.benefit.title}\u00a0», {row.organization.name}"
    if request.POST.get("act") == "unverify":
        unverify_observation(row=row, by=request.user)
        messages.success(request, f"Vérification retirée\u00a0: {told}.")
        return _back(request, pk)
    try:
        verify_observation(row=row, version=_version(request), by=request.user)
    except StaleObservation:
        messages.warning(
            request,
            "Ce bénéfice observé a changé depuis que vous l’avez lu\u00a0: relisez-le, puis "
            "vérifiez-le.",
        )
    else:
        messages.success(request, f"Bénéfice observé vérifié\u00a0: {told}.")
    return _back(request, pk)


def _version(request: PortalRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _back(request: PortalRequest, pk: int) -> HttpResponse:
    query = request.GET.urlencode()
    address = reverse("benefits:observation_review_list")
    return redirect(
        f"{address}?{query}#observation-{pk}" if query else f"{address}#observation-{pk}"
    )
