"""stub"""

from django.http import HttpRequest, HttpResponse


def implementation_list(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def implementation_create(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def implementation_adopt(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def implementation_detail(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()
