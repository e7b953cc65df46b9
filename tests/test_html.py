"""The strict client: what it refuses, what it lets pass; and the network that stays closed."""

import socket

import pytest
from django.http import HttpResponse
from django.urls import path

from tests.html import StrictClient, faults

REFUSED = [
    '<p onclick="x()">a</p>',
    '<body onload="x()">',
    '<p style="color: red">a</p>',
    '<svg><rect style="fill: red"/></svg>',
    "<style>p { color: red }</style>",
    "<script>x()</script>",
    '<script type="module">x()</script>',
    '<a href="javascript:x()">a</a>',
    '<a href=" JavaScript:x()">a</a>',
    "<p>{{ nom }}</p>",
    "<p>{% url %}</p>",
]
ACCEPTED = [
    '<p class="on" id="one">a</p>',
    '<script src="/static/js/a.js" defer></script>',
    '<script type="application/json">{"a": 1}</script>',
    "<p>{ nom } et 100 %</p>",
    '<p data-style="x">on</p>',
]


@pytest.mark.parametrize("html", REFUSED)
def test_what_a_browser_would_not_show_as_written_is_refused(html):
    assert len(faults(html)) == 1


@pytest.mark.parametrize("html", ACCEPTED)
def test_what_is_harmless_passes(html):
    assert faults(html) == []


urlpatterns = [
    path("page/", lambda request: HttpResponse("<p onclick='x()'>a</p>")),
    path("texte/", lambda request: HttpResponse("{{ nom }}", content_type="text/plain")),
]


def test_the_client_refuses_such_a_page(settings, client):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []
    assert isinstance(client, StrictClient)
    assert client.get("/texte/").status_code == 200
    with pytest.raises(AssertionError, match="onclick"):
        client.get("/page/")


def test_tests_reach_no_network():
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried,
        pytest.raises(AssertionError, match=r"192\.0\.2\.1"),
    ):
        tried.connect(("192.0.2.1", 80))
