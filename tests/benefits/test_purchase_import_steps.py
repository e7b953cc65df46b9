"""A large spreadsheet goes in some rows at a time, tells where it is, and survives a power cut."""

import io
from typing import Any

import pytest
from openpyxl import Workbook
from pytest_django.asserts import assertContains, assertRedirects

from benefits.actions import purchase_import_apply as applying
from benefits.actions import purchase_import_reading as reading
from benefits.models import Purchase, PurchaseImport
from members.models import Organization, User
from tests.benefits.bought import url
from tests.benefits.imported import HEAD, address, preview, read, ready, send
from tests.conftest import LogIn
from tests.factories import PurchaseFactory
from tests.html import StrictClient

State = PurchaseImport.State
HTMX = {"HX-Request": "true"}


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "STEP", 3)


def rows(number: int) -> list[list[Any]]:
    return [[f"2021-01-{n:02}", "Boulangerie", n, f"BC-{n}"] for n in range(1, number + 1)]


def as_csv(number: int) -> bytes:
    return "\n".join([HEAD, *(";".join(map(str, row)) for row in rows(number))]).encode()


def as_xlsx(number: int) -> bytes:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.append(HEAD.split(";"))
    for row in rows(number):
        sheet.append(row)
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def sent_large(
    member: StrictClient, organization: Organization, number: int = 8, kind: str = "csv"
) -> PurchaseImport:
    data = as_csv(number) if kind == "csv" else as_xlsx(number)
    response = send(member, organization, data, f"achats.{kind}")
    assert response.status_code == 302
    return PurchaseImport.objects.latest("pk")


# --- The file ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_rows_of_a_large_file_are_kept_some_at_a_time(
    member: StrictClient,
    organization: Organization,
    kind: str,
    django_capture_on_commit_callbacks: Any,
) -> None:
    table = sent_large(member, organization, 8, kind)
    assert (table.state, table.checked_count, table.row_count) == (State.READING, 3, 8)
    storage, name = table.file.storage, str(table.file.name)
    page = member.get(address(table))
    assertContains(page, "3 lignes sur 8")
    assertContains(page, "Continuer")
    assertContains(member.post(address(table, "check"), headers=HTMX), 'value="6"')
    # By its button, without scripts.
    with django_capture_on_commit_callbacks(execute=True):
        assertRedirects(member.post(address(table, "check")), address(table))
    table.refresh_from_db()
    assert (table.state, table.checked_count, str(table.file)) == (State.MAPPING, 0, "")
    assert list(table.rows.values_list("number", flat=True)) == list(range(2, 10))
    assert table.mapping == {"purchased_on": 0, "supplier_name": 1, "amount": 2, "reference": 3}
    table = read(member, table)
    assert str(preview(member, table).added.amount) == "36.00"
    assert not storage.exists(name)


def test_a_small_file_needs_no_further_request(
    member: StrictClient, organization: Organization
) -> None:
    table = sent_large(member, organization, 3)
    assert (table.state, table.row_count, str(table.file)) == (State.MAPPING, 3, "")


def test_a_power_cut_while_a_file_is_read_loses_no_row(
    member: StrictClient, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = sent_large(member, organization)

    def cut(_: PurchaseImport) -> None:
        raise KeyboardInterrupt

    reading.keep_more(table=table)
    table.refresh_from_db()
    with monkeypatch.context() as patch:
        patch.setattr(reading, "_close", cut)
        with pytest.raises(KeyboardInterrupt):
            reading.keep_more(table=table)
    table.refresh_from_db()
    assert (table.checked_count, table.rows.count(), table.state) == (6, 6, State.READING)
    member.post(address(table, "check"))
    table.refresh_from_db()
    assert (table.rows.count(), table.state) == (8, State.MAPPING)


def test_two_who_read_at_once_keep_each_row_once(
    member: StrictClient, organization: Organization
) -> None:
    table = sent_large(member, organization)
    same = PurchaseImport.objects.get(pk=table.pk)
    assert reading.keep_more(table=table)
    assert not reading.keep_more(table=same)
    assert table.rows.count() == 6


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_file_that_is_gone_is_told_and_forgotten(
    member: StrictClient, organization: Organization, headers: dict[str, str]
) -> None:
    table = sent_large(member, organization)
    table.file.storage.delete(str(table.file.name))
    response = member.post(address(table, "check"), headers=headers)
    where = response.headers.get("HX-Redirect") or response.headers["Location"]
    assert where == url("purchase_import_create", organization)
    assertContains(member.get(where), "n’a pas pu être lu jusqu’au bout")
    assert not PurchaseImport.objects.exists()


def test_what_is_given_up_leaves_no_file(
    member: StrictClient, organization: Organization, django_capture_on_commit_callbacks: Any
) -> None:
    table = sent_large(member, organization)
    storage, name = table.file.storage, str(table.file.name)
    assert storage.exists(name)
    assertContains(member.get(url("purchase_import_create", organization)), "fichier en lecture")
    with django_capture_on_commit_callbacks(execute=True):
        member.post(address(table, "forget"))
    assert not PurchaseImport.objects.exists()
    assert not storage.exists(name)


# --- Going in ------------------------------------------------------------------------


def said_yes(member: StrictClient, table: PurchaseImport) -> PurchaseImport:
    """As a page with scripts does: noted, and not yet done."""
    stamp = {"stamp": preview(member, table).stamp}
    response = member.post(address(table, "apply"), stamp, headers=HTMX)
    assert response["HX-Redirect"] == address(table)
    table.refresh_from_db()
    return table


def test_what_is_under_way_says_so_and_adds_nothing_before_its_end(
    member: StrictClient, organization: Organization
) -> None:
    table = said_yes(member, ready(member, organization, "2021-01-04;A;12;x"))
    assert table.state == State.APPLYING
    for _ in range(2):
        # The same after a reload.
        page = member.get(address(table))
        assertContains(page, "Importation en cours")
        assertContains(page, 'role="status"')
        assert not Purchase.objects.exists()
    done = member.post(address(table, "apply"), headers=HTMX)
    assert done["HX-Redirect"] == address(table)
    # A second click, and the page that asks again, add nothing.
    member.post(address(table, "apply"), headers=HTMX)
    member.post(address(table, "apply"))
    assert Purchase.objects.count() == 1
    assertContains(member.get(address(table)), "Importation faite")


def test_a_power_cut_while_it_goes_in_leaves_nothing_and_is_gone_on_with(
    member: StrictClient, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = said_yes(member, ready(member, organization, "2021-01-04;A;12;x", "2021-01-05;A;13;y"))

    def cut(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(applying, "_close", cut)
        with pytest.raises(KeyboardInterrupt):
            applying.finish_apply(table=table)
    table.refresh_from_db()
    assert (table.state, Purchase.objects.count(), table.rows.count()) == (State.APPLYING, 0, 2)
    assertContains(member.get(address(table)), "Importation en cours")
    # By its button, without scripts.
    assertRedirects(member.post(address(table, "apply")), address(table))
    assert Purchase.objects.count() == 2


def test_a_colleague_who_goes_on_is_not_who_said_yes(
    member: StrictClient,
    log_in_as: LogIn,
    manager: User,
    contributor: User,
    organization: Organization,
) -> None:
    table = said_yes(member, ready(member, organization, "2021-01-04;A;12;x"))
    log_in_as(manager).post(address(table, "apply"))
    table.refresh_from_db()
    assert (table.applied_by, Purchase.objects.get().created_by) == (contributor, contributor)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_changed_after_the_yes_is_shown_before_anything_goes_in(
    member: StrictClient, organization: Organization, headers: dict[str, str]
) -> None:
    table = said_yes(member, ready(member, organization, "2021-01-04;A;12;x", "2021-01-05;A;13;y"))
    known = table.rows.get(number=2).fingerprint
    PurchaseFactory(organization=organization, fingerprint=known)
    response = member.post(address(table, "apply"), headers=headers)
    page = member.get(response["HX-Redirect"]) if headers else response
    assertContains(page, "L’aperçu a changé", status_code=200 if headers else 409)
    table.refresh_from_db()
    assert (table.state, table.applied_by) == (State.CHECKED, None)
    assert Purchase.objects.count() == 1
