"""The portal, and a page that does nothing: the floor of every other one."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from chantier.urls import handler403, handler404, handler500
from chantier.urls import urlpatterns as of_the_portal

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><title>Rien</title>")


urlpatterns = [path("banc/", empty, name="empty"), *of_the_portal]
