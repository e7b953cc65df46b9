"""The list of purchases: filtered, sorted, added up; and the same as a spreadsheet."""

import csv
import datetime
import io
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django.asserts import assertContains, assertNotContains

from benefits.exchange.purchase_columns import COLUMNS, READ, folded_head, heads
from benefits.models import Purchase, SocialEnterprise
from chantier.lib.spreadsheets import CONTENT_TYPES
from members.models import Organization, User
from tests.benefits.bought import url
from tests.conftest import LogIn
from tests.factories import (
    ClauseUseFactory,
    ClauseVersionFactory,
    PurchaseFactory,
    SocialEnterpriseFactory,
    TermFactory,
    UserFactory,
)
from tests.html import StrictClient

N = "\u00a0"


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


@pytest.fixture
def bought(organization: Organization, other_organization: Organization) -> dict[str, Purchase]:
    """Four purchases, and one of somebody else."""
    coop = SocialEnterpriseFactory(name="Coop Brosse", slug="coop-brosse")
    cleaning = TermFactory(code="sector:entretien", vocabulary="sector", label="Entretien")
    direct = TermFactory(
        code="procurement_mode:gre_a_gre", vocabulary="procurement_mode", label="Gré à gré"
    )
    supply = TermFactory(
        code="contract_kind:appro", vocabulary="contract_kind", label="Approvisionnement"
    )

    def buy(**values: Any) -> Purchase:
        row: Purchase = PurchaseFactory(organization=organization, **values)
        return row

    rows = {
        "ménage": buy(
            enterprise=coop,
            supplier_name="Coop Brosse",
            description="Ménage d’été",
            reference="BC-7",
            amount=Decimal("1000.10"),
            purchased_on=datetime.date(2021, 2, 1),
            sector=cleaning,
            mode=direct,
        ),
        "vitres": buy(
            enterprise=coop,
            supplier_name="COOP BROSSE INC.",
            amount=Decimal("500.20"),
            purchased_on=datetime.date(2021, 5, 1),
            contract_kind=supply,
        ),
        "crédit": buy(
            enterprise=coop,
            supplier_name="Coop Brosse",
            amount=Decimal("-100.05"),
            purchased_on=datetime.date(2020, 3, 31),
        ),
        "papier": buy(
            enterprise=None,
            supplier_name="Papeterie Élan",
            amount=Decimal("30.00"),
            purchased_on=datetime.date(2020, 4, 1),
        ),
    }
    PurchaseFactory(organization=other_organization, supplier_name="Secret")
    return rows


def listed(member: StrictClient, organization: Organization, **filters: str) -> list[str]:
    page = member.get(url("purchase_list", organization), filters)
    return [row.supplier_name for row in page.context["listing"].page]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["vitres", "ménage", "papier", "crédit"]),
        ({"q": "menage d'ete"}, ["ménage"]),
        ({"q": "bc-7"}, ["ménage"]),
        ({"q": "elan"}, ["papier"]),
        ({"ees": "coop-brosse"}, ["vitres", "ménage", "crédit"]),
        ({"secteur": "entretien"}, ["ménage"]),
        ({"mode": "gre_a_gre"}, ["ménage"]),
        ({"contrat": "appro"}, ["vitres"]),
        ({"du": "2021-02-01"}, ["vitres", "ménage"]),
        ({"au": "2020-04-01"}, ["papier", "crédit"]),
        ({"du": "2020-04-01", "au": "2021-02-01"}, ["ménage", "papier"]),
        # April to March.
        ({"annee": "2020"}, ["ménage", "papier"]),
        ({"suivi": "rapproches"}, ["vitres", "ménage", "crédit"]),
        ({"suivi": "sans-ees"}, ["papier"]),
        ({"suivi": "sans-secteur"}, ["vitres", "papier", "crédit"]),
        ({"suivi": "sans-mode"}, ["vitres", "papier", "crédit"]),
        ({"suivi": "credits"}, ["crédit"]),
        ({"tri": "date"}, ["crédit", "papier", "ménage", "vitres"]),
        ({"tri": "-montant"}, ["ménage", "vitres", "papier", "crédit"]),
        ({"tri": "montant"}, ["crédit", "papier", "vitres", "ménage"]),
        ({"tri": "fournisseur", "suivi": "sans-secteur", "du": "2020-04-01"}, ["vitres", "papier"]),
        # Nothing that is known: all are shown, and it is said.
        ({"du": "hier"}, ["vitres", "ménage", "papier", "crédit"]),
    ],
)
def test_purchases_are_filtered_and_sorted_by_the_address(
    member: StrictClient,
    organization: Organization,
    bought: dict[str, Purchase],
    filters: dict[str, str],
    names: list[str],
) -> None:
    organization.fiscal_year_start_month = 4
    organization.save()
    page = member.get(url("purchase_list", organization), filters)
    by_pk = {row.pk: name for name, row in bought.items()}
    assert [by_pk[row.pk] for row in page.context["listing"].page] == names


def test_totals_are_of_all_that_is_filtered(
    member: StrictClient,
    organization: Organization,
    bought: dict[str, Purchase],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("chantier.lib.listing.PER_PAGE", 1)
    page = member.get(url("purchase_list", organization), {"page": "2"})
    totals = page.context["totals"]
    assert (totals.number, totals.amount) == (4, Decimal("1430.25"))
    assert (totals.matched, totals.matched_amount) == (3, Decimal("1400.25"))
    assert (totals.enterprises, totals.unmatched) == (1, 1)
    assertContains(page, f"1{N}430,25{N}$")
    page = member.get(url("purchase_list", organization), {"suivi": "credits"})
    assert page.context["totals"].amount == Decimal("-100.05")
    assertContains(page, "note de crédit")


def test_ten_thousand_cents_add_up(member: StrictClient, organization: Organization) -> None:
    """No binary fraction is seen in a total."""
    rows = PurchaseFactory.build_batch(
        300,
        organization=organization,
        enterprise=None,
        created_by=User.objects.first(),
        amount=Decimal("0.10"),
    )
    Purchase.objects.bulk_create(rows)
    page = member.get(url("purchase_list", organization))
    assert page.context["totals"].amount == Decimal("30.00")


def test_heads_sort_one_way_then_the_other(
    member: StrictClient, organization: Organization, bought: dict[str, Purchase]
) -> None:
    page = member.get(url("purchase_list", organization), {"suivi": "rapproches"})
    heads_shown = {head.slug: head for head in page.context["heads"]}
    assert heads_shown["date"].sorted == "descending"
    assert heads_shown["date"].query == "suivi=rapproches&tri=date"
    assert heads_shown["montant"].query == "suivi=rapproches&tri=-montant"
    assert heads_shown["fournisseur"].query == "suivi=rapproches&tri=fournisseur"
    page = member.get(url("purchase_list", organization), {"tri": "-montant", "page": "1"})
    heads_shown = {head.slug: head for head in page.context["heads"]}
    assert (heads_shown["montant"].sorted, heads_shown["montant"].query) == (
        "descending",
        "tri=montant",
    )
    assert (heads_shown["date"].sorted, heads_shown["date"].query) == ("", "")
    assertContains(page, 'aria-sort="descending"')


def test_active_filters_are_chips(
    member: StrictClient, organization: Organization, bought: dict[str, Purchase]
) -> None:
    page = member.get(
        url("purchase_list", organization), {"ees": "coop-brosse", "secteur": "entretien"}
    )
    assert [chip.label for chip in page.context["listing"].chips] == [
        f"EÉS{N}: Coop Brosse",
        f"Secteur{N}: Entretien",
    ]
    # What is folded away and filters is in sight.
    assertContains(page, '<details class="fold mt-3" open>')


def test_a_purchase_leads_to_its_enterprise_of_the_directory(
    member: StrictClient, organization: Organization, bought: dict[str, Purchase]
) -> None:
    """Also when both bear one name; what the directory does not list has no page to lead to."""
    page = member.get(url("purchase_list", organization))
    assertContains(page, '<a href="/entreprises/coop-brosse/">Coop Brosse</a>', count=3)
    assertContains(page, "Au répertoire", count=3)
    SocialEnterprise.objects.update(state=SocialEnterprise.State.DECLINED)
    page = member.get(url("purchase_list", organization))
    assertNotContains(page, "/entreprises/coop-brosse/")
    assertContains(page, "Coop Brosse")


def test_amounts_of_a_column_have_the_same_decimals(
    member: StrictClient, organization: Organization, bought: dict[str, Purchase]
) -> None:
    page = member.get(url("purchase_list", organization))
    for amount in (f"30,00{N}$", f"500,20{N}$", f"−100,05{N}$"):
        assertContains(page, f'class="num">{amount}')


def test_a_short_number_of_order_stays_on_its_line(
    member: StrictClient, organization: Organization, bought: dict[str, Purchase]
) -> None:
    page = member.get(url("purchase_list", organization))
    assertContains(page, '<span class="nowrap">BC-7</span>')
    Purchase.objects.filter(reference="BC-7").update(reference="BC-" + "7" * 40)
    assertNotContains(member.get(url("purchase_list", organization)), 'class="nowrap">BC-')


def test_what_seldom_filters_is_folded_away(
    member: StrictClient, organization: Organization, bought: dict[str, Purchase]
) -> None:
    """A list of choices is long on a phone; what filters stays in sight."""
    closed, opened = '<details class="fold mt-3">', '<details class="fold mt-3" open>'
    assertContains(member.get(url("purchase_list", organization), {"annee": "2020"}), closed)
    assertContains(member.get(url("purchase_list", organization), {"secteur": "entretien"}), opened)


def test_a_fragment_is_enough_for_a_filter(
    member: StrictClient, organization: Organization, bought: dict[str, Purchase]
) -> None:
    page = member.get(
        url("purchase_list", organization), {"q": "elan"}, headers={"HX-Request": "true"}
    )
    assertContains(page, "Papeterie Élan")
    assertNotContains(page, "<h1")


def test_the_three_kinds_of_emptiness(
    member: StrictClient,
    log_in_as: LogIn,
    reader: User,
    organization: Organization,
    other_organization: Organization,
) -> None:
    address = url("purchase_list", organization)
    assertContains(member.get(address), "Aucun achat n’est encore noté")
    assertContains(log_in_as(reader).get(address), "Rien à voir ici pour l’instant")
    PurchaseFactory(organization=organization)
    assertContains(member.get(address, {"q": "zzz"}), "Aucun achat ne correspond")


def test_the_list_asks_a_fixed_number_of_queries(
    member: StrictClient,
    organization: Organization,
    bought: dict[str, Purchase],
    django_assert_num_queries: Any,
) -> None:
    member.get(url("purchase_list", organization))
    # The session, the person, the membership, the stages; then the choices of the filters, the
    # fiscal years, the number of rows, the rows, the totals.
    with django_assert_num_queries(10):
        member.get(url("purchase_list", organization))


# --- As a spreadsheet ----------------------------------------------------------------


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def read_csv(response: Any) -> list[dict[str, str]]:
    text = body_of(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_all_filtered_purchases_go_out(
    member: StrictClient,
    organization: Organization,
    bought: dict[str, Purchase],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("benefits.exchange.purchase_export._BATCH", 2)
    version = ClauseVersionFactory(clause__code="C-90")
    bought["ménage"].clause_uses.add(
        ClauseUseFactory(
            organization=organization, clause_version=version, document_reference="AO-1"
        )
    )
    address = url("purchase_export", organization, kind="csv")
    rows = read_csv(member.get(address, {"suivi": "rapproches"}))
    assert [row["Montant avant taxes"] for row in rows] == ["500,20", "1000,10", "-100,05"]
    assert list(rows[0]) == [column.label for column in COLUMNS]
    first = rows[1]
    assert first["Date"] == "2021-02-01"
    assert first["EÉS du répertoire"] == "Coop Brosse"
    assert first["Secteur"] == "Entretien"
    assert first["Clauses employées"] == "C-90 (AO-1)"


def test_a_workbook_keeps_amounts_as_numbers_and_no_formula(
    member: StrictClient, organization: Organization
) -> None:
    PurchaseFactory(
        organization=organization,
        enterprise=None,
        supplier_name="=1+1",
        amount=Decimal("12.50"),
    )
    response = member.get(url("purchase_export", organization, kind="xlsx"))
    assert response["Content-Type"] == CONTENT_TYPES["xlsx"]
    sheet = load_workbook(io.BytesIO(body_of(response)))["Achats"]
    date, name, _, amount = (cell for cell in sheet[2][:4])
    assert (name.value, name.data_type) == ("=1+1", "s")
    assert amount.value == 12.5
    assert date.value == datetime.datetime(2021, 2, 15)


def test_the_model_has_the_columns_that_are_read(
    member: StrictClient, organization: Organization
) -> None:
    TermFactory(code="sector:a", vocabulary="sector", label="Traiteur et repas")
    response = member.get(url("purchase_model", organization, kind="xlsx"))
    book = load_workbook(io.BytesIO(body_of(response)))
    assert [cell.value for cell in book["Achats"][1]] == [column.label for column in READ]
    told = "\n".join(str(row[0].value) for row in book["Mode d’emploi"].iter_rows())
    assert "Traiteur et repas" in told
    response = member.get(url("purchase_model", organization, kind="csv"))
    assert body_of(response).count(b"\r\n") == 1


@pytest.mark.parametrize("name", ["purchase_export", "purchase_model"])
def test_an_unknown_kind_of_file_is_no_page(
    member: StrictClient, organization: Organization, name: str
) -> None:
    assert member.get(url(name, organization, kind="pdf")).status_code == 404


def test_no_head_means_two_columns() -> None:
    told = [
        (folded_head(head), column.name)
        for column in READ
        for head in (column.label, *column.aliases)
    ]
    assert dict(told) == dict(reversed(told))
    assert heads()["montant ht"].name == "amount"


# --- The administration --------------------------------------------------------------


def test_staff_do_not_read_purchases_in_the_administration(
    log_in_as: LogIn, coordinator: User, facilitator: User, bought: dict[str, Purchase]
) -> None:
    address = reverse("admin:benefits_purchase_changelist")
    for person in (coordinator, facilitator):
        assert log_in_as(person).get(address).status_code == 403


def test_whoever_keeps_the_server_reads_and_writes_nothing(
    log_in_as: LogIn, bought: dict[str, Purchase]
) -> None:
    keeper = log_in_as(UserFactory(is_superuser=True))
    assertContains(keeper.get(reverse("admin:benefits_purchase_changelist")), "Papeterie Élan")
    assert keeper.get(reverse("admin:benefits_purchase_add")).status_code == 403
