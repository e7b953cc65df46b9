"""A topic from a member to the agenda, a document beside it, and what is read before and after."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewVisitor, Visitor

TOPIC = "Visiter ensemble trois EÉS d’entretien"
LINK = "https://exemple.example/liste-des-visites"
WEBINAR = "/rencontres/demo-webinaire-2021-07-06/"


def next_meeting(page: Page) -> str:
    link = page.locator('a[href*="/rencontres/demo-prochaine-"]').first
    found = re.match(r"/rencontres/demo-prochaine-[\d-]+/", str(link.get_attribute("href")))
    assert found
    return found.group()


def propose(member: Visitor, meeting: str) -> None:
    """From the page of the meeting; what is missing is said, and nothing typed is lost."""
    page = member.page
    member.open(meeting)
    page.get_by_role("link", name="Proposer un sujet").click()
    page.locator("#id_why").fill("Nos contrats finissent en juin.")
    page.get_by_role("button", name="Proposer", exact=True).click()
    expect(page.get_by_text("Le sujet n’est pas encore proposé")).to_be_visible()
    member.check()
    expect(page.locator("#id_why")).to_have_value("Nos contrats finissent en juin.")
    page.locator("#id_title").fill(TOPIC)
    page.get_by_role("button", name="Proposer", exact=True).click()
    expect(page.locator("li.sheet").filter(has_text=TOPIC)).to_contain_text("à l’étude")
    member.check()


def put_on_agenda(staff: Visitor) -> None:
    page = staff.page
    staff.open("/sujets/?etat=a-l-etude")
    page.get_by_role("link", name=TOPIC).click()
    staff.check()
    page.locator("#id_retenir-meeting").select_option(index=1)
    page.locator("#id_retenir-minutes").fill("15")
    page.locator("#id_retenir-answer").fill("Bonne idée.")
    page.get_by_role("button", name="Mettre à l’ordre du jour").click()
    expect(page.locator("tr").filter(has_text=TOPIC)).to_contain_text("mis à l’ordre du jour")
    staff.check()


def join_a_document(staff: Visitor, meeting: str) -> None:
    """A file that is not what it says is refused; a link is joined."""
    page = staff.page
    staff.open(f"{meeting}documents/")
    page.locator("#id_upload").set_input_files(
        {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"MZ un programme"}
    )
    page.get_by_role("button", name="Ajouter", exact=True).click()
    expect(page.get_by_text("malgré son nom").first).to_be_visible()
    staff.check()
    page.locator("#id_url").fill(LINK)
    page.locator("#id_title").fill("La liste des visites")
    page.get_by_role("button", name="Ajouter", exact=True).click()
    expect(page.get_by_text("Document ajouté")).to_be_visible()
    staff.check()


def test_a_topic_reaches_the_agenda(new_visitor: NewVisitor) -> None:
    member, staff = new_visitor(viewport=PHONE), new_visitor()
    member.log_in("membre@demo.example")
    staff.log_in("animation@demo.example")
    staff.open("/rencontres/")
    meeting = next_meeting(staff.page)
    propose(member, meeting)
    put_on_agenda(staff)
    join_a_document(staff, meeting)
    member.open("/organisations/val-clement/sujets/")
    answered = member.page.locator("li.sheet").filter(has_text=TOPIC)
    expect(answered).to_contain_text("Bonne idée.")
    answered.get_by_role("link", name=re.compile("de la rencontre")).click()
    expect(member.page.locator("main")).to_contain_text(TOPIC)
    expect(member.page.get_by_role("link", name="La liste des visites")).to_have_attribute(
        "href", LINK
    )
    member.check()
    for visitor in (member, staff):
        visitor.open(f"{meeting}depuis/")
        expect(visitor.page.get_by_role("heading", name="En bref")).to_be_visible()
        visitor.open(WEBINAR)
        expect(visitor.page.get_by_role("heading", name="Revoir")).to_be_visible()
