"""What is about to be pressed stays where it is, whatever comes late."""

from playwright.sync_api import FloatRect, Page, Route, expect

from tests.browser.conftest import PHONE, NewVisitor

IMPORT = "/organisations/val-clement/mesures/importer/"


def _place(page: Page, name: str) -> FloatRect:
    box = page.get_by_role("button", name=name).bounding_box()
    assert box is not None
    return box


def test_fonts_that_come_late_move_nothing(new_visitor: NewVisitor) -> None:
    member = new_visitor(viewport=PHONE)
    page = member.page
    member.log_in("membre@demo.example")
    late: list[Route] = []
    page.route("**/*.woff2", lambda route: late.append(route))
    page.goto(f"{member.address}{IMPORT}", wait_until="domcontentloaded")
    expect(page.get_by_role("button", name="Voir ce qui changera")).to_be_visible()
    # Longer than a browser hides a text while it waits for its font.
    page.wait_for_timeout(500)
    before = _place(page, "Voir ce qui changera")
    assert len(late) == 2
    for route in late:
        route.continue_()
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(200)
    assert _place(page, "Voir ce qui changera") == before
