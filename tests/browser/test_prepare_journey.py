"""Staff prepare a meeting: by keyboard, without a script, two at once, and after a crash."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, NewVisitor, Visitor
from tests.browser.drafts import crash, expect_nothing_kept, kept, offer, save

STAFF, OTHER = "animation@demo.example", "coordination@demo.example"


def enter(new_visitor: NewVisitor, email: str = STAFF, **options: object) -> Visitor:
    """The preparation of the next meeting."""
    visitor = new_visitor(**options)
    visitor.log_in(email)
    page = visitor.page
    page.goto(f"{visitor.address}/rencontres/")
    link = page.locator('a[href*="/rencontres/demo-prochaine-"]').first.get_attribute("href") or ""
    meeting = re.sub(r"^(/rencontres/[^/]+/).*$", r"\1", link)
    visitor.open(f"{meeting}preparer/")
    return visitor


def points(page: Page) -> Locator:
    return page.locator('[data-rows="agenda-"] > [data-row]')


def titles(page: Page) -> list[str]:
    return [row.get_by_label("Titre").input_value() for row in points(page).all()]


def test_a_meeting_is_made_and_prepared_with_the_keyboard(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.log_in(STAFF)
    visitor.open("/rencontres/")
    page = visitor.page
    page.get_by_role("link", name="Préparer une rencontre").press("Enter")
    page.wait_for_url("**/rencontres/ajouter/")
    visitor.check()
    page.get_by_label("Titre").fill("Essai au clavier")
    page.get_by_label("Jour").fill("2030-03-12")
    page.get_by_label("Début").fill("13:30")
    page.get_by_label("Fin").fill("14:30")
    # Enter saves, wherever one types.
    page.get_by_label("Titre").press("Enter")
    page.wait_for_url("**/preparer/")
    visitor.check()
    expect(
        page.get_by_role("status").filter(has_text="Personne n’en est encore avisé")
    ).to_be_visible()
    first = points(page).first
    first.get_by_label("Titre").fill("Accueil")
    first.get_by_label("Minutes").fill("20")
    page.get_by_role("button", name="Ajouter un point").press("Enter")
    second = points(page).nth(1)
    expect(second.get_by_label("Titre")).to_be_focused()
    page.keyboard.type("Tour de table")
    page.keyboard.press("Tab")
    page.keyboard.type("50")
    second.get_by_label("C’est le tour de table").press("Space")
    expect(page.locator("[data-sum]")).to_have_text(
        re.compile(r"1\sh\s10 à l’ordre du jour, pour 1\sh de rencontre\s: .* dépasse la fin de 10")
    )
    expect(second.locator("[data-clock]")).to_have_text(re.compile(r"13\sh\s50"))
    second.get_by_role("button", name="Monter").press("Enter")
    expect(points(page).first.get_by_role("button", name="Monter")).to_be_focused()
    expect(page.get_by_text("Le point est maintenant le numéro 1.")).to_be_attached()
    expect(points(page).nth(1).locator("[data-clock]")).to_have_text(re.compile(r"14\sh\s20"))
    visitor.check()
    # Enter in a field saves, and moves nothing.
    points(page).first.get_by_label("Titre").press("Enter")
    expect(page.get_by_text("La préparation est enregistrée.")).to_be_visible()
    assert titles(page) == ["Tour de table", "Accueil"]
    visitor.check()


def test_a_meeting_is_prepared_without_a_script_on_a_phone(new_visitor: NewVisitor) -> None:
    visitor = enter(new_visitor, viewport=PHONE)
    address = visitor.page.url
    visitor.check()
    plain = new_visitor(java_script_enabled=False, viewport=PHONE)
    page = plain.page
    page.goto(f"{plain.address}/connexion/")
    page.get_by_label("Courriel").fill(STAFF)
    page.get_by_label("Mot de passe").fill("demo-chantier-2021")
    page.get_by_role("button", name="Se connecter").click()
    page.goto(address)
    before = titles(page)
    page.get_by_role("button", name="Ajouter un point").click()
    points(page).last.get_by_label("Titre").fill("Un point de plus")
    points(page).last.get_by_label("Minutes").fill("25")
    points(page).last.get_by_role("button", name="Monter").click()
    assert titles(page) == [*before[:-1], "Un point de plus", before[-1]]
    # The server counts as the script does.
    expect(page.locator("[data-sum]")).to_contain_text("dépasse la fin de 25")
    page.get_by_text("Reprendre l’ordre du jour d’une rencontre").click()
    page.get_by_role("button", name="Reprendre ces points").click()
    assert len(titles(page)) == len(before) + 1 + 5
    for row in points(page).all()[len(before) + 1 :]:
        row.get_by_label("Retirer").check()
    page.get_by_label("Suivre ensemble les mêmes indicateurs").check()
    save(page)
    expect(page.get_by_text("La préparation est enregistrée.")).to_be_visible()
    assert titles(page) == [*before[:-1], "Un point de plus", before[-1]]
    expect(page.get_by_text("Objectif du cycle", exact=False).first).to_be_visible()


def test_two_people_prepare_at_once_and_lose_nothing(new_visitor: NewVisitor) -> None:
    mine, theirs = enter(new_visitor), enter(new_visitor, OTHER)
    page, other = mine.page, theirs.page
    other.get_by_label("Lieu").fill("Maison du développement durable")
    points(other).first.get_by_label("Minutes").fill("10")
    save(other)
    expect(other.get_by_text("La préparation est enregistrée.")).to_be_visible()
    points(page).first.get_by_label("Minutes").fill("20")
    page.get_by_label("Mot d’invitation").fill("Au plaisir de vous revoir.")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("Deux personnes ont modifié")
    expect(page.get_by_role("alert")).to_contain_text("Lou Coordination")
    expect(page.get_by_role("alert")).to_be_focused()
    mine.check()
    clash = page.get_by_role("region", name="Les deux textes")
    expect(clash).to_contain_text("minutes")
    expect(page.get_by_label("Lieu")).to_have_value("Maison du développement durable")
    save(page)
    expect(page.get_by_text("La préparation est enregistrée.")).to_be_visible()
    expect(page.get_by_label("Lieu")).to_have_value("Maison du développement durable")
    expect(page.get_by_label("Mot d’invitation")).to_have_value("Au plaisir de vous revoir.")
    expect(points(page).first.get_by_label("Minutes")).to_have_value("20")
    expect_nothing_kept(page)
    expect_nothing_kept(other)


def test_a_crashed_tab_gives_both_lists_back(new_visitor: NewVisitor) -> None:
    visitor = enter(new_visitor)
    page = visitor.page
    before = titles(page)
    page.get_by_role("button", name="Ajouter un objectif").click()
    page.keyboard.type("Un objectif à ne pas perdre")
    page.get_by_role("button", name="Ajouter un point").click()
    page.keyboard.type("Un point à ne pas perdre")
    points(page).last.get_by_role("button", name="Monter").click()
    page.wait_for_function(
        "() => Object.values(localStorage).some((value) => value.includes('Un point à ne pas'))"
    )
    page.wait_for_timeout(600)
    assert len(kept(page)) == 1
    page = crash(page, visitor)
    assert titles(page) == before
    offer(page).get_by_role("button", name=re.compile("Reprendre le texte")).click()
    assert titles(page) == [*before[:-1], "Un point à ne pas perdre", before[-1]]
    expect(page.locator('[data-rows="objectives-"] textarea').last).to_have_value(
        "Un objectif à ne pas perdre"
    )
    visitor.check()
    save(page)
    expect(page.get_by_text("La préparation est enregistrée.")).to_be_visible()
    assert titles(page) == [*before[:-1], "Un point à ne pas perdre", before[-1]]
    expect_nothing_kept(page)


def test_members_read_the_agenda(new_visitor: NewVisitor) -> None:
    member = new_visitor(viewport=PHONE)
    member.log_in("lecture@demo.example")
    member.open("/rencontres/")
    member.page.locator('a[href*="/rencontres/demo-prochaine-"]').first.click()
    agenda = member.page.get_by_role("region", name="Ordre du jour")
    expect(agenda).to_contain_text("Tour de table")
    expect(agenda).to_contain_text(re.compile(r"14\sh\s20"))
    expect(member.page.get_by_text("Note pour l’animation")).to_have_count(0)
    member.check()
