"""The list of measures and the catalogue that staff edit, in a real browser."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, PHONE, NewVisitor, Visitor


def log_in(visitor: Visitor, email: str) -> None:
    """Without scripts: axe, which checks the page after `Visitor.log_in`, is one."""
    visitor.page.goto(f"{visitor.address}/connexion/")
    visitor.page.get_by_label("Courriel").fill(email)
    visitor.page.get_by_label("Mot de passe").fill(PASSWORD)
    visitor.page.get_by_role("button", name="Se connecter").click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Enregistrer").click()


def test_a_member_filters_the_guide_and_adopts_what_is_found(new_visitor: NewVisitor) -> None:
    member = new_visitor()
    page = member.page
    member.log_in("membre@demo.example")
    member.open("/mesures/")
    page.get_by_label("Chez nous").select_option("pas-au-registre")
    expect(page.get_by_role("link", name="Chez nous")).to_be_visible()
    found = page.locator("#found").inner_text()
    page.get_by_label("Rechercher").fill("l'ACHAT")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).not_to_have_text(found)
    member.check()
    # The bar that adds appears with the boxes of a list that htmx brought.
    add = page.get_by_role("button", name="Ajouter au registre")
    expect(add).to_be_hidden()
    box = page.get_by_role("checkbox").first
    title = page.locator("li.m h3").first.inner_text()
    box.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("1 mesure cochée")).to_be_visible()
    page.get_by_label("Échéance (facultative)").fill("2027-03-01")
    member.check()
    add.click()
    expect(page.get_by_text("1 mesure au registre.")).to_be_visible()
    assert "statut=pas-au-registre" in page.url
    expect(page.get_by_role("heading", name=title)).to_have_count(0)
    member.check()


def test_the_list_is_filtered_and_adopted_from_without_javascript(new_visitor: NewVisitor) -> None:
    member = new_visitor(java_script_enabled=False, viewport=PHONE)
    page = member.page
    log_in(member, "membre@demo.example")
    page.goto(f"{member.address}/mesures/")
    page.get_by_label("Chez nous").select_option("pas-au-registre")
    page.get_by_role("button", name="Filtrer").click()
    title = page.locator("li.m h3").first.inner_text()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Ajouter au registre").click()
    expect(page.get_by_text("1 mesure au registre.")).to_be_visible()
    expect(page.get_by_role("heading", name=title)).to_have_count(0)


def test_two_people_edit_one_measure_and_a_text_comes_back(new_visitor: NewVisitor) -> None:
    address = "/catalogue/mesures/M3-05/"
    one, two = new_visitor(), new_visitor()
    for visitor, email in ((one, "animation@demo.example"), (two, "coordination@demo.example")):
        visitor.log_in(email)
        visitor.open(address)
    two.page.get_by_label("Titre").fill("Visiter des EÉS en équipe")
    two.page.get_by_label("Preuve attendue").fill("Liste des visites et photos")
    save(two.page)
    expect(two.page.get_by_text("Enregistré.")).to_be_visible()
    one.page.get_by_label("Titre").fill("Visiter les EÉS de la région")
    save(one.page)
    expect(one.page.get_by_role("alert")).to_contain_text("Deux personnes ont modifié ce contenu")
    expect(one.page.get_by_role("alert")).to_contain_text("Visiter des EÉS en équipe")
    expect(one.page.get_by_label("Preuve attendue")).to_have_value("Liste des visites et photos")
    one.check()
    save(one.page)
    expect(one.page.get_by_role("heading", level=1)).to_have_text("Visiter les EÉS de la région")
    one.check()
    # Back to the first words, in one press.
    one.page.get_by_role("button", name="Rétablir le texte d’avant").last.click()
    expect(one.page.get_by_text("Le texte d’avant est rétabli.")).to_be_visible()
    one.check()


def test_a_new_year_of_a_threshold_is_typed_without_javascript(new_visitor: NewVisitor) -> None:
    staff = new_visitor(java_script_enabled=False)
    page = staff.page
    log_in(staff, "animation@demo.example")
    page.goto(f"{staff.address}/cadre-legal/")
    page.get_by_role("link", name="Modifier : Loi sur les cités et villes").click()
    row = page.get_by_role("group", name="Nouvelle ligne")
    row.get_by_label("Seuil").select_option("appel_offres_public")
    row.get_by_label("Régime").fill("organisme municipal")
    row.get_by_label("Année").fill("2099")
    row.get_by_label("Montant").fill("250 000")
    save(page)
    expect(page.get_by_text("Enregistré.")).to_be_visible()
    page.goto(f"{staff.address}/mesures/m2-04/")
    coming = page.get_by_role("listitem").filter(has_text="2099")
    expect(coming.last).to_contain_text("À venir")
    expect(page.get_by_text("121 200 $").first).to_be_visible()
