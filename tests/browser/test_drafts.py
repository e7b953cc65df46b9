"""What is typed is never lost: crash, dead network, expired session, two tabs, two people."""

import re
from typing import Any

from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import NewVisitor, Visitor
from tests.browser.drafts import (
    REGISTER,
    RESULT,
    STORY,
    TEXT,
    WHEN,
    crash,
    expect_nothing_kept,
    forgive,
    kept,
    log_in_here,
    offer,
    open_record,
    save,
    write,
)
from tests.browser.synthesis import open_writing


def test_a_crash_gives_the_text_back_and_shows_what_differs(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    page = open_record(visitor)
    before = page.get_by_label(STORY).input_value()
    write(page)
    page = crash(page, visitor)
    expect(page.get_by_label(STORY)).to_have_value(before)
    expect(offer(page)).to_have_count(1)
    visitor.check()
    offer(page).get_by_text("Voir ce qui diffère").click()
    expect(offer(page).locator("dt")).to_have_text([STORY])
    expect(offer(page).locator("[data-kept]")).to_have_text(TEXT)
    visitor.check()
    offer(page).get_by_role("button", name=WHEN).click()
    expect(page.get_by_label(STORY)).to_have_value(TEXT)
    expect(page.get_by_label(STORY)).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="Texte repris.")).to_be_visible()
    expect(offer(page)).to_have_count(0)
    visitor.check()
    save(page)
    expect(page.get_by_text("Mesure enregistrée.")).to_be_visible()
    expect_nothing_kept(page)
    page.reload()
    expect(offer(page)).to_have_count(0)


def test_a_reload_offers_the_text_and_it_can_be_erased_by_keyboard(
    new_visitor: NewVisitor,
) -> None:
    visitor = new_visitor()
    page = open_record(visitor)
    write(page)
    page.reload()
    page.get_by_role("button", name=WHEN).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(offer(page)).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="Texte effacé")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('form[data-draft]') !== null")
    expect_nothing_kept(page)
    visitor.check()


def test_nothing_typed_is_nothing_kept(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    page = open_record(visitor)
    before = page.get_by_label(STORY).input_value()
    write(page)
    page.get_by_label(STORY).fill(before)
    page.wait_for_function(
        "() => !Object.keys(localStorage).some((key) => key.startsWith('draft:'))"
    )
    page.reload()
    expect(offer(page)).to_have_count(0)


def test_offline_in_the_middle_of_a_form_loses_nothing_and_saves_once(
    new_visitor: NewVisitor,
) -> None:
    visitor = new_visitor()
    page = open_record(visitor)
    posts: list[str] = []

    def count(request: Request) -> None:
        if request.method == "POST":
            posts.append(request.url)

    page.on("request", count)
    page.get_by_label(RESULT).fill("Avant la coupure.")
    page.context.set_offline(True)
    expect(page.get_by_role("status").filter(has_text="Vous êtes hors ligne.")).to_be_visible()
    write(page)
    for _ in range(2):
        save(page)
        expect(page.get_by_role("status").filter(has_text="Rien n’est parti")).to_be_visible()
    forgive(visitor, "ERR_INTERNET_DISCONNECTED")
    visitor.check()
    assert posts == []
    key = page.locator("form[data-draft] [name=submission_key]").first.input_value()
    page.context.set_offline(False)
    expect(page.get_by_role("status").filter(has_text="Le réseau est revenu")).to_be_visible()
    visitor.check()
    assert page.locator("form[data-draft] [name=submission_key]").first.input_value() == key
    lines = page.locator(".log > li").count()
    save(page)
    expect(page.get_by_text("Mesure enregistrée.")).to_be_visible()
    expect(page.get_by_label(STORY)).to_have_value(TEXT)
    expect(page.get_by_label(RESULT)).to_have_value("Avant la coupure.")
    assert len(posts) == 1
    assert page.locator(".log > li").count() == lines + 1
    expect_nothing_kept(page)


def test_a_browser_that_only_believes_it_is_offline_still_saves(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    page = open_record(visitor)
    write(page)
    page.evaluate("Object.defineProperty(navigator, 'onLine', { get: () => false })")
    save(page)
    expect(page.get_by_text("Mesure enregistrée.")).to_be_visible()
    visitor.check()


def test_a_send_that_fails_brings_the_text_back(new_visitor: NewVisitor) -> None:
    """The server cannot be reached: the browser shows its own page; the text waits behind it."""
    visitor = new_visitor()
    page = open_record(visitor)
    address = page.url
    write(page)
    page.route("**/*", lambda route: route.abort("connectionrefused"))
    save(page)
    page.wait_for_url("chrome-error://**")
    page.unroute("**/*")
    forgive(visitor, "ERR_CONNECTION_REFUSED")
    page.goto(address)
    expect(offer(page)).to_contain_text("Il a été envoyé, sans réponse")
    offer(page).get_by_role("button", name=WHEN).click()
    save(page)
    expect(page.get_by_text("Mesure enregistrée.")).to_be_visible()
    expect(page.get_by_label(STORY)).to_have_value(TEXT)
    expect_nothing_kept(page)


def test_an_answer_that_is_lost_makes_no_second_record(new_visitor: NewVisitor) -> None:
    """Stored, and the browser never knew: what it sends again is recognized."""
    visitor = new_visitor()
    visitor.log_in("membre@demo.example")
    page = visitor.page
    page.goto(f"{visitor.address}{REGISTER}ajouter/")
    page.get_by_label("Titre de votre mesure").fill("Une mesure envoyée deux fois")
    page.get_by_label("Étape", exact=True).select_option(index=1)
    write(page)

    def lose(route: Any) -> None:
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/ajouter/", lose)
    save(page)
    page.wait_for_url("chrome-error://**")
    forgive(visitor, "ERR_CONNECTION_RESET")
    page.unroute("**/ajouter/")
    # Playwright kept the cookie of the answer that the browser never got.
    page.context.clear_cookies(name="draft")
    page.goto(f"{visitor.address}{REGISTER}ajouter/")
    offer(page).get_by_role("button", name=WHEN).click()
    expect(page.get_by_label("Titre de votre mesure")).to_have_value("Une mesure envoyée deux fois")
    save(page)
    page.wait_for_url(re.compile(r"/mesures/(\d+/)?$"))
    page.goto(f"{visitor.address}{REGISTER}?q=envoyée+deux+fois")
    expect(page.locator("#registre tbody tr")).to_have_count(1)
    expect_nothing_kept(page)


def test_a_refused_form_keeps_its_draft_and_offers_nothing(new_visitor: NewVisitor) -> None:
    """The text is in the page already: with the error, it is not offered too."""
    visitor = new_visitor()
    page = open_record(visitor)
    write(page)
    page.get_by_role("radio", name="Implantée").check()
    save(page)
    expect(page.get_by_text("La mesure n’est pas encore enregistrée")).to_be_visible()
    expect(page.get_by_label(STORY)).to_have_value(TEXT)
    expect(offer(page)).to_have_count(0)
    visitor.check()
    assert [draft["values"]["description"] for draft in kept(page)] == [[TEXT]]
    page = crash(page, visitor)
    expect(offer(page)).to_have_count(1)


def test_an_expired_session_gives_the_text_back_once(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    page = open_record(visitor)
    address = page.url
    write(page)
    page.context.clear_cookies(name="sessionid")
    save(page)
    log_in_here(page)
    page.wait_for_url(address)
    expect(page.get_by_text("Votre session avait pris fin.")).to_be_visible()
    expect(page.get_by_label(STORY)).to_have_value(TEXT)
    expect(offer(page)).to_have_count(0)
    visitor.check()
    # Not stored yet: a crash now must not cost it.
    page = crash(page, visitor)
    offer(page).get_by_role("button", name=WHEN).click()
    save(page)
    expect(page.get_by_text("Mesure enregistrée.")).to_be_visible()
    expect_nothing_kept(page)


def test_a_session_that_ends_before_a_reload_loses_nothing(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    page = open_record(visitor)
    write(page)
    page.context.clear_cookies(name="sessionid")
    page.reload()
    log_in_here(page)
    page.wait_for_url(re.compile(r"/mesures/\d+/"))
    offer(page).get_by_role("button", name=WHEN).click()
    expect(page.get_by_label(STORY)).to_have_value(TEXT)


def test_two_tabs_do_not_write_over_each_other(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    one = open_record(visitor)
    write(one, STORY, "Écrit dans le premier onglet.")
    two = one.context.new_page()
    two.goto(one.url)
    expect(offer(two)).to_have_count(1)
    write(two, STORY, "Écrit dans le second onglet.")
    assert {draft["values"]["description"][0] for draft in kept(two)} == {
        "Écrit dans le premier onglet.",
        "Écrit dans le second onglet.",
    }
    # Taking the first text does not cost the second: it is offered in its turn.
    offer(two).get_by_role("button", name=WHEN).click()
    expect(two.get_by_label(STORY)).to_have_value("Écrit dans le premier onglet.")
    expect(offer(two)).to_have_count(1)
    offer(two).get_by_text("Voir ce qui diffère").click()
    expect(offer(two)).to_contain_text("Écrit dans le second onglet.")
    # What the first tab stores is no longer offered in the second.
    offer(two).get_by_role("button", name="Effacer").click()
    write(one, RESULT, "Et enregistré là.")
    three = one.context.new_page()
    three.goto(one.url)
    expect(offer(three)).to_have_count(2)
    save(one)
    expect(one.get_by_text("Mesure enregistrée.")).to_be_visible()
    expect(offer(three)).to_have_count(1)


def test_a_record_that_changed_since_is_said_and_merged(new_visitor: NewVisitor) -> None:
    visitor, colleague = new_visitor(), new_visitor()
    page = open_record(visitor)
    write(page)
    colleague.log_in("responsable@demo.example")
    colleague.page.goto(page.url)
    colleague.page.get_by_label("Personne ou unité responsable").fill("Direction générale")
    save(colleague.page)
    expect(colleague.page.get_by_text("Mesure enregistrée.")).to_be_visible()
    page = crash(page, visitor)
    expect(offer(page)).to_contain_text("La page a changé depuis")
    offer(page).get_by_role("button", name=WHEN).click()
    save(page)
    expect(page.get_by_text("Deux personnes ont modifié cette fiche")).to_be_visible()
    expect(offer(page)).to_have_count(0)
    expect(page.get_by_label(STORY)).to_have_value(TEXT)
    expect(page.get_by_label("Personne ou unité responsable")).to_have_value("Direction générale")
    visitor.check()
    save(page)
    expect(page.get_by_text("Mesure enregistrée.")).to_be_visible()
    expect_nothing_kept(page)


def first_synthesis(visitor: Visitor) -> Page:
    visitor.log_in("animation@demo.example")
    open_writing(visitor.page)
    return visitor.page


def test_the_points_of_a_synthesis_come_back_with_their_rows_and_order(
    new_visitor: NewVisitor,
) -> None:
    visitor = new_visitor()
    page = first_synthesis(visitor)
    rows = page.locator("[data-row]")
    before = rows.count()
    for text in ("Un point ajouté.", "Un autre encore."):
        page.get_by_role("button", name="Ajouter un point").click()
        rows.last.get_by_label("Texte").fill(text)
    rows.last.get_by_role("button", name="Monter").click()
    page.wait_for_function("() => Object.values(localStorage).some((v) => v.includes('encore'))")
    page.wait_for_timeout(600)
    page = crash(page, visitor)
    expect(page.locator("[data-row]")).to_have_count(before)
    offer(page).get_by_role("button", name=WHEN).click()
    rows = page.locator("[data-row]")
    expect(rows).to_have_count(before + 2)
    expect(rows.nth(before).get_by_label("Texte")).to_have_value("Un autre encore.")
    expect(rows.nth(before + 1).get_by_label("Texte")).to_have_value("Un point ajouté.")
    expect(rows.nth(before + 1).locator("[data-number]")).to_have_text(str(before + 2))
    visitor.check()
    save(page)
    page.wait_for_url(re.compile(r"/synthese/$"))
    page.goto(f"{page.url}rediger/")
    expect(offer(page)).to_have_count(0)
    texts = [area.input_value() for area in page.locator("[data-row] textarea").all()]
    assert texts.index("Un autre encore.") < texts.index("Un point ajouté.")


def test_two_forms_of_a_page_keep_their_texts_apart(new_visitor: NewVisitor) -> None:
    """A message is published; what was typed in the record beside it is not stored, and stays."""
    visitor = new_visitor()
    page = open_record(visitor)
    write(page)
    message = page.locator('form[data-draft^="message-"]')
    message.get_by_role("textbox").fill("Qui a la facture?")
    page.wait_for_function("() => Object.values(localStorage).some((v) => v.includes('facture'))")
    page = crash(page, visitor)
    expect(offer(page)).to_have_count(2)
    visitor.check()
    message = page.locator('form[data-draft^="message-"]')
    offer(page).last.get_by_role("button", name=WHEN).click()
    expect(message.get_by_role("textbox")).to_have_value("Qui a la facture?")
    message.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("Message publié.")).to_be_visible()
    expect(offer(page)).to_have_count(1)
    offer(page).get_by_role("button", name=WHEN).click()
    expect(page.get_by_label(STORY)).to_have_value(TEXT)


def test_an_expired_session_while_writing_a_message(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    page = open_record(visitor)
    message = page.locator('form[data-draft^="message-"]')
    message.get_by_role("textbox").fill("Qui a la facture?")
    page.wait_for_function("() => Object.values(localStorage).some((v) => v.includes('facture'))")
    page.context.clear_cookies(name="sessionid")
    message.get_by_role("button", name="Publier").click()
    log_in_here(page)
    page.wait_for_url(re.compile(r"/mesures/\d+/"))
    expect(message.get_by_role("textbox")).to_have_value("Qui a la facture?")
    expect(offer(page)).to_have_count(0)
    message.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("Message publié.")).to_be_visible()
    expect_nothing_kept(page)


def test_the_hour_of_a_text_is_said_as_the_portal_says_hours(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    page = open_record(visitor)
    write(page)
    page = crash(page, visitor)
    for minutes, hour in ((0, r"14\sh"), (5, r"14\sh\s05")):
        page.evaluate(
            """(minutes) => Object.entries(localStorage).forEach(([key, value]) => {
                 const yesterday = new Date(Date.now() - 86400000);
                 const saved = yesterday.setHours(14, minutes, 0, 0);
                 localStorage.setItem(key, JSON.stringify({ ...JSON.parse(value), saved }));
               })""",
            minutes,
        )
        page = crash(page, visitor)
        name = re.compile(rf"^Reprendre le texte du \S+\s\S+, {hour}$")
        expect(offer(page).get_by_role("button", name=name)).to_be_visible()
