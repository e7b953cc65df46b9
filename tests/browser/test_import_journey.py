"""The register goes to a spreadsheet and comes back, in a real browser."""

import re
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, PHONE, NewVisitor

REGISTER = "/organisations/val-clement/mesures/"
MEMBER = "membre@demo.example"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "registre.xlsx"


def download(page: Page, link: str, table: Path) -> None:
    with page.expect_download() as downloading:
        page.get_by_role("link", name=link).click()
    assert downloading.value.suggested_filename.endswith(".xlsx")
    downloading.value.save_as(table)


def write(table: Path, head: str, text: str) -> None:
    """Change a column of the first row, as a spreadsheet does."""
    workbook: Workbook = load_workbook(table)
    sheet: Worksheet = workbook.worksheets[0]
    [place] = [number for number, cell in enumerate(sheet[1], 1) if cell.value == head]
    sheet.cell(2, place).value = text
    workbook.save(table)


def choose(page: Page, table: Path) -> None:
    page.get_by_label("Fichier XLSX ou CSV").set_input_files(table)
    page.get_by_role("button", name="Voir ce qui changera").click()


def test_what_is_filtered_goes_out_and_what_is_changed_comes_in(
    new_visitor: NewVisitor, table: Path
) -> None:
    member = new_visitor()
    page = member.page
    member.log_in(MEMBER)
    member.open(REGISTER)
    page.get_by_label("Statut", exact=True).select_option(label="Implantée")
    page.wait_for_url(re.compile(r"statut=implantee"))
    heading = page.locator("#registre h2").first
    expect(heading).not_to_have_text(re.compile(r"^31 "))
    number = int(heading.inner_text().split()[0])
    page.locator("summary", has_text="Exporter").click()
    member.check()
    download(page, f"Excel (XLSX), {number} mesures", table)
    assert load_workbook(table).worksheets[0].max_row == number + 1

    member.open(f"{REGISTER}importer/")
    choose(page, table)
    expect(page.get_by_role("heading", name="Rien à changer")).to_be_visible()
    member.check()

    write(table, "Statut", "Faite")
    choose(page, table)
    expect(page.get_by_role("heading", name="1 case à corriger")).to_be_visible()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("row", name="F2 Statut")).to_be_visible()
    member.check()

    write(table, "Statut", "Implantée")
    write(table, "Responsable", "Table des achats responsables")
    choose(page, table)
    expect(page.get_by_role("heading", name="Aperçu de l’importation")).to_be_visible()
    member.check()
    page.get_by_role("button", name="Tout importer").click()
    expect(page.get_by_text("0 mesure ajoutée, 1 modifiée.")).to_be_visible()
    member.check()
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_text("est comme avant")).to_be_visible()
    expect(page.get_by_label("Personne ou unité responsable")).not_to_have_value(
        "Table des achats responsables"
    )


def test_the_template_is_filled_in_without_javascript(new_visitor: NewVisitor, table: Path) -> None:
    member = new_visitor(java_script_enabled=False, viewport=PHONE)
    page = member.page
    page.goto(f"{member.address}/connexion/")
    page.get_by_label("Courriel").fill(MEMBER)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.goto(f"{member.address}{REGISTER}importer/")
    download(page, "Modèle XLSX", table)
    write(table, "Statut", "Planifiée")
    choose(page, table)
    expect(page.get_by_text("ignorée")).to_be_visible()
    # By keyboard, once all of the page is there: a button that moves under a pointer hears nothing.
    page.wait_for_load_state("load")
    page.get_by_role("button", name="Tout importer").press("Enter")
    expect(page.get_by_text("1 mesure ajoutée, 0 modifiée.")).to_be_visible()
