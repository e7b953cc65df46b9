"""To where a synthesis is written, as staff go there."""

from playwright.sync_api import Page


def open_writing(page: Page) -> None:
    """From « À faire »: the synthesis of the last meeting of the demonstration is in review."""
    page.get_by_role("link", name="Synthèse en révision").first.click()
    page.get_by_role("link", name="Rédiger", exact=True).click()
    page.wait_for_url("**/synthese/rediger/")
