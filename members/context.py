"""What the header shows of the person who is logged in."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from chantier.lib import resume
from members.access import Access, own_access
from members.models import Organization

THEMES = ("light", "dark")


def organizations(request: HttpRequest) -> dict[str, Any]:
    """Add `access` (None outside an organization), `my_organization` and `theme`.

    The page of an organization shows that one; elsewhere, the person's first.
    """
    access: Access | None = getattr(request, "access", None)
    theme = request.COOKIES.get("theme", "")
    return {
        "access": access,
        "my_organization": SimpleLazyObject(lambda: shown_organization(request)),
        "theme": theme if theme in THEMES else "",
        "form_waits": resume.waits(request),
    }


def shown_organization(request: HttpRequest) -> Organization | None:
    """The organization of the page for its members, elsewhere the person's first."""
    access: Access | None = getattr(request, "access", None)
    if access is None or not access.is_member:
        access = own_access(request)
    return access.organization if access else None
