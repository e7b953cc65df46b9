"""From what was observed to what is quoted: noted, consented, verified, taken back."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PASSWORD, PHONE, NewVisitor, Visitor

OURS = "/organisations/val-clement/benefices/"
BENEFIT = "/benefices/bl-09/"
STORY = "Le mobilier de deux étages a été remis à neuf plutôt que jeté."


def log_in_plainly(visitor: Visitor) -> None:
    """Without axe, which needs scripts."""
    page = visitor.page
    page.goto(f"{visitor.address}/connexion/")
    page.get_by_label("Courriel").fill("membre@demo.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()


@pytest.mark.parametrize("with_script", [True, False], ids=["script", "plain"])
def test_a_story_is_noted_quoted_verified_and_taken_back(
    new_visitor: NewVisitor, with_script: bool
) -> None:
    member = new_visitor(java_script_enabled=with_script)
    staff, visitor = new_visitor(), new_visitor(viewport=PHONE, color_scheme="dark")
    log_in_plainly(member)
    staff.log_in("animation@demo.example")
    page = member.page
    page.goto(f"{member.address}{BENEFIT}")
    page.get_by_role("link", name="Noter un bénéfice").click()
    page.get_by_label("Ce qui a été observé").fill(STORY)
    page.get_by_role("button", name="Enregistrer").click()
    # Nothing is lost when something lacks.
    expect(page.get_by_role("alert")).to_contain_text("Choisissez un achat ou une mesure")
    expect(page.get_by_label("Ce qui a été observé")).to_have_value(STORY)
    page.get_by_label("Mesure du registre").select_option(index=1)
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url(re.compile(r"/benefices/\d+/$"))
    expect(page.get_by_text("Bénéfice observé noté.")).to_be_visible()

    page.get_by_role("link", name="Choisir si ce texte peut être cité").click()
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)
    page.get_by_text("Citer en nommant l’organisation").check()
    page.get_by_role("button", name="Enregistrer mon choix").click()
    expect(page.get_by_text("Merci")).to_be_visible()
    visitor.open(BENEFIT)
    expect(visitor.page.get_by_text(STORY)).to_be_visible()

    staff.open("/benefices/observations/")
    row = staff.page.locator("li").filter(has_text=STORY)
    row.get_by_role("button", name="Marquer vérifié").click()
    expect(staff.page.get_by_text("Bénéfice observé vérifié")).to_be_visible()
    page.reload()
    expect(page.get_by_text("retirera cette vérification")).to_be_visible()

    page.get_by_role("link", name="Choisir si ce texte peut être cité").click()
    page.get_by_role("button", name="Ne plus citer ce texte").click()
    visitor.open(BENEFIT)
    expect(visitor.page.get_by_text(STORY)).to_have_count(0)


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk-light", "phone-dark"]
)
def test_pages_of_observations_are_sound(
    new_visitor: NewVisitor, viewport: dict[str, int], scheme: str
) -> None:
    paths = {
        "": ["/benefices/?appui=membres", "/benefices/bq-09/", "/benefices/bl-06/"],
        "membre@demo.example": [
            OURS,
            f"{OURS}?benefice=bq-09",
            f"{OURS}ajouter/?benefice=bq-09",
            "/benefices/bl-06/",
        ],
        "animation@demo.example": [OURS, "/benefices/observations/"],
    }
    for email, addresses in paths.items():
        visitor = new_visitor(viewport=viewport, color_scheme=scheme)
        if email:
            visitor.log_in(email)
        for path in addresses:
            visitor.open(path)
        if email.startswith("membre"):
            visitor.open(OURS)
            visitor.page.get_by_role("link", name=re.compile("^Modifier")).first.click()
            visitor.check()
            visitor.page.get_by_role("link", name="Choisir si ce texte peut être cité").click()
            visitor.check()
            visitor.page.get_by_role("button", name="Enregistrer mon choix").click()
            visitor.check()
