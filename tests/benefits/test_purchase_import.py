"""A buyer's spreadsheet goes in as it is, whole or not at all, as a hand count says."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Count, Sum
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from benefits.actions import purchase_imports as imports
from benefits.models import (
    ColumnMapping,
    Purchase,
    PurchaseImport,
    PurchaseImportRow,
    PurchaseImportSupplier,
    SupplierMatch,
)
from members.models import AuditEntry, Organization, User
from tests.benefits.bought import url
from tests.conftest import LogIn
from tests.factories import (
    ObservedBenefitFactory,
    PurchaseFactory,
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
HEAD = "Date;Fournisseur;Montant;Référence"


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


@pytest.fixture
def directory(db: None) -> None:
    for name in EES:
        SocialEnterpriseFactory(name=name)


def send(client: StrictClient, organization: Organization, data: bytes, name: str) -> Any:
    upload = SimpleUploadedFile(name, data)
    return client.post(url("purchase_import_create", organization), {"table": upload})


def sent(client: StrictClient, organization: Organization, text: str) -> PurchaseImport:
    """A CSV that has been kept."""
    response = send(client, organization, text.encode(), "achats.csv")
    assert response.status_code == 302, response.context["form"].errors
    return PurchaseImport.objects.latest("pk")


def address(table: PurchaseImport, name: str = "detail") -> str:
    return url(f"purchase_import_{name}", table.organization, pk=table.pk)


def columns(table: PurchaseImport, **more: str) -> dict[str, str]:
    """The columns as they were guessed, as the form posts them."""
    names = {place: name for name, place in table.mapping.items() if isinstance(place, int)}
    posted = {f"colonne-{place}": names.get(place, "") for place in range(len(table.headings))}
    return posted | more


def read(client: StrictClient, table: PurchaseImport, **more: str) -> PurchaseImport:
    """Tell the columns as they were guessed, and read all the rows."""
    assertRedirects(client.post(address(table), columns(table, **more)), address(table))
    table.refresh_from_db()
    while table.state == PurchaseImport.State.CHECKING:
        client.post(address(table, "check"))
        table.refresh_from_db()
    return table


def preview(client: StrictClient, table: PurchaseImport, query: str = "") -> Any:
    response = client.get(address(table) + query)
    assert response.status_code == 200
    return response.context["preview"]


def answer_all(client: StrictClient, table: PurchaseImport, answer: str) -> None:
    client.post(address(table, "suppliers"), {"tous": answer})


def apply(client: StrictClient, table: PurchaseImport, **more: str) -> Any:
    shown = preview(client, table, "?repetees=oui" if more else "")
    return client.post(address(table, "apply"), {"stamp": shown.stamp, **more})


def ready(client: StrictClient, organization: Organization, *rows: str) -> PurchaseImport:
    """A small CSV whose suppliers all have an answer."""
    table = read(client, sent(client, organization, "\n".join([HEAD, *rows])))
    answer_all(client, table, "tard")
    return table


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


# --- In, once ------------------------------------------------------------------------


def test_a_second_click_does_nothing(member: StrictClient, organization: Organization) -> None:
    table = ready(member, organization, "2021-01-04;A;12;x", "2021-01-05;A;14;y")
    stamp = {"stamp": preview(member, table).stamp}
    for _ in range(2):
        assertRedirects(member.post(address(table, "apply"), stamp), address(table))
    assert Purchase.objects.count() == 2
    table.refresh_from_db()
    assert (table.state, table.applied_count) == (PurchaseImport.State.APPLIED, 2)
    # Nothing of the file is left.
    assert not PurchaseImportRow.objects.exists()
    assert not PurchaseImportSupplier.objects.exists()
    line = AuditEntry.objects.get(action="purchase_import")
    assert line.after == {"file_name": "achats.csv", "purchases": 2, "amount": "26.00"}


def test_nothing_is_added_when_the_end_fails(
    member: StrictClient, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = ready(member, organization, "2021-01-04;A;12;x")
    stamp = {"stamp": preview(member, table).stamp}

    def fail(**_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("benefits.actions.purchase_import_apply.write_audit", fail)
    with pytest.raises(RuntimeError):
        member.post(address(table, "apply"), stamp)
    assert not Purchase.objects.exists()
    table.refresh_from_db()
    assert table.state == PurchaseImport.State.CHECKED
    assert table.rows.count() == 1


def test_what_was_imported_before_is_left_out_and_dated(
    member: StrictClient, organization: Organization
) -> None:
    apply(member, ready(member, organization, "2021-01-04;A;12;x"))
    table = ready(member, organization, "2021-01-04;A;12,00;x", "2021-01-04;A;12;autre")
    page = member.get(address(table))
    assert (page.context["preview"].known.number, page.context["preview"].added.number) == (1, 1)
    assertContains(page, "déjà importée le")
    apply(member, table)
    assert Purchase.objects.count() == 2


def test_the_same_file_is_recognized(member: StrictClient, organization: Organization) -> None:
    apply(member, ready(member, organization, "2021-01-04;A;12;x"))
    again = sent(member, organization, f"{HEAD}\n2021-01-04;A;12;x")
    assertContains(member.get(address(again)), "Ce même fichier a déjà été importé")
    assert preview(member, read(member, again)).can_be_applied is False


def test_a_purchase_of_another_organization_is_not_known(
    member: StrictClient, organization: Organization, other_organization: Organization
) -> None:
    table = ready(member, organization, "2021-01-04;A;12;x")
    fingerprint = table.rows.get().fingerprint
    PurchaseFactory(organization=other_organization, fingerprint=fingerprint)
    assert preview(member, table).known.number == 0


def test_rows_that_repeat_are_added_when_a_person_says_so(
    member: StrictClient, organization: Organization
) -> None:
    table = ready(member, organization, *["2021-01-04;A;12;"] * 3)
    assert preview(member, table).added.number == 1
    page = member.get(address(table) + "?repetees=oui")
    assert page.context["preview"].added.number == 3
    apply(member, table, repetees="oui")
    assert Purchase.objects.count() == 3


def test_what_changed_since_the_preview_is_shown_again(
    member: StrictClient, organization: Organization
) -> None:
    table = ready(member, organization, "2021-01-04;A;12;x", "2021-01-05;A;14;y")
    stamp = {"stamp": preview(member, table).stamp}
    fingerprint = table.rows.get(number=2).fingerprint
    PurchaseFactory(organization=organization, fingerprint=fingerprint)
    response = member.post(address(table, "apply"), stamp)
    assert response.status_code == 409
    assert response.context["preview"].added.number == 1
    assert Purchase.objects.count() == 1


# --- And out -------------------------------------------------------------------------


def test_undoing_takes_away_what_nobody_touched(
    member: StrictClient, organization: Organization
) -> None:
    table = ready(
        member, organization, "2021-01-04;A;12;x", "2021-01-05;A;14;y", "2021-01-06;A;16;z"
    )
    apply(member, table)
    changed, cited, _ = Purchase.objects.order_by("amount")
    Purchase.objects.filter(pk=changed.pk).update(version=2)
    ObservedBenefitFactory(organization=organization, purchase=cited)
    typed = PurchaseFactory(organization=organization)
    assertContains(member.get(address(table)), "1 achat intact sur 3 sera retiré")
    response = member.post(address(table, "undo"), follow=True)
    assertContains(response, "1 achat retiré. 2 restent, modifiés ou cités depuis.")
    assert set(Purchase.objects.all()) == {changed, cited, typed}
    table.refresh_from_db()
    assert table.state == PurchaseImport.State.UNDONE
    # Once more does nothing, and the same rows can be sent again.
    member.post(address(table, "undo"))
    assert Purchase.objects.count() == 3
    again = ready(member, organization, "2021-01-06;A;16;z")
    assert preview(member, again).added.number == 1


def test_an_import_can_be_given_up(member: StrictClient, organization: Organization) -> None:
    table = ready(member, organization, "2021-01-04;A;12;x")
    assertRedirects(
        member.post(address(table, "forget")), url("purchase_import_create", organization)
    )
    assert not PurchaseImport.objects.exists()
    applied = ready(member, organization, "2021-01-04;A;12;x")
    apply(member, applied)
    member.post(address(applied, "forget"))
    assert PurchaseImport.objects.get() == applied


def test_tables_that_nobody_applied_are_forgotten(
    member: StrictClient, organization: Organization, time_machine: Any
) -> None:
    table = ready(member, organization, "2021-01-04;A;12;x")
    PurchaseImport.objects.update(created_at=table.created_at - imports.KEPT_FOR * 1.1)
    sent(member, organization, f"{HEAD}\n2021-01-04;A;12;x")
    assert not PurchaseImport.objects.filter(pk=table.pk).exists()


# --- Who -----------------------------------------------------------------------------


def test_another_organization_finds_nothing(
    log_in_as: LogIn,
    outsider: User,
    member: StrictClient,
    organization: Organization,
    other_organization: Organization,
) -> None:
    table = ready(member, organization, "2021-01-04;A;12;x")
    client = log_in_as(outsider)
    there = url("purchase_import_detail", other_organization, pk=table.pk)
    assert client.get(there).status_code == 404
    assert client.get(address(table)).status_code == 404
    assert (
        client.post(url("purchase_import_apply", other_organization, pk=table.pk)).status_code
        == 404
    )


def test_who_only_reads_imports_nothing(
    log_in_as: LogIn, reader: User, organization: Organization
) -> None:
    assert log_in_as(reader).get(url("purchase_import_create", organization)).status_code == 403


# --- What a page costs ---------------------------------------------------------------


@pytest.mark.parametrize(("name", "most"), [("detail", 22), ("suppliers", 12)])
def test_a_page_costs_the_same_whatever_the_rows(
    member: StrictClient, organization: Organization, name: str, most: int
) -> None:
    numbers = []
    for number in (2, 20):
        rows = [f"2021-01-04;Fournisseur {n};{n + 1};x" for n in range(number)]
        wrong = [f"le {n};Fournisseur {n};x;y" for n in range(number)]
        text = "\n".join([HEAD, *rows, *rows, *wrong, "Total;;12;"])
        table = read(member, sent(member, organization, text))
        PurchaseFactory(organization=organization, fingerprint=table.rows.all()[0].fingerprint)
        member.get(address(table, name))
        with CaptureQueriesContext(connection) as captured:
            assert member.get(address(table, name)).status_code == 200
        numbers.append(len(captured))
    assert numbers[0] == numbers[1] <= most
