"""The uses of clauses of an organization: found, totalled and taken away as a table."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from pytest_django.asserts import assertContains, assertNotContains

from measures.clauses import exporting
from measures.clauses.summary import summarize, summary_of
from measures.models import ClauseUse
from members.access import Access
from members.models import Organization, User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import (
    ClauseProposalFactory,
    ClauseUseFactory,
    ClauseVersionFactory,
    ImplementationFactory,
)
from tests.html import StrictClient
from tests.measures.sent import url
from tests.measures.tables import rows_of
from tests.measures.uses import use_at

KINDS = ["csv", "xlsx"]
HEAD = [column.label for column in exporting.COLUMNS]


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


def found(client: StrictClient, organization: Organization, **query: str) -> list[str]:
    page = client.get(url("clause_use_list", organization), query)
    assert page.status_code == 200
    return [use.document_reference for use in page.context["listing"].page]


def export(client: StrictClient, organization: Organization, kind: str, query: str = "") -> Any:
    response = client.get(f"{url('clause_use_export', organization, kind=kind)}{query}")
    assert response.status_code == 200
    return rows_of(b"".join(response), kind)


# --- The list ----------------------------------------------------------------------


def test_an_empty_list_says_what_to_do(
    member: StrictClient, log_in_as: LogIn, reader: User, organization: Organization
) -> None:
    add = url("clause_use_create", organization)
    page = member.get(url("clause_use_list", organization))
    assertContains(page, "Aucun emploi n’est encore noté")
    assertContains(page, f'href="{add}"')
    page = log_in_as(reader).get(url("clause_use_list", organization))
    assertContains(page, "Rien à voir ici pour l’instant")
    assertNotContains(page, add)


def test_the_latest_document_comes_first(member: StrictClient, organization: Organization) -> None:
    for day in (3, 9, 6):
        ClauseUseFactory(
            organization=organization,
            document_reference=f"AO-{day}",
            used_on=datetime.date(2021, 3, day),
        )
    assert found(member, organization) == ["AO-9", "AO-6", "AO-3"]


def test_the_filters_are_in_the_address(member: StrictClient, organization: Organization) -> None:
    lots = ClauseVersionFactory(clause__slug="lots", clause__title="Lots à l’unité")
    ClauseUseFactory(
        organization=organization, document_reference="A", clause_version=lots, awarded=True
    )
    ClauseUseFactory(organization=organization, document_reference="B", lost=True)
    ClauseUseFactory(
        organization=organization,
        document_reference="C",
        used_on=datetime.date(2019, 5, 1),
        lawyers_changed="Le délai de préavis.",
    )
    assert found(member, organization, clause="lots") == ["A"]
    assert found(member, organization, octroi="autre") == ["B"]
    assert found(member, organization, octroi="inconnu") == ["C"]
    assert found(member, organization, annee="2019") == ["C"]
    assert found(member, organization, q="PREAVIS") == ["C"]
    assert found(member, organization, q="lots à l'unite") == ["A"]
    assert found(member, organization, q="zzz") == []
    assert len(found(member, organization, octroi="n’importe", annee="abc")) == 3
    page = member.get(url("clause_use_list", organization), {"octroi": "inconnu"})
    assertContains(page, "Octroi\u00a0: Pas encore connu")


def test_years_are_those_of_the_organization(
    member: StrictClient, organization: Organization
) -> None:
    organization.fiscal_year_start_month = 4
    organization.save()
    for day in (datetime.date(2020, 3, 31), datetime.date(2020, 4, 1), datetime.date(2021, 3, 31)):
        ClauseUseFactory(organization=organization, used_on=day, document_reference=str(day))
    page = member.get(url("clause_use_list", organization))
    assert list(page.context["filter_form"].fields["annee"].choices)[1:] == [
        ("2020", "2020-2021"),
        ("2019", "2019-2020"),
    ]
    assert found(member, organization, annee="2020") == ["2021-03-31", "2020-04-01"]


def test_the_list_is_sorted_and_paginated(member: StrictClient, organization: Organization) -> None:
    for number in range(30):
        ClauseUseFactory(organization=organization, awarded=True, amount=Decimal(number))
    ClauseUseFactory(organization=organization, document_reference="sans montant")
    page = member.get(url("clause_use_list", organization), {"tri": "-montant"})
    amounts = [use.amount for use in page.context["listing"].page]
    assert amounts == [Decimal(number) for number in range(29, 4, -1)]
    last = member.get(url("clause_use_list", organization), {"tri": "-montant", "page": "2"})
    assert last.context["listing"].page[-1].document_reference == "sans montant"


def test_a_fragment_is_swapped_in(member: StrictClient, organization: Organization) -> None:
    ClauseUseFactory(organization=organization)
    page = member.get(url("clause_use_list", organization), headers={"HX-Request": "true"})
    assertContains(page, 'id="emplois"')
    assertNotContains(page, "<html")


def test_staff_see_what_is_shared_with_them_and_its_totals(
    log_in_as: LogIn, facilitator: User, organization: Organization
) -> None:
    hidden = ClauseVersionFactory(clause__title="Clause cachée")
    ClauseUseFactory(
        organization=organization,
        clause_version=hidden,
        sharing=SharingLevel.PRIVATE,
        awarded=True,
        used_on=datetime.date(2012, 1, 1),
    )
    shared = ClauseUseFactory(organization=organization)
    page = log_in_as(facilitator).get(url("clause_use_list", organization))
    assert list(page.context["listing"].page) == [shared]
    assert page.context["summary"].awarded == 0
    assertNotContains(page, "Clause cachée")
    assertNotContains(page, "2012")
    assertNotContains(page, "Noter un emploi")


def test_the_tool_box_leads_to_ones_own_organization(
    member: StrictClient, log_in_as: LogIn, facilitator: User, organization: Organization
) -> None:
    address = url("clause_use_list", organization)
    assertContains(member.get("/clauses/"), f'href="{address}"')
    page = log_in_as(facilitator).get("/clauses/")
    assertNotContains(page, "Emplois de clauses")
    page = member.get(address)
    assertContains(page, f'href="{address}" aria-current="true"')


# --- The totals --------------------------------------------------------------------


def test_a_document_counts_once_however_many_clauses_it_holds(organization: Organization) -> None:
    for _ in range(2):
        ClauseUseFactory(
            organization=organization,
            document_reference="AO-1",
            outcome="ees",
            amount=Decimal("1000.10"),
            bids=3,
        )
    ClauseUseFactory(organization=organization, document_reference="AO-2", awarded=True)
    ClauseUseFactory(organization=organization, document_reference="AO-3", outcome="ees")
    ClauseUseFactory(organization=organization, document_reference="AO-4", lost=True)
    ClauseUseFactory(document_reference="AO-1", awarded=True)
    summary = summary_of(organization)
    assert (summary.documents, summary.awarded, summary.amounts_known) == (4, 3, 2)
    assert summary.amount == Decimal("49000.10")
    assert summary.bids == 6


def test_what_is_not_known_is_not_zero(member: StrictClient, organization: Organization) -> None:
    assert summary_of(organization).amount is None
    use = ClauseUseFactory(organization=organization)
    summary = summary_of(organization)
    assert (summary.documents, summary.awarded) == (1, 0)
    assert (summary.amount, summary.bids) == (None, None)
    ClauseUse.objects.filter(pk=use.pk).update(bids=0)
    assert summary_of(organization).bids == 0


def test_the_totals_follow_the_filters_and_not_the_page(
    member: StrictClient, organization: Organization
) -> None:
    for number in range(30):
        ClauseUseFactory(
            organization=organization, awarded=True, amount=Decimal("0.10"), bids=number % 2
        )
    ClauseUseFactory(organization=organization, lost=True)
    query = {"octroi": "ees", "tri": "-montant", "page": "2"}
    page = member.get(url("clause_use_list", organization), query)
    summary = page.context["summary"]
    assert (summary.documents, summary.amount, summary.bids) == (30, Decimal("3.00"), 15)
    assertContains(page, "3\u00a0$")
    assert summarize(ClauseUse.objects.all()).documents == 31


def test_an_amount_that_is_known_for_some_says_so(
    member: StrictClient, organization: Organization
) -> None:
    ClauseUseFactory(organization=organization, awarded=True)
    ClauseUseFactory(organization=organization, outcome="ees")
    assertContains(member.get(url("clause_use_list", organization)), "connu pour 1 sur 2")


# --- The table taken away ------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_columns_in_both_formats(
    member: StrictClient, organization: Organization, kind: str
) -> None:
    record = ImplementationFactory(organization=organization)
    use = ClauseUseFactory(
        organization=organization,
        clause_version=ClauseVersionFactory(clause__code="0042", clause__title="Été; réserve"),
        implementation=record,
        document_reference="0007",
        wording="Ligne 1\nLigne 2",
        outcome="ees",
        bids=2,
        amount=Decimal("48000.50"),
    )
    head, row = export(member, organization, kind)
    assert head == HEAD
    shown = dict(zip(head, row, strict=True))
    # In a CSV, the apostrophe keeps Excel from reading the number 42.
    assert shown["Code"] == ("'0042" if kind == "csv" else "0042")
    assert shown["Référence du document"] == ("'0007" if kind == "csv" else "0007")
    assert shown["Clause"] == "Été; réserve"
    assert shown["Mesure du registre"] == f"{record.code} – {record.title}"
    assert shown["Libellé employé"] == "Ligne 1\nLigne 2"
    assert str(shown["Soumissions reçues d’EÉS"]) == "2"
    assert shown["Octroi"] == "Octroyé à une EÉS"
    amount = shown["Montant du contrat, avant taxes ($)"]
    assert amount == ("48000,50" if kind == "csv" else 48000.5)
    day = shown["Date du document"]
    assert day == ("2021-03-15" if kind == "csv" else datetime.datetime(2021, 3, 15))
    assert shown["Noté par"] == str(use.created_by)


@pytest.mark.parametrize("kind", KINDS)
def test_all_filtered_rows_whatever_the_page(
    member: StrictClient, organization: Organization, kind: str
) -> None:
    for number in range(30):
        ClauseUseFactory(organization=organization, awarded=True, amount=Decimal(number))
    ClauseUseFactory(organization=organization, lost=True)
    rows = export(member, organization, kind, "?octroi=ees&tri=-montant&page=2")
    place = HEAD.index("Montant du contrat, avant taxes ($)")
    amounts = [float(str(row[place]).replace(",", ".")) for row in rows[1:]]
    assert amounts == [float(number) for number in range(29, -1, -1)]


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_becomes_a_formula(
    member: StrictClient, organization: Organization, kind: str
) -> None:
    text = "=cmd|' /C calc'!A0"
    ClauseUseFactory(
        organization=organization, document_reference=text, wording=text, lawyers_changed=text
    )
    response = member.get(url("clause_use_export", organization, kind=kind))
    data = b"".join(response)
    for cell in rows_of(data, kind)[1]:
        assert kind == "xlsx" or not str(cell).startswith("=")
    assert sum("calc" in str(cell) for cell in rows_of(data, kind)[1]) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_staff_get_what_is_shared_and_no_record_that_is_kept(
    log_in_as: LogIn, facilitator: User, reader: User, organization: Organization, kind: str
) -> None:
    kept = ImplementationFactory(organization=organization, sharing=SharingLevel.PRIVATE)
    ClauseUseFactory(organization=organization, document_reference="partagé", implementation=kept)
    ClauseUseFactory(organization=organization, sharing=SharingLevel.PRIVATE)
    (_, row) = export(log_in_as(facilitator), organization, kind)
    assert row[HEAD.index("Référence du document")] == "partagé"
    assert row[HEAD.index("Mesure du registre")] in ("", None)
    rows = export(log_in_as(reader), organization, kind)
    assert len(rows) == 3
    assert any(kept.title in str(row[HEAD.index("Mesure du registre")]) for row in rows)


def test_batches_keep_the_order_and_lose_no_row(
    organization: Organization, log_in_as: LogIn, reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "_BATCH", 2)
    for number in range(5):
        ClauseUseFactory(organization=organization, document_reference=f"AO-{number}")
    rows = export(log_in_as(reader), organization, "csv", "?tri=document")
    assert [row[4] for row in rows[1:]] == [f"AO-{number}" for number in range(5)]


def test_what_stops_being_shared_while_the_file_goes_out_is_not_in_it(
    organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "_BATCH", 1)
    first, second = (
        ClauseUseFactory(organization=organization, used_on=datetime.date(2021, 1, day))
        for day in (2, 1)
    )
    access = Access(organization, is_member=False, permissions=frozenset())
    rows = exporting.rows_of(ClauseUse.objects.open_to(access), access)
    assert next(rows)[4] == first.document_reference
    ClauseUse.objects.filter(pk=second.pk).update(sharing=SharingLevel.PRIVATE)
    assert list(rows) == []


def test_a_file_is_streamed_under_its_name(
    member: StrictClient, organization: Organization
) -> None:
    response = member.get(url("clause_use_export", organization, kind="xlsx"))
    assert isinstance(response, StreamingHttpResponse)
    assert "emplois-de-clauses-organisation-a-" in response["Content-Disposition"]
    assert member.get(url("clause_use_export", organization, kind="pdf")).status_code == 404


# --- The queries -------------------------------------------------------------------


def test_the_list_costs_ten_queries(
    member: StrictClient, organization: Organization, django_assert_num_queries: Any
) -> None:
    for number in range(30):
        ClauseUseFactory(organization=organization, awarded=bool(number % 2))
        ClauseProposalFactory(organization=organization)
    member.get(url("clause_use_list", organization))
    # session, person, membership with its organization, clauses and years of the filters, number
    # found, rows, totals, proposals, stages
    with django_assert_num_queries(10):
        member.get(url("clause_use_list", organization))


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_costs_seven_queries(
    member: StrictClient, organization: Organization, django_assert_num_queries: Any, kind: str
) -> None:
    for _ in range(20):
        ClauseUseFactory(organization=organization)
    # session, person, membership with its organization, clauses and years of the filters, keys,
    # rows
    with django_assert_num_queries(7):
        export(member, organization, kind)


def test_the_link_of_each_row_opens_its_page(
    member: StrictClient, organization: Organization
) -> None:
    use = ClauseUseFactory(organization=organization)
    assertContains(member.get(url("clause_use_list", organization)), f'href="{use_at(use)}"')
    assert member.get(use_at(use)).status_code == 200
