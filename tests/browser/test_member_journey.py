"""A member records an implemented measure with its evidence, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewVisitor, Visitor
from tests.measures.sent import PDF

REGISTER = "/organisations/val-clement/mesures/"


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    file = tmp_path / "déclaration.pdf"
    file.write_bytes(PDF)
    return file


def first_own_record(member: Visitor, status: str) -> None:
    """Open the first record of the register that has this status."""
    member.open(f"{REGISTER}?statut={status}")
    member.page.locator("#registre tbody th a").first.click()
    member.check()


def test_a_member_records_a_measure_with_its_evidence(
    new_visitor: NewVisitor, evidence: Path
) -> None:
    member = new_visitor()
    page = member.page
    member.log_in("membre@demo.example")
    member.open("/guide/")
    page.get_by_role("link", name="Repérer l’offre et préparer le marché").first.click()
    member.check()
    page.get_by_role("link", name="Pas encore au registre").click()
    member.check()
    line = page.locator(".m").filter(has=page.get_by_role("checkbox")).first
    box = line.get_by_role("checkbox")
    title = line.get_by_role("heading").inner_text()
    expect(page.get_by_role("button", name="Ajouter au registre")).to_be_hidden()
    box.check()
    expect(page.get_by_text("1 mesure cochée")).to_be_visible()
    page.get_by_role("button", name="Ajouter au registre").click()
    expect(page.get_by_text("1 mesure au registre.")).to_be_visible()
    member.check()

    member.open(REGISTER)
    page.get_by_label("Rechercher").fill(title[:30])
    page.get_by_role("button", name="Filtrer").click()
    page.wait_for_url(re.compile(r"\?.*q="))
    page.locator("#registre").get_by_role("link", name=title).click()
    member.check()

    page.get_by_role("radio", name="Implantée").check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("La mesure n’est pas encore enregistrée")).to_be_visible()
    expect(page.get_by_role("alert")).to_be_focused()
    member.check()

    page.get_by_label("Date d’implantation").fill("2021-03-15")
    page.get_by_label("Ce que nous avons fait").fill("La direction a signé la déclaration.")
    page.get_by_label("Ajouter des fichiers").set_input_files(evidence)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Mesure enregistrée.")).to_be_visible()
    expect(page.get_by_role("link", name="déclaration.pdf", exact=True)).to_be_visible()
    expect(page.locator(".log").get_by_text("Alex Membre").first).to_be_visible()
    member.check()
    with page.expect_download() as download:
        page.get_by_role("link", name="déclaration.pdf", exact=True).click()
    assert download.value.path().read_bytes() == PDF
    assert download.value.suggested_filename == "déclaration.pdf"


def test_the_keyboard_is_enough(new_visitor: NewVisitor) -> None:
    """From the log-in page to a saved record without a pointer."""
    member = new_visitor()
    page = member.page
    page.goto(f"{member.address}/connexion/")
    press_until(page, page.get_by_label("Courriel"))
    page.keyboard.type("membre@demo.example")
    page.keyboard.press("Tab")
    page.keyboard.type("demo-chantier-2021")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tableau-de-bord/")
    press_until(page, page.get_by_role("link", name="Ajouter une mesure"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/ajouter/")
    press_until(page, page.get_by_label("Titre de votre mesure"))
    page.keyboard.type("Inviter deux EÉS à chaque dîner")
    press_until(page, page.get_by_label("Étape", exact=True))
    page.keyboard.press("ArrowDown")
    press_until(page, page.get_by_role("radio", name="En cours"))
    press_until(page, page.get_by_role("button", name="Enregistrer"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Mesure ajoutée au registre.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inviter deux EÉS à chaque dîner")


def press_until(page: Page, target: object) -> None:
    """Press Tab until `target` has the focus."""
    for _ in range(80):
        if target.evaluate("element => element === document.activeElement"):  # type: ignore[attr-defined]
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not reach it")


def test_a_record_is_saved_without_javascript(new_visitor: NewVisitor, evidence: Path) -> None:
    member = new_visitor(java_script_enabled=False, viewport=PHONE)
    page = member.page
    page.goto(f"{member.address}/connexion/")
    page.get_by_label("Courriel").fill("membre@demo.example")
    page.get_by_label("Mot de passe").fill("demo-chantier-2021")
    page.get_by_role("button", name="Se connecter").click()
    page.goto(f"{member.address}{REGISTER}?statut=implantee")
    page.locator("#registre tbody th a").first.click()
    page.get_by_label("Ce que cela a changé").fill("Écrit sans JavaScript.")
    page.get_by_label("Ajouter des fichiers").set_input_files(evidence)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Mesure enregistrée.")).to_be_visible()
    expect(page.get_by_label("Ce que cela a changé")).to_have_value("Écrit sans JavaScript.")


def test_an_expired_session_gives_the_text_back(new_visitor: NewVisitor) -> None:
    member = new_visitor()
    page = member.page
    member.log_in("membre@demo.example")
    first_own_record(member, "en-cours")
    address = page.url
    page.get_by_label("Ce que nous avons fait").fill("Ce texte a pris vingt minutes.")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Votre session a pris fin pendant que vous écriviez.")).to_be_visible()
    member.check()
    page.get_by_label("Courriel").fill("membre@demo.example")
    page.get_by_label("Mot de passe").fill("demo-chantier-2021")
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(address)
    expect(page.get_by_label("Ce que nous avons fait")).to_have_value(
        "Ce texte a pris vingt minutes."
    )
    member.check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Mesure enregistrée.")).to_be_visible()


def test_two_people_on_one_record_see_both_texts(new_visitor: NewVisitor) -> None:
    one, two = new_visitor(), new_visitor(viewport=PHONE)
    one.log_in("membre@demo.example")
    two.log_in("responsable@demo.example")
    first_own_record(one, "en-cours")
    two.page.goto(one.page.url)
    two.page.get_by_label("Personne ou unité responsable").fill("Direction générale")
    two.page.get_by_label("Ce que nous avons fait").fill("La version de la responsable.")
    two.page.get_by_role("button", name="Enregistrer").click()
    expect(two.page.get_by_text("Mesure enregistrée.")).to_be_visible()
    one.page.get_by_label("Ce que nous avons fait").fill("La version du membre.")
    one.page.get_by_role("button", name="Enregistrer").click()
    notice = one.page.get_by_role("alert")
    expect(notice).to_contain_text("Deux personnes ont modifié cette fiche")
    expect(one.page.locator(".versions")).to_contain_text("La version de la responsable.")
    one.check()
    expect(one.page.get_by_label("Ce que nous avons fait")).to_have_value("La version du membre.")
    expect(one.page.get_by_label("Personne ou unité responsable")).to_have_value(
        "Direction générale"
    )
    one.page.get_by_role("button", name="Enregistrer").click()
    expect(one.page.get_by_text("Mesure enregistrée.")).to_be_visible()


def test_filters_change_the_list_and_the_address(new_visitor: NewVisitor) -> None:
    member = new_visitor()
    page = member.page
    member.log_in("lecture@demo.example")
    member.open(REGISTER)
    page.get_by_label("Statut").select_option("implantee")
    page.wait_for_url(re.compile(r"statut=implantee"))
    expect(page.locator("#registre").get_by_text("Statut : Implantée")).to_be_visible()
    member.check()
    page.reload()
    expect(page.get_by_label("Statut")).to_have_value("implantee")
    page.locator("#registre").get_by_role("link", name="Tout effacer").click()
    expect(page.get_by_label("Statut")).to_have_value("")
