"""Somebody asks to be taken out of the directory, and staff do it."""

import uuid
from email.utils import parseaddr

from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from benefits.actions.removals import AlreadyDone, ask_removal, decline_removal, remove_contact
from benefits.directory.united import listed_or_heir
from benefits.models import RemovalRequest, SocialEnterprise
from chantier.lib.listing import PER_PAGE
from measures.forms_catalogue import Prose
from members.access import PortalRequest, require_portal_permission
from members.roles import Permission

# Named in ACCOUNT_RATE_LIMITS, beside those of allauth.
RATE = "enterprise_removal"
REMOVE, DECLINE = "remove", "decline"
_MOST_CLOSED = 20


class RemovalForm(forms.ModelForm):
    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    message = Prose(
        label="Ce qui doit être retiré",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Votre nom suffit\u00a0: dites seulement ce qu’il faut pour le trouver.",
        error_messages={"required": "Dites ce qui doit être retiré."},
    )

    class Meta:
        model = RemovalRequest
        fields = ("message", "reply_to")
        help_texts = {
            "reply_to": "Facultatif\u00a0: pour vous dire que c’est fait. Effacé ensuite.",
        }


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def removal_ask(request: HttpRequest, slug: str) -> HttpResponse:
    # What leads to a person went with the enterprise that it was united to.
    enterprise, gone = listed_or_heir(slug)
    if gone and request.method != "POST":
        return redirect("benefits:removal_ask", slug=enterprise.slug)
    form = RemovalForm(
        request.POST if request.method == "POST" else None,
        instance=RemovalRequest(enterprise=enterprise),
    )
    if request.method != "POST" or not form.is_valid():
        return _render(request, enterprise, form)
    # By connection alone: a few could fill a limit of the enterprise, and nobody else would ask.
    if not ratelimit.consume(request, action=RATE):
        return _render(request, enterprise, form, is_too_many=True)
    ask_removal(removal=form.save(commit=False), submission_key=form.cleaned_data["submission_key"])
    messages.success(request, "Demande reçue. L’équipe de l’ECPAR y verra, puis l’effacera.")
    return redirect(enterprise)


def _render(
    request: HttpRequest,
    enterprise: SocialEnterprise,
    form: RemovalForm,
    *,
    is_too_many: bool = False,
) -> HttpResponse:
    context = {
        "enterprise": enterprise,
        "form": form,
        "is_too_many": is_too_many,
        "contact": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    }
    status = 429 if is_too_many else 200
    return render(request, "benefits/removal_ask.html", context, status=status)


@require_safe
@require_portal_permission(Permission.DIRECTORY_EDIT)
def removal_list(request: PortalRequest) -> HttpResponse:
    rows = RemovalRequest.objects.select_related("enterprise", "answered_by")
    waits = RemovalRequest.State.WAITING
    closed = rows.exclude(state=waits).order_by("-answered_at", "-pk")
    context = {
        "page": Paginator(rows.filter(state=waits), PER_PAGE).get_page(request.GET.get("page")),
        "closed": list(closed[:_MOST_CLOSED]),
    }
    return render(request, "benefits/removal_list.html", context)


@require_POST
@require_portal_permission(Permission.DIRECTORY_EDIT)
def removal_answer(request: PortalRequest, pk: int) -> HttpResponse:
    removal = get_object_or_404(RemovalRequest, pk=pk)
    act = request.POST.get("act")
    if act not in (REMOVE, DECLINE):
        return redirect("benefits:removal_list")
    is_removal = act == REMOVE
    try:
        (remove_contact if is_removal else decline_removal)(removal=removal, by=request.user)
    except AlreadyDone:
        messages.info(request, "Cette demande était déjà traitée.")
    else:
        done = "Coordonnées retirées. La demande est effacée."
        messages.success(request, done if is_removal else "Demande close et effacée.")
    return redirect("benefits:removal_list")
