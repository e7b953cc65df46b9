"""Changing records with confidence: many at once, two people on one, and taking it back."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewVisitor, Visitor

REGISTER = "/organisations/val-clement/mesures/"
MEMBER, MANAGER = "membre@demo.example", "responsable@demo.example"


def change_ticked(member: Visitor, status: str) -> None:
    """From the ticked boxes to the register, through the preview."""
    page = member.page
    page.get_by_role("button", name="Modifier les mesures cochées").click()
    member.check()
    page.get_by_label("Nouveau statut").select_option(label=status)
    page.get_by_role("button", name="Voir ce qui changera").click()
    expect(page.get_by_role("heading", name="Aperçu du changement")).to_be_visible()
    member.check()
    page.get_by_role("button", name=re.compile(r"^Modifier \d+ mesures?$")).click()


def rows(page: Page, status: str) -> int:
    return page.locator("#registre tbody tr").filter(has_text=status).count()


def test_many_records_change_and_come_back_without_javascript(new_visitor: NewVisitor) -> None:
    member = new_visitor(java_script_enabled=False)
    page = member.page
    page.goto(f"{member.address}/connexion/")
    page.get_by_label("Courriel").fill(MEMBER)
    page.get_by_label("Mot de passe").fill("demo-chantier-2021")
    page.get_by_role("button", name="Se connecter").click()
    page.goto(f"{member.address}{REGISTER}?statut=planifiee")
    planned = rows(page, "Planifiée")
    assert planned > 1
    page.get_by_role("link", name="Tout cocher sur cette page").click()
    page.get_by_role("button", name="Modifier les mesures cochées").click()
    page.get_by_label("Nouveau statut").select_option(label="En cours")
    page.get_by_role("button", name="Voir ce qui changera").click()
    page.get_by_role("button", name=f"Modifier {planned} mesures").click()
    # Back under the filter, which nothing answers any more.
    expect(page.get_by_text(f"{planned} mesures modifiées.")).to_be_visible()
    expect(page.get_by_text("Aucune mesure ne correspond")).to_be_visible()
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_text(f"{planned} mesures sont comme avant.")).to_be_visible()
    page.goto(f"{member.address}{REGISTER}?statut=planifiee")
    assert rows(page, "Planifiée") == planned


def test_boxes_survive_a_filter_and_the_keyboard_is_enough(new_visitor: NewVisitor) -> None:
    """The list is replaced by the filter: its boxes still count."""
    member = new_visitor()
    page = member.page
    member.log_in(MEMBER)
    member.open(REGISTER)
    expect(page.get_by_role("button", name="Modifier les mesures cochées")).to_be_hidden()
    page.get_by_label("Statut", exact=True).select_option(label="Implantée")
    page.wait_for_url(re.compile(r"statut=implantee"))
    boxes = page.get_by_role("checkbox")
    boxes.first.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("1 mesure cochée")).to_be_visible()
    page.get_by_role("link", name="Tout cocher sur cette page").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{boxes.count()} mesures cochées")).to_be_visible()
    member.check()
    page.get_by_role("link", name="Tout décocher").press("Enter")
    boxes.first.check()
    change_ticked(member, "Abandonnée")
    expect(page.get_by_text("1 mesure modifiée.")).to_be_visible()
    member.check()
    page.get_by_role("button", name="Annuler").press("Enter")
    expect(page.get_by_text("la fiche est comme avant")).to_be_visible()


def test_two_people_on_one_record_choose_in_one_click(new_visitor: NewVisitor) -> None:
    mine, theirs = new_visitor(), new_visitor(viewport=PHONE, color_scheme="dark")
    for visitor, email in ((mine, MEMBER), (theirs, MANAGER)):
        visitor.log_in(email)
        visitor.open(f"{REGISTER}?statut=en-cours")
        visitor.page.locator("#registre tbody th a").first.click()
        visitor.check()
    save = "Enregistrer"
    theirs.page.get_by_label("Ce que nous avons fait").fill("Le texte de la responsable.")
    theirs.page.get_by_role("button", name=save).click()
    expect(theirs.page.get_by_text("Mesure enregistrée.")).to_be_visible()
    theirs.check()
    mine.page.get_by_label("Ce que nous avons fait").fill("Le texte du membre.")
    mine.page.get_by_role("button", name=save).click()
    expect(mine.page.get_by_role("alert")).to_be_focused()
    mine.check()
    mine.page.get_by_role("radio", name="Garder les deux").check()
    mine.page.get_by_role("button", name=save).click()
    expect(mine.page.get_by_text("Mesure enregistrée.")).to_be_visible()
    expect(mine.page.get_by_label("Ce que nous avons fait")).to_have_value(
        "Le texte du membre.\n\nLe texte de la responsable."
    )
    # The colleague's page is still open: what it undoes would cost the other's text.
    theirs.page.get_by_role("button", name="Annuler").click()
    expect(theirs.page.get_by_text("Rien n’est annulé")).to_be_visible()
    # The earlier text is in the journal.
    theirs.page.get_by_role("button", name="Rétablir ce texte").first.click()
    expect(theirs.page.get_by_text("Le texte d’avant est rétabli.")).to_be_visible()
    expect(theirs.page.get_by_label("Ce que nous avons fait")).to_have_value(
        "Le texte de la responsable."
    )
    theirs.check()


def test_what_is_missing_leads_to_its_field(new_visitor: NewVisitor) -> None:
    member = new_visitor()
    page = member.page
    member.log_in(MEMBER)
    member.open(REGISTER)
    page.get_by_role("link", name="À compléter").click()
    member.check()
    page.locator("section").filter(
        has=page.get_by_role("heading", name="À faire, sans échéance")
    ).locator("a.t").first.click()
    page.wait_for_url(re.compile(r"#id_planned_for$"))
    expect(page.get_by_label("Échéance prévue")).to_be_in_viewport()


def test_an_own_measure_is_corrected_and_joins_the_guide(new_visitor: NewVisitor) -> None:
    member = new_visitor(viewport=PHONE)
    page = member.page
    member.log_in(MEMBER)
    member.open(f"{REGISTER}?q=marché+hôtel+de+ville")
    page.locator("#registre tbody th a").first.click()
    page.get_by_text("Corriger le titre ou l’étape").click()
    member.check()
    page.get_by_label("Titre de votre mesure").fill("Tenir un répertoire des EÉS du quartier")
    page.get_by_role("button", name="Enregistrer le titre et l’étape").click()
    expect(page.get_by_text("Titre et étape enregistrés.")).to_be_visible()
    page.get_by_role("link", name="rattachez-la à sa mesure").click()
    member.check()
    page.get_by_role("button", name="Rattacher à Tenir un répertoire").click()
    expect(page.get_by_text("Fiche rattachée au guide.")).to_be_visible()
    member.check()
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Tenir un répertoire des EÉS du quartier"
    )
