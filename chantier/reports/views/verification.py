"""stub"""

from django.http import HttpRequest, HttpResponse


def verify(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def verification(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()
