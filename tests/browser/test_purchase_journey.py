"""A purchase and its EÉS, on a phone and without scripts."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, PHONE, NewVisitor

OURS = "/organisations/val-clement/achats"


def test_suppliers_are_tied_on_a_phone_and_taken_back(new_visitor: NewVisitor) -> None:
    member = new_visitor(viewport=PHONE)
    page = member.page
    member.log_in("membre@demo.example")
    member.open(f"{OURS}/")
    page.get_by_role("link", name="Rapprocher les fournisseurs").click()
    member.check()
    before = page.locator("main section.sheet").count()
    page.get_by_role("button", name=re.compile("^C’est")).first.click()
    expect(page.locator("main section.sheet")).to_have_count(before - 1)
    page.get_by_text("Chercher une autre EÉS").first.click()
    page.get_by_label("Nom de l’EÉS au répertoire").first.fill("marmites")
    page.get_by_role("button", name="Chercher", exact=True).first.click()
    member.check()
    page.get_by_role("link", name="Déjà dit").click()
    member.check()
    page.get_by_role("button", name=re.compile("À rapprocher de nouveau")).first.click()
    expect(page.locator("main section.sheet")).to_have_count(before)


def test_a_purchase_is_noted_without_scripts(new_visitor: NewVisitor) -> None:
    member = new_visitor(java_script_enabled=False)
    page = member.page
    page.goto(f"{member.address}/connexion/")
    page.get_by_label("Courriel").fill("membre@demo.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.goto(f"{member.address}{OURS}/ajouter/")
    page.locator("#id_supplier_name").fill("Coop Brosse et Balais")
    page.locator("#id_purchased_on").fill("2021-03-15")
    page.locator("#id_amount").fill("-12,00")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.get_by_role("radio", name=re.compile("Coop Brosse et Balai")).check()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text(re.compile("Achat noté. EÉS"))).to_be_visible()
