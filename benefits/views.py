"""stub"""

from django.http import HttpRequest, HttpResponse


def benefit_list(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def benefit_detail(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def enterprise_list(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()
