"""stub"""

from django.http import HttpRequest, HttpResponse


def index(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def dashboard(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def help_page(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def health(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse()


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse()


def server_error(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()
