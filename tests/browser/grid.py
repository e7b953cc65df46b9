"""A person at the entry grid: its cells, where they stand, and a block from a spreadsheet."""

import re

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewVisitor, Visitor

GRID = "/organisations/val-clement/indicateurs/"
# Val-Clément counts by civil year; the demonstration leaves the one under way empty.
YEAR = timezone.localdate().year
TRAINED, NETWORKING, INVITED = (
    "Acheteurs formés",
    "Activités de maillage",
    "Invitations comprenant une EÉS",
)
CLAUSES, DELAY = "Documents avec critère ou clause sociale", "Délai moyen de paiement des EÉS"
AMOUNT, CONTRACTS = "Valeur des achats auprès d’EÉS", "Contrats conclus avec des EÉS"
SUPPLIERS, NEW = "EÉS actives comme fournisseurs", "Nouvelles EÉS"
AVERAGE = "Valeur moyenne d’un contrat avec une EÉS"


def open_grid(
    new_visitor: NewVisitor, email: str = "membre@demo.example", path: str = GRID, **options: object
) -> Visitor:
    visitor = new_visitor(**options)
    visitor.log_in(email)
    visitor.open(path)
    return visitor


def cell(page: Page, name: str, year: int = YEAR) -> Locator:
    return page.get_by_role("textbox", name=re.compile(rf"^{re.escape(name)} {year}"))


def says(page: Page) -> Locator:
    """The line that says where things stand."""
    return page.locator("[data-grid-status]")


def expect_all_saved(page: Page) -> None:
    expect(says(page)).to_have_text(re.compile("Tout est enregistré"))


def expect_state(field: Locator, state: str) -> None:
    """The sign and its words, as a screen reader hears them."""
    expect(field).to_have_accessible_description(re.compile(state))
    expect(field.locator("xpath=..").locator(".grid-mark svg")).to_have_count(1)


def expect_kept(page: Page, count: int) -> None:
    """How many cells this browser holds that are not stored."""
    keys = "Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"
    page.wait_for_function(f"(count) => {keys} === count", arg=count)


def paste(page: Page, text: str) -> None:
    """With the clipboard of the browser, as a spreadsheet fills it."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def seen_by_another(new_visitor: NewVisitor, values: dict[str, str], year: int = YEAR) -> None:
    """A colleague who only reads, with a browser of their own."""
    reader = open_grid(new_visitor, "lecture@demo.example").page
    column = reader.locator(f"#y-{year}").evaluate("(head) => head.cellIndex")
    for name, text in values.items():
        link = reader.get_by_role("link", name=name, exact=True)
        cell = reader.locator("tr[data-row]").filter(has=link).locator("th, td").nth(column)
        # A link may follow, which says why.
        expect(cell).to_have_text(re.compile(rf"^\s*{re.escape(text)}\s*(?:pourquoi|d’après|$)"))
