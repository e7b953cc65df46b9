"""How a purchase is noted, saved over another one, merged and taken away."""

import uuid

from django.contrib import messages
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from benefits.actions.purchases import (
    ADDED,
    CHANGED,
    CLAUSES,
    DELETED,
    StalePurchase,
    add_purchase,
    change_purchase,
    delete_purchase,
    state_of,
)
from benefits.actions.suppliers import MATCHED, UNMATCHED, remember_match
from benefits.models import Purchase
from benefits.purchases.forms import PurchaseForm
from benefits.purchases.merge import deletion_of, merge_purchase, settle
from chantier.lib import french, resume
from measures.clauses.audit import audit_of
from measures.clauses.use_merge import made_by
from measures.merge import Merge
from members.access import MemberRequest
from members.models import Organization
from members.roles import Permission

_TITLES = {
    ADDED: "Achat noté",
    CHANGED: "Achat modifié",
    DELETED: "Achat retiré",
    MATCHED: "Fournisseur rapproché d’une EÉS",
    UNMATCHED: "Rapprochement défait",
}


def list_address(organization: Organization) -> str:
    return reverse("benefits:purchase_list", kwargs={"org_slug": organization.slug})


def page_address(purchase: Purchase) -> str:
    kwargs = {"org_slug": purchase.organization.slug, "pk": purchase.pk}
    return reverse("benefits:purchase_edit", kwargs=kwargs)


# --- A new purchase ------------------------------------------------------------------


def new_form(request: MemberRequest, data: QueryDict | None) -> PurchaseForm:
    return PurchaseForm(data, instance=Purchase(organization=request.access.organization))


def add(request: MemberRequest, *, is_retry: bool = False) -> HttpResponse:
    """Note a purchase, or show what to correct."""
    first = _first_arrival(request)
    form = new_form(request, _renewed(request.POST, first))
    if first and form.says(state_of(first)):
        return redirect(page_address(first))
    if not form.is_valid():
        return render_new(request, form)
    purchase = form.save(commit=False)
    try:
        add_purchase(
            purchase=purchase,
            clauses=list(form.cleaned_data[CLAUSES]),
            submission_key=form.cleaned_data["submission_key"],
            by=request.user,
        )
    except IntegrityError:
        if is_retry:
            raise
        # This very form has just arrived: judge by what stands now.
        return add(request, is_retry=True)
    _remember(request, form)
    messages.success(request, _noted(purchase))
    if "encore" in request.POST:
        return redirect("benefits:purchase_create", org_slug=purchase.organization.slug)
    return redirect(list_address(purchase.organization))


def _noted(purchase: Purchase) -> str:
    if purchase.enterprise:
        return f"Achat noté. EÉS\u00a0: {purchase.enterprise.name}."
    return "Achat noté, sans EÉS\u00a0: le fournisseur reste à rapprocher du répertoire."


def _remember(request: MemberRequest, form: PurchaseForm) -> None:
    """What the person answered of this supplier serves for its next purchases."""
    purchase = form.instance
    if form.is_confirmed and purchase.enterprise:
        remember_match(
            organization=purchase.organization,
            name=purchase.supplier_name,
            neq=purchase.supplier_neq,
            enterprise=purchase.enterprise,
            by=request.user,
        )


def _first_arrival(request: MemberRequest) -> Purchase | None:
    """The purchase that this very form has already noted, if any."""
    try:
        key = uuid.UUID(request.POST.get("submission_key", ""))
    except ValueError:
        return None
    rows = Purchase.objects.filter(organization=request.access.organization, submission_key=key)
    return rows.select_related("organization").first()


def _renewed(data: QueryDict, first: Purchase | None) -> QueryDict:
    """The posted data, under a new key when the first has served."""
    if first is None:
        return data
    data = data.copy()
    data["submission_key"] = str(uuid.uuid4())
    return data


def render_new(
    request: MemberRequest, form: PurchaseForm, *, gone: str = "", status: int = 200
) -> HttpResponse:
    context = {"organization": request.access.organization, "form": form, "gone": gone}
    return render(request, "benefits/purchase_create.html", context, status=status)


# --- A stored purchase ---------------------------------------------------------------


def find(request: MemberRequest, pk: int) -> Purchase | None:
    """A purchase of the organization, with all that its page shows."""
    rows = Purchase.objects.filter(organization=request.access.organization)
    rows = rows.select_related(
        "organization", "enterprise", "sector", "mode", "contract_kind", "table", "created_by"
    )
    return rows.prefetch_related("clause_uses__clause_version__clause").filter(pk=pk).first()


def show(request: MemberRequest, purchase: Purchase) -> HttpResponse:
    may_edit = request.access.allows(Permission.PURCHASE_EDIT)
    form = PurchaseForm(resume.take(request), instance=purchase) if may_edit else None
    return _render(request, purchase, form)


def save(request: MemberRequest, purchase: Purchase, *, is_retry: bool = False) -> HttpResponse:
    """Save a posted purchase, or show what to correct, or what somebody else changed."""
    form = _posted(request, purchase)
    if form.posted_version() != purchase.version:
        return _meet(request, form)
    if not form.is_valid():
        return _render(request, purchase, form)
    try:
        changed = change_purchase(
            purchase=form.save(commit=False),
            clauses=list(form.cleaned_data[CLAUSES]),
            before=form.before or {},
            submission_key=form.cleaned_data["submission_key"],
            by=request.user,
        )
    except (StalePurchase, IntegrityError):
        stored = find(request, purchase.pk)
        if stored is None:
            return gone(request, purchase.pk)
        if is_retry:
            raise
        return save(request, stored, is_retry=True)
    _remember(request, form)
    text = "Achat enregistré." if changed else "Rien n’avait changé\u00a0: tout est enregistré."
    messages.success(request, text)
    return redirect(page_address(purchase))


def _posted(request: MemberRequest, purchase: Purchase) -> PurchaseForm:
    """The posted form, under a new key when the first has served."""
    form = PurchaseForm(request.POST, instance=purchase)
    if line := made_by(form):
        # Its author has seen what the first arrival stored: the form starts from there.
        form.data = request.POST.copy()
        form.data["submission_key"] = str(uuid.uuid4())
        form.data["version"] = str(line.after["version"])
    form.data = settle(form)
    return form


def _meet(request: MemberRequest, form: PurchaseForm) -> HttpResponse:
    """Somebody saved the purchase after this form was opened: unite both, unless they agree."""
    purchase = form.instance
    if form.before and form.says(form.before):
        return redirect(page_address(purchase))
    merged = merge_purchase(form)
    return _render(request, purchase, PurchaseForm(merged.data, instance=purchase), merged=merged)


def _render(
    request: MemberRequest,
    purchase: Purchase,
    form: PurchaseForm | None,
    *,
    merged: Merge | None = None,
) -> HttpResponse:
    # A bound form has put the typed values on its purchase.
    stored = find(request, purchase.pk) if form and form.is_bound else purchase
    if stored is None:
        raise Http404
    context = {
        "organization": stored.organization,
        "purchase": stored,
        "form": form,
        "merge": merged,
        "journal": audit_of(stored, _TITLES, whole=request.GET.get("journal") == "tout"),
    }
    return render(request, "benefits/purchase_edit.html", context, status=409 if merged else 200)


def gone(request: MemberRequest, pk: int) -> HttpResponse:
    """A purchase that somebody took away: what was typed in its form is kept, as a new one."""
    organization = request.access.organization
    line = deletion_of(organization, pk)
    if line is None:
        raise Http404
    day = french.long_date(timezone.localtime(line.at).date())
    text = f"Cet achat a été retiré le {day} par {line.actor}."
    if request.method != "POST":
        messages.info(request, text)
        return redirect(list_address(organization))
    data = request.POST.copy()
    data["submission_key"], data["version"] = str(uuid.uuid4()), ""
    return render_new(request, new_form(request, data), gone=text, status=409)


def delete(request: MemberRequest, pk: int) -> HttpResponse:
    """Take a purchase away, as the person saw it: one that changed is shown first."""
    purchase, organization = find(request, pk), request.access.organization
    if purchase is None:
        # The second click on « Retirer » finds nothing: that is what was asked.
        if deletion_of(organization, pk) is None:
            raise Http404
        return redirect(list_address(organization))
    if request.method != "POST":
        context = {"organization": organization, "purchase": purchase}
        return render(request, "benefits/purchase_delete.html", context)
    address = page_address(purchase)
    try:
        if str(purchase.version) != request.POST.get("version"):
            raise StalePurchase
        delete_purchase(purchase=purchase, by=request.user)
    except StalePurchase:
        text = "Cet achat a changé depuis que vous l’avez ouvert\u00a0: relisez, puis retirez-le."
        messages.warning(request, text)
        return redirect(address)
    except ProtectedError:
        text = "Un bénéfice observé s’appuie sur cet achat\u00a0: retirez-le d’abord."
        messages.warning(request, text)
        return redirect(address)
    messages.success(request, "Achat retiré. Le journal garde ce qu’il disait.")
    return redirect(list_address(organization))
