"""A report is written by several people at once, on a bad network, over a session that ends."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewVisitor, Visitor
from tests.browser.drafts import expect_nothing_kept, forgive, log_in_here

MANAGER, MEMBER = "responsable@demo.example", "membre@demo.example"
PURCHASES, COMMITMENTS = "Ce que disent ces chiffres", "Engagements"


def open_texts(visitor: Visitor, email: str, address: str = "") -> Page:
    """The texts of the report that Val-Clément has yet to submit."""
    page = visitor.page
    visitor.log_in(email)
    if not address:
        page.get_by_role("link", name=re.compile("Déposer le rapport annuel")).first.click()
        page.get_by_role("link", name="Rédiger").click()
        page.wait_for_url("**/textes/")
        visitor.check()
    else:
        page.goto(address)
    return page


def field(page: Page, label: str = PURCHASES) -> Locator:
    return page.get_by_role("textbox", name=label, exact=True)


def state(page: Page, section: str = "achats") -> Locator:
    return page.locator(f"#texte-{section} [data-text-state]")


def test_what_is_typed_is_saved_and_a_cut_network_loses_nothing(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    page = open_texts(visitor, MANAGER)
    field(page).fill("Deux contrats de plus.")
    expect(state(page)).to_contain_text("Enregistré à")
    other = page.context.new_page()
    other.goto(page.url)
    expect(field(other)).to_have_value("Deux contrats de plus.")
    other.close()

    forgive(visitor, "ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    field(page).fill("Deux contrats de plus. Écrit sans réseau.")
    expect(state(page)).to_contain_text("Pas encore enregistré")
    visitor.check()
    page.context.set_offline(False)
    expect(state(page)).to_contain_text("Enregistré à")
    expect_nothing_kept(page)
    page.reload()
    expect(field(page)).to_have_value("Deux contrats de plus. Écrit sans réseau.")


def test_two_people_write_at_once(new_visitor: NewVisitor) -> None:
    one, two = new_visitor(), new_visitor()
    mine = open_texts(one, MANAGER)
    theirs = open_texts(two, MEMBER, mine.url)
    first, second = field(mine, COMMITMENTS).input_value().split("\n\n")
    field(mine, COMMITMENTS).fill(f"Un.\n\n{second}")
    expect(state(mine, "engagements")).to_contain_text("Enregistré à")
    field(theirs, COMMITMENTS).fill(f"{first}\n\nDeux.")
    expect(state(theirs, "engagements")).to_contain_text("réuni avec ce qu’une autre personne")
    expect(field(theirs, COMMITMENTS)).to_have_value("Un.\n\nDeux.")

    # The same line, now.
    field(mine, COMMITMENTS).fill(f"Un et demi.\n\n{second}")
    expect(field(mine, COMMITMENTS)).to_have_value("Un et demi.\n\nDeux.")
    field(theirs, COMMITMENTS).fill("Un et quart.\n\nDeux.")
    note = theirs.get_by_role("alert").filter(has_text="a écrit au même endroit")
    expect(note).to_contain_text("Un et demi.")
    two.check()
    note.get_by_role("button", name="Mettre les deux").click()
    expect(state(theirs, "engagements")).to_contain_text("Enregistré à")
    mine.reload()
    both = "Un et demi.\n\nDeux.\n\nUn et quart.\n\nDeux."
    expect(field(mine, COMMITMENTS)).to_have_value(both)


def test_a_session_that_ended_is_said_and_the_text_leaves_after(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    page = open_texts(visitor, MANAGER)
    page.context.clear_cookies(name="sessionid")
    field(page).fill("Écrit après la fin de la session.")
    expect(state(page)).to_contain_text("votre session a pris fin")
    field(page, COMMITMENTS).fill("Écrit ensuite, ailleurs.")
    expect(state(page, "engagements")).to_contain_text("votre session a pris fin")
    visitor.check()
    with page.context.expect_page() as opened:
        state(page).get_by_role("link", name="Se connecter dans un nouvel onglet").click()
    other = opened.value
    log_in_here(other, MANAGER)
    other.wait_for_url(re.compile(r"/rapports/\d{4}-\d{4}/$"))
    # Back in the first tab.
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(state(page)).to_contain_text("Enregistré à")
    expect(state(page, "engagements")).to_contain_text("Enregistré à")
    page.reload()
    expect(field(page)).to_have_value("Écrit après la fin de la session.")
    expect(field(page, COMMITMENTS)).to_have_value("Écrit ensuite, ailleurs.")


def test_the_text_of_an_earlier_year_goes_under_what_is_typed(new_visitor: NewVisitor) -> None:
    page = open_texts(new_visitor(), MANAGER)
    page.route("**/textes/", lambda route: route.abort("connectionrefused"))
    field(page).fill("Cette année.")
    part = page.locator("#texte-achats")
    part.locator("summary").click()
    page.unroute("**/textes/")
    part.get_by_role("button", name=re.compile("^Mettre ce texte dans le champ")).click()
    expect(field(page)).to_have_value(re.compile(r"^Cette année\.\n\nDeux contrats font"))
    expect(state(page)).to_contain_text("Enregistré à")


def test_an_examination_stays_typed_while_another_cycle_is_beside(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    page = visitor.page
    visitor.log_in("coordination@demo.example")
    visitor.open("/rapports/")
    page.get_by_role("link", name=re.compile("^Examiner")).first.click()
    page.get_by_label("Mot à l’organisation").fill("Une question sur les achats.")
    page.get_by_role("button", name="Mettre 2020-2021 à côté").click()
    expect(page.get_by_role("button", name="Fermer 2020-2021")).to_be_visible()
    expect(page.get_by_label("Mot à l’organisation")).to_have_value("Une question sur les achats.")
    visitor.check()
