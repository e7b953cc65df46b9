"""A person who writes in a form, and what their browser keeps of it."""

import json
import re
from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import PASSWORD, Visitor

REGISTER = "/organisations/val-clement/mesures/"
STORY = "Ce que nous avons fait"
RESULT = "Ce que cela a changé"
OFFER = "Texte gardé dans ce navigateur"
TEXT = "Vingt minutes de travail, sur trois contrats."
WHEN = re.compile(r"Reprendre le texte du \d{1,2}(er)?\s\S+, \d{1,2}\sh(\s\d\d)?")


def open_record(visitor: Visitor, email: str = "membre@demo.example") -> Page:
    visitor.log_in(email)
    visitor.open(f"{REGISTER}?statut=en-cours")
    visitor.page.locator("#registre tbody th a").first.click()
    visitor.page.wait_for_url(re.compile(r"/mesures/\d+/"))
    return visitor.page


def kept(page: Page) -> list[dict[str, Any]]:
    """The drafts that this browser holds."""
    script = "Object.entries(localStorage).filter(([key]) => key.startsWith('draft:'))"
    return [json.loads(value) for _, value in page.evaluate(script)]


def expect_nothing_kept(page: Page) -> None:
    """The browser holds no draft, once the scripts of the page have run."""
    keys = "Object.keys(localStorage).filter((key) => key.startsWith('draft:'))"
    page.wait_for_function(f"() => {keys}.length === 0")


def write(page: Page, label: str = STORY, text: str = TEXT) -> None:
    """Type, and wait until the browser has kept it."""
    page.get_by_label(label).fill(text)
    page.wait_for_function(
        "text => Object.values(localStorage).some((value) => value.includes(text))", arg=text
    )


def offer(page: Page) -> Any:
    return page.get_by_role("region", name=OFFER)


def save(page: Page) -> None:
    page.get_by_role("button", name="Enregistrer", exact=True).click()


def crash(page: Page, visitor: Visitor) -> Page:
    """The tab dies without a word; another one opens on the same page."""
    address = page.url
    page.close(run_before_unload=False)
    visitor.page = page.context.new_page()
    visitor.page.goto(address)
    return visitor.page


def forgive(visitor: Visitor, fault: str) -> None:
    """What Chromium logs of a network that the test has cut, which may still be on its way."""
    visitor.expected.append(fault)
    visitor.faults[:] = [found for found in visitor.faults if fault not in found]


def log_in_here(page: Page, email: str = "membre@demo.example") -> None:
    page.get_by_label("Courriel").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
