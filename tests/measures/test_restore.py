"""The journal shows whole texts on demand, and brings an earlier one back."""

from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.journal import LATEST
from measures.models import Implementation, ImplementationEvent
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import ImplementationEventFactory, ImplementationFactory
from tests.html import StrictClient
from tests.measures.sent import posted, url

Kind = ImplementationEvent.Kind
LONG = "Nous avons divisé le contrat en trois lots, un par quartier. " * 4


@pytest.fixture
def rewritten(log_in_as: LogIn, manager: User, record: Implementation) -> ImplementationEvent:
    """The description « Début. » was replaced; the record is at version 2."""
    log_in_as(manager).post(record.get_absolute_url(), posted(record, description=LONG))
    record.refresh_from_db()
    return record.events.get()


def restore(client: StrictClient, event: ImplementationEvent, field: str, version: int) -> Any:
    record = event.implementation
    address = url("text_restore", record.organization, pk=record.pk)
    return client.post(address, {"event": event.pk, "field": field, "version": version})


def test_an_earlier_text_comes_back_with_its_line_in_the_journal(
    log_in_as: LogIn, contributor: User, record: Implementation, rewritten: ImplementationEvent
) -> None:
    client = log_in_as(contributor)
    page = client.get(record.get_absolute_url())
    assertContains(page, "Rétablir ce texte", count=1)
    # A second click finds it done.
    for _ in range(2):
        response = restore(client, rewritten, "description", version=2)
        assertRedirects(response, record.get_absolute_url(), fetch_redirect_response=False)
    record.refresh_from_db()
    assert (record.description, record.version) == ("Début.", 3)
    line = record.events.first()
    assert line is not None
    assert (line.kind, line.actor) == (Kind.RESTORED, contributor)
    assert line.changes == {"description": [LONG.strip(), "Début."]}
    assert "debut" in record.search_text
    # What stands now is not offered again; the text that it replaced is.
    page = client.get(record.get_absolute_url())
    assertContains(page, "Rétablir ce texte", count=1)
    assertContains(page, f'<input type="hidden" name="event" value="{line.pk}">', html=True)


def test_a_save_meanwhile_is_met_like_any_other(
    log_in_as: LogIn,
    contributor: User,
    manager: User,
    record: Implementation,
    rewritten: ImplementationEvent,
) -> None:
    log_in_as(manager).post(
        record.get_absolute_url(), posted(record, description="Encore autre chose.", lead="DG")
    )
    page = restore(log_in_as(contributor), rewritten, "description", version=2)
    assert page.status_code == 409
    (clash,) = page.context["merge"].clashes
    assert (clash.mine, clash.theirs) == ("Début.", "Encore autre chose.")
    assert page.context["form"]["lead"].value() == "DG"
    # The form of this page is that of the record.
    assertContains(page, f'action="{record.get_absolute_url()}"', status_code=409)
    record.refresh_from_db()
    assert record.description == "Encore autre chose."


def test_long_texts_open_on_demand_with_their_difference(
    log_in_as: LogIn, reader: User, record: Implementation, rewritten: ImplementationEvent
) -> None:
    page = log_in_as(reader).get(record.get_absolute_url())
    assertContains(page, "<summary>Ce que nous avons fait&nbsp;: texte modifié</summary>")
    (entry,) = page.context["journal"]
    (change,) = entry.changes
    (removed,) = (piece.words for piece in change.pieces if piece.operation == "delete")
    assert removed == "Début"
    after = "".join(piece.text for piece in change.pieces if piece.operation != "delete")
    assert after.strip() == LONG.strip()
    # Readers read.
    assertNotContains(page, "Rétablir ce texte")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"field": "status"},
        {"field": "lead"},
        {"event": "0"},
        {"event": "9" * 40},
        {"version": "²"},
    ],
)
def test_what_the_journal_does_not_hold_is_not_restored(
    log_in_as: LogIn,
    contributor: User,
    record: Implementation,
    rewritten: ImplementationEvent,
    data: dict[str, str],
) -> None:
    sent = {"event": rewritten.pk, "field": "description", "version": 2} | data if data else {}
    address = url("text_restore", record.organization, pk=record.pk)
    page = log_in_as(contributor).post(address, sent, follow=True)
    assertContains(page, "Ce texte n’est pas au journal de la fiche.")
    record.refresh_from_db()
    assert record.version == 2


def test_a_line_of_another_record_restores_nothing(
    log_in_as: LogIn, contributor: User, record: Implementation, rewritten: ImplementationEvent
) -> None:
    other = ImplementationFactory(organization=record.organization, description="Le mien.")
    address = url("text_restore", record.organization, pk=other.pk)
    log_in_as(contributor).post(
        address, {"event": rewritten.pk, "field": "description", "version": 1}
    )
    other.refresh_from_db()
    assert other.description == "Le mien."


def test_a_record_of_another_organization_does_not_exist(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    foreign = ImplementationFactory()
    client = log_in_as(contributor)
    assert client.post(url("text_restore", organization, pk=foreign.pk)).status_code == 404
    assert client.get(url("implementation_link", organization, pk=foreign.pk)).status_code == 404


def test_a_former_title_comes_back_while_the_measure_is_our_own(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    record = ImplementationFactory(organization=organization, own=True, own_title="Premier")
    client = log_in_as(contributor)
    client.post(
        url("implementation_link", organization, pk=record.pk),
        {"own_title": "Second", "stage": record.stage.pk, "seen": 1},
    )
    event = record.events.get()
    assertContains(client.get(record.get_absolute_url()), "Rétablir ce texte", count=1)
    restore(client, event, "own_title", version=2)
    record.refresh_from_db()
    assert (record.own_title, record.version) == ("Premier", 3)
    assert record.events.latest("version").changes == {"own_title": ["Second", "Premier"]}


def test_a_long_journal_shows_its_latest_lines_and_the_way_to_all(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    record = ImplementationFactory(organization=organization)
    for number in range(LATEST + 1):
        ImplementationEventFactory(
            implementation=record, changes={"lead": ["", f"Unité {number:02}"]}
        )
    client = log_in_as(contributor)
    page = client.get(record.get_absolute_url())
    assertContains(page, "Unité 10")
    assertNotContains(page, "Unité 00")
    whole = client.get(f"{record.get_absolute_url()}?journal=tout")
    assertContains(whole, "Unité 00")
    assertNotContains(whole, "Voir tout le journal")
