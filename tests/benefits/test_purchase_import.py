"""A buyer's spreadsheet goes in as it is, whole or not at all, as a hand count says."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Count, Sum
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from benefits.actions import purchase_imports as imports
from benefits.models import (
    ColumnMapping,
    Purchase,
    PurchaseImport,
    PurchaseImportSupplier,
    SupplierMatch,
)
from members.models import Organization, User
from tests.benefits.imported import (
    HEAD,
    address,
    answer_all,
    apply,
    columns,
    preview,
    read,
    ready,
    send,
    sent,
)
from tests.conftest import LogIn
from tests.factories import (
    SocialEnterpriseFactory,
    SupplierMatchFactory,
    TermFactory,
)
from tests.html import StrictClient

FILES = Path(__file__).parent / "files"
N = "\u00a0"
# What LibreOffice wrote, counted by hand: three suppliers of a directory of five are misspelt.
EES = {
    "Les Marmites solidaires": (3, "3235.25"),
    "Coop Brosse et Balai": (3, "14762.25"),
    "Octet reconditionné": (1, "7188.00"),
    "Atelier des Cèdres": (1, "12480.00"),
    "Coop forestière du Nordet": (1, "8640.00"),
}
TOTAL = "46305.50"


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


@pytest.fixture
def directory(db: None) -> None:
    for name in EES:
        SocialEnterpriseFactory(name=name)


# --- What programs write -------------------------------------------------------------


@pytest.mark.parametrize("name", ["libreoffice-cp1252.csv", "libreoffice.xlsx"])
def test_a_real_spreadsheet_goes_in_as_it_is(
    member: StrictClient, organization: Organization, directory: None, name: str
) -> None:
    """Titles above, cp1252, decimal commas, credits in brackets, formulas, empty rows, totals."""
    response = send(member, organization, (FILES / name).read_bytes(), name)
    table = PurchaseImport.objects.get()
    assertRedirects(response, address(table))
    table = read(member, table)
    assert table.state == PurchaseImport.State.CHECKED
    # One is certain enough for nobody: the same name is proposed, and asked.
    assert not table.suppliers.exclude(answer="waiting").exists()
    answer_all(member, table, "probables")
    octet = table.suppliers.get(name="Octet recondtionné")
    chosen = {f"fournisseur-{octet.pk}": f"ees-{octet.candidates[0][0]}", "tous": "rien"}
    member.post(address(table, "suppliers"), chosen)
    page = member.get(address(table))
    shown = page.context["preview"]
    assert (shown.added.number, str(shown.added.amount)) == (9, TOTAL)
    assert (shown.no_enterprise.number, str(shown.no_enterprise.amount)) == (3, "5622.71")
    assert (shown.twins.number, str(shown.twins.amount)) == (1, "12480.00")
    assert dict(shown.left_out) == {"ligne de total": 2}
    assertContains(page, f"46{N}305,50{N}$")
    assertContains(page, "Importer 9 achats")
    apply(member, table)
    rows = Purchase.objects.values_list("enterprise__name").annotate(Count("pk"), Sum("amount"))
    assert {who: (number, f"{amount:.2f}") for who, number, amount in rows} == EES
    assertContains(member.get(address(table)), f"46{N}305,50{N}$")


def test_a_supplier_without_a_latin_letter_is_a_supplier(
    member: StrictClient, organization: Organization
) -> None:
    rows = ["2021-01-04;A;12;x", "2021-01-05;«»…;900;y", "2021-01-05;東京;800;z"]
    table = ready(member, organization, *rows)
    assert preview(member, table).added.number == 3
    apply(member, table)
    assert set(Purchase.objects.values_list("supplier_name", flat=True)) == {"A", "«»…", "東京"}


def test_the_sum_of_a_supplier_has_room_for_the_largest_amounts(
    member: StrictClient, organization: Organization
) -> None:
    table = ready(member, organization, *[f"2021-01-04;A;99999999999,00;{n}" for n in range(1001)])
    assert table.suppliers.get().amount == 1001 * Decimal(99999999999)


def test_days_that_read_two_ways_are_asked(
    member: StrictClient, organization: Organization, directory: None
) -> None:
    SocialEnterpriseFactory(name="Un autre nom", neq="1165432109")
    TermFactory(
        code="procurement_mode:gre_a_gre", vocabulary="procurement_mode", label="De gré à gré"
    )
    send(member, organization, (FILES / "bom.csv").read_bytes(), "bom.csv")
    table = PurchaseImport.objects.get()
    assertContains(member.get(address(table)), "Comment les dates sont-elles écrites?")
    refused = member.post(address(table), columns(table))
    assertContains(refused, "se lisent de plus d’une façon")
    table = read(member, table, date_order="mja")
    assert [str(row.values["purchased_on"]) for row in table.rows.exclude(amount=None)] == [
        "2020-04-05",
        "2020-04-06",
        "2020-05-06",
    ]
    shown = preview(member, table)
    # The supplier with a NEQ needs nobody, whatever its name.
    assert (shown.added.number, str(shown.added.amount), shown.waiting) == (3, "1984.50", 1)
    assert dict(shown.left_out) == {
        "ligne de total": 1,
        "titre ou note, sans date ni montant": 1,
    }
    assertContains(member.get(address(table)), "Bon vouloir")


def test_columns_are_remembered_for_the_next_file_of_the_program(
    member: StrictClient, organization: Organization
) -> None:
    text = "Quand;Qui;Combien;Divers\n2021-01-04;A;12;x\n2021-01-05;B;14;y"
    first = sent(member, organization, text)
    assert first.mapping == {"purchased_on": 0, "amount": 2}
    read(member, first, **{"colonne-1": "supplier_name", "colonne-3": "description"})
    assert ColumnMapping.objects.get().mapping["supplier_name"] == 1
    second = sent(member, organization, text)
    assert second.mapping == {
        "purchased_on": 0,
        "supplier_name": 1,
        "amount": 2,
        "description": 3,
    }
    assertContains(member.get(address(second)), "pour un fichier semblable")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"colonne-1": ""}, f"Dites quelle colonne est{N}: «{N}Fournisseur{N}»."),
        ({"colonne-3": "amount"}, "est déjà une autre colonne"),
    ],
)
def test_what_is_required_is_one_column_each(
    member: StrictClient, organization: Organization, more: dict[str, str], message: str
) -> None:
    table = sent(member, organization, f"{HEAD}\n2021-01-04;A;12;x")
    response = member.post(address(table), columns(table, **more))
    assertContains(response, message)
    table.refresh_from_db()
    assert table.state == PurchaseImport.State.MAPPING
    assert not ColumnMapping.objects.exists()


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "vide.csv", "vide"),
        (b"Date;Fournisseur;Montant\n", "achats.csv", "Aucune ligne ne suit"),
        (b"MZ\x90\x00", "achats.csv", "n’est pas"),
        (b"PK\x03\x04", "achats.xlsx", "achats.xlsx"),
        (b"x", "achats.pdf", "n’est ni un XLSX ni un CSV"),
    ],
)
def test_what_is_no_table_is_told_and_leaves_nothing(
    member: StrictClient, organization: Organization, data: bytes, name: str, message: str
) -> None:
    assertContains(send(member, organization, data, name), message)
    assert not PurchaseImport.objects.exists()


# --- Reading, step by step -----------------------------------------------------------


def test_rows_are_read_some_at_a_time_and_a_crash_loses_none(
    member: StrictClient, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"2021-01-{day:02};A;{day};{day}" for day in range(1, 8)]
    table = sent(member, organization, "\n".join([HEAD, *rows]))
    member.post(address(table), columns(table))
    imports.check_some(table=table, most=3)
    table.refresh_from_db()
    assert (table.checked_count, table.state) == (3, PurchaseImport.State.CHECKING)
    page = member.get(address(table))
    assertContains(page, "3 lignes sur 7")
    assertContains(page, 'value="3"')

    def cut(_: PurchaseImport) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(imports, "find_suppliers", cut)
    imports.check_some(table=table, most=10)
    with pytest.raises(KeyboardInterrupt):
        imports.check_some(table=table, most=10)
    table.refresh_from_db()
    assert (table.checked_count, table.state) == (7, PurchaseImport.State.CHECKING)
    monkeypatch.undo()
    member.post(address(table, "check"))
    table.refresh_from_db()
    assert table.state == PurchaseImport.State.CHECKED
    assert preview(member, table).added.number == 7


def test_the_page_goes_on_by_itself_and_says_when_it_is_over(
    member: StrictClient, organization: Organization
) -> None:
    table = sent(member, organization, f"{HEAD}\n2021-01-04;A;12;x")
    member.post(address(table), columns(table))
    htmx = {"HX-Request": "true"}
    assertContains(
        member.post(address(table, "check"), headers=htmx), "Toutes les lignes sont lues"
    )
    assert member.post(address(table, "check"), headers=htmx)["HX-Redirect"] == address(table)
    # Once more, from another window.
    assert member.post(address(table, "check"), headers=htmx)["HX-Redirect"] == address(table)


def test_a_row_in_error_blocks_all_and_says_its_cell(
    member: StrictClient, organization: Organization
) -> None:
    table = ready(
        member,
        organization,
        "2021-01-04;A;12;x",
        "2021-02-30;A;douze;x",
        ";A;1,234;x",
        "2021-01-04;;5;x",
    )
    page = member.get(address(table))
    for told in ("A3", "C3", "n’est pas une date", "n’est pas un montant", "C4", "se lit de deux"):
        assertContains(page, told)
    assertContains(page, "Le fournisseur manque.")
    assertNotContains(page, "Importer 1 achat")
    stamp = {"stamp": page.context["preview"].stamp}
    assert member.post(address(table, "apply"), stamp).status_code == 409
    assert not Purchase.objects.exists()
    csv = b"".join(member.get(address(table, "errors"))).decode("utf-8-sig")
    assert csv.splitlines()[0] == "Case;Colonne;À corriger"
    assert [line.split(";")[0] for line in csv.splitlines()[1:]] == ["A3", "C3", "A4", "C4", "B5"]


def test_columns_can_be_told_again(member: StrictClient, organization: Organization) -> None:
    table = ready(member, organization, "2021-01-04;A;12;x")
    assertRedirects(member.post(address(table, "columns")), address(table))
    table.refresh_from_db()
    assert table.state == PurchaseImport.State.MAPPING
    assert not table.suppliers.exists()
    table = read(member, table)
    assert preview(member, table).waiting == 1


# --- Suppliers -----------------------------------------------------------------------


def test_a_name_waits_for_a_person_and_the_answer_serves_again(
    member: StrictClient, organization: Organization, contributor: User
) -> None:
    marmites = SocialEnterpriseFactory(name="Les Marmites solidaires")
    rows = ["2021-01-04;MARMITES SOLIDAIRES (LES);12;x", "2021-01-05;Quincaillerie B;14;y"]
    table = read(member, sent(member, organization, "\n".join([HEAD, *rows])))
    page = member.get(address(table, "suppliers"))
    assertContains(page, "Les Marmites solidaires")
    assertContains(page, "ressemblance&nbsp;: 99&nbsp;%")
    # Not before each has an answer.
    stamp = {"stamp": preview(member, table).stamp}
    assert member.post(address(table, "apply"), stamp).status_code == 409
    one = table.suppliers.get(score=99)
    member.post(
        address(table, "suppliers"),
        {f"fournisseur-{one.pk}": f"ees-{marmites.pk}", "tous": "rien"},
    )
    apply(member, table)
    assert list(Purchase.objects.values_list("enterprise", "amount")) == [
        (marmites.pk, Decimal(12))
    ]
    matches = SupplierMatch.objects.order_by("supplier_name")
    assert [(one.enterprise, one.confirmed_by) for one in matches] == [
        (marmites, contributor),
        (None, contributor),
    ]
    rows = ["2021-02-04;Les Marmites solidaires;20;x", "2021-02-05;Quincaillerie B;21;y"]
    again = read(member, sent(member, organization, "\n".join([HEAD, *rows])))
    shown = preview(member, again)
    assert (shown.waiting, shown.added.number, shown.no_enterprise.number) == (0, 1, 1)


def test_only_what_is_proposed_can_be_chosen(
    member: StrictClient, organization: Organization
) -> None:
    other = SocialEnterpriseFactory(name="Une autre")
    table = read(member, sent(member, organization, f"{HEAD}\n2021-01-04;A;12;x"))
    supplier = table.suppliers.get()
    field = f"fournisseur-{supplier.pk}"
    for value in (f"ees-{other.pk}", "ees-", "ees-99999999999999999999", "oui"):
        member.post(address(table, "suppliers"), {field: value})
    member.post(address(table, "suppliers"), {"fournisseur-9999999999999999999999": "non"})
    supplier.refresh_from_db()
    assert supplier.answer == PurchaseImportSupplier.Answer.WAITING


def test_later_brings_purchases_without_an_enterprise(
    member: StrictClient, organization: Organization
) -> None:
    table = ready(member, organization, "2021-01-04;A;12;x")
    apply(member, table)
    assert Purchase.objects.get().enterprise is None
    assert not SupplierMatch.objects.exists()


def test_the_sector_of_an_enterprise_that_has_one_is_that_of_its_purchases(
    member: StrictClient, organization: Organization
) -> None:
    sector = TermFactory(code="sector:tic", vocabulary="sector")
    enterprise = SocialEnterpriseFactory(name="Octet")
    enterprise.sectors.add(sector)
    SupplierMatchFactory(organization=organization, supplier_key="octet", enterprise=enterprise)
    table = read(member, sent(member, organization, f"{HEAD}\n2021-01-04;Octet;12;x"))
    apply(member, table)
    assert Purchase.objects.get().sector == sector
