"""ECPAR staff write and publish a synthesis, members read it, in a real browser."""

from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, NewVisitor
from tests.browser.synthesis import open_writing


def test_staff_publish_a_synthesis_and_members_read_it(new_visitor: NewVisitor) -> None:
    staff = new_visitor()
    page = staff.page
    staff.log_in("animation@demo.example")
    open_writing(page)
    staff.check()
    rows = page.locator("[data-row]")
    before = rows.count()
    page.get_by_role("button", name="Ajouter un point").click()
    expect(rows).to_have_count(before + 1)
    last = rows.nth(before)
    expect(last.get_by_label("Texte")).to_be_focused()
    last.get_by_label("Sorte").select_option("decision")
    last.get_by_label("Texte").fill("Trois membres essaieront la clause de sous-traitance.")
    last.get_by_role("button", name="Monter").click()
    expect(rows.nth(before - 1).get_by_label("Texte")).to_have_value(
        "Trois membres essaieront la clause de sous-traitance."
    )
    staff.check()
    page.get_by_role("button", name="Enregistrer").click()
    staff.check()
    meeting = page.url.partition("/synthese/")[0]
    page.goto(f"{meeting}/synthese/publier/")
    staff.check()
    expect(page.get_by_text("Trois membres essaieront la clause")).to_be_visible()
    # Two changes proposed by members wait: nothing is published until each has its answer.
    page.get_by_role("button", name="Publier la version 1").click()
    expect(page.get_by_role("alert")).to_be_visible()
    staff.check()
    page.get_by_label("Refuser ce qui reste").check()
    page.get_by_label("Raison donnée").fill("Le texte a été revu autrement en rencontre.")
    page.get_by_role("button", name="Publier la version 1").click()
    staff.check()

    member = new_visitor(viewport=PHONE)
    member.log_in("lecture@demo.example")
    member.page.goto(f"{meeting}/synthese/")
    expect(member.page.get_by_text("Trois membres essaieront la clause")).to_be_visible()
    expect(member.page.get_by_role("link", name="Rédiger")).to_have_count(0)
    member.check()
    member.open("/rencontres/")
    published = member.page.locator(f'a[href="{urlsplit(meeting).path}/synthese/"]')
    expect(published).to_contain_text("Lire la synthèse")

    # What is published changes only by a new version that says why.
    page.goto(f"{meeting}/synthese/rediger/")
    page.locator("[data-row]").first.get_by_label("Texte").fill("Un constat récrit.")
    page.get_by_role("button", name="Relire et publier").click()
    page.wait_for_url("**/synthese/publier/")
    page.get_by_role("button", name="Publier la version 2").click()
    expect(page.get_by_role("alert")).to_be_visible()
    staff.check()
    page.get_by_label("Raison").fill("Précision demandée par un membre.")
    page.get_by_role("button", name="Publier la version 2").click()
    expect(page.get_by_text("Un constat récrit.").first).to_be_visible()
    staff.check()


def test_a_synthesis_is_written_without_javascript(new_visitor: NewVisitor) -> None:
    staff = new_visitor(java_script_enabled=False, viewport=PHONE)
    page = staff.page
    page.goto(f"{staff.address}/connexion/")
    page.get_by_label("Courriel").fill("animation@demo.example")
    page.get_by_label("Mot de passe").fill("demo-chantier-2021")
    page.get_by_role("button", name="Se connecter").click()
    open_writing(page)
    rows = page.locator("[data-row]")
    before = rows.count()
    rows.nth(before - 1).get_by_label("Texte").fill("Écrit sans JavaScript.")
    page.get_by_role("button", name="Ajouter un point").click()
    expect(rows.nth(before - 1).get_by_label("Texte")).to_have_value("Écrit sans JavaScript.")
    assert rows.count() > before
    page.get_by_role("button", name="Enregistrer").click()
    meeting = page.url.partition("/synthese/")[0]
    page.goto(f"{meeting}/synthese/rediger/")
    assert "Écrit sans JavaScript." in page.content()
