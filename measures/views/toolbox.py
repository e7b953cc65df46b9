"""stub"""

from django.http import HttpRequest, HttpResponse


def clause_list(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def clause_detail(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def indicator_list(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def barrier_list(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def legal_reference_list(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()
