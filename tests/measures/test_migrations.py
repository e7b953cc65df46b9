"""Rows that a portal of before holds go forward whole."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from measures.models import BarrierEncounter, ImplementationEvent

PAST = datetime.date(2021, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_rows_of_before_get_what_the_new_columns_ask() -> None:
    """Back to the schema of before, rows as it held them, and forward."""
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    executor.migrate([("measures", "0002_depth")])
    try:
        old = executor.loader.project_state([("measures", "0002_depth")]).apps
        keys = _rows_of_before(old)
        executor = MigrationExecutor(connection)
        executor.migrate([("measures", "0003_checked_transitions")])
        new = executor.loader.project_state([("measures", "0003_checked_transitions")]).apps
        event = new.get_model("measures", "ImplementationEvent")
        told = [
            event.objects.values_list("status_before", "status_after").get(pk=pk)
            for pk in keys["events"]
        ]
        assert told == [("", "planifiee"), ("planifiee", "en-cours"), ("", "")]
        names = new.get_model("measures", "Evidence").objects.order_by("pk")
        assert list(names.values_list("file_name", flat=True)) == ["resolution.pdf", ""]
    finally:
        MigrationExecutor(connection).migrate(leaves)
    # The check stands over them: it would have refused a table it does not hold for.
    assert ImplementationEvent.objects.filter(pk__in=keys["events"]).count() == 3
    # A barrier met takes the organization, the stage and the sharing level of its record.
    met = BarrierEncounter.objects.get()
    record = met.implementation
    assert record is not None
    assert (met.organization, met.stage) == (record.organization, record.stage)
    assert met.sharing == record.sharing == "public"
    assert met.submission_key


def _rows_of_before(apps: Any) -> dict[str, list[int]]:
    """A record, its journal without columns of status, a file and a link."""

    def create(app: str, model: str, /, **values: Any) -> Any:
        return apps.get_model(app, model).objects.create(**values)

    user = create("members", "User", email="avant@demo.example", full_name="Camille Avant")
    term = create("members", "Term", code="region:00", label="Ici", vocabulary="region")
    organization = create(
        "members",
        "Organization",
        name="Avant",
        slug="avant",
        type=term,
        region=term,
        joined_on=PAST,
    )
    stage = create(
        "measures",
        "Stage",
        order=1,
        code="un",
        slug="un",
        name="Un",
        short_name="Un",
        description="Un",
        question="Un?",
    )
    signed = {"created_by": user, "updated_by": user}
    record = create(
        "measures",
        "Implementation",
        organization=organization,
        own_title="Avant",
        stage=stage,
        status="en-cours",
        sharing="public",
        **signed,
    )
    barrier = create("measures", "Barrier", code="EN-1", title="Lots", faced_by="EÉS")
    met = {"barrier": barrier, "what_worked": "Une visite.", "created_by": user}
    create("measures", "BarrierEncounter", implementation=record, **met)
    changes: list[dict[str, Any]] = [
        {"status": [None, "planifiee"]},
        {"status": ["planifiee", "en-cours"], "lead": ["", "Achats"]},
        {"lead": ["Achats", "Direction"]},
    ]
    events = [
        create(
            "measures",
            "ImplementationEvent",
            implementation=record,
            kind="changed",
            changes=change,
            actor=user,
        ).pk
        for change in changes
    ]
    file = {"kind": "file", "title": "resolution.pdf", "file": "evidence/aa/bb", "sha256": "c" * 64}
    link = {"kind": "link", "title": "Avis", "url": "https://avis.example/"}
    for piece in (file, link):
        create("measures", "Evidence", organization=organization, created_by=user, **piece)
    return {"events": events}
