"""A meeting from its first line to the next one: two people at the desk, a member at theirs.

Prepared, convened, run through a network cut and a crash, compiled, amended, approved; the promise
is accepted in the register, and recalled when the chantier meets again.
"""

import datetime
import re
from urllib.parse import urlsplit

import pikepdf
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor, Server, Visitor
from tests.browser.drafts import crash, forgive
from tests.browser.test_convene_journey import mails_that_leave
from tests.browser.test_room_journey import (
    CARD,
    CUT,
    DONE,
    NEED,
    NEXT,
    cut,
    expect_kept,
    expect_saved,
    field,
    says,
)

STAFF, OTHER, MEMBER = "animation@demo.example", "coordination@demo.example", "membre@demo.example"
TITLE = "Des repas livrés par nos voisins"
PROMISE = "Confier deux contrats de traiteur à des EÉS"
TODAY = timezone.localdate()


def press(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("button", name=name).first.click()
    visitor.page.wait_for_load_state()
    visitor.check()


def follow(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("link", name=name).first.click()
    visitor.page.wait_for_load_state()
    visitor.check()


def sees(visitor: Visitor, text: str) -> None:
    expect(visitor.page.locator("main")).to_contain_text(text)


def test_a_whole_meeting_from_draft_to_recall(new_visitor: NewVisitor, server: Server) -> None:
    staff, other, member = new_visitor(), new_visitor(), new_visitor()
    staff.log_in(STAFF)
    meeting = prepare(staff, TITLE, TODAY)
    convene(staff, server)
    member.log_in(MEMBER)
    answer(member, meeting)
    run(staff, other, meeting)
    promise(staff, meeting)
    # Nothing of it has reached the register yet.
    member.open("/organisations/val-clement/propositions/")
    expect(member.page.get_by_text(PROMISE)).to_have_count(0)
    compile_and_review(staff, meeting)
    amend(member, meeting)
    approve(staff, member, meeting)
    accept(member)
    following = prepare(staff, "Ce que les repas ont changé", TODAY + datetime.timedelta(days=60))
    staff.open(f"{following}animer/{CARD}")
    sees(staff, PROMISE)
    expect(staff.page.locator("[data-card]:not([hidden]) .promise")).to_contain_text("Planifiée")


def prepare(staff: Visitor, title: str, day: datetime.date) -> str:
    """A draft that nobody hears of; return its address."""
    page = staff.page
    staff.open("/rencontres/ajouter/")
    page.get_by_label("Titre").fill(title)
    page.get_by_label("Jour").fill(day.isoformat())
    # The last minutes of the day: a meeting is convened before it begins, and run on its day.
    page.get_by_label("Début").fill("23:55")
    page.get_by_label("Fin").fill("23:59")
    page.get_by_label("Lieu").fill("Visioconférence")
    page.get_by_label("Titre").press("Enter")
    page.wait_for_url("**/preparer/")
    # An objective of the cycle, and a point with its minutes.
    page.locator(".offers").get_by_role("checkbox").first.check()
    point = page.locator('[data-rows="agenda-"] > [data-row]').first
    point.get_by_label("Titre").fill("Tour de table")
    point.get_by_label("Minutes").fill("4")
    page.get_by_label("Titre").first.press("Enter")
    sees(staff, "La préparation est enregistrée.")
    staff.check()
    return urlsplit(page.url).path.removesuffix("preparer/")


def convene(staff: Visitor, server: Server) -> None:
    assert TITLE not in mails_that_leave(server)
    follow(staff, "Convoquer")
    press(staff, "Convoquer et envoyer")
    sees(staff, "La rencontre est convoquée")
    left = mails_that_leave(server)
    assert "text/calendar" in left
    assert "/repondre/" in left
    assert mails_that_leave(server) == ""


def answer(member: Visitor, meeting: str) -> None:
    member.open(f"{meeting}repondre/")
    press(member, "Je serai là")
    sees(member, "Vous serez là")


def run(staff: Visitor, other: Visitor, meeting: str) -> None:
    """Two people take notes; the network of one is cut, and the tab dies."""
    page = staff.page
    staff.open(meeting)
    press(staff, "Commencer la rencontre")
    staff.open(f"{meeting}animer/{CARD}")
    other.log_in(OTHER)
    other.open(f"{meeting}animer/{CARD}")
    cut(page)
    field(page, DONE).fill("Un premier repas livré par une EÉS.")
    field(page, NEXT).fill(PROMISE)
    expect(says(page)).to_contain_text("Hors ligne")
    expect_kept(page, 1)
    forgive(staff, CUT)
    field(other.page, NEED).fill("Une liste de traiteurs de la région.")
    expect_saved(other.page)
    page = crash(page, staff)
    expect_saved(page)
    expect_kept(page, 0)
    expect(field(page, NEED)).to_have_value("Une liste de traiteurs de la région.")
    there = page.locator("#presence-val-clement")
    there.locator("summary").click()
    # Who answered is expected; being there is noted in the room.
    expect(there).to_contain_text("attendue")
    there.get_by_label("Alex Membre").check()
    there.get_by_role("button", name="Noter").click()
    expect(page.locator("#presence-val-clement summary")).to_contain_text("présente")


def promise(staff: Visitor, meeting: str) -> None:
    page = staff.page
    page.locator("[data-card]:not([hidden])").get_by_role("link", name="Noter une promesse").click()
    page.wait_for_url("**/promesses/**")
    staff.check()
    expect(page.get_by_label("Promesse")).to_have_value(PROMISE)
    press(staff, "Noter la promesse")


def compile_and_review(staff: Visitor, meeting: str) -> None:
    page = staff.page
    staff.open(f"{meeting}synthese/")
    press(staff, "Compiler les cartes")
    staff.open(f"{meeting}synthese/reviser/")
    page.get_by_label("Ouverte jusqu’au").fill((TODAY + datetime.timedelta(days=5)).isoformat())
    press(staff, "Ouvrir la révision")


def amend(member: Visitor, meeting: str) -> None:
    page = member.page
    member.open(f"{meeting}synthese/reviser/")
    row = page.locator(".point").filter(has_text="Un premier repas livré par une EÉS.")
    row.get_by_role("link", name="Proposer une modification").click()
    page.get_by_label("Texte proposé").fill("Deux premiers repas livrés par une EÉS.")
    page.get_by_label("Pourquoi").fill("Il y en a eu deux.")
    press(member, "Proposer")
    sees(member, "Modification proposée.")


def approve(staff: Visitor, member: Visitor, meeting: str) -> None:
    """What the member proposed is accepted, and frozen; its PDF is read by anybody there."""
    staff.open(f"{meeting}synthese/reviser/")
    press(staff, "Accepter")
    staff.open(f"{meeting}synthese/publier/")
    sees(staff, "proposition de son registre")
    press(staff, "Publier la version 1")
    staff.open("/courriels/")
    sees(staff, "en attente")
    member.open(f"{meeting}synthese/")
    sees(member, "Deux premiers repas livrés par une EÉS.")
    with member.page.expect_download() as download:
        member.page.get_by_role("link", name=re.compile("Télécharger la version")).click()
    with pikepdf.open(download.value.path()) as document:
        assert document.Root.MarkInfo.Marked
        assert TITLE in str(document.docinfo.Title)


def accept(member: Visitor) -> None:
    page = member.page
    member.open("/organisations/val-clement/propositions/")
    proposal = page.get_by_role("listitem").filter(has_text=PROMISE)
    proposal.get_by_role("link", name="Répondre").click()
    page.wait_for_url(re.compile(r"/propositions/\d+/$"))
    soon = (TODAY + datetime.timedelta(days=40)).isoformat()
    page.get_by_label("Échéance prévue").fill(soon)
    page.locator("main").get_by_label("Étape").select_option(index=3)
    press(member, "Accepter")
    member.open(f"/organisations/val-clement/mesures/?q={PROMISE[:20]}")
    sees(member, PROMISE)
