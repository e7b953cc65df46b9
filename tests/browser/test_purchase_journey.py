"""A purchase from its typing to its EÉS, with a mouse, with a phone, and without scripts."""

import datetime
import re

from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, PHONE, NewVisitor

OURS = "/organisations/val-clement/achats"


def test_a_purchase_is_typed_recognized_found_and_taken_away(new_visitor: NewVisitor) -> None:
    member = new_visitor()
    page = member.page
    member.log_in("membre@demo.example")
    member.open(f"{OURS}/ajouter/")
    # The directory proposes while one types.
    page.get_by_label("Fournisseur", exact=False).first.press_sequentially("vert le")
    expect(page.locator('#noms-fournisseurs option[value="Vert le Coin"]')).to_be_attached()
    # A name that comes near is asked.
    page.locator("#id_supplier_name").fill("Vert-le-Coin, coop")
    # What is asked while one types has come before the page is left.
    expect(page.locator("#noms-fournisseurs option")).to_have_count(0)
    page.locator("#id_purchased_on").fill(datetime.date.today().isoformat())
    page.locator("#id_amount").fill("1 234,50 $")
    page.locator("#id_reference").fill("BC-JOURNEE")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("L’achat n’est pas encore noté")).to_be_visible()
    member.check()
    page.get_by_role("radio", name=re.compile("Vert le Coin")).check()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text(re.compile("Achat noté. EÉS"))).to_be_visible()
    # Found in the list, which sorts by its heads.
    page.get_by_label("Rechercher").fill("bc-journee")
    page.keyboard.press("Enter")
    expect(page.locator("#achats h2")).to_have_text("1 achat")
    expect(page.locator("#achats")).to_contain_text(re.compile(r"1\s234,50\s\$"))
    member.check()
    page.get_by_role("link", name="Montant avant taxes").click()
    expect(page.locator('th[aria-sort="descending"]')).to_contain_text("Montant")
    page.get_by_role("link", name=re.compile("Vert-le-Coin")).click()
    member.check()
    page.get_by_role("link", name="Retirer cet achat").click()
    member.check()
    page.get_by_role("button", name="Oui, retirer cet achat").click()
    expect(page.get_by_text("Achat retiré.")).to_be_visible()


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
