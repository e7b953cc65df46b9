"""The entry grid of indicators: by keyboard, with two people, without a network or a session."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor
from tests.browser.drafts import crash, log_in_here
from tests.browser.grid import (
    AMOUNT,
    AVERAGE,
    CLAUSES,
    CONTRACTS,
    DELAY,
    GRID,
    INVITED,
    NETWORKING,
    SUPPLIERS,
    TRAINED,
    YEAR,
    cell,
    expect_all_saved,
    expect_kept,
    expect_state,
    open_grid,
    says,
    seen_by_another,
)

N = "\u00a0"


# --- Keyboard ---------------------------------------------------------------------


def test_a_grid_is_filled_by_keyboard(new_visitor: NewVisitor) -> None:
    visitor = open_grid(new_visitor)
    page = visitor.page
    cell(page, TRAINED).focus()
    page.keyboard.type("66,7")
    expect_state(cell(page, TRAINED), "à enregistrer")
    page.keyboard.press("Enter")
    expect(cell(page, NETWORKING)).to_be_focused()
    expect_state(cell(page, TRAINED), "enregistré")
    page.keyboard.type("0")
    page.keyboard.press("ArrowDown")
    expect(cell(page, INVITED)).to_be_focused()
    page.keyboard.type("n. d.")
    page.keyboard.press("Enter")
    page.keyboard.type("1")
    page.keyboard.press("Shift+Enter")
    expect(cell(page, INVITED)).to_be_focused()
    # Down over two computed lines.
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(cell(page, DELAY)).to_be_focused()
    page.keyboard.type("25")
    page.keyboard.press("Tab")
    expect_all_saved(page)
    expect_kept(page, 0)
    visitor.check()
    page.reload()
    expect(cell(page, TRAINED)).to_have_value("66,7")
    expect(cell(page, NETWORKING)).to_have_value("0")
    expect(cell(page, INVITED)).to_have_value(f"n.{N}d.")
    expect(cell(page, CLAUSES)).to_have_value("1")
    expect(cell(page, DELAY)).to_have_value("25")
    seen_by_another(
        new_visitor,
        {TRAINED: f"66,7{N}%", NETWORKING: "0", INVITED: f"n.{N}d.", CLAUSES: f"1,0{N}%"},
    )


def test_arrows_leave_a_text_only_at_its_edge_and_escape_gives_it_back(
    new_visitor: NewVisitor,
) -> None:
    page = open_grid(new_visitor).page
    before = cell(page, NETWORKING, YEAR - 1).input_value()
    assert before
    cell(page, NETWORKING).focus()
    page.keyboard.press("ArrowLeft")
    expect(cell(page, NETWORKING, YEAR - 1)).to_be_focused()
    page.keyboard.type("12")
    # Inside what is being typed.
    page.keyboard.press("ArrowLeft")
    expect(cell(page, NETWORKING, YEAR - 1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(cell(page, NETWORKING, YEAR - 1)).to_have_value(before)
    expect_kept(page, 0)
    page.keyboard.press("ArrowRight")
    expect(cell(page, NETWORKING)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(cell(page, NETWORKING)).to_be_focused()
    page.reload()
    expect(cell(page, NETWORKING, YEAR - 1)).to_have_value(before)


def test_what_is_computed_follows_and_an_emptied_cell_says_not_available(
    new_visitor: NewVisitor,
) -> None:
    page = open_grid(new_visitor).page
    average = page.locator(f"#c-I-09-{YEAR}")
    cell(page, AMOUNT).fill("1234.50")
    cell(page, CONTRACTS).fill("4")
    cell(page, DELAY).focus()
    expect(average).to_have_text(f"308,63{N}$")
    expect(cell(page, AMOUNT)).to_have_value(f"1{N}234,5")
    cell(page, CONTRACTS).fill("")
    page.keyboard.press("Enter")
    expect(cell(page, CONTRACTS)).to_have_value(f"n.{N}d.")
    expect(average).to_have_text(f"n.{N}d.")
    assert page.get_by_role("textbox", name=AVERAGE).count() == 0


# --- Two people -------------------------------------------------------------------


def test_two_people_on_one_cell_see_both_and_lose_nothing(new_visitor: NewVisitor) -> None:
    mine = open_grid(new_visitor)
    theirs = open_grid(new_visitor, "responsable@demo.example")
    page, other = mine.page, theirs.page
    for name, text in {TRAINED: "40", NETWORKING: "4", CONTRACTS: "9"}.items():
        cell(other, name).fill(text)
        other.keyboard.press("Enter")
    expect_all_saved(other)
    cell(page, TRAINED).fill("60")
    cell(page, NETWORKING).fill("6")
    cell(page, SUPPLIERS).fill("3")
    cell(page, CONTRACTS).fill("9")
    page.keyboard.press("Enter")
    expect(says(page)).to_contain_text(f"2{N}cellules à revoir.")
    # What both typed alike meets nothing.
    expect_state(cell(page, CONTRACTS), "enregistré")
    expect_state(cell(page, TRAINED), "conflit")
    expect(cell(page, TRAINED)).to_have_value("60")
    notes = page.locator(".grid-notes li")
    expect(notes.first).to_contain_text(f"Dominique Responsable a noté «{N}40{N}» le")
    expect(notes.first).to_contain_text(f"Vous avez écrit «{N}60{N}».")
    mine.check()
    # Nothing is lost by a crash before one has chosen.
    page = crash(page, mine)
    expect_state(cell(page, TRAINED), "conflit")
    expect(cell(page, TRAINED)).to_have_value("60")
    page.get_by_role("button", name=f"Garder «{N}60{N}»").click()
    expect_state(cell(page, TRAINED), "enregistré")
    page.get_by_role("button", name=f"Prendre «{N}4{N}»").click()
    expect(cell(page, NETWORKING)).to_have_value("4")
    expect_all_saved(page)
    expect_kept(page, 0)
    other.reload()
    for name, text in {TRAINED: "60", NETWORKING: "4", CONTRACTS: "9", SUPPLIERS: "3"}.items():
        expect(cell(other, name)).to_have_value(text)


def test_another_text_after_both_were_seen_is_mine(new_visitor: NewVisitor) -> None:
    page = open_grid(new_visitor).page
    other = open_grid(new_visitor, "responsable@demo.example").page
    cell(other, TRAINED).fill("40")
    other.keyboard.press("Enter")
    expect_all_saved(other)
    cell(page, TRAINED).fill("60")
    page.keyboard.press("Enter")
    expect_state(cell(page, TRAINED), "conflit")
    cell(page, TRAINED).fill("50")
    page.keyboard.press("Enter")
    expect_all_saved(page)
    other.reload()
    expect(cell(other, TRAINED)).to_have_value("50")


# --- Without a network, without a session -----------------------------------------


def test_a_network_that_is_cut_loses_nothing(new_visitor: NewVisitor) -> None:
    visitor = open_grid(new_visitor)
    page = visitor.page
    visitor.expected.append("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    for name, text in {TRAINED: "50", NETWORKING: "5", CONTRACTS: "12"}.items():
        cell(page, name).fill(text)
        page.keyboard.press("Enter")
    # The last one twice: the newest text is the one that leaves.
    cell(page, CONTRACTS).fill("13")
    page.keyboard.press("Enter")
    expect(says(page)).to_contain_text(f"Hors ligne. 3{N}cellules sont gardées")
    expect_state(cell(page, TRAINED), "hors ligne")
    expect_kept(page, 3)
    visitor.check()
    page.context.set_offline(False)
    expect_all_saved(page)
    visitor.check()
    page.reload()
    expect(cell(page, CONTRACTS)).to_have_value("13")
    seen_by_another(new_visitor, {TRAINED: f"50,0{N}%", NETWORKING: "5", CONTRACTS: "13"})


def test_cells_that_never_left_are_sent_by_another_tab(new_visitor: NewVisitor) -> None:
    """As after a crash, but for the moment at which it comes."""
    visitor = open_grid(new_visitor)
    first = visitor.page
    visitor.expected.append("ERR_CONNECTION_REFUSED")
    first.route("**/cellule/", lambda route: route.abort("connectionrefused"))
    cell(first, TRAINED).fill("50")
    first.keyboard.press("Enter")
    expect(says(first)).to_contain_text("Hors ligne.")
    # Typed, and not left: it waits for a word.
    cell(first, CONTRACTS).press_sequentially("12")
    expect_kept(first, 2)
    visitor.page = page = first.context.new_page()
    page.goto(first.url)
    expect_state(cell(page, TRAINED), "enregistré")
    expect(cell(page, CONTRACTS)).to_have_value("12")
    held = page.get_by_role("region", name="Cellules gardées dans ce navigateur")
    expect(held).to_contain_text(f"1{N}cellule tapée dans ce navigateur n’est pas enregistrée.")
    visitor.check()
    held.get_by_role("button", name="Les enregistrer").click()
    expect_all_saved(page)
    expect(held).to_have_count(0)
    expect_kept(page, 0)
    seen_by_another(new_visitor, {TRAINED: f"50,0{N}%", CONTRACTS: "12"})


def test_what_was_typed_survives_a_crash(new_visitor: NewVisitor) -> None:
    visitor = open_grid(new_visitor)
    page = visitor.page
    page.route("**/cellule/", lambda route: route.abort("connectionrefused"))
    for name, text in {TRAINED: "50", CONTRACTS: "12"}.items():
        cell(page, name).fill(text)
        page.keyboard.press("Enter")
    expect_kept(page, 2)
    page = crash(page, visitor)
    expect_all_saved(page)
    expect(cell(page, TRAINED)).to_have_value("50")
    expect(cell(page, CONTRACTS)).to_have_value("12")
    expect_kept(page, 0)


def test_an_answer_that_was_lost_is_not_stored_twice(new_visitor: NewVisitor) -> None:
    """The server has stored the cell, and the browser never heard of it."""
    visitor = open_grid(new_visitor)
    page = visitor.page
    page.route("**/cellule/", lambda route: (route.fetch(), route.abort("connectionreset")))
    cell(page, TRAINED).fill("50")
    page.keyboard.press("Enter")
    expect(says(page)).to_contain_text("Hors ligne.")
    page.unroute("**/cellule/")
    page.get_by_role("button", name="Réessayer maintenant").click()
    expect_all_saved(page)
    expect(cell(page, TRAINED)).to_have_attribute("data-version", "0")
    cell(page, TRAINED).fill("51")
    page.keyboard.press("Enter")
    expect_all_saved(page)
    expect(page.locator(".grid-notes")).to_have_count(0)


def test_a_session_that_ended_loses_nothing(new_visitor: NewVisitor) -> None:
    visitor = open_grid(new_visitor)
    page = visitor.page
    page.context.clear_cookies(name="sessionid")
    cell(page, TRAINED).fill("50")
    page.keyboard.press("Enter")
    expect(says(page)).to_contain_text("Votre session a pris fin.")
    cell(page, CONTRACTS).fill("12")
    page.keyboard.press("Enter")
    visitor.check()
    page.get_by_role("link", name="Se connecter").click()
    log_in_here(page)
    page.wait_for_url(f"**{GRID}")
    expect_all_saved(page)
    expect_kept(page, 0)
    page.reload()
    expect(cell(page, TRAINED)).to_have_value("50")
    expect(cell(page, CONTRACTS)).to_have_value("12")


def test_a_log_in_in_another_tab_is_enough(new_visitor: NewVisitor) -> None:
    visitor = open_grid(new_visitor)
    page = visitor.page
    page.context.clear_cookies(name="sessionid")
    cell(page, TRAINED).fill("50")
    page.keyboard.press("Enter")
    expect(says(page)).to_contain_text("Votre session a pris fin.")
    other = page.context.new_page()
    other.goto(f"{visitor.address}/connexion/")
    log_in_here(other)
    other.wait_for_url("**/tableau-de-bord/")
    page.get_by_role("button", name="Réessayer maintenant").click()
    expect_all_saved(page)
    other.goto(f"{visitor.address}{GRID}")
    expect(cell(other, TRAINED)).to_have_value("50")


def test_leaving_with_an_unsaved_cell_asks_first(new_visitor: NewVisitor) -> None:
    page = open_grid(new_visitor).page
    cell(page, TRAINED).press_sequentially("5")
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    expect(cell(page, TRAINED)).to_have_value("5")


def test_logging_out_forgets_the_cells_of_this_browser(new_visitor: NewVisitor) -> None:
    page = open_grid(new_visitor).page
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/cellule/", lambda route: route.abort("connectionrefused"))
    cell(page, TRAINED).fill("50")
    page.keyboard.press("Enter")
    expect_kept(page, 1)
    page.locator("details.menu > summary").first.click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url(re.compile(r"/$"))
    expect_kept(page, 0)
