"""What the server tells the browser about the drafts that it keeps while one types.

`static/js/drafts.js` keeps what is typed in a form that carries `data-draft`, and sends the name of
that draft along. The answer says what became of it, in a cookie that the page reads and erases:
stored (the draft has served), or shown again (the text is in the page, nothing to offer). Without
an answer, the draft stays. At the end of a session the browser is told to forget all of them.

Hence the rule for the view of such a form: it redirects only once the text is stored, or says in a
message of warning or error that it is not. Knows no app.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

# The field that names the draft of a form, and the cookie of the answer.
FIELD = "draft"
COOKIE = "draft"
_NAME = re.compile(r"[0-9a-f-]{8,40}")
_SECONDS = 300
STORED, SHOWN = "stored", "shown"

Handler = Callable[[HttpRequest], HttpResponse]


class DraftsMiddleware:
    """Stands between the session and the messages: it asks both."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_known = request.method == "POST" and request.user.is_authenticated
        response = self.get_response(request)
        if was_known and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"storage"'
        elif request.user.is_authenticated:
            _answer(request, response, was_known=was_known)
        return response


def give_back(request: HttpRequest, name: str) -> None:
    """The page being written holds the text of this draft."""
    request.returned_draft = name  # type: ignore[attr-defined]


def _answer(request: HttpRequest, response: HttpResponse, *, was_known: bool) -> None:
    name, state = getattr(request, "returned_draft", ""), SHOWN
    # Of a form that could not be read, nothing is known.
    if was_known and response.status_code in (200, 302, 303, 409, 422):
        name = name or request.POST.get(FIELD, "")
        if response.status_code in (302, 303):
            state = STORED
    if not _NAME.fullmatch(name) or (state == STORED and _is_refused(request)):
        return
    response.set_cookie(
        COOKIE,
        f"{name}.{state}",
        max_age=_SECONDS,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        # The script of the page reads it: it holds no secret.
        httponly=False,
    )


def _is_refused(request: HttpRequest) -> bool:
    """Whether the page to come will say that something went wrong."""
    return any(message.level >= messages.WARNING for message in messages.get_messages(request))
