"""stub"""

from django.http import HttpRequest, HttpResponse


def report_matrix(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def chantier_report(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def chantier_preview_pdf(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def chantier_submit(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def chantier_version_pdf(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()
