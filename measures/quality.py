"""What would make a record solid. It advises; it never blocks."""

from dataclasses import dataclass

from django.utils import timezone

from measures.models import Implementation
from measures.statuses import Status


@dataclass(frozen=True)
class Check:
    """One line of the checklist: what it asks, whether it is met, and the field it leads to."""

    label: str
    met: bool
    field: str


def checklist(implementation: Implementation, *, evidence_count: int) -> list[Check]:
    """The checks that make sense for the record's status."""
    record = implementation
    if record.status == Status.NOT_APPLICABLE:
        return [Check("Dire pourquoi", bool(record.not_applicable_reason), "not_applicable_reason")]
    checks = [Check("Nommer une personne ou une unité responsable", bool(record.lead), "lead")]
    if record.status == Status.IMPLEMENTED:
        overdue = record.review_on is not None and record.review_on < timezone.localdate()
        return [
            *checks,
            Check("Joindre au moins une preuve", evidence_count > 0, "uploads"),
            Check("Raconter ce qui a été fait", bool(record.description), "description"),
            Check("Dire ce que cela a changé", bool(record.result_story), "result_story"),
            Check(
                "Choisir une date de révision à venir",
                record.review_on is not None and not overdue,
                "review_on",
            ),
        ]
    return [
        *checks,
        Check("Fixer une échéance", record.planned_for is not None, "planned_for"),
        Check("Dire où l’on en est", bool(record.description), "description"),
    ]
