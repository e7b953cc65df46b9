"""The pages that a visitor finds, as search engines do."""

import re

from django.conf import settings

from tests.html import StrictClient


def found_by(client: StrictClient) -> list[str]:
    """The paths of the sitemap."""
    body = client.get("/sitemap.xml").content.decode()
    places: list[str] = re.findall(r"<loc>([^<]+)</loc>", body)
    assert all(place.startswith(f"{settings.SITE_URL}/") for place in places)
    return [place.removeprefix(settings.SITE_URL) for place in places]
