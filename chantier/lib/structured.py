"""What a page says to search engines, as JSON-LD. Knows no app.

The browser runs nothing of it: a script element of that type is data, for which the
Content-Security-Policy needs no exception.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html
from django.utils.safestring import SafeString

# As in `django.utils.html.json_script`: no text in it can close the element.
_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
CHANTIER: Mapping[str, str] = {
    "@type": "Organization",
    "name": "Chantier économie sociale de l’ECPAR",
}


class _Json:
    """JSON that may stand as it is in a script element."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data

    def __html__(self) -> str:
        text = json.dumps(self._data, cls=DjangoJSONEncoder, ensure_ascii=False)
        return text.translate(_ESCAPES)


def script(data: Mapping[str, Any]) -> SafeString:
    """The element that says `data`, described by schema.org."""
    whole = {"@context": "https://schema.org", **data}
    return format_html('<script type="application/ld+json">{}</script>', _Json(whole))


def absolute(path: str) -> str:
    """The address of a page of this portal, as others write it."""
    return f"{settings.SITE_URL}{path}"


def organization() -> dict[str, str]:
    """The chantier itself, with its address."""
    return {**CHANTIER, "url": absolute("/")}
