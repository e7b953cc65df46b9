"""A manager submits the annual report, the coordination follows, anyone verifies it."""

import hashlib
import re
from io import BytesIO

from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.conftest import PHONE, NewVisitor

OURS = "/organisations/val-clement"


def test_a_report_is_previewed_submitted_downloaded_and_verified(new_visitor: NewVisitor) -> None:
    manager = new_visitor()
    page = manager.page
    manager.log_in("responsable@demo.example")
    page.get_by_role("link", name=re.compile("Déposer le rapport annuel")).first.click()
    manager.check()
    expect(page.get_by_text("Brouillon.")).to_be_visible()
    report = page.url
    preview = page.request.get(f"{report}apercu.pdf")
    assert "BROUILLON" in PdfReader(BytesIO(preview.body())).pages[0].extract_text().upper()

    page.get_by_role("link", name="Déposer le rapport").click()
    manager.check()
    page.get_by_role("button", name="Déposer la version 1").click()
    expect(page.get_by_text("Le rapport n’est pas encore déposé")).to_be_visible()
    manager.check()
    page.get_by_label("Nom de la personne qui approuve").fill("Dominique Responsable")
    page.get_by_label("Fonction").fill("Direction de l’approvisionnement")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Déposer la version 1").click()
    page.wait_for_url(report)
    manager.check()
    with page.expect_download() as download:
        page.locator('a[href$="version-1.pdf"]').first.click()
    content = download.value.path().read_bytes()
    text = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(content)).pages)
    assert "BROUILLON" not in text.upper()
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", text)
    assert code is not None

    visitor = new_visitor(viewport=PHONE)
    visitor.open("/verifier/")
    visitor.page.get_by_label("Code").fill(code.group().lower())
    visitor.page.get_by_role("main").get_by_role("button").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Ce rapport est authentique")
    expect(visitor.page.get_by_text(hashlib.sha256(content).hexdigest())).to_be_visible()
    visitor.check()

    coordinator = new_visitor()
    coordinator.log_in("coordination@demo.example")
    coordinator.open("/rapports/")
    row = coordinator.page.get_by_role("row", name=re.compile("Ville de Val-Clément"))
    # The one of before is accepted, that of this year waits to be examined.
    expect(row.get_by_text("Accepté")).to_have_count(1)
    expect(row.get_by_text("Déposé")).to_have_count(1)


def test_the_coordination_corrects_the_report_of_the_chantier(new_visitor: NewVisitor) -> None:
    coordinator = new_visitor()
    page = coordinator.page
    coordinator.log_in("coordination@demo.example")
    coordinator.open("/rapports/2020-2021/")
    expect(page.get_by_text(re.compile("8 organisations sur 12")).first).to_be_visible()
    page.get_by_role("button", name="Commencer une correction").click()
    expect(page.get_by_text("La correction est commencée")).to_be_visible()
    coordinator.check()
    page.get_by_role("link", name="Rédiger").click()
    coordinator.check()
    page.get_by_role("textbox", name="Travaux à venir").fill("Trois ateliers plutôt que deux.")
    expect(page.locator("#texte-enjeux [data-text-state]")).to_contain_text("Enregistré à")
    page.get_by_role("link", name="Voir le brouillon").click()
    page.get_by_role("link", name="Déposer une correction").click()
    coordinator.check()
    page.get_by_label("Nom de la personne qui approuve").fill("Camille Coordination")
    page.get_by_label("Fonction").fill("Coordination du chantier")
    page.get_by_label("Raison de la correction").fill("Un atelier de plus est prévu.")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name=re.compile("^Déposer la version 2")).click()
    page.wait_for_url("**/rapports/2020-2021/")
    coordinator.check()
    with page.expect_download() as download:
        page.locator('a[href$="version-2.pdf"]').first.click()
    reader = PdfReader(download.value.path())
    assert reader.metadata is not None
    assert "2020-2021" in str(reader.metadata.title)
    assert "Trois ateliers" in "".join(sheet.extract_text() for sheet in reader.pages)
