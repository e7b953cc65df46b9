"""Mails: what each person chooses to receive, and what staff see of those that were sent."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chantier.lib import listing
from members.access import PortalRequest, require_portal_permission
from members.filters_mails import MailFilter
from members.forms_mails import PreferencesForm
from members.models import Mail
from members.notifications.again import send_again
from members.notifications.preferences import save_preferences
from members.roles import Permission
from members.sent_mails import Line, Waiting, kinds_told, mails_for_table, next_try


@require_http_methods(["GET", "HEAD", "POST"])
def mail_preferences(request: PortalRequest) -> HttpResponse:
    """A person's own choice: no other person has a part in it."""
    form = PreferencesForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        save_preferences(user=request.user, paces=form.cleaned_data)
        messages.success(request, "Vos choix sont enregistrés.")
        return redirect("members:mail_preferences")
    return render(request, "members/mail_preferences.html", {"form": form})


@require_safe
@require_portal_permission(Permission.MEETING_MANAGE)
def mail_list(request: PortalRequest) -> HttpResponse:
    chosen = MailFilter(request.GET, queryset=mails_for_table())
    found = listing.build(request, chosen)
    context = {
        "listing": found,
        "lines": [Line.of(mail) for mail in found.page],
        "form": chosen.form,
        "waiting": Waiting.at(timezone.now()),
    }
    return render(request, "members/mail_list.html", context)


@require_safe
@require_portal_permission(Permission.MEETING_MANAGE)
def mail_detail(request: PortalRequest, pk: int) -> HttpResponse:
    mail = get_object_or_404(mails_for_table(), pk=pk)
    context = {
        "mail": mail,
        "line": Line.of(mail),
        "kinds": kinds_told(mail),
        "next_try": next_try(mail),
        "is_failed": mail.state == Mail.State.FAILED,
    }
    return render(request, "members/mail_detail.html", context)


@require_POST
@require_portal_permission(Permission.MEETING_MANAGE)
def mail_retry(request: PortalRequest, pk: int) -> HttpResponse:
    mail = get_object_or_404(Mail, pk=pk)
    if send_again(mail=mail, by=request.user):
        messages.success(request, "Le courriel repart au prochain passage de l’envoi.")
    else:
        messages.info(request, "Ce courriel n’est plus en échec\u00a0: rien à renvoyer.")
    return redirect("members:mail_detail", pk=pk)
