"""Suppliers of an organization to tie to the directory, all their purchases at once."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from benefits.actions.suppliers import confirm_supplier, reopen_supplier
from benefits.models import Purchase, SocialEnterprise, SupplierMatch
from benefits.purchases.matches import matches_of, offers_for
from benefits.purchases.suppliers import (
    Supplier,
    find_supplier,
    named,
    unmatched,
    with_offers,
)
from chantier.lib.french import plural
from chantier.lib.listing import PER_PAGE
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission

_NONE = "aucune"
_MOST_DIGITS = 18


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.PURCHASE_VIEW, post=Permission.PURCHASE_EDIT)
def supplier_list(request: MemberRequest, organization: Organization) -> HttpResponse:
    if request.method == "POST":
        return _confirm(request, organization)
    context: dict[str, Any] = {
        "organization": organization,
        "may_edit": request.access.allows(Permission.PURCHASE_EDIT),
        "is_settled": request.GET.get("vue") == "dits",
    }
    if context["is_settled"]:
        context["page"] = _page_of(request, matches_of(organization))
        return render(request, "benefits/supplier_list.html", context)
    page = _page_of(request, unmatched(organization))
    shown = with_offers(organization, named(organization, page))
    context |= {
        "suppliers": shown,
        "page": page,
        "purchases": Purchase.objects.filter(organization=organization).of_nobody().count(),
        "search": _search(request, shown),
    }
    return render(request, "benefits/supplier_list.html", context)


def _page_of(request: MemberRequest, rows: Any) -> Page:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def _search(request: MemberRequest, shown: list[Supplier]) -> dict[str, Any]:
    """What a search of the directory for one supplier of the page found, if one was made."""
    key, typed = request.GET.get("fournisseur", ""), request.GET.get("ees", "").strip()[:200]
    supplier = next((one for one in shown if one.key == key), None)
    if supplier is None or not typed:
        return {"key": "", "typed": "", "offers": ()}
    return {"key": key, "typed": typed, "offers": offers_for(typed.replace("\x00", ""), "")}


def _confirm(request: MemberRequest, organization: Organization) -> HttpResponse:
    """One press: which EÉS a supplier is, or none, for all its purchases."""
    key, answer = request.POST.get("fournisseur", ""), request.POST.get("ees", "")
    supplier = find_supplier(organization, key)
    if supplier is None:
        # Said by a colleague, or by the first of two clicks.
        messages.info(request, "Ce fournisseur n’est plus à rapprocher.")
        return _back(request, organization)
    enterprise = None if answer == _NONE else _listed(answer)
    number = confirm_supplier(
        organization=organization,
        name=supplier.name,
        neq=supplier.neq,
        enterprise=enterprise,
        by=request.user,
    )
    messages.success(request, _done(supplier, enterprise, number))
    return _back(request, organization)


def _listed(key: str) -> SocialEnterprise:
    if not (key.isascii() and key.isdecimal() and len(key) <= _MOST_DIGITS):
        raise Http404
    return get_object_or_404(SocialEnterprise.objects.listed(), pk=key)


def _done(supplier: Supplier, enterprise: SocialEnterprise | None, number: int) -> str:
    name = f"«\u00a0{supplier.name}\u00a0»"
    if enterprise is None:
        return f"C’est noté\u00a0: {name} n’est pas une EÉS."
    s = plural(number)
    return f"{number} achat{s} de {name} rapproché{s} de {enterprise.name}."


def _back(request: MemberRequest, organization: Organization) -> HttpResponse:
    """The same page of the list."""
    address = reverse("benefits:supplier_list", kwargs={"org_slug": organization.slug})
    page = request.POST.get("page", "")
    return redirect(f"{address}?page={page}" if page.isdecimal() and len(page) < 6 else address)


@require_POST
@require_permission(Permission.PURCHASE_EDIT)
def supplier_reopen(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    """Take back what was said of a supplier."""
    matches = SupplierMatch.objects.select_related("organization", "enterprise")
    match = matches.filter(organization=organization, pk=pk).first()
    if match is not None:
        number, name = reopen_supplier(match=match, by=request.user), match.supplier_name
        text = f"«\u00a0{name}\u00a0» est de nouveau à rapprocher"
        if number:
            text += f", avec {number} achat{plural(number)}"
        messages.success(request, f"{text}.")
    # The second click finds nothing: that is what was asked.
    return redirect("benefits:supplier_list", org_slug=organization.slug)
