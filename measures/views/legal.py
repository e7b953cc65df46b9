"""The legal frame: references, their thresholds by year, and who confirmed them."""

import uuid

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chantier.lib import resume
from chantier.lib.http import HtmxRequest
from measures.actions import StaleRow
from measures.actions.law import add_threshold, confirm
from measures.law.forms import DayForm, NewThresholdForm
from measures.law.frame import frame
from measures.models import CatalogueEvent, LegalReference, Threshold
from members.access import PortalRequest, allows, require_portal_permission
from members.roles import Permission

_ADDED = "Seuil ajouté, à vérifier\u00a0: quelqu’un le confirme quand sa source est relue."
# What the form of a confirmation calls the rows.
_KINDS: dict[str, type[LegalReference] | type[Threshold]] = {
    "reference": LegalReference,
    "seuil": Threshold,
}


@require_safe
def legal_reference_list(request: HtmxRequest) -> HttpResponse:
    form = DayForm.asked(request.GET)
    day = form.day
    context = {
        "form": form,
        "day": day,
        "is_today": day == timezone.localdate(),
        "laws": frame(LegalReference.objects.with_everything(), day),
        "is_editor": allows(request.user, Permission.CATALOGUE_EDIT),
    }
    return render(request, "measures/legal_reference_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.CATALOGUE_EDIT)
def threshold_create(request: PortalRequest, code: str) -> HttpResponse:
    # PostgreSQL compares no text that holds the NUL character.
    if "\x00" in code:
        raise Http404
    reference = get_object_or_404(LegalReference, code=code)
    if request.method == "POST":
        return _add(request, reference)
    return _render(request, reference, NewThresholdForm(resume.take(request), reference=reference))


def _add(
    request: PortalRequest, reference: LegalReference, *, is_retry: bool = False
) -> HttpResponse:
    form = NewThresholdForm(request.POST, reference=reference)
    if _is_served(request.POST):
        form.is_valid()
        if form.known and form.known.amount == form.cleaned_data.get("amount"):
            return redirect(_place(reference))
        # « Back », and another amount: it is not lost, under a key of its own.
        data = request.POST.copy()
        data["submission_key"] = str(uuid.uuid4())
        form = NewThresholdForm(data, reference=reference)
    if not form.is_valid():
        return _render(request, reference, form)
    key = form.cleaned_data["submission_key"]
    try:
        add_threshold(threshold=form.save(commit=False), submission_key=key, by=request.user)
    except IntegrityError:
        if is_retry:
            raise
        # This very form, or the same year, has just arrived: judge by what stands now.
        return _add(request, reference, is_retry=True)
    messages.success(request, _ADDED)
    return redirect(_place(reference))


def _is_served(data: QueryDict) -> bool:
    """Whether this very form has already been acted on."""
    try:
        key = uuid.UUID(data.get("submission_key", ""))
    except ValueError:
        return False
    return CatalogueEvent.objects.filter(submission_key=key).exists()


def _render(
    request: PortalRequest, reference: LegalReference, form: NewThresholdForm
) -> HttpResponse:
    today = timezone.localdate()
    known = Threshold.objects.filter(legal_reference=reference).with_next_year()
    context = {
        "reference": reference,
        "form": form,
        "known": [(row, row.standing_on(today).label) for row in known],
    }
    return render(request, "measures/threshold_create.html", context)


@require_POST
@require_portal_permission(Permission.CATALOGUE_EDIT)
def legal_confirm(request: PortalRequest) -> HttpResponse:
    model = _KINDS.get(request.POST.get("kind", ""))
    code = request.POST.get("code", "").replace("\x00", "")
    row = model._default_manager.filter(code=code).first() if model else None
    if row is None:
        raise Http404
    try:
        is_new = confirm(row=row, seen=request.POST.get("seen", ""), by=request.user)
    except StaleRow:
        text = "Ce texte a changé depuis que vous l’avez ouvert\u00a0: relisez-le, puis confirmez."
        messages.warning(request, text)
    else:
        text = "Confirmé." if is_new else "Quelqu’un l’avait déjà confirmé."
        messages.success(request, text)
    reference = row if isinstance(row, LegalReference) else row.legal_reference
    return redirect(_place(reference))


def _place(reference: LegalReference) -> str:
    return f"{reverse('measures:legal_reference_list')}#{reference.code}"
