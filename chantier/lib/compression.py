"""Pages of visitors go out compressed. Knows no app."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class VisitorGZipMiddleware(GZipMiddleware):
    """Not those of people who are logged in: the length of a compressed page may tell what it holds
    to somebody who makes their browser ask for it again and again (BREACH).
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        user = getattr(request, "user", None)
        if user is None or user.is_authenticated:
            return response
        return super().process_response(request, response)
