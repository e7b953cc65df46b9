"""Which organizations a cycle expects a report from, and which have submitted one."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from chantier.lib.french import plural
from chantier.reports.models import ReportVersion
from members.models import Cycle, Organization

# Nothing is said about a group of fewer organizations.
SMALLEST_GROUP = 3


def listed_organizations() -> QuerySet[Organization]:
    """Whoever owes a report or has submitted one."""
    submitted = Exists(ReportVersion.objects.filter(report__organization=OuterRef("pk")))
    return Organization.objects.filter(
        Q(is_active=True) & ~Q(kind=Organization.Kind.OBSERVER) | submitted
    ).order_by("sort_name", "pk")


def submitters(cycle: Cycle) -> QuerySet[Organization]:
    """Whoever submitted a report on the cycle."""
    return Organization.objects.filter(_has_submitted(cycle)).order_by("sort_name", "pk")


def _has_submitted(cycle: Cycle) -> Exists:
    return Exists(
        ReportVersion.objects.filter(report__cycle=cycle, report__organization=OuterRef("pk"))
    )


@dataclass(frozen=True)
class Coverage:
    submitted: int
    expected: int

    @property
    def in_words(self) -> str:
        """« 8 organisations sur 12 »."""
        return f"{self.submitted} organisation{plural(self.submitted)} sur {self.expected}"


def coverage_of(cycle: Cycle) -> Coverage:
    """Expected: active members, observers aside, who joined before the end of the cycle.

    Whoever submitted all the same counts among them. One query.
    """
    submitted = _has_submitted(cycle)
    owes = Q(is_active=True, joined_on__lte=cycle.ends_on) & ~Q(kind=Organization.Kind.OBSERVER)
    found = Organization.objects.filter(owes | submitted).aggregate(
        submitted=Count("pk", filter=submitted), expected=Count("pk")
    )
    return Coverage(submitted=found["submitted"], expected=found["expected"])
