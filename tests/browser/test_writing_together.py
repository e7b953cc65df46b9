"""Without JavaScript, a button of the page where a report is written saves all its texts."""

import re
from typing import Any
from urllib.parse import parse_qs

from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.conftest import PASSWORD, PHONE, NewVisitor, Visitor

MANAGER = "responsable@demo.example"
PURCHASES, COMMITMENTS, SUMMARY = "Ce que disent ces chiffres", "Engagements", "Faits saillants"


def log_in_by_page(page: Page) -> None:
    page.get_by_label("Courriel").fill(MANAGER)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()


def open_texts(new_visitor: NewVisitor, **options: Any) -> Page:
    visitor: Visitor = new_visitor(java_script_enabled=False, **options)
    page = visitor.page
    page.goto(f"{visitor.address}/connexion/")
    log_in_by_page(page)
    page.get_by_role("link", name=re.compile("Déposer le rapport annuel")).first.click()
    page.get_by_role("link", name="Rédiger").click()
    page.wait_for_url("**/textes/")
    return page


def field(page: Page, label: str) -> Locator:
    return page.get_by_role("textbox", name=label, exact=True)


def button(page: Page, section: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^Enregistrer le texte\\s: {section}$"))


def test_a_button_saves_what_was_typed_in_two_texts(new_visitor: NewVisitor) -> None:
    page = open_texts(new_visitor)
    field(page, PURCHASES).fill("Deux contrats de plus.")
    field(page, COMMITMENTS).fill("Une politique.")
    # In a text, Enter goes to the next line and presses nothing.
    field(page, COMMITMENTS).press("End")
    field(page, COMMITMENTS).press("Enter")
    field(page, COMMITMENTS).type("Un comité.")
    button(page, "Engagements").press("Enter")
    page.wait_for_url("**/textes/#texte-engagements")
    expect(page.get_by_role("status").first).to_contain_text(
        re.compile(r"Textes enregistrés\s: Engagements; Achats et indicateurs\.")
    )
    # The keyboard goes on from that text.
    page.keyboard.press("Tab")
    expect(field(page, COMMITMENTS)).to_be_focused()
    page.goto(page.url.partition("#")[0])
    expect(field(page, PURCHASES)).to_have_value("Deux contrats de plus.")
    expect(field(page, COMMITMENTS)).to_have_value("Une politique.\nUn comité.")


def test_one_that_is_too_long_waits_in_its_field(new_visitor: NewVisitor) -> None:
    page = open_texts(new_visitor, viewport=PHONE)
    field(page, SUMMARY).fill("é" * 601)
    field(page, PURCHASES).fill("Deux contrats de plus.")
    part = page.locator("#texte-achats")
    part.locator("summary").click()
    part.get_by_role("button", name=re.compile("^Mettre ce texte dans le champ")).click()
    expect(page.get_by_role("alert")).to_contain_text("Ce texte a 601 caractères, 600 au plus")
    expect(page.get_by_text("Texte enregistré\u00a0: Achats et indicateurs.")).to_be_visible()
    expect(field(page, PURCHASES)).to_have_value(
        re.compile(r"^Deux contrats de plus\.\n\nDeux contrats font")
    )
    expect(field(page, SUMMARY)).to_have_value("é" * 601)
    page.get_by_role("alert").get_by_role("link").click()
    field(page, SUMMARY).fill("Court.")
    button(page, "Sommaire").click()
    page.wait_for_url("**/textes/#texte-sommaire")
    expect(field(page, SUMMARY)).to_have_value("Court.")


def test_a_session_that_ended_gives_both_back(new_visitor: NewVisitor) -> None:
    page = open_texts(new_visitor)
    texts = {PURCHASES: "Deux contrats de plus.", COMMITMENTS: "Une politique."}
    for label, text in texts.items():
        field(page, label).fill(text)
    page.context.clear_cookies(name="sessionid")
    button(page, "Engagements").click()
    log_in_by_page(page)
    page.wait_for_url("**/textes/")
    for label, text in texts.items():
        expect(field(page, label)).to_have_value(text)
    button(page, "Engagements").click()
    page.wait_for_url("**/textes/#texte-engagements")
    for label, text in texts.items():
        expect(field(page, label)).to_have_value(text)


def test_with_a_script_each_text_leaves_alone(new_visitor: NewVisitor) -> None:
    address = open_texts(new_visitor).url
    visitor = new_visitor()
    page = visitor.page
    sent: list[dict[str, list[str]]] = []

    def count(request: Request) -> None:
        if request.method == "POST":
            sent.append(parse_qs(request.post_data or "", keep_blank_values=True))

    visitor.log_in(MANAGER)
    page.goto(address)
    page.on("request", count)
    field(page, PURCHASES).fill("Deux contrats de plus.")
    field(page, COMMITMENTS).fill("Une politique.")
    button(page, "Engagements").click()
    for section in ("achats", "engagements"):
        state = page.locator(f"#texte-{section} [data-text-state]")
        # The button finds the text stored, when it left as the field lost the focus.
        expect(state).to_contain_text(re.compile("Enregistré à|Déjà enregistré"))
    visitor.check()
    assert page.url == address
    found = {data["section"][0]: data["text"] for data in sent}
    assert found == {"achats": ["Deux contrats de plus."], "engagements": ["Une politique."]}
    assert {len(data["section"]) for data in sent} == {1}
