"""What a visitor reads where a view raises: the same on a developer's machine as on a site."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from chantier.home.views import page_not_found, pdf_limit
from chantier.lib.rendering import PdfLimitError


class NotFoundInDebugMiddleware:
    """With debug on, Django answers 404 with its own technical page, in English.

    Whoever tries the demo and opens another organization's register would meet that one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # No address matched: no view, so no exception of a view.
        if settings.DEBUG and response.status_code == 404 and request.resolver_match is None:
            return page_not_found(request, Http404())
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if settings.DEBUG and isinstance(exception, Http404):
            return page_not_found(request, exception)
        return None


class PdfLimitMiddleware:
    """A document that goes past its limits ends with a sentence, whichever page asked for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, PdfLimitError):
            return pdf_limit(request, exception)
        return None
