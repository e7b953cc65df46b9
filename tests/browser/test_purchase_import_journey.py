"""A buyer's spreadsheet goes in as it is, from the upload to the list, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import DESK, PASSWORD, PHONE, NewVisitor, Visitor

OURS = "/organisations/val-clement/achats"
N = "\u00a0"
MEMBER = "membre@demo.example"
# As a program of accounting writes it; counted by hand: 1 250,75 + 3 480,00 − 125,50 + 7 188,00
# + 2 040,25 = 13 833,50 $ in five purchases from EÉS, and 89,99 $ from a shop that is none.
BOOKS = "\r\n".join(
    [
        "Ville de Val-Clément;;;;",
        "Dépenses, service de l’approvisionnement;;;;",
        ";;;;",
        "Date de facture;Fournisseur;No BC;Montant avant taxes;Description",
        "2025-04-15;MARMITES SOLIDAIRES (LES);BC-9901;1 250,75 $;Buffet de l’assemblée",
        "2025-05-02;Coop Brosse & Balai inc.;BC-9902;3 480,00;Ménage d’été",
        "2025-05-20;Coop Brosse & Balai inc.;BC-9903;(125,50);Crédit",
        ";;;;",
        "2025-06-30;Quincaillerie du Faux-Bourg ltée;BC-9904;89,99;Vis et clous",
        "2025-07-08;Octet recondtionné;BC-9905;7 188,00;Écrans",
        "2025-07-09;ATELIER DES CEDRES;BC-9906;2 040,25;Tables à pique-nique",
        ";;;;",
        "Total;;;13 923,49;",
    ]
)
COUNTED, NUMBER = f"13{N}833,50{N}$", 5


@pytest.fixture
def books(tmp_path: Path, encoding: str) -> Path:
    file = tmp_path / "depenses.csv"
    file.write_bytes(BOOKS.encode(encoding))
    return file


def send(page: Page, books: Path) -> None:
    page.get_by_label("Fichier XLSX ou CSV").set_input_files(books)
    page.get_by_role("button", name="Lire ce fichier").click()
    expect(page.get_by_role("heading", name="Que sont ces colonnes?")).to_be_visible()


def answer(page: Page) -> None:
    """Each supplier: what is alike, the misspelt one by hand, the others are none."""
    page.get_by_role("link", name="Répondre").click()
    octet = page.get_by_role("group", name=re.compile("Octet"))
    octet.get_by_role("radio", name=re.compile("^C’est Octet reconditionné")).check()
    page.get_by_role("button", name=re.compile("^Accepter les")).click()
    page.get_by_role("button", name="Les autres ne sont pas des EÉS").click()
    expect(page.get_by_role("heading", name="Aperçu de l’importation")).to_be_visible()


def agrees(page: Page) -> None:
    """The preview says what was counted by hand."""
    rows = page.get_by_role("table", name="Lignes du fichier et leur montant avant taxes")
    for line, number, amount in (
        ("À ajouter", str(NUMBER), COUNTED),
        ("Fournisseurs qui ne sont pas des EÉS", "1", f"89,99{N}$"),
        (f"Laissées de côté{N}: ligne de total", "1", "–"),
    ):
        row = rows.get_by_role("row").filter(has_text=line)
        expect(row.get_by_role("cell")).to_have_text([number, amount])


def listed(page: Page) -> None:
    """The list finds them all, and nothing else."""
    page.get_by_label("Rechercher").fill("BC-99")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.get_by_role("status").filter(has_text=f"{NUMBER} achats")).to_be_visible()
    expect(page.locator(".totals dd").first).to_have_text(COUNTED)
    shown = page.locator("td.num").all_inner_texts()
    assert sorted(text.splitlines()[0] for text in shown) == sorted(
        f"{amount}{N}$"
        for amount in (*(f"1{N}250,75", f"3{N}480,00", "−125,50", f"7{N}188,00", f"2{N}040,25"),)
    )


@pytest.mark.parametrize(
    ("viewport", "encoding"), [(DESK, "cp1252"), (PHONE, "utf-8-sig")], ids=["wide", "phone"]
)
def test_the_books_of_a_buyer_go_in_as_they_are(
    new_visitor: NewVisitor, books: Path, viewport: dict[str, int]
) -> None:
    member = new_visitor(viewport=viewport)
    page = member.page
    member.log_in(MEMBER)
    member.open(f"{OURS}/")
    page.get_by_role("link", name="Importer").click()
    member.check()
    send(page, books)
    member.check()
    page.get_by_role("button", name="Lire les lignes").click()
    expect(page.get_by_role("heading", name="Aperçu de l’importation")).to_be_visible()
    member.check()
    answer(page)
    member.check()
    agrees(page)
    under_way(member)
    expect(page.get_by_role("heading", name="Importation faite")).to_be_visible()
    expect(page.get_by_text(COUNTED)).to_be_visible()
    member.check()
    page.get_by_role("link", name="Voir les achats").click()
    listed(page)
    member.check()


def under_way(member: Visitor) -> None:
    """While the purchases go in, the page says so, before and after a reload."""
    page, held = member.page, list[Route]()

    def hold(route: Route) -> None:
        # The first notes it; the next, which the page sends by itself, does it.
        if "stamp=" in (route.request.post_data or ""):
            route.continue_()
        else:
            held.append(route)

    page.route("**/tout-importer/", hold)
    page.get_by_role("button", name=f"Importer {NUMBER} achats").click()
    for _ in range(2):
        expect(page.get_by_role("heading", name="Importation en cours")).to_be_visible()
        expect(page.get_by_role("status").filter(has_text="en cours")).to_be_visible()
        member.check()
        page.reload()
    page.unroute("**/tout-importer/")
    page.reload()


@pytest.mark.parametrize("encoding", ["cp1252"])
def test_the_same_books_go_in_without_scripts(new_visitor: NewVisitor, books: Path) -> None:
    member = new_visitor(java_script_enabled=False)
    page = member.page
    page.goto(f"{member.address}/connexion/")
    page.get_by_label("Courriel").fill(MEMBER)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.goto(f"{member.address}{OURS}/importer/")
    send(page, books)
    page.get_by_role("button", name="Lire les lignes").click()
    while page.get_by_role("heading", name="Lecture des lignes").count():
        page.get_by_role("button", name="Continuer").click()
    answer(page)
    agrees(page)
    page.get_by_role("button", name=f"Importer {NUMBER} achats").click()
    expect(page.get_by_role("heading", name="Importation faite")).to_be_visible()
    page.goto(f"{member.address}{OURS}/")
    listed(page)


def test_whoever_leaves_in_the_middle_of_a_search_leaves_no_error(new_visitor: NewVisitor) -> None:
    member = new_visitor()
    page = member.page
    member.log_in(MEMBER)
    member.open(f"{OURS}/")
    held = list[Route]()
    page.route(re.compile(r"/achats/\?"), lambda route: held.append(route))
    page.get_by_label("Rechercher").fill("octet")
    page.get_by_label("Rechercher").press("Enter")
    page.get_by_role("link", name="Portrait des achats").click()
    expect(page.get_by_role("heading", name="Portrait des achats")).to_be_visible()
    assert len(held) == 1
    member.check()
