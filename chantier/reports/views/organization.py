"""stub"""

from django.http import HttpRequest, HttpResponse


def report_list(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def report_detail(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def report_preview_pdf(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def report_submit(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def report_version_pdf(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()
