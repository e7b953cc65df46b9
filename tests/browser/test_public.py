"""What visitors open, in the browser of a phone and in a wide one: sound, and theirs to share."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, NewVisitor

PATHS = [
    "/",
    "/chantier/",
    "/webinaires/",
    "/guide/",
    "/guide/engagement/",
    "/mesures/",
    "/mesures/m2-04/",
    "/benefices/",
    "/benefices/bq-01/",
    "/benefices/argumentaire/",
    "/entreprises/",
    "/donnees/",
    "/aide/",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_public_page_is_sound(
    new_visitor: NewVisitor, viewport: dict[str, int], scheme: str
) -> None:
    visitor = new_visitor(viewport=viewport, color_scheme=scheme)
    for path in PATHS:
        # A violation of the Content-Security-Policy by the data of search engines would be told.
        visitor.open(path)
        expect(visitor.page.locator('meta[property="og:image"]')).to_have_count(1)
