"""Writes in a register, against the database itself."""

import datetime
import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from measures import actions
from measures.merge import values_at
from measures.models import Implementation, ImplementationEvent
from measures.statuses import TRANSITIONS, Status, may_follow
from members.models import AppendOnlyError, User
from tests.factories import ImplementationFactory, MeasureFactory, OrganizationFactory, UserFactory


@pytest.mark.parametrize(
    "values",
    [
        {"status": Status.IMPLEMENTED, "implemented_on": None},
        {"status": Status.PLANNED, "implemented_on": datetime.date(2021, 1, 1)},
        {"status": Status.NOT_APPLICABLE, "not_applicable_reason": ""},
        {"own_title": "Deux titres"},
        {"measure": None, "own_title": ""},
        {"status": "inconnu"},
        {"sharing": "tout-le-monde"},
        {
            "status": Status.IMPLEMENTED,
            "started_on": datetime.date(2021, 2, 1),
            "implemented_on": datetime.date(2021, 1, 1),
        },
    ],
)
@pytest.mark.django_db
def test_the_database_refuses_what_must_not_exist(values: dict[str, Any]) -> None:
    record = ImplementationFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Implementation.objects.filter(pk=record.pk).update(**values)


@pytest.mark.django_db
def test_one_record_per_measure_and_organization() -> None:
    record = ImplementationFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ImplementationFactory(organization=record.organization, measure=record.measure)


def test_every_status_has_its_transitions() -> None:
    assert set(TRANSITIONS) == set(Status)
    assert not any(Status.NOT_ASSESSED in after for after in TRANSITIONS.values())
    assert may_follow(Status.IMPLEMENTED, Status.IN_PROGRESS)
    assert not may_follow(Status.IMPLEMENTED, Status.PLANNED)


@pytest.mark.django_db
def test_a_save_without_change_writes_nothing() -> None:
    record = ImplementationFactory()
    before = actions.snapshot(record)
    assert not actions.save_implementation(
        implementation=record, before=before, by=record.created_by
    )
    assert not record.events.exists()


@pytest.mark.django_db
def test_a_stale_save_is_refused() -> None:
    record = ImplementationFactory()
    Implementation.objects.filter(pk=record.pk).update(version=5)
    before = actions.snapshot(record)
    record.lead = "Achats"
    with pytest.raises(actions.StaleRecord):
        actions.save_implementation(implementation=record, before=before, by=record.created_by)
    record.refresh_from_db()
    assert record.lead == ""


@pytest.mark.django_db
def test_the_journal_rebuilds_an_earlier_version() -> None:
    record = ImplementationFactory(in_progress=True, lead="Un")
    for version, lead in ((1, "Deux"), (2, "Trois")):
        before = actions.snapshot(record)
        record.lead = lead
        actions.save_implementation(implementation=record, before=before, by=record.created_by)
        assert record.version == version + 1
    assert values_at(record, 1)["lead"] == "Un"
    assert values_at(record, 2)["lead"] == "Deux"
    assert values_at(record, 3)["lead"] == "Trois"
    assert values_at(record, 1)["started_on"] == datetime.date(2020, 6, 1)


@pytest.mark.django_db
def test_the_journal_cannot_be_rewritten() -> None:
    record = actions.create_implementation(
        implementation=Implementation(organization=OrganizationFactory(), measure=MeasureFactory()),
        by=UserFactory(),
    )
    event = record.events.get()
    with pytest.raises(AppendOnlyError):
        event.save()
    with pytest.raises(AppendOnlyError):
        event.delete()


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_once_one_wins_and_the_other_is_told() -> None:
    """Both read version 1; the writes race on two connections."""
    record = ImplementationFactory()
    people = UserFactory.create_batch(2)
    copies = [Implementation.objects.get(pk=record.pk) for _ in people]
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def save(copy: Implementation, person: User) -> None:
        before = actions.snapshot(copy)
        copy.lead = str(person)
        barrier.wait(timeout=10)
        try:
            actions.save_implementation(implementation=copy, before=before, by=person)
            outcomes.append("saved")
        except actions.StaleRecord:
            outcomes.append("stale")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=save, args=pair) for pair in zip(copies, people, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["saved", "stale"]
    record.refresh_from_db()
    (event,) = ImplementationEvent.objects.filter(implementation=record)
    assert record.lead == event.changes["lead"][1]
    assert record.version == 2
