"""Mails: what each person chooses to receive."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from members.access import PortalRequest
from members.forms_mails import PreferencesForm
from members.notifications.preferences import save_preferences


@require_http_methods(["GET", "HEAD", "POST"])
def mail_preferences(request: PortalRequest) -> HttpResponse:
    """A person's own choice: no other person has a part in it."""
    form = PreferencesForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        save_preferences(user=request.user, paces=form.cleaned_data)
        messages.success(request, "Vos choix sont enregistrés.")
        return redirect("members:mail_preferences")
    status = 400 if form.errors else 200
    return render(request, "members/mail_preferences.html", {"form": form}, status=status)
