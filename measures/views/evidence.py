"""stub"""

from django.http import HttpRequest, HttpResponse


def evidence_download(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()
