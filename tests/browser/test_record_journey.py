"""What hangs on a record: a figure, a barrier met, and a discussion with ECPAR."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, PHONE, NewVisitor

REGISTER = "/organisations/val-clement/mesures/"
MEMBER, MANAGER, STAFF = "membre@demo.example", "responsable@demo.example", "animation@demo.example"
SAVE = "Enregistrer"


def record_of(page: Page, address: str) -> str:
    """The page of the record that has figures, a barrier and a discussion."""
    page.goto(f"{address}{REGISTER}?q=grands+contrats")
    page.locator("#registre tbody th a").first.click()
    page.wait_for_url(re.compile(r"/mesures/\d+/"))
    return page.url


def test_a_figure_is_recorded_with_the_keyboard_alone(new_visitor: NewVisitor) -> None:
    member = new_visitor()
    page = member.page
    member.log_in(MEMBER)
    record_of(page, member.address)
    member.check()
    page.get_by_role("link", name="Ajouter un résultat").press("Enter")
    member.check()
    page.get_by_label("Ce que l’on compte").focus()
    page.keyboard.type("Heures de stage")
    page.keyboard.press("Tab")
    page.keyboard.type("heures")
    # The parts of a date come in the order of the machine: filled in one go.
    page.get_by_label("Début de la période").fill("2021-01-01")
    page.get_by_label("Fin de la période").fill("2021-12-31")
    page.get_by_label("Valeur de départ").focus()
    for text in ("0", "douze", "1 500"):
        page.keyboard.type(text)
        if text != "1 500":
            page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Ce que l’on compte")).to_have_value("Heures de stage")
    member.check()
    page.get_by_role("link", name="Écrivez un nombre seul").press("Enter")
    page.locator(":focus").fill("1 234,50")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Résultat enregistré.")).to_be_visible()
    row = page.locator("#resultats tr").filter(has_text="Heures de stage")
    expect(row).to_contain_text("1\u00a0234,5")
    expect(row).to_contain_text("82\u00a0% du chemin")
    member.check()


def test_barriers_and_messages_need_no_javascript(new_visitor: NewVisitor) -> None:
    member = new_visitor(java_script_enabled=False)
    page = member.page
    page.goto(f"{member.address}/connexion/")
    page.get_by_label("Courriel").fill(MEMBER)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    record = record_of(page, member.address)
    page.get_by_role("link", name="Noter un enjeu").click()
    page.get_by_role("link", name="Règle du plus bas prix").click()
    page.get_by_label("Grille pondérée").check()
    page.get_by_label("Ce qui a fonctionné chez nous").fill("Dix points, une phrase.")
    page.get_by_role("button", name=SAVE).click()
    met = page.locator("#enjeux li").filter(has_text="Règle du plus bas prix")
    expect(met).to_contain_text("Dix points, une phrase.")
    met.get_by_role("link", name="Modifier").click()
    page.get_by_text("Retirer cet enjeu de la fiche").click()
    page.get_by_role("button", name="Oui, retirer cet enjeu").click()
    expect(page.get_by_text("Enjeu retiré de la fiche.")).to_be_visible()
    expect(page.locator("#enjeux")).not_to_contain_text("Règle du plus bas prix")
    page.goto(record)
    page.get_by_label("Votre message").fill("Une question entre nous.")
    page.get_by_role("button", name="Publier le message").click()
    thread = page.locator(".thread").filter(has_text="Une question entre nous.")
    expect(thread).to_contain_text("Entre nous")
    thread.get_by_role("button", name="Marquer comme réglée").click()
    expect(page.get_by_text("Discussion réglée.", exact=True)).to_be_visible()


def test_two_people_correct_one_figure_and_lose_nothing(new_visitor: NewVisitor) -> None:
    mine, theirs = new_visitor(), new_visitor(viewport=PHONE, color_scheme="dark")
    for visitor, email in ((mine, MEMBER), (theirs, MANAGER)):
        visitor.log_in(email)
        record_of(visitor.page, visitor.address)
        visitor.page.locator("#resultats").get_by_role("link", name="Modifier").first.click()
        visitor.check()
    theirs.page.get_by_label("Valeur obtenue").fill("7")
    theirs.page.get_by_label("Cible").fill("20")
    theirs.page.get_by_role("button", name=SAVE).click()
    expect(theirs.page.get_by_text("Résultat enregistré.")).to_be_visible()
    theirs.check()
    mine.page.get_by_label("Valeur obtenue").fill("8")
    mine.page.get_by_role("button", name=SAVE).click()
    expect(mine.page.get_by_role("heading", name="Deux personnes")).to_be_visible()
    mine.check()
    expect(mine.page.get_by_label("Cible")).to_have_value(re.compile("^20"))
    mine.page.get_by_role("radio", name="Prendre la sienne").check()
    mine.page.get_by_role("button", name=SAVE).click()
    row = mine.page.locator("#resultats tbody tr").first
    expect(row).to_contain_text("7")
    expect(row).to_contain_text("20")


def test_staff_ask_and_the_member_finds_it_and_answers(new_visitor: NewVisitor) -> None:
    staff, member = new_visitor(), new_visitor(viewport=PHONE, color_scheme="dark")
    staff.log_in(STAFF)
    record_of(staff.page, staff.address)
    staff.check()
    expect(staff.page.get_by_text("Qui tient le tableau des lots")).to_have_count(0)
    staff.page.get_by_label("Votre message").fill("Combien de lots l’an prochain?")
    staff.page.get_by_role("button", name="Publier le message").click()
    expect(staff.page.get_by_text("Message publié.")).to_be_visible()
    staff.check()
    member.log_in(MEMBER)
    member.open(f"{REGISTER}?suivi=discussion-ouverte")
    member.page.get_by_role("link", name="Diviser les grands contrats").click()
    thread = member.page.locator(".thread").filter(has_text="Combien de lots l’an prochain?")
    thread.get_by_text("Répondre").click()
    member.check()
    thread.get_by_label("Votre réponse").fill("Quatre, si le budget tient.")
    thread.get_by_role("button", name="Publier la réponse").click()
    expect(thread).to_contain_text("Quatre, si le budget tient.")
    member.check()


def test_the_reason_shows_when_it_is_asked_for_and_never_hides_what_is_written(
    new_visitor: NewVisitor,
) -> None:
    member = new_visitor()
    member.log_in("membre@demo.example")
    member.open("/organisations/val-clement/mesures/ajouter/")
    page = member.page
    reason = page.get_by_label("Raison pour laquelle la mesure est sans objet")
    expect(reason).to_be_hidden()
    page.get_by_role("radio", name="Sans objet").check()
    expect(reason).to_be_visible()
    reason.fill("Nous n’achetons rien de tel.")
    page.get_by_role("radio", name="En cours").check()
    expect(reason).to_be_visible()
    member.check()
