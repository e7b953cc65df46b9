"""« Annuler » after a save, or after an act on many records: all of it, or nothing."""

import datetime
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures import actions
from measures.models import Evidence, Implementation, ImplementationEvent
from measures.statuses import Status
from members.models import Organization, User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import (
    EvidenceFactory,
    ImplementationEventFactory,
    ImplementationFactory,
    MeasureFactory,
)
from tests.measures.sent import PDF, posted, url

Kind = ImplementationEvent.Kind


def save(record: Implementation, by: User, **values: Any) -> ImplementationEvent:
    before = actions.snapshot(record)
    for name, value in values.items():
        setattr(record, name, value)
    event = actions.save_implementation(implementation=record, before=before, by=by)
    assert event is not None
    return event


def age(event: ImplementationEvent, minutes: int) -> None:
    moment = timezone.now() - datetime.timedelta(minutes=minutes)
    ImplementationEvent.objects.filter(pk=event.pk).update(at=moment)


def test_a_save_offers_to_be_undone_and_is(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    client, address = log_in_as(contributor), record.get_absolute_url()
    data = posted(
        record,
        status=Status.IMPLEMENTED,
        implemented_on="2021-07-01",
        description="Après.",
        sharing=SharingLevel.PUBLIC,
    )
    page = client.post(address, data, follow=True)
    event = record.events.get()
    assertContains(page, f'<input type="hidden" name="event" value="{event.pk}">', html=True)
    # In sight, and in the name of the button.
    assertContains(page, "Votre dernier enregistrement", count=2)
    response = client.post(url("change_undo", record.organization), {"event": event.pk})
    assertRedirects(response, address, fetch_redirect_response=False)
    assertContains(client.get(address), "la fiche est comme avant")
    record.refresh_from_db()
    assert (record.status, record.implemented_on) == (Status.IN_PROGRESS, None)
    assert (record.description, record.sharing) == ("Début.", SharingLevel.COORDINATION)
    assert record.version == 3
    undone = record.events.first()
    assert undone is not None
    assert (undone.kind, undone.actor, undone.version) == (Kind.UNDONE, contributor, 3)
    assert (undone.status_before, undone.status_after) == ("implantee", "en-cours")
    assert undone.changes["description"] == ["Après.", "Début."]


def test_the_offer_stays_on_the_record_and_in_the_register_for_half_an_hour(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    other = ImplementationFactory(organization=record.organization)
    client, offer = log_in_as(contributor), "Votre dernier enregistrement"
    client.post(record.get_absolute_url(), posted(record, lead="Achats"), follow=True)
    assertContains(client.get(record.get_absolute_url()), offer)
    assertContains(client.get(url("implementation_list", record.organization)), offer)
    assertNotContains(client.get(other.get_absolute_url()), offer)
    age(record.events.get(), minutes=31)
    assertNotContains(client.get(record.get_absolute_url()), offer)
    assert client.cookies["last_act"].value == ""


def test_a_save_that_changed_nothing_offers_nothing(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    client = log_in_as(contributor)
    page = client.post(record.get_absolute_url(), posted(record), follow=True)
    assertNotContains(page, "Votre dernier enregistrement")


def test_evidence_comes_back_and_what_was_added_stays_in_the_library(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    removed = EvidenceFactory(organization=record.organization)
    record.evidence.add(removed)
    client = log_in_as(contributor)
    data = posted(record, removed=[removed.pk], uploads=[SimpleUploadedFile("a.pdf", PDF)])
    client.post(record.get_absolute_url(), data)
    added = record.evidence.get()
    client.post(
        url("change_undo", record.organization), {"event": record.events.latest("version").pk}
    )
    assert list(record.evidence.all()) == [removed]
    assert Evidence.objects.filter(pk=added.pk).exists()
    with added.file.open() as file:
        assert file.read() == PDF
    changes = record.events.latest("version").changes
    assert changes["evidence"] == [["a.pdf"], [removed.title]]
    assert changes["evidence_keys"] == [[added.pk], [removed.pk]]


def test_evidence_follows_the_sharing_level_back(contributor: User, record: Implementation) -> None:
    piece = EvidenceFactory(organization=record.organization, sharing=record.sharing)
    record.evidence.add(piece)
    ImplementationEventFactory(implementation=record, changes={"evidence_keys": [[], [piece.pk]]})
    event = save(record, contributor, sharing=SharingLevel.PUBLIC)
    piece.refresh_from_db()
    assert piece.sharing == SharingLevel.PUBLIC
    actions.undo_events(events=ImplementationEvent.objects.filter(pk=event.pk), by=contributor)
    piece.refresh_from_db()
    assert piece.sharing == SharingLevel.COORDINATION


def test_a_piece_that_was_set_apart_is_not_opened_by_undoing(
    contributor: User, record: Implementation
) -> None:
    """The record is closed, then opened again: what was already closed stays so."""
    levels = {"suit": SharingLevel.COORDINATION, "a part": SharingLevel.PRIVATE}
    for title, level in levels.items():
        record.evidence.add(
            EvidenceFactory(organization=record.organization, title=title, sharing=level)
        )
    event = save(record, contributor, sharing=SharingLevel.PRIVATE)
    assert set(record.evidence.values_list("sharing", flat=True)) == {SharingLevel.PRIVATE}
    actions.undo_events(events=ImplementationEvent.objects.filter(pk=event.pk), by=contributor)
    assert dict(record.evidence.values_list("title", "sharing")) == levels


def test_what_somebody_changed_since_is_never_undone(
    log_in_as: LogIn, contributor: User, manager: User, record: Implementation
) -> None:
    event = save(record, contributor, description="Le mien")
    save(record, manager, lead="Direction")
    client = log_in_as(contributor)
    page = client.post(url("change_undo", record.organization), {"event": event.pk}, follow=True)
    assertContains(page, "Rien n’est annulé")
    record.refresh_from_db()
    assert (record.description, record.lead, record.version) == ("Le mien", "Direction", 3)


def test_undoing_twice_does_it_once(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    event = save(record, contributor, lead="Achats")
    client, address = log_in_as(contributor), url("change_undo", record.organization)
    client.post(address, {"event": event.pk})
    page = client.post(address, {"event": event.pk}, follow=True)
    assertContains(page, "C’était déjà annulé")
    assert record.events.count() == 2
    # The undoing itself is not to be undone: the journal restores.
    undone = record.events.latest("version")
    assertContains(client.post(address, {"event": undone.pk}, follow=True), "rien à annuler")


@pytest.mark.parametrize("data", [{}, {"event": "²"}, {"event": "9" * 40}, {"batch": "abc"}])
def test_nothing_to_undo_is_said(
    log_in_as: LogIn, contributor: User, record: Implementation, data: dict[str, str]
) -> None:
    save(record, contributor, lead="Achats")
    address = url("change_undo", record.organization)
    page = log_in_as(contributor).post(address, data, follow=True)
    assertContains(page, "Il n’y a rien à annuler.")
    assert record.events.count() == 1


def test_after_half_an_hour_the_journal_is_the_way_back(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    event = save(record, contributor, lead="Achats")
    age(event, minutes=31)
    address = url("change_undo", record.organization)
    page = log_in_as(contributor).post(address, {"event": event.pk}, follow=True)
    assertContains(page, "plus d’une demi-heure")
    record.refresh_from_db()
    assert record.lead == "Achats"


def test_only_its_author_undoes_a_change(
    log_in_as: LogIn, contributor: User, manager: User, outsider: User, record: Implementation
) -> None:
    event = save(record, contributor, lead="Achats")
    address = url("change_undo", record.organization)
    assertContains(
        log_in_as(manager).post(address, {"event": event.pk}, follow=True), "rien à annuler"
    )
    elsewhere = url("change_undo", outsider.memberships.get().organization)
    log_in_as(outsider).post(elsewhere, {"event": event.pk})
    record.refresh_from_db()
    assert record.lead == "Achats"


def test_a_record_added_by_hand_is_not_taken_away(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    client = log_in_as(contributor)
    client.post(url("implementation_create", organization), posted(measure=MeasureFactory().slug))
    event = ImplementationEvent.objects.get()
    page = client.post(url("change_undo", organization), {"event": event.pk}, follow=True)
    assertContains(page, "rien à annuler")
    assert organization.implementations.get().status == Status.IN_PROGRESS


def test_an_adoption_goes_back_to_not_assessed(
    contributor: User, organization: Organization
) -> None:
    """A record is never deleted; empty and « non évaluée », it counts as if it were absent."""
    batch = uuid.uuid4()
    records = actions.adopt_measures(
        organization=organization,
        measures=MeasureFactory.create_batch(2),
        status=Status.PLANNED,
        planned_for=datetime.date(2021, 9, 1),
        batch=batch,
        by=contributor,
    )
    records[0].refresh_from_db()
    lines = ImplementationEvent.objects.filter(batch=batch)
    actions.undo_events(events=lines, by=contributor)
    stored = organization.implementations.values_list("status", "planned_for", "sharing")
    assert set(stored) == {(Status.NOT_ASSESSED, None, SharingLevel.COORDINATION)}
    journal = ImplementationEvent.objects.filter(kind=Kind.UNDONE)
    assert journal.values("batch").distinct().count() == 1
    assert journal.count() == 2


def test_ticked_measures_offer_to_be_undone(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    measures = MeasureFactory.create_batch(2)
    client = log_in_as(contributor)
    data = {"measures": [row.slug for row in measures], "status": Status.PLANNED}
    page = client.post(
        url("implementation_adopt", organization),
        data | {"stage": measures[0].stage.slug},
        follow=True,
    )
    offer = page.context["undo_offer"]
    assertContains(page, f'name="batch" value="{offer.value}"')
    page = client.post(url("change_undo", organization), {"batch": offer.value}, follow=True)
    assertContains(page, "Les 2 mesures ajoutées restent au registre, vides et non évaluées.")
    assert set(organization.implementations.values_list("status", flat=True)) == {
        Status.NOT_ASSESSED
    }


def test_what_was_created_private_stays_private(
    contributor: User, organization: Organization
) -> None:
    batch = uuid.uuid4()
    record = actions.create_implementation(
        implementation=Implementation(
            organization=organization,
            measure=MeasureFactory(),
            status=Status.IMPLEMENTED,
            implemented_on=datetime.date(2021, 1, 1),
            description="Un texte.",
            sharing=SharingLevel.PRIVATE,
        ),
        kind=Kind.IMPORTED,
        batch=batch,
        by=contributor,
    )
    actions.undo_events(events=ImplementationEvent.objects.filter(batch=batch), by=contributor)
    record.refresh_from_db()
    assert (record.status, record.implemented_on) == (Status.NOT_ASSESSED, None)
    assert (record.description, record.sharing) == ("", SharingLevel.PRIVATE)
    assert "un texte" not in record.search_text


def batch_of(records: list[Implementation], by: User, lead: str) -> uuid.UUID:
    batch = uuid.uuid4()
    for record in records:
        before = actions.snapshot(record)
        record.lead = lead
        actions.save_implementation(
            implementation=record, before=before, kind=Kind.IMPORTED, batch=batch, by=by
        )
    return batch


def test_a_batch_is_undone_whole_in_a_constant_number_of_queries(
    contributor: User, organization: Organization, django_assert_num_queries: Any
) -> None:
    for number in (2, 20):
        records = ImplementationFactory.create_batch(number, organization=organization, lead="Un")
        batch = batch_of(records, contributor, "Deux")
        lines = ImplementationEvent.objects.filter(batch=batch)
        # savepoint, lines, records, records written, lines written, release
        with django_assert_num_queries(6):
            actions.undo_events(events=lines, by=contributor)
        keys = [record.pk for record in records]
        stored = Implementation.objects.filter(pk__in=keys).values_list("lead", "version")
        assert set(stored) == {("Un", 3)}
    assert Implementation.objects.filter(search_text__contains="deux").count() == 0


def test_a_batch_with_one_record_changed_since_is_left_whole(
    log_in_as: LogIn, contributor: User, manager: User, organization: Organization
) -> None:
    records = ImplementationFactory.create_batch(3, organization=organization, lead="Un")
    batch = batch_of(records, contributor, "Deux")
    save(records[1], manager, description="Écrit depuis")
    page = log_in_as(contributor).post(
        url("change_undo", organization), {"batch": str(batch)}, follow=True
    )
    assertContains(page, "Rien n’est annulé")
    assertContains(page, records[1].title)
    assert set(organization.implementations.values_list("lead", flat=True)) == {"Deux"}
    assert not ImplementationEvent.objects.filter(kind=Kind.UNDONE).exists()


def test_a_change_made_elsewhere_on_the_record_does_not_prevent_undoing(
    contributor: User, manager: User, record: Implementation
) -> None:
    """A figure noted by a colleague changes no field of the record."""
    event = save(record, contributor, lead="Achats")
    actions.write_event(record, Kind.RESULT, {}, by=manager)
    actions.undo_events(events=ImplementationEvent.objects.filter(pk=event.pk), by=contributor)
    record.refresh_from_db()
    assert record.lead == ""
