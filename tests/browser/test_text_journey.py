"""The texts of an annual report: saved as one types, and by a button without JavaScript."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, NewVisitor

REPORTS = "/organisations/val-clement/rapports/"


def open_texts(visitor, email):
    visitor.log_in(email)
    visitor.open(REPORTS)
    visitor.page.get_by_role("main").get_by_role("link", name=re.compile("20")).first.click()
    visitor.page.get_by_role("link", name="Rédiger", exact=True).click()
    return visitor.page.locator("#texte-profil")


def test_a_text_is_saved_as_one_types_and_united_with_another(new_visitor: NewVisitor) -> None:
    one, other = new_visitor(), new_visitor(viewport=PHONE)
    mine = open_texts(one, "membre@demo.example")
    mine.get_by_role("textbox").fill("Tous les services.\n\nSans les filiales.")
    expect(mine.get_by_role("status").filter(has_text="Enregistré à")).to_be_visible()
    expect(mine.get_by_text("38 caractères sur 4000")).to_be_visible()
    one.check()

    theirs = open_texts(other, "responsable@demo.example")
    expect(theirs.get_by_role("textbox")).to_have_value("Tous les services.\n\nSans les filiales.")
    theirs.get_by_role("textbox").fill("Tous les services.\n\nAvec une filiale.")
    expect(theirs.get_by_role("status").filter(has_text="Enregistré à")).to_be_visible()

    mine.get_by_role("textbox").fill("Deux services.\n\nSans les filiales.")
    expect(mine.get_by_text("réuni avec ce qu’une autre personne a écrit")).to_be_visible()
    expect(mine.get_by_role("textbox")).to_have_value("Deux services.\n\nAvec une filiale.")

    theirs.get_by_role("textbox").fill("Trois services.\n\nAvec une filiale.")
    expect(theirs.get_by_text("a écrit au même endroit")).to_be_visible()
    other.check()
    theirs.get_by_role("button", name="Prendre l’autre").click()
    expect(theirs.get_by_role("textbox")).to_have_value("Deux services.\n\nAvec une filiale.")


def test_a_text_is_saved_without_javascript(new_visitor: NewVisitor) -> None:
    member = new_visitor(java_script_enabled=False)
    place = open_texts(member, "membre@demo.example")
    place = member.page.locator("#texte-clauses")
    place.get_by_role("textbox").fill("Deux clauses ont servi.")
    place.get_by_role("button", name=re.compile("^Enregistrer")).click()
    expect(member.page.get_by_text("Texte enregistré\u00a0: Clauses utilisées.")).to_be_visible()
    expect(place.get_by_role("textbox")).to_have_value("Deux clauses ont servi.")
