"""Whole addresses, for those who read outside the portal: a mail has no request to ask."""

from django.conf import settings


def absolute(path: str) -> str:
    """« /rencontres/4/ » → « https://chantier.example/rencontres/4/ »."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"not a path of the portal: {path}")
    return f"{settings.SITE_URL}{path}"
