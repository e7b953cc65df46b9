"""stub"""

from django.http import HttpRequest, HttpResponse


def stage_list(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def stage_detail(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def measure_detail(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()
