"""Addresses that a process works out once, and the one that a person comes from. Knows no app.

Reversing a name costs as much as a small query, and the same few stand on every page.
"""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.http import url_has_allowed_host_and_scheme


def address(name: str, **kwargs: str | int) -> str:
    """The address of a view, as `reverse` gives it; raises NoReverseMatch."""
    place = (get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
    return _reverse(place, name, tuple(kwargs.items()))


@lru_cache(maxsize=4096)
def _reverse(place: tuple[str, str], name: str, kwargs: tuple[tuple[str, str | int], ...]) -> str:
    urlconf, _ = place
    return reverse(name, urlconf, kwargs=dict(kwargs))


def page_before(request: HttpRequest) -> str:
    """The page of the portal whose link was followed; empty where the browser does not tell."""
    address = request.headers.get("Referer", "")
    own = {request.get_host()}
    if not url_has_allowed_host_and_scheme(address, own, require_https=request.is_secure()):
        return ""
    return "" if address == request.build_absolute_uri() else address
