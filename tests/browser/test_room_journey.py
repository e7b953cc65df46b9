"""The room of a meeting: two people on one card, a network cut, the keyboard alone, no script."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewVisitor, Visitor
from tests.browser.drafts import crash, forgive, log_in_here

STAFF, OTHER = "animation@demo.example", "coordination@demo.example"
DONE, NEXT, NEED = "Fait depuis la dernière fois", "Prochaine action", "Besoin"
CARD = "?carte=val-clement"
CUT = "ERR_"


def room_of(visitor: Visitor) -> str:
    """The address of the room of the coming meeting."""
    page = visitor.page
    page.goto(f"{visitor.address}/rencontres/")
    link = page.locator('a[href*="/rencontres/demo-prochaine-"]').first
    address = link.get_attribute("href") or ""
    return re.sub(r"^(/rencontres/[^/]+/).*$", r"\1animer/", address)


def enter(
    new_visitor: NewVisitor, email: str = STAFF, query: str = CARD, **options: object
) -> Visitor:
    visitor = new_visitor(**options)
    visitor.log_in(email)
    visitor.open(f"{room_of(visitor)}{query}")
    return visitor


def card(page: Page) -> Locator:
    """The one that is open."""
    return page.locator("[data-card]:not([hidden])")


def field(page: Page, label: str) -> Locator:
    return card(page).get_by_label(label, exact=True)


def says(page: Page) -> Locator:
    return page.locator("[data-room-status]")


def expect_saved(page: Page) -> None:
    expect(says(page)).to_have_text(re.compile(r"Tout est enregistré, à \d{1,2}\sh(\s\d\d)?\."))


def expect_kept(page: Page, count: int) -> None:
    keys = "Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"
    page.wait_for_function(f"(count) => {keys} === count", arg=count)


def cut(page: Page) -> None:
    page.route("**/cartes/*/", lambda route: route.abort("internetdisconnected"))


# --- Two people --------------------------------------------------------------------------


def test_two_people_write_one_card_and_lose_nothing(new_visitor: NewVisitor) -> None:
    mine, theirs = enter(new_visitor), enter(new_visitor, OTHER)
    page, other = mine.page, theirs.page
    field(other, NEED).focus()
    field(page, DONE).fill("Deux contrats.")
    expect_saved(page)
    # The other has read nothing of it and writes elsewhere on the card: both stay.
    field(other, NEED).fill("Un modèle de clause.")
    expect_saved(other)
    expect(field(other, DONE)).to_have_value("Deux contrats.")
    expect(field(page, NEED)).to_have_value("Un modèle de clause.", timeout=15_000)
    expect(page.locator("[data-room-people]")).to_contain_text("Lou Coordination")
    # The same field, each without having read the other.
    cut(other)
    field(other, DONE).fill("Trois contrats.")
    field(page, DONE).fill("Quatre contrats.")
    expect_saved(page)
    other.unroute("**/cartes/*/")
    other.get_by_role("button", name="Réessayer maintenant").click()
    expect(says(other)).to_contain_text("1\u00a0carte à revoir")
    note = card(other).locator(".field-note")
    expect(note).to_contain_text("Maxime Animation a écrit en même temps")
    expect(note).to_contain_text("Quatre contrats.")
    expect(field(other, DONE)).to_have_value("Trois contrats.")
    forgive(theirs, CUT)
    theirs.check()
    note.get_by_role("button", name="Mettre les deux").click()
    expect_saved(other)
    # Not under the fingers of somebody who writes there.
    expect(field(page, DONE)).to_be_focused()
    field(page, DONE).blur()
    expect(field(page, DONE)).to_have_value("Quatre contrats.\nTrois contrats.", timeout=15_000)
    expect_kept(other, 0)
    expect_kept(page, 0)


def test_a_conflict_is_still_there_after_a_crash(new_visitor: NewVisitor) -> None:
    mine, theirs = enter(new_visitor), enter(new_visitor, OTHER)
    page, other = mine.page, theirs.page
    cut(page)
    field(page, DONE).fill("Le mien.")
    field(other, DONE).fill("Le sien.")
    expect_saved(other)
    page.unroute("**/cartes/*/")
    page.get_by_role("button", name="Réessayer maintenant").click()
    expect(card(page).locator(".field-note")).to_contain_text("Le sien.")
    page = crash(page, mine)
    expect(card(page).locator(".field-note")).to_contain_text("Le sien.")
    expect(field(page, DONE)).to_have_value("Le mien.")
    page.get_by_role("button", name="Prendre l’autre").click()
    expect(field(page, DONE)).to_have_value("Le sien.")
    expect_kept(page, 0)


# --- Without a network, without a session ---------------------------------------------------


def test_a_network_cut_and_a_crashed_tab_lose_nothing_and_store_once(
    new_visitor: NewVisitor,
) -> None:
    visitor = enter(new_visitor)
    page = visitor.page
    cut(page)
    field(page, DONE).fill("Écrit hors ligne.")
    page.keyboard.press("Alt+ArrowUp")
    before = card(page).get_attribute("data-name") or ""
    field(page, NEED).fill("Sur une autre carte.")
    field(page, NEED).blur()
    expect(says(page)).to_contain_text("Hors ligne\u00a0: 2\u00a0cartes gardées")
    # The last words before the tab dies.
    field(page, NEED).press_sequentially(" Encore.")
    expect_kept(page, 2)
    forgive(visitor, CUT)
    page = crash(page, visitor)
    expect_saved(page)
    expect_kept(page, 0)
    expect(card(page)).to_have_attribute("data-name", before)
    page.reload()
    assert "Encore." in field(page, NEED).input_value()
    page.goto(page.url.partition("?")[0] + CARD)
    expect(field(page, DONE)).to_have_value("Écrit hors ligne.")
    # Sent by the first tab and by the second, a text is one version.
    assert card(page).locator("input[name=version]").input_value() == "2"


def test_an_answer_that_was_lost_is_asked_again_once(new_visitor: NewVisitor) -> None:
    """The server has stored the text; the browser never heard of it, and sends it again."""
    visitor = enter(new_visitor)
    page = visitor.page
    lost: list[int] = []

    def lose(route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    page.route("**/cartes/*/", lose)
    field(page, DONE).fill("Une seule fois.")
    expect_saved(page)
    assert lost == [200]
    forgive(visitor, CUT)
    page.reload()
    expect(field(page, DONE)).to_have_value("Une seule fois.")
    assert card(page).locator("input[name=version]").input_value() == "2"


def test_a_session_that_ended_says_so_and_keeps_the_text(new_visitor: NewVisitor) -> None:
    visitor = enter(new_visitor)
    page = visitor.page
    page.context.clear_cookies(name="sessionid")
    field(page, DONE).fill("Après la session.")
    expect(says(page)).to_contain_text("Votre session a pris fin. 1\u00a0carte attend")
    visitor.check()
    page.get_by_role("link", name="Se connecter").click()
    log_in_here(page, STAFF)
    page.wait_for_url("**/animer/**")
    expect_kept(page, 0)
    page.reload()
    expect(field(page, DONE)).to_have_value("Après la session.")


# --- By keyboard, and without a script ----------------------------------------------------------


def test_three_cards_by_keyboard_alone(new_visitor: NewVisitor) -> None:
    visitor = enter(new_visitor, query="")
    page = visitor.page
    names = page.locator("[data-card]").evaluate_all("(cards) => cards.map((c) => c.dataset.name)")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    expect(card(page)).to_have_attribute("data-name", names[1])
    expect(field(page, DONE)).to_be_focused()
    page.keyboard.type("Un j et un k restent du texte.")
    page.keyboard.press("Tab")
    expect(field(page, NEXT)).to_be_focused()
    page.keyboard.type("La suite.")
    page.keyboard.press("Alt+ArrowDown")
    expect(card(page)).to_have_attribute("data-name", names[2])
    page.keyboard.type("Une deuxième carte.")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_label("Aller à", exact=True)).to_be_focused()
    page.keyboard.type("val-clem")
    page.keyboard.press("Enter")
    expect(card(page)).to_have_attribute("data-slug", "val-clement")
    page.keyboard.type("Et une troisième.")
    page.keyboard.press("Escape")
    expect_saved(page)
    visitor.check()
    page.keyboard.press("Alt+ArrowUp")
    page.goto(page.url.partition("?")[0])
    page.keyboard.press("j")
    expect(field(page, DONE)).to_have_value("Un j et un k restent du texte.")
    page.keyboard.press("Alt+ArrowDown")
    expect(field(page, DONE)).to_have_value("Une deuxième carte.")


def test_keys_of_one_letter_can_be_put_out(new_visitor: NewVisitor) -> None:
    page = enter(new_visitor).page
    page.get_by_text("Au clavier", exact=True).click()
    page.get_by_label(re.compile("^Utiliser")).uncheck()
    page.reload()
    page.keyboard.press("k")
    expect(card(page)).to_have_attribute("data-slug", "val-clement")


def test_the_room_works_without_a_script(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(java_script_enabled=False)
    page = visitor.page
    page.goto(f"{visitor.address}/connexion/")
    log_in_here(page, STAFF)
    page.wait_for_url("**/tableau-de-bord/")
    page.goto(f"{visitor.address}{room_of(visitor)}")
    page.locator('.turn a[href="?carte=val-clement"]').click()
    field(page, DONE).fill("Sans script.")
    page.get_by_role("button", name="Enregistrer la carte").click()
    expect(page.get_by_text("La carte de Ville de Val-Clément est enregistrée.")).to_be_visible()
    expect(field(page, DONE)).to_have_value("Sans script.")
    page.get_by_role("button", name="Commencer le premier point").click()
    expect(page.locator(".agenda li[aria-current=step]")).to_contain_text("Accueil")
    page.locator("#presence-val-clement summary").click()
    page.locator("#presence-val-clement").get_by_label("Alex Membre").check()
    page.locator("#presence-val-clement").get_by_role("button", name="Noter").click()
    expect(card(page)).to_contain_text("Présente\u00a0: Alex Membre")


# --- The screen of the room ------------------------------------------------------------


def test_the_screen_follows_who_speaks_as_it_is_typed(new_visitor: NewVisitor) -> None:
    visitor = enter(new_visitor)
    page = visitor.page
    screen = page.context.new_page()
    watcher = Visitor(screen, visitor.address, visitor.sessions)
    watcher.open(f"{room_of(watcher)}ecran/")
    page.get_by_role("button", name=re.compile("^Commencer le premier point")).click()
    point = "Accueil et suites de la dernière rencontre"
    expect(screen.get_by_role("heading", name=point, level=1)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Donner la parole")).click()
    expect(screen.get_by_role("heading", name="Ville de Val-Clément")).to_be_visible()
    field(page, NEXT).fill("Signer en juin.")
    expect(screen.get_by_text("Signer en juin.")).to_be_visible(timeout=10_000)
    for width, height in ((1280, 720), (1920, 1080)):
        screen.set_viewport_size({"width": width, "height": height})
        watcher.check()
        assert screen.evaluate("document.documentElement.scrollHeight") <= height
    visitor.check()
    page.set_viewport_size({"width": 360, "height": 780})
    visitor.check()
