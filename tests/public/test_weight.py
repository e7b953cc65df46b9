"""The first visit of a phone: 100 kB at most, all of it from us.

Counted as it goes over the wire: the page as the portal compresses it for visitors, the files as
WhiteNoise does when they are collected (brotli, or as they are where that gains nothing).
"""

import gzip
import re
import runpy
from functools import cache
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from chantier.management.commands.seed import seed_all
from tests.factories import MeetingFactory, SocialEnterpriseFactory, UserFactory
from tests.public.pages import found_by

pytestmark = pytest.mark.django_db
MOST = 100_000
COMPRESSED = (".css", ".js", ".svg")
_URL = re.compile(r"url\([\"']?([^\"')]+)")


class Assets(HTMLParser):
    """What a page makes a browser fetch, and the classes that it names."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fetched: set[str] = set()
        self.classes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.classes |= set((given.get("class") or "").split())
        if tag == "link" and given.get("rel") in ("stylesheet", "icon", "preload"):
            self.fetched.add(given["href"])
        elif tag in ("script", "img", "iframe", "source") and given.get("src"):
            self.fetched.add(given["src"])
        elif tag == "use":
            self.fetched.add(urldefrag(given["href"]).url)


@cache
def content_of(address: str) -> bytes:
    assert not urlsplit(address).netloc, f"another machine: {address}"
    found = finders.find(address.removeprefix(settings.STATIC_URL))
    assert isinstance(found, str), address
    with open(found, "rb") as file:
        return file.read()


@cache
def weight_of(address: str) -> int:
    raw = content_of(address)
    return len(brotli.compress(raw)) if address.endswith(COMPRESSED) else len(raw)


def named_by(sheet: str) -> set[str]:
    """The fonts of a style sheet, and its pictures, as if each rule applied."""
    found = _URL.findall(content_of(sheet).decode())
    return {urljoin(sheet, url) for url in found if not url.startswith(("data:", "#"))}


def weigh(response) -> tuple[int, Assets]:
    assets = Assets(gzip.decompress(response.content).decode())
    sheets = {address for address in assets.fetched if address.endswith(".css")}
    files = assets.fetched.union(*map(named_by, sheets))
    return len(response.content) + sum(map(weight_of, files)), assets


def first_visit(path):
    # StrictClient reads what is not compressed.
    response = Client().get(path, headers={"Accept-Encoding": "gzip, br"})
    assert response.status_code == 200, path
    assert response["Content-Encoding"] == "gzip", path
    return response


def test_no_public_page_is_heavier_than_100_kb(client):
    seed_all()
    for _ in range(30):
        SocialEnterpriseFactory(offer="Traiteur, livraison, entretien. " * 20)
    weights = {}
    named: set[str] = set()
    paths = {re.sub(r"^/mesures/.+", "/mesures/m2-04/", path) for path in found_by(client)}
    for path in [*sorted(paths), "/connexion/", "/verifier/"]:
        weights[path], assets = weigh(first_visit(path))
        named |= assets.classes
    assert len(weights) > 40
    assert {path: weight for path, weight in weights.items() if weight > MOST} == {}
    # Fonts, icons and styles are counted: a page weighs more than its own text.
    assert min(weights.values()) > 50_000
    missing = missing_classes(named)
    assert not missing, f"run .ci/trim-bootstrap: {missing}"


def missing_classes(named):
    """Classes that Bootstrap styles and the sheet of visitors does not."""
    tool = runpy.run_path(str(settings.BASE_DIR / ".ci" / "trim-bootstrap"))
    whole, trimmed = (
        set(tool["CLASS"].findall(tool[name].read_text())) for name in ("WHOLE", "TRIMMED")
    )
    assert len(whole) > 4 * len(trimmed) / 3
    return named & whole - trimmed


def test_the_sheet_of_visitors_is_made_of_whole_rules():
    tool = runpy.run_path(str(settings.BASE_DIR / ".ci" / "trim-bootstrap"))
    css = ".a,.b:not(.c,.d){x:y}@media print{.e{z:1}.a{z:2}}.f{}"
    assert tool["trimmed"](css, {"a"}) == ".a{x:y}@media print{.a{z:2}}"
    assert tool["trimmed"](css, {"b", "c", "d"}) == ".b:not(.c,.d){x:y}"


def test_what_people_who_are_logged_in_read_is_not_compressed(log_in_as):
    """Its length could tell what it holds."""
    response = log_in_as(UserFactory()).get("/guide/", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in response


def test_scripts_of_people_who_are_logged_in_wait_until_they_are(client, log_in_as):
    visitor = Assets(client.get("/guide/").content.decode()).fetched
    member = Assets(log_in_as(UserFactory()).get("/guide/").content.decode()).fetched
    assert {path for path in visitor if path.endswith(".js")} == {"/static/js/chantier.js"}
    assert any("htmx" in path for path in member)
    assert any("bootstrap.min.css" in path for path in member)


def test_fonts_are_asked_for_before_the_sheet_that_names_them(client, facilitator, log_in_as):
    """A text that changes fonts under a finger moves what is about to be pressed."""
    fonts = {url for url in named_by("/static/css/tokens.css") if url.endswith(".woff2")}
    assert len(fonts) == 2
    staff = log_in_as(facilitator)
    screen = reverse("meetings:meeting_screen", args=[MeetingFactory().slug])
    for page in (client.get("/guide/"), staff.get("/guide/"), staff.get(screen)):
        html = page.content.decode()
        head, _ = html.split('<link rel="stylesheet"', 1)
        assert {path for path in Assets(head).fetched if path.endswith(".woff2")} == fonts
