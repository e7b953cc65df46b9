"""stub"""

from django.http import HttpRequest, HttpResponse


def meeting_list(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def meeting_detail(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def synthesis_detail(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def synthesis_edit(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def synthesis_publish(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()
