"""Evidence in a real browser: pasted, chosen in the library, asked for and answered."""

import base64
import io

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import PHONE, NewVisitor, Visitor
from tests.measures.sent import PDF

CITY = "/organisations/val-clement/"
STAFF, MEMBER = "animation@demo.example", "membre@demo.example"

PASTE = """([content, selector, text]) => {
  const bytes = Uint8Array.from(atob(content), (char) => char.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], "image.png", { type: "image/png" }));
  if (text) data.setData("text/plain", text);
  const event = { clipboardData: data, bubbles: true, cancelable: true };
  document.querySelector(selector).dispatchEvent(new ClipboardEvent("paste", event));
}"""


def screenshot() -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), "#2f6f73").save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def paste(page: Page, selector: str, text: str = "") -> None:
    page.evaluate(PASTE, [screenshot(), selector, text])


def file(name: str) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": PDF}


def open_request(visitor: Visitor) -> None:
    """The record on which a request waits, from the dashboard."""
    visitor.open("/tableau-de-bord/")
    visitor.page.locator("main a.t", has_text="Répondre à l’ECPAR").first.click()
    visitor.check()


def test_a_screenshot_is_pasted_named_listed_and_sent(new_visitor: NewVisitor) -> None:
    member = new_visitor()
    page = member.page
    member.log_in(MEMBER)
    member.open(f"{CITY}mesures/?statut=en-cours")
    page.locator("#registre tbody th a").first.click()
    member.check()
    waiting = page.locator(".sent-files:visible li")
    paste(page, "body")
    expect(waiting).to_have_count(1)
    expect(waiting).to_contain_text("Capture 20")
    expect(page.get_by_text("Fichier ajouté\u00a0: Capture")).to_have_attribute("role", "status")
    # A text field that is written in takes the text; without text, the picture is for the zone.
    paste(page, "#id_description", text="Tableau copié")
    expect(waiting).to_have_count(1)
    paste(page, "#id_description")
    expect(waiting).to_have_count(2)
    expect(waiting.last).to_contain_text("(2).png")
    page.get_by_label("Ajouter des fichiers").set_input_files(files=[file("bilan.pdf")])
    expect(waiting).to_have_count(3)
    member.check()
    page.get_by_role("button", name="Retirer Capture").last.click()
    expect(waiting).to_have_count(2)
    expect(page.get_by_role("button", name="Retirer bilan.pdf")).to_be_focused()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Mesure enregistrée.")).to_be_visible()
    expect(page.get_by_role("link", name="bilan.pdf", exact=True)).to_be_visible()
    expect(page.locator(".files").get_by_role("link", name="Capture 20").first).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_an_error_loses_neither_the_file_nor_what_was_ticked(
    new_visitor: NewVisitor, javascript: bool
) -> None:
    member = new_visitor(java_script_enabled=javascript)
    page = member.page
    page.goto(f"{member.address}/connexion/")
    page.get_by_label("Courriel").fill(MEMBER)
    page.get_by_label("Mot de passe").fill("demo-chantier-2021")
    page.get_by_role("button", name="Se connecter").click()
    page.goto(f"{member.address}{CITY}mesures/?statut=en-cours")
    page.locator("#registre tbody th a").first.click()
    page.get_by_text("Choisir dans la bibliothèque").last.click()
    if javascript:
        page.get_by_label("Réduire la liste").last.fill("reperToire")
    page.get_by_role("checkbox", name="Répertoire régional des EÉS").check()
    page.get_by_label("Ajouter des fichiers").set_input_files(files=[file("bilan.pdf")])
    page.get_by_role("radio", name="Implantée").check()
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_load_state("load")
    expect(page.get_by_text("Ce fichier est déjà reçu")).to_be_visible()
    for name in ("bilan.pdf", "Répertoire régional des EÉS"):
        expect(page.get_by_role("checkbox", name=name)).to_be_checked()
    if javascript:
        member.check()
    page.get_by_label("Date d’implantation").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Mesure enregistrée.")).to_be_visible()
    for name in ("bilan.pdf", "Répertoire régional des EÉS"):
        expect(page.locator(".files").get_by_role("link", name=name, exact=True)).to_be_visible()


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desk", "phone"])
def test_ecpar_asks_and_the_member_answers(
    new_visitor: NewVisitor, viewport: dict[str, int] | None
) -> None:
    options = {"viewport": viewport} if viewport else {}
    member, staff = new_visitor(**options), new_visitor(**options)
    member.log_in(MEMBER)
    open_request(member)
    member.page.get_by_text("Répondre", exact=True).click()
    member.page.get_by_label("Joindre des fichiers").set_input_files(files=[file("resolution.pdf")])
    member.page.get_by_label("Votre réponse").fill("La voici.")
    member.check()
    record = member.page.url.partition("#")[0].removeprefix(member.address)
    member.page.get_by_role("button", name="Envoyer la réponse").click()
    expect(member.page.get_by_text("Réponse envoyée à l’équipe de l’ECPAR.")).to_be_visible()
    member.check()
    staff.log_in(STAFF)
    staff.open(record)
    staff.page.get_by_text("Demandes de preuve passées").click()
    expect(staff.page.get_by_text("Réponse\u00a0: La voici.")).to_be_visible()
    expect(staff.page.get_by_role("link", name="resolution.pdf", exact=True)).to_be_visible()
    staff.check()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desk", "phone"])
def test_the_pages_of_the_library_are_sound(
    new_visitor: NewVisitor, viewport: dict[str, int] | None, scheme: str
) -> None:
    options = {"viewport": viewport} if viewport else {}
    member = new_visitor(color_scheme=scheme, **options)
    page = member.page
    member.log_in(MEMBER)
    member.open(f"{CITY}preuves/ajouter/")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_load_state("load")
    expect(page.get_by_role("alert")).to_be_focused()
    member.check()
    member.open(f"{CITY}preuves/")
    page.get_by_label("Rechercher").fill("SUIVI des achats")
    page.get_by_label("Validité").select_option("")
    page.wait_for_url("**q=**")
    page.locator("#preuves").get_by_role("link", name="Suivi-des-achats-EES.csv").click()
    member.check()
    page.get_by_text("Remplacer par une nouvelle version").click()
    page.get_by_text("Joindre à d’autres mesures").click()
    page.get_by_text("Empreinte SHA-256").first.click()
    member.check()
