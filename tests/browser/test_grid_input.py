"""The entry grid of indicators: blocks from a spreadsheet, bad input, no JavaScript, a phone."""

import re

from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import PHONE, NewVisitor
from tests.browser.drafts import crash, log_in_here
from tests.browser.grid import (
    AVERAGE,
    CONTRACTS,
    GRID,
    INVITED,
    NEW,
    SUPPLIERS,
    TRAINED,
    YEAR,
    cell,
    expect_all_saved,
    expect_kept,
    expect_state,
    open_grid,
    paste,
    says,
    seen_by_another,
)

N = "\u00a0"


# --- Bad input --------------------------------------------------------------------


def test_bad_input_is_told_at_its_cell_and_stays_until_it_is_corrected(
    new_visitor: NewVisitor,
) -> None:
    visitor = open_grid(new_visitor)
    page = visitor.page
    visitor.expected.append("status of 422")
    wrong = {
        TRAINED: ("douze", "Écrivez un nombre seul"),
        INVITED: ("101", f"Au plus 100{N}%."),
        CONTRACTS: ("1,5", "Un nombre entier, sans décimale."),
    }
    for name, (text, message) in wrong.items():
        cell(page, name).fill(text)
        page.keyboard.press("Enter")
        expect_state(cell(page, name), "erreur")
        expect(cell(page, name)).to_have_accessible_description(re.compile(re.escape(message)))
    expect(says(page)).to_contain_text("3\u00a0cellules à revoir.")
    visitor.check()
    expect(cell(page, TRAINED)).to_have_value("douze")
    # After a crash too.
    page = crash(page, visitor)
    expect_state(cell(page, INVITED), "erreur")
    expect(cell(page, INVITED)).to_have_value("101")
    cell(page, TRAINED).fill("12")
    cell(page, INVITED).fill("100")
    cell(page, CONTRACTS).fill("2")
    page.keyboard.press("Enter")
    expect_all_saved(page)
    expect(page.locator(".grid-notes")).to_have_count(0)
    expect_kept(page, 0)


# --- Paste ------------------------------------------------------------------------


def sent(page: Page) -> list[str]:
    """The cells that leave from now on."""
    found: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/cellule/"):
            found.append(request.post_data or "")

    page.on("request", note)
    return found


def test_a_block_from_a_spreadsheet_fills_the_grid(new_visitor: NewVisitor) -> None:
    visitor = open_grid(new_visitor)
    page = visitor.page
    posts = sent(page)
    same = cell(page, SUPPLIERS, YEAR - 2).input_value()
    cell(page, CONTRACTS, YEAR - 2).focus()
    # Windows line ends, a quoted cell with a line end, narrow spaces, an identical and an empty
    # cell, signs of percent, and the empty line at the end.
    first = '15\t"17\n"\t\u202f1\u202f018'
    paste(page, f'{first}\r\n{same}\t12\tn. d.\r\n\t12,5 %\t"20\t%"\r\n')
    expect(says(page)).to_have_text(re.compile(f"7{N}cellules collées. Tout est enregistré"))
    assert len(posts) == 7
    visitor.check()
    page.reload()
    for name, values in {
        CONTRACTS: ["15", "17", f"1{N}018"],
        SUPPLIERS: [same, "12", f"n.{N}d."],
        NEW: ["", "12,5", "20"],
    }.items():
        for offset, value in enumerate(values):
            expect(cell(page, name, YEAR - 2 + offset)).to_have_value(value)
    seen_by_another(new_visitor, {CONTRACTS: f"1{N}018", SUPPLIERS: f"n.{N}d.", NEW: f"20,0{N}%"})


def test_a_block_that_does_not_fit_is_refused_whole(new_visitor: NewVisitor) -> None:
    visitor = open_grid(new_visitor)
    page = visitor.page
    posts = sent(page)
    cell(page, CONTRACTS, YEAR - 1).focus()
    before = cell(page, CONTRACTS, YEAR - 1).input_value()
    paste(page, "1\n" * 12)
    expect(says(page)).to_contain_text(
        f"Le bloc de 12{N}lignes dépasse la grille de 3{N}lignes. Rien n’a été collé."
    )
    paste(page, "1\t2\t3\t4\n" * 2)
    expect(says(page)).to_contain_text(
        f"Le bloc de 4{N}colonnes dépasse la grille de 2{N}colonnes."
    )
    paste(page, "1\t2\t3\n" * 12)
    expect(says(page)).to_contain_text(
        f"Le bloc de 12{N}lignes et 3{N}colonnes dépasse la grille de 3{N}lignes et 1{N}colonne."
    )
    # Over the line that is computed, with something else than what it says.
    paste(page, "1\n" * 6)
    expect(says(page)).to_contain_text(f"une cellule qui ne se saisit pas{N}: {AVERAGE}.")
    expect(cell(page, CONTRACTS, YEAR - 1)).to_have_value(before)
    visitor.check()
    assert posts == []


def test_what_is_wrong_in_a_block_is_marked_and_the_rest_is_saved(new_visitor: NewVisitor) -> None:
    visitor = open_grid(new_visitor)
    page = visitor.page
    visitor.expected.append("status of 422")
    cell(page, CONTRACTS).focus()
    paste(page, "11\nbeaucoup\n120 %\n")
    expect(says(page)).to_contain_text(f"2{N}cellules à revoir.")
    expect_state(cell(page, CONTRACTS), "enregistré")
    expect_state(cell(page, SUPPLIERS), "erreur")
    expect_state(cell(page, NEW), "erreur")
    visitor.check()


def test_a_paste_is_taken_back_once(new_visitor: NewVisitor) -> None:
    page = open_grid(new_visitor).page
    before = cell(page, CONTRACTS, YEAR - 1).input_value()
    cell(page, CONTRACTS, YEAR - 1).focus()
    expect(page.get_by_role("button", name="Annuler le collage")).to_be_hidden()
    paste(page, "55\t66\n")
    expect_all_saved(page)
    page.get_by_role("button", name="Annuler le collage").click()
    expect(says(page)).to_have_text(re.compile("Collage annulé. .* Tout est enregistré"))
    expect(cell(page, CONTRACTS, YEAR - 1)).to_have_value(before)
    # It held nothing; what was stored since is not forgotten.
    expect(cell(page, CONTRACTS)).to_have_value(f"n.{N}d.")
    expect(page.get_by_role("button", name="Annuler le collage")).to_be_hidden()
    page.reload()
    expect(cell(page, CONTRACTS, YEAR - 1)).to_have_value(before)


# --- Without JavaScript, on a phone -----------------------------------------------


def test_the_grid_is_a_form_without_javascript(new_visitor: NewVisitor) -> None:
    member = new_visitor(java_script_enabled=False)
    page = member.page
    page.goto(f"{member.address}/connexion/")
    log_in_here(page)
    page.goto(f"{member.address}{GRID}")
    cell(page, TRAINED).fill("66,7")
    cell(page, INVITED).fill("beaucoup")
    cell(page, CONTRACTS).fill("12")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("1 cellule à revoir")
    expect(page.get_by_text("2 valeurs enregistrées.")).to_be_visible()
    expect(cell(page, INVITED)).to_have_value("beaucoup")
    expect(cell(page, INVITED)).to_have_accessible_description(re.compile("Écrivez un nombre seul"))
    page.get_by_role("link", name=f"{INVITED}, {YEAR}").click()
    cell(page, INVITED).fill("30")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("1 valeur enregistrée.")).to_be_visible()
    for name, text in {TRAINED: "66,7", INVITED: "30", CONTRACTS: "12"}.items():
        expect(cell(page, name)).to_have_value(text)


def test_the_grid_scrolls_in_its_own_box_on_a_phone(new_visitor: NewVisitor) -> None:
    visitor = open_grid(new_visitor, path=f"{GRID}?annees=10", viewport=PHONE)
    page = visitor.page
    page.locator("thead").evaluate("(head) => head.scrollIntoView({ block: 'start' })")
    # The year to fill in is there at once, and the names stay beside it.
    expect(cell(page, TRAINED)).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("link", name=TRAINED, exact=True)).to_be_in_viewport(ratio=1)
    cell(page, TRAINED).fill("50")
    page.keyboard.press("Enter")
    expect_all_saved(page)
    visitor.check()


def test_staff_and_readers_only_read(new_visitor: NewVisitor) -> None:
    for email in ("lecture@demo.example", "coordination@demo.example"):
        page = open_grid(new_visitor, email).page
        expect(page.get_by_role("link", name=CONTRACTS, exact=True)).to_be_visible()
        expect(page.locator(".grid-table input")).to_have_count(0)
