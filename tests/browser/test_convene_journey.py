"""A workshop convened, answered from the mail by someone who had to log in, and called off."""

import re
import subprocess
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, NewVisitor, Server, Visitor, environment, manage

STAFF, MEMBER = "animation@demo.example", "membre@demo.example"


def mails_that_leave(server: Server) -> str:
    """What a machine without a mail server writes on its console."""
    done = subprocess.run(
        manage("send_notifications"),
        env=environment(server.data),
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def draft_of(visitor: Visitor) -> str:
    visitor.page.goto(f"{visitor.address}/rencontres/")
    link = visitor.page.locator('a[href*="/rencontres/demo-brouillon-"]').first
    address = link.get_attribute("href") or ""
    return re.sub(r"^(/rencontres/[^/]+/).*$", r"\1", address)


def press(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("button", name=name).click()
    visitor.check()


def test_a_workshop_is_convened_answered_and_called_off(
    new_visitor: NewVisitor, server: Server
) -> None:
    staff = new_visitor()
    staff.log_in(STAFF)
    workshop = draft_of(staff)
    staff.open(workshop)
    staff.page.get_by_role("link", name="Convoquer").click()
    staff.check()
    expect(staff.page.get_by_text("Ni lieu ni lien pour y assister.")).to_be_visible()
    button = staff.page.get_by_role("button", name="Convoquer et envoyer")
    number = int(re.findall(r"\d+", button.inner_text())[0])
    staff.page.get_by_label("Camille Lecture").uncheck()
    expect(button).to_have_text(re.compile(rf"{number - 1}\sinvitations"))
    press(staff, "Convoquer et envoyer")
    expect(staff.page.get_by_text("La rencontre est convoquée")).to_be_visible()
    assert "/repondre/" in mails_that_leave(server)

    member = new_visitor(viewport=PHONE)
    answer(member, f"{workshop}repondre/")
    staff.open(f"{workshop}convoquer/")
    row = staff.page.get_by_role("row", name="Ville de Val-Clément")
    expect(row).to_contain_text("J’apporte un devis.")

    staff.page.get_by_role("link", name="Annuler l’atelier").click()
    staff.check()
    press(staff, "Annuler l’atelier et aviser")
    expect(staff.page.get_by_text("Rien n’est annulé")).to_be_visible()
    staff.page.get_by_label("Pourquoi la rencontre n’a pas lieu").fill("La salle est inondée.")
    press(staff, "Annuler l’atelier et aviser")
    member.open(workshop)
    expect(member.page.get_by_text("La salle est inondée.")).to_be_visible()


def answer(member: Visitor, link: str) -> None:
    """The link of the mail, by way of the log-in page, on a phone."""
    page = member.page
    member.open(link)
    page.get_by_label("Courriel").fill(MEMBER)
    page.get_by_label("Mot de passe").fill("demo-chantier-2021")
    press(member, "Se connecter")
    assert urlsplit(page.url).path == link
    page.get_by_label("Un mot pour l’animation").fill("J’apporte un devis.")
    press(member, "Je serai là")
    expect(page.get_by_role("heading", name="Vous serez là")).to_be_visible()
    member.open("/rencontres/")
