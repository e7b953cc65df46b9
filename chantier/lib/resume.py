"""A session that ends while somebody types must not cost the text.

A form that arrives after its session expired is kept in the visitor's new session, and the login
page opens; after the login the form opens again, filled in. It works without JavaScript. Files
cannot be kept: the page says so. Knows no app.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django_htmx.http import HttpResponseClientRedirect

from chantier.lib import drafts

_KEY = "resumed_form"
# Enough for any form here; a visitor must not fill the session table.
_MAX_CHARS = 200_000
# Longer than any address here; a redirection refuses what is far longer.
_MAX_ADDRESS = 4_000
_KEPT_FOR = 24 * 60 * 60
# The hidden field of a form that can be resumed: whose text it is. A colleague who logs in on the
# same browser does not get it.
AUTHOR = "author"


class ResumableLoginRequiredMiddleware(LoginRequiredMiddleware):
    """Asks visitors to log in, and keeps what a posted form held."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponse:
        if request.method != "POST":
            answer = super().handle_no_permission(request, view_func)
            # A fragment cannot hold the log-in page: the browser must open it whole.
            is_fragment = request.headers.get("HX-Request") == "true"
            return HttpResponseClientRedirect(answer.url) if is_fragment else answer
        page = _page_of_form(request)
        data = request.POST.copy()
        data.pop("csrfmiddlewaretoken", None)
        encoded = data.urlencode()
        # A session is a row that backups keep: no password may lie there in clear.
        is_secret = any("password" in name for name in data)
        if len(encoded) <= _MAX_CHARS and not is_secret:
            request.session.set_expiry(_KEPT_FOR)
            request.session[_KEY] = {
                "path": page,
                "data": encoded,
                "had_files": bool(request.FILES),
            }
        return redirect_to_login(page, self.get_login_url(view_func))


def _page_of_form(request: HttpRequest) -> str:
    """The page that held the form: some forms post to an address that shows nothing."""
    try:
        referer = urlsplit(request.headers.get("Referer", "")[:_MAX_ADDRESS])
    except ValueError:
        return request.get_full_path()
    if referer.netloc == request.get_host() and referer.path:
        return referer._replace(scheme="", netloc="", fragment="").geturl()
    return request.get_full_path()


def waits(request: HttpRequest) -> bool:
    """Whether a form waits for its author to log in; the login page then says so."""
    return _KEY in request.session


def take(request: HttpRequest) -> QueryDict | None:
    """Return to its author, once, the form that an expired session interrupted on this page."""
    kept = request.session.get(_KEY)
    if kept is None or kept["path"] != request.get_full_path():
        return None
    del request.session[_KEY]
    data = QueryDict(kept["data"])
    if data.get(AUTHOR) != str(request.user.pk):
        return None
    text = (
        "Votre session avait pris fin. Votre texte est de retour\u00a0: "
        "relisez-le, puis enregistrez."
    )
    if kept["had_files"]:
        text += " Les fichiers sont à choisir de nouveau."
    messages.info(request, text)
    # The browser holds the same text: it need not offer it too.
    drafts.give_back(request, data.get(drafts.FIELD, ""))
    return data
