"""« Mon calendrier », and the address that calendar programs read."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from chantier.home.feed import feed_entries
from chantier.lib import resume
from chantier.lib.calendars import calendar_file, calendar_response
from members import feeds
from members.access import PortalRequest
from members.models import CalendarFeed

_NAME = "Chantier économie sociale"
_GONE = (
    "Ce lien de calendrier n’existe pas, ou n’existe plus. "
    "La page «\u00a0Mon calendrier\u00a0» du portail en donne un autre."
)
_NO_STORE = "private, no-store"


class LinkForm(forms.Form):
    """What « Créer mon lien » and « Remplacer le lien » send back."""

    key = forms.CharField(validators=[RegexValidator(r"^[\w-]{43}$")])
    generation = forms.IntegerField(min_value=0, max_value=2**31 - 1)


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: PortalRequest) -> HttpResponse:
    act = request.POST.get("act")
    if act == "open":
        return _open(request)
    if act == "revoke":
        feeds.revoke_link(by=request.user)
        messages.success(request, "Le lien est révoqué\u00a0: il ne mène plus à rien.")
        return redirect("home:calendar")
    # Nothing was typed that an expired session could lose.
    resume.take(request)
    return _show(request)


def _open(request: PortalRequest) -> HttpResponse:
    """Answers with the page itself: the address is in no session, and in no other address."""
    form = LinkForm(request.POST)
    try:
        if not form.is_valid():
            raise feeds.StaleLinkError
        token = feeds.open_link(**form.cleaned_data, by=request.user)
    except feeds.StaleLinkError:
        messages.warning(
            request,
            "Rien n’a changé\u00a0: cette page n’était plus à jour. Voici l’état de votre lien.",
        )
        return _show(request, status=409)
    path = reverse("home:calendar_feed", kwargs={"token": token})
    return _show(request, address=request.build_absolute_uri(path))


def _show(request: PortalRequest, *, address: str = "", status: int = 200) -> HttpResponse:
    feed = CalendarFeed.objects.filter(user=request.user).first()
    context = {
        "feed": feed if feed and feed.token_hash else None,
        "generation": feed.generation if feed else 0,
        "key": feeds.new_key(),
        "address": address,
        "webcal": f"webcal:{address.partition(':')[2]}" if address else "",
    }
    response = render(request, "home/calendar.html", context, status=status)
    # No « no-referrer » here: it makes browsers hide where a form comes from, and the forms of the
    # page would be refused. The address of the page itself says nothing.
    response["Cache-Control"] = _NO_STORE
    return response


@require_safe
@login_not_required
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Without a session: whoever holds the address reads the dates of its person."""
    feed = feeds.find_feed(token)
    if feed is None:
        # One answer for the unknown, the revoked and the closed; a page would hold links.
        gone = HttpResponse(_GONE, status=404, content_type="text/plain; charset=utf-8")
        return _kept_private(gone)
    now = timezone.now()
    entries = feed_entries(
        feed.user, today=timezone.localdate(now), absolute=request.build_absolute_uri
    )
    feeds.note_reading(feed)
    content = calendar_file(entries, now=now, name=_NAME)
    return _kept_private(calendar_response(content, file_name="chantier.ics", as_attachment=False))


def _kept_private(response: HttpResponse) -> HttpResponse:
    """The address is a key: it goes to no cache, and to no site that a link would open."""
    response["Cache-Control"] = _NO_STORE
    response["Referrer-Policy"] = "no-referrer"
    return response
