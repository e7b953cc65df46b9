"""A synthesis reviewed, answered, approved and changed: the keyboard alone, on a phone too."""

import datetime
import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, NewVisitor, Visitor

STAFF = "animation@demo.example"
POINT = "Les données manquent encore"
_MOST_KEYS = 250


def synthesis_of(visitor: Visitor) -> str:
    """The address of the synthesis in review."""
    visitor.page.goto(f"{visitor.address}/rencontres/")
    link = visitor.page.locator('a[href*="/rencontres/demo-tenue-"]').first
    address = link.get_attribute("href") or ""
    return re.sub(r"^(/rencontres/[^/]+/).*$", r"\1synthese/", address)


def reach(page: Page, target: Locator) -> Locator:
    """Go to it with the Tab key, and nothing else."""
    expect(target).to_be_visible()
    for _ in range(_MOST_KEYS):
        if target.evaluate("(element) => element === document.activeElement"):
            return target
        page.keyboard.press("Tab")
    raise AssertionError(f"no key reaches {target}")


def go(visitor: Visitor, target: Locator) -> None:
    """Follow a link or send a form; the page that comes is sound."""
    reach(visitor.page, target)
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    visitor.check()


def type_into(page: Page, target: Locator, text: str) -> None:
    reach(page, target)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def propose(visitor: Visitor, synthesis: str) -> None:
    """A member who attended asks for another wording of a point."""
    page = visitor.page
    visitor.log_in("membre@demo.example")
    visitor.open(synthesis)
    go(visitor, page.get_by_role("link", name="Relire la copie de travail"))
    row = page.locator(".point").filter(has_text=POINT)
    go(visitor, row.get_by_role("link", name="Proposer une modification"))
    text = page.get_by_label("Texte proposé")
    type_into(page, text, "Les données manquent toujours")
    type_into(page, page.get_by_label("Pourquoi"), "Rien n’a changé.")
    go(visitor, page.get_by_role("button", name=re.compile("^Proposer")))
    expect(page.get_by_text("Modification proposée.")).to_be_visible()


def test_a_synthesis_is_reviewed_and_approved_by_keyboard_on_a_phone(
    new_visitor: NewVisitor,
) -> None:
    member = new_visitor(viewport=PHONE)
    synthesis = _address(new_visitor)
    propose(member, synthesis)
    staff = new_visitor(viewport=PHONE)
    page = staff.page
    staff.log_in(STAFF)
    staff.open(f"{synthesis}reviser/")
    # What differs is said in words beside its colour.
    mine = page.locator(".amend").filter(has_text="toujours")
    expect(mine.locator("ins").first).to_contain_text("ajouté")
    expect(mine.locator("del").first).to_contain_text("retiré")
    # A refusal without a reason is none.
    go(staff, mine.get_by_role("link", name="Refuser ou répondre"))
    go(staff, page.get_by_role("button", name="Refuser"))
    expect(page.get_by_role("alert")).to_contain_text("Dites pourquoi")
    staff.check()
    type_into(page, page.get_by_label("Réponse", exact=True), "Le constat reste celui du jour.")
    go(staff, page.get_by_role("button", name="Refuser"))
    for _ in range(2):
        go(staff, page.get_by_role("button", name=re.compile("^Accepter")).first)
    expect(page.get_by_role("button", name=re.compile("^Accepter"))).to_have_count(0)
    _approve(staff, synthesis)
    _change(staff, synthesis)
    # Who proposed reads the answer, and what members now read.
    member.open(f"{synthesis}reviser/")
    expect(member.page.get_by_text("Le constat reste celui du jour.")).to_be_visible()
    member.open(synthesis)
    expect(member.page.get_by_text("Version\u00a02, publiée le")).to_be_visible()


def _address(new_visitor: NewVisitor) -> str:
    staff = new_visitor()
    staff.log_in(STAFF)
    return synthesis_of(staff)


def _approve(staff: Visitor, synthesis: str) -> None:
    """The page says who will be told; the promises leave with the first version."""
    page = staff.page
    staff.open("/promesses/")
    expect(page.get_by_text("pas encore transmise", exact=True)).to_be_visible()
    staff.open(f"{synthesis}publier/")
    told = page.get_by_role("region", name="Qui recevra l’avis")
    expect(told).to_contain_text(re.compile(r"\d+\spersonnes, membres du chantier, recevront"))
    expect(told).to_contain_text("deviendra une proposition de son registre")
    go(staff, page.get_by_role("button", name="Publier la version 1"))
    staff.open("/promesses/")
    expect(page.get_by_text("pas encore transmise", exact=True)).to_have_count(0)


def _change(staff: Visitor, synthesis: str) -> None:
    """A later change is a new version, compared with the first."""
    page = staff.page
    staff.open(f"{synthesis}rediger/")
    type_into(page, page.locator("[data-row]").first.get_by_label("Texte"), "Un constat récrit.")
    go(staff, page.get_by_role("button", name="Relire et publier"))
    type_into(page, page.get_by_label("Raison"), "Précision demandée.")
    go(staff, page.get_by_role("button", name="Publier la version 2"))
    go(staff, page.get_by_role("link", name="Comparer deux versions"))
    expect(page.locator("ins").first).to_contain_text("ajouté")
    assert page.locator("ins").first.evaluate(
        "(element) => getComputedStyle(element, '::before').content"
    ) not in ("none", "normal", '""')


def test_a_review_is_closed_and_opened_again_by_keyboard(new_visitor: NewVisitor) -> None:
    staff = new_visitor()
    page = staff.page
    staff.log_in(STAFF)
    staff.open(f"{synthesis_of(staff)}reviser/")
    go(staff, page.get_by_role("button", name="Clore maintenant"))
    expect(page.locator("main")).to_contain_text("La révision est close.")
    expect(page.locator("main")).to_contain_text("en seront avisées par courriel")
    soon = (datetime.date.today() + datetime.timedelta(days=5)).isoformat()
    page.get_by_label("Ouverte jusqu’au").fill(soon)
    go(staff, page.get_by_role("button", name="Ouvrir la révision"))
    expect(page.get_by_role("button", name="Clore maintenant")).to_be_visible()


def test_participation_is_read_by_staff_and_by_a_member(new_visitor: NewVisitor) -> None:
    staff = new_visitor()
    staff.log_in(STAFF)
    staff.open("/rencontres/participation/?cycle=2020-2021")
    table = staff.page.get_by_role("table", name=re.compile("^Présence de chaque organisation"))
    expect(table.get_by_role("row")).to_have_count(14)
    expect(table).to_contain_text("Absente")
    member = new_visitor(viewport=PHONE, color_scheme="dark")
    member.log_in("lecture@demo.example")
    member.open("/rencontres/participation/")
    expect(member.page.get_by_role("heading", name="Participation aux rencontres")).to_be_visible()
    expect(member.page.get_by_role("rowheader", name="Ville de Val-Clément")).to_be_visible()
    expect(member.page.get_by_text("CISSS du Littoral")).to_have_count(0)
