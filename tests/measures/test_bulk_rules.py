"""What stands in the way of one change in many records, asked of the database."""

import datetime
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from measures import actions, bulk
from measures.bulk import BulkChange
from measures.models import Implementation
from measures.statuses import Status, may_follow
from members.models import Organization, User
from tests.factories import ImplementationFactory

DAY = datetime.date(2021, 6, 1)


def obstacles(records: list[Implementation], change: BulkChange) -> list[str]:
    rows = Implementation.objects.filter(pk__in=[record.pk for record in records])
    judged = bulk.judged(rows, change, seen_at=timezone.now(), by=records[0].updated_by).order_by(
        "pk"
    )
    return [row.obstacle for row in judged]


@pytest.mark.parametrize("before", list(Status))
@pytest.mark.parametrize("after", [status for status in Status if status != Status.NOT_ASSESSED])
@pytest.mark.django_db
def test_only_allowed_transitions_are_made(before: Status, after: Status) -> None:
    record = ImplementationFactory(
        status=before,
        implemented_on=DAY if before == Status.IMPLEMENTED else None,
        not_applicable_reason="Aucun achat de cette sorte.",
    )
    change = BulkChange(after, *(("implemented_on", DAY) if after == Status.IMPLEMENTED else ()))
    (obstacle,) = obstacles([record], change)
    if before == after:
        assert obstacle == "same"
    else:
        assert obstacle == ("" if may_follow(before, after) else "transition")


@pytest.mark.parametrize(
    ("values", "change", "obstacle"),
    [
        ({"planned": True}, BulkChange(Status.NOT_APPLICABLE), "reason"),
        ({"planned": True}, BulkChange(Status.IMPLEMENTED), "undated"),
        ({"planned": True}, BulkChange(Status.IMPLEMENTED, "review_on", DAY), "undated"),
        ({"planned": True}, BulkChange("", "implemented_on", DAY), "not-implemented"),
        (
            {"in_progress": True, "started_on": datetime.date(2021, 7, 1)},
            BulkChange(Status.IMPLEMENTED, "implemented_on", DAY),
            "before-start",
        ),
        (
            {"implemented": True, "review_on": datetime.date(2021, 1, 1)},
            BulkChange("", "implemented_on", DAY),
            "review-order",
        ),
        (
            {"implemented": True},
            BulkChange("", "review_on", datetime.date(2019, 1, 1)),
            "review-order",
        ),
        ({"implemented": True}, BulkChange("", "review_on", DAY), ""),
        ({"implemented": True}, BulkChange(Status.ABANDONED), ""),
        ({"planned": True}, BulkChange("", "planned_for", datetime.date(2021, 3, 1)), "same"),
        ({"planned": True}, BulkChange("", "planned_for", DAY), ""),
        # Reopened and dated in one act: the day of the review is no longer bound.
        (
            {"implemented": True},
            BulkChange(Status.IN_PROGRESS, "review_on", datetime.date(2019, 1, 1)),
            "",
        ),
    ],
)
@pytest.mark.django_db
def test_what_a_record_would_refuse_is_told_before(
    values: dict[str, Any], change: BulkChange, obstacle: str
) -> None:
    record = ImplementationFactory(**values)
    assert obstacles([record], change) == [obstacle]
    # And the database agrees with whatever is let through.
    rows = Implementation.objects.filter(pk=record.pk)
    seen_at = timezone.now()
    stamp = bulk.preview(rows, change, seen_at=seen_at, by=record.created_by).stamp
    number = actions.change_many(
        records=rows,
        change=change,
        seen_at=seen_at,
        stamp=stamp,
        batch=uuid.uuid4(),
        submission_key=uuid.uuid4(),
        by=record.created_by,
    )
    assert number == (0 if obstacle else 1)


def test_a_thousand_records_cost_as_many_queries_as_ten(
    contributor: User, organization: Organization
) -> None:
    """But for the lines of journal, which SQLite takes in lots."""
    counts = []
    for number in (5, 50):
        ImplementationFactory.create_batch(number, organization=organization, to_undertake=True)
        rows = Implementation.objects.filter(organization=organization, status=Status.TO_UNDERTAKE)
        change, seen_at = BulkChange(Status.PLANNED, "planned_for", DAY), timezone.now()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            stamp = bulk.preview(rows, change, seen_at=seen_at, by=contributor).stamp
            actions.change_many(
                records=rows,
                change=change,
                seen_at=seen_at,
                stamp=stamp,
                batch=uuid.uuid4(),
                submission_key=uuid.uuid4(),
                by=contributor,
            )
        counts.append(len(captured.captured_queries))
    # numbers by obstacle, records left out, versions; then savepoint, records, the change of all,
    # their lines, release
    assert counts == [8, 8]
