"""Rows that a portal of before holds go forward whole."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from measures.models import BarrierEncounter, ImplementationEvent
from tests.empty_database import empty_database

PAST = datetime.date(2021, 1, 1)


@pytest.mark.django_db
def test_rows_of_before_get_what_the_new_columns_ask(tmp_path: Path) -> None:
    """A database of before, rows as it held them, and forward."""
    with empty_database(tmp_path):
        old = _migrate(("measures", "0002_depth"))
        keys = _rows_of_before(old)
        new = _migrate(("measures", "0003_checked_transitions"))
        event = new.get_model("measures", "ImplementationEvent")
        told = [
            event.objects.values_list("status_before", "status_after").get(pk=pk)
            for pk in keys["events"]
        ]
        assert told == [("", "planifiee"), ("planifiee", "en-cours"), ("", "")]
        names = new.get_model("measures", "Evidence").objects.order_by("pk")
        assert list(names.values_list("file_name", flat=True)) == ["resolution.pdf", ""]
        _migrate()
        # The check stands over them: it would have refused a table it does not hold for.
        assert ImplementationEvent.objects.filter(pk__in=keys["events"]).count() == 3
        # A barrier met takes the organization, the stage and the sharing level of its record.
        met = BarrierEncounter.objects.get()
        record = met.implementation
        assert record is not None
        assert (met.organization, met.stage) == (record.organization, record.stage)
        assert met.sharing == record.sharing == "public"
        assert met.submission_key


def test_every_migration_of_ours_can_be_undone() -> None:
    loader = MigrationLoader(None)
    ours = {config.label for config in apps.get_app_configs() if _is_ours(config)}
    of_ours = [row for key, row in loader.disk_migrations.items() if key[0] in ours]
    assert len(of_ours) > 50
    kept = [(str(row), step) for row in of_ours for step in row.operations if not step.reversible]
    assert kept == []


def _is_ours(config: AppConfig) -> bool:
    # Those of the libraries live in the project's own folder too, in its environment.
    place = Path(config.path)
    return place.is_relative_to(settings.BASE_DIR) and "site-packages" not in place.parts


def _migrate(*targets: tuple[str, str]) -> Any:
    """The models as they were there; without a target, up to today's."""
    executor = MigrationExecutor(connection)
    return executor.migrate(list(targets) or executor.loader.graph.leaf_nodes()).apps


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
