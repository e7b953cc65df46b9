"""A clause from the library to a document, to its use, to what came of it, and into the figures."""

import datetime
import re
from pathlib import Path

from docx import Document
from playwright.sync_api import Download, Page, expect

from tests.browser.conftest import NewVisitor, Visitor

CLAUSE = "Critère pondéré de contribution sociale"
OURS = "/organisations/val-clement"
REFERENCE = "AO-JOURNEE-12"


def words_of(download: Download) -> str:
    document = Document(str(Path(download.path())))
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def figures(page: Page) -> tuple[int, ...]:
    """Organizations, documents, and those awarded to an EÉS, as the page of the clause says."""
    text = page.get_by_text(re.compile(r"Utilisée par")).first.inner_text()
    return tuple(int(number) for number in re.findall(r"\d+", text))


def take_away(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("/clauses/?q=contribution")
    row = page.locator("#results li, #results article").filter(has_text=CLAUSE).first
    row.get_by_label(re.compile("Choisir")).check()
    with page.expect_download() as started:
        page.get_by_role("button", name=re.compile("DOCX")).click()
    text = words_of(started.value)
    assert CLAUSE in text
    assert "[10]" in text
    assert "à faire valider" in text


def note_a_use(visitor: Visitor, today: datetime.date) -> str:
    """Fill in the text, adapt it, and note where it is used; returns what was written."""
    page = visitor.page
    page.get_by_role("link", name="Remplir les variables").click()
    page.get_by_label("10 (valeur proposée)").fill("15")
    expect(page.locator("main")).to_contain_text("Jusqu’à 15 points")
    visitor.check()
    page.get_by_role("button", name="Noter un emploi").click()
    wording = page.get_by_label("Libellé employé")
    expect(wording).to_have_value(re.compile("Jusqu’à 15 points"))
    adapted = f"{wording.input_value()} Une visite compte."
    wording.fill(adapted)
    page.locator("#id_document_kind").select_option(label="Document d’appel d’offres")
    page.get_by_label("Référence du document").fill(REFERENCE)
    page.get_by_label("Date du document").fill(today.isoformat())
    visitor.check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Emploi noté.")).to_be_visible()
    visitor.check()
    return adapted


def say_what_came_of_it(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_text("Octroyé à une EÉS", exact=True).click()
    page.get_by_label("Soumissions reçues d’EÉS").fill("2")
    page.get_by_label("Montant du contrat, avant taxes").fill("48 000,50 dollars")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("L’emploi n’est pas encore enregistré")).to_be_visible()
    visitor.check()
    page.get_by_label("Montant du contrat, avant taxes").fill("48 000,50")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("L’emploi n’est pas encore enregistré")).to_have_count(0)
    visitor.check()


def test_a_clause_is_taken_away_used_and_counted(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    page = visitor.page
    visitor.log_in("membre@demo.example")
    take_away(visitor)
    visitor.open("/clauses/c-04/")
    organizations, documents, awarded = figures(page)
    adapted = note_a_use(visitor, datetime.date.today())
    say_what_came_of_it(visitor)
    # What is kept is what was written, beside what the model says.
    written = page.get_by_role("textbox", name=re.compile("Libellé employé"))
    expect(written).to_have_value(adapted)
    expect(page.locator("main ins").filter(has_text="15").first).to_be_visible()
    visitor.open("/clauses/c-04/")
    # The organization already used it: one more document, one more award.
    assert figures(page) == (organizations, documents + 1, awarded + 1)
    visitor.open(f"{OURS}/clauses/?q={REFERENCE}")
    expect(page.locator("main table")).to_contain_text("48 000,50")
    # And the annual report tells it.
    visitor.open(f"{OURS}/rapports/")
    page.locator('main a[href*="/rapports/20"]').first.click()
    expect(page.get_by_role("heading", name="Clauses utilisées")).to_be_visible()
    expect(page.locator("#clauses")).to_contain_text(REFERENCE)
    visitor.check()
