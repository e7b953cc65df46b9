"""What is kept in a browser is its author’s, for a while, and nothing more than text."""

import json
import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewVisitor, Visitor
from tests.browser.drafts import (
    RESULT,
    STORY,
    TEXT,
    crash,
    expect_nothing_kept,
    kept,
    log_in_here,
    offer,
    open_record,
    save,
    write,
)


def test_files_and_hidden_fields_are_not_kept_and_it_is_said(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    page = open_record(visitor)
    page.get_by_label("Ajouter des fichiers").set_input_files(
        {"name": "secret.txt", "mimeType": "text/plain", "buffer": b"secret"}
    )
    write(page)
    expect(page.get_by_text("sauf les fichiers")).to_be_visible()
    (draft,) = kept(page)
    assert "secret" not in json.dumps(draft)
    assert not {"csrfmiddlewaretoken", "author", "uploads"} & {*draft["values"], *draft["about"]}
    assert {"version", "submission_key"} <= set(draft["about"])
    page.reload()
    expect(offer(page)).to_contain_text("Les fichiers sont à choisir de nouveau.")


def log_out(page: Page) -> None:
    page.locator("details.menu > summary").first.click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url(re.compile(r"/$"))


def test_logging_out_forgets_everything_in_all_tabs(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    page = open_record(visitor)
    write(page)
    other = page.context.new_page()
    other.goto(page.url)
    write(other, RESULT, "Dans un autre onglet.")
    log_out(page)
    expect_nothing_kept(page)
    # The other tab still holds its text, and must not write it down again.
    other.get_by_label(RESULT).press_sequentially(" Encore.")
    other.wait_for_timeout(600)
    other.close()
    expect_nothing_kept(page)


def test_the_server_asks_the_browser_to_forget(new_visitor: NewVisitor) -> None:
    """Also what the script did not: here it never ran."""
    visitor = new_visitor()
    page = open_record(visitor)
    write(page)
    page.goto(f"{visitor.address}/tableau-de-bord/")
    page.evaluate("localStorage.setItem('left', '1')")
    page.evaluate(
        "document.querySelectorAll('[data-logout]').forEach("
        "(form) => form.removeAttribute('data-logout'))"
    )
    assert page.evaluate("localStorage.length") == 2
    log_out(page)
    assert page.evaluate("localStorage.length") == 0


def test_another_person_sees_nothing_of_it(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    page = open_record(visitor)
    address = page.url
    write(page)
    page.context.clear_cookies(name="sessionid")
    page.goto(f"{visitor.address}/connexion/")
    assert len(kept(page)) == 1
    log_in_here(page, "responsable@demo.example")
    page.wait_for_url("**/tableau-de-bord/")
    expect_nothing_kept(page)
    page.goto(address)
    expect(offer(page)).to_have_count(0)
    assert TEXT not in page.content()


def test_after_seven_days_a_text_is_forgotten(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    page = open_record(visitor)
    write(page)
    age(page, days=6.9)
    page = crash(page, visitor)
    expect(offer(page)).to_have_count(1)
    age(page, days=7.1)
    page = crash(page, visitor)
    expect(offer(page)).to_have_count(0)
    expect_nothing_kept(page)


def age(page: Page, *, days: float) -> None:
    page.evaluate(
        """(days) => Object.entries(localStorage).forEach(([key, value]) => {
             const draft = { ...JSON.parse(value), saved: Date.now() - days * 86400000 };
             localStorage.setItem(key, JSON.stringify(draft));
           })""",
        days,
    )


CLOSED = """Object.defineProperty(window, 'localStorage', {
  get() { throw new DOMException('denied', 'SecurityError'); } });"""
FULL = "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); };"
ODD = """localStorage.setItem('draft:1:fiche:00', '{');
  localStorage.setItem('draft:', 'null'); localStorage.setItem('autre', 'x');"""


def with_script(new_visitor: NewVisitor, script: str) -> Visitor:
    visitor = new_visitor()
    visitor.page.context.add_init_script(script)
    return visitor


def test_without_a_memory_the_form_works_and_says_so(new_visitor: NewVisitor) -> None:
    for script in (CLOSED, FULL):
        visitor = with_script(new_visitor, script)
        page = open_record(visitor)
        page.get_by_label(STORY).fill(f"{TEXT} {len(script)}")
        expect(page.get_by_text("Ce navigateur ne garde pas de brouillon")).to_be_visible()
        visitor.check()
        page.context.set_offline(True)
        expect(page.get_by_text("ne fermez pas cette page")).to_be_visible()
        page.context.set_offline(False)
        save(page)
        expect(page.get_by_text("Mesure enregistrée.")).to_be_visible()
        visitor.check()


def test_what_is_unreadable_is_thrown_away_and_what_is_not_ours_stays(
    new_visitor: NewVisitor,
) -> None:
    visitor = with_script(new_visitor, ODD)
    page = open_record(visitor)
    assert page.evaluate("Object.keys(localStorage)") == ["autre"]
    visitor.check()
