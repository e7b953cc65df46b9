"""What a spreadsheet adds, once; what it takes away again; who may."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from benefits.actions import purchase_import_apply as applying
from benefits.actions import purchase_imports as imports
from benefits.actions.suppliers import confirm_supplier
from benefits.models import (
    Purchase,
    PurchaseImport,
    PurchaseImportRow,
    PurchaseImportSupplier,
)
from chantier.lib.french import long_date
from members.models import AuditEntry, Organization, User
from members.notifications.rounds import run_rounds
from tests.benefits.bought import page_of, url
from tests.benefits.bought import sent as edited
from tests.benefits.imported import (
    HEAD,
    address,
    apply,
    preview,
    read,
    ready,
    sent,
)
from tests.conftest import LogIn
from tests.factories import (
    ObservedBenefitFactory,
    PurchaseFactory,
    SocialEnterpriseFactory,
)
from tests.html import StrictClient


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


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
    assertContains(response, "1 achat retiré. 2 restent, modifiés, rapprochés ou cités depuis.")
    assert set(Purchase.objects.all()) == {changed, cited, typed}
    table.refresh_from_db()
    assert table.state == PurchaseImport.State.UNDONE
    # Once more does nothing, and the same rows can be sent again.
    member.post(address(table, "undo"))
    assert Purchase.objects.count() == 3
    again = ready(member, organization, "2021-01-06;A;16;z")
    assert preview(member, again).added.number == 1


def test_an_undoing_says_what_was_changed_or_matched_since(
    member: StrictClient, organization: Organization, contributor: User
) -> None:
    """A purchase that got its EÉS, its clauses or another text since is somebody’s work."""
    rows = [f"2021-01-0{day};{name};1{day};r{day}" for day, name in enumerate("ABCC", 4)]
    table = ready(member, organization, *rows)
    apply(member, table)
    first = Purchase.objects.get(supplier_name="A")
    assertRedirects(
        member.post(page_of(first), edited(first, description="Revu")),
        page_of(first),
        fetch_redirect_response=False,
    )
    octet = SocialEnterpriseFactory(name="Octet")
    confirm_supplier(organization=organization, name="C", neq="", enterprise=octet, by=contributor)
    page = member.get(address(table))
    assertContains(page, "1 achat intact sur 4 sera retiré")
    assertContains(page, "ceux que quelqu’un a modifiés, rapprochés ou cités depuis restent")
    response = member.post(address(table, "undo"), follow=True)
    assertContains(response, "1 achat retiré. 3 restent, modifiés, rapprochés ou cités depuis.")
    assert not Purchase.objects.filter(supplier_name="B").exists()
    assert Purchase.objects.filter(enterprise=octet).count() == 2
    # The same rows again: those that stayed are known, and not added twice.
    again = ready(member, organization, *rows)
    shown = preview(member, again)
    assert (shown.known.number, shown.added.number) == (3, 1)


def test_what_is_typed_over_a_purchase_that_an_undoing_took_away_is_kept(
    member: StrictClient, organization: Organization
) -> None:
    table = ready(member, organization, "2021-01-04;A;12;x", "2021-01-05;A;14;y")
    apply(member, table)
    open_one = Purchase.objects.get(amount=12)
    typed = edited(open_one, description="Un long texte")
    member.post(address(table, "undo"))
    response = member.post(page_of(open_one), typed)
    assertContains(response, "a été retiré le", status_code=409)
    assertContains(response, "Un long texte", status_code=409)


def test_what_a_colleague_changes_while_an_undoing_waits_is_left(
    member: StrictClient,
    organization: Organization,
    contributor: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Locking waits for whoever was first: what they wrote is seen once the rows are locked."""
    table = ready(member, organization, *[f"2021-01-0{n};A;1{n};x" for n in (4, 5, 6)])
    apply(member, table)
    changed, cited, _ = Purchase.objects.order_by("amount")
    lock = applying._lock_purchases

    def lock_after_them(table: PurchaseImport) -> None:
        Purchase.objects.filter(pk=changed.pk).update(version=2)
        ObservedBenefitFactory(organization=organization, purchase=cited)
        with CaptureQueriesContext(connection) as queries:
            lock(table)
        locks = ["FOR UPDATE" in query["sql"] for query in queries]
        assert locks == [connection.features.has_select_for_update]

    monkeypatch.setattr(applying, "_lock_purchases", lock_after_them)
    undone = applying.undo_table(table=table, by=contributor)
    assert undone == applying.Undone(1, 2)
    assert set(Purchase.objects.all()) == {changed, cited}


def test_where_all_was_changed_since_nothing_is_offered_to_undo(
    member: StrictClient, organization: Organization
) -> None:
    table = ready(member, organization, "2021-01-04;A;12;x")
    apply(member, table)
    Purchase.objects.update(version=2)
    page = member.get(address(table))
    assertContains(page, "ne peut plus être annulée")
    assertNotContains(page, "Annuler l’importation")
    # From a page that was open before.
    response = member.post(address(table, "undo"), follow=True)
    assertContains(response, "Rien n’a été retiré")
    table.refresh_from_db()
    assert (table.state, Purchase.objects.count()) == (PurchaseImport.State.APPLIED, 1)


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


def test_what_nobody_finishes_is_forgotten_with_no_visit(
    member: StrictClient, organization: Organization, django_capture_on_commit_callbacks: Any
) -> None:
    """By the process that sends mails, and the day was told."""
    table = ready(member, organization, "2021-01-04;A;12;x")
    until = table.created_at + imports.KEPT_FOR
    assertContains(member.get(address(table)), long_date(timezone.localdate(until)))
    run_rounds(until - datetime.timedelta(hours=1))
    assert PurchaseImport.objects.filter(pk=table.pk).exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert run_rounds(until + datetime.timedelta(hours=1)) == 0
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
