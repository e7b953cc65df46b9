"""A member chooses the cases of the annual report by keyboard, and reads them in the draft."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor


def test_two_cases_are_chosen_by_keyboard_and_read_in_the_draft(new_visitor: NewVisitor) -> None:
    member = new_visitor()
    page = member.page
    member.log_in("membre@demo.example")
    page.get_by_role("link", name=re.compile("Déposer le rapport annuel")).first.click()
    draft = page.url
    missing = page.get_by_role("link", name="Aucun cas ni témoignage choisi")
    missing.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{draft}cas/")
    member.check()

    boxes = page.get_by_role("checkbox")
    titles = []
    boxes.first.focus()
    for index in range(2):
        expect(boxes.nth(index)).to_be_focused()
        titles.append(boxes.nth(index).evaluate("box => box.labels[0].textContent"))
        page.keyboard.press("Space")
        expect(boxes.nth(index)).to_be_checked()
        # Past the link of the row, to the next box.
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
    expect(page.get_by_text("2 cas cochés")).to_be_visible()
    member.check()
    save = page.get_by_role("button", name="Enregistrer mon choix")
    save.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{draft}#benefices")
    member.check()
    section = page.get_by_role("region", name="Bénéfices")
    for title in titles:
        expect(section.get_by_role("heading", name=title)).to_be_visible()
    expect(missing).to_have_count(0)

    # On a phone the same choice is read again, and one case is taken out.
    section.get_by_role("link", name="Choisir les cas").click()
    page.set_viewport_size({"width": 360, "height": 780})
    member.check()
    page.get_by_role("checkbox", name=titles[0]).uncheck()
    expect(page.get_by_text("1 cas coché", exact=True)).to_be_visible()
    save.click()
    page.wait_for_url(f"{draft}#benefices")
    expect(page.get_by_text(re.compile("1.retiré"))).to_be_visible()
    expect(section.get_by_role("heading", name=titles[1])).to_be_visible()
    expect(section.get_by_role("heading", name=titles[0])).to_have_count(0)
    member.check()
