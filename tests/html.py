"""What no HTML answer may hold: scripts or styles in the page, and tags left unrendered.

The Content-Security-Policy would stop the first two silently; a test says it aloud.
"""

import re
from html.parser import HTMLParser

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

_DATA_SCRIPTS = {"application/json", "application/ld+json"}
_UNRENDERED = re.compile(r"\{\{|\{%")


class _Inspector(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self._in: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "style" or re.fullmatch(r"on[a-z]+", name):
                self.faults.append(f"<{tag} {name}=…>")
            if (value or "").strip().lower().startswith("javascript:"):
                self.faults.append(f"<{tag} {name}=javascript:…>")
        if tag == "style":
            self.faults.append("<style>")
        is_data = dict(attrs).get("type") in _DATA_SCRIPTS
        self._in = "script" if tag == "script" and not is_data else None

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._in = None

    def handle_data(self, data: str) -> None:
        if self._in == "script" and data.strip():
            self.faults.append(f"<script> with a body: {data.strip()[:60]}")


def faults(html: str) -> list[str]:
    """Return what is wrong in a page or a fragment; an empty list when all is well."""
    inspector = _Inspector()
    inspector.feed(html)
    inspector.close()
    unrendered = [f"unrendered: {html[m.start() :][:60]}" for m in _UNRENDERED.finditer(html)]
    return inspector.faults + unrendered


class StrictClient(Client):
    """A test client that refuses a page a browser would not show as written."""

    def request(self, **request: object) -> HttpResponseBase:  # type: ignore[override]
        response = super().request(**request)
        if isinstance(response, StreamingHttpResponse):
            # Read to the end, as a browser would: the file behind it is closed.
            response.streaming_content = [b"".join(response)]
        content_type = response.headers.get("Content-Type", "")
        if isinstance(response, HttpResponse) and content_type.startswith("text/html"):
            found = faults(response.content.decode(response.charset))
            assert not found, f"{request['PATH_INFO']}: {found}"
        return response
