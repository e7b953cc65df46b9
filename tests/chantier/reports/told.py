"""What a report may tell as a case: a record with its result, a story that may be quoted."""

import datetime
from typing import Any

from django.utils import timezone

from benefits.models import ObservedBenefit
from measures.models import Implementation
from members.models import Organization
from tests.factories import (
    ImplementationFactory,
    MeasureFactory,
    ObservedBenefitFactory,
    ReportCaseFactory,
    UserFactory,
)

# In the cycle 2020-2021.
DAY = datetime.date(2020, 10, 1)


def record(organization: Organization | None = None, **values: Any) -> Implementation:
    """Implemented in the period, its result open to all members."""
    given: dict[str, Any] = {
        "implemented": True,
        "implemented_on": DAY,
        "measure": MeasureFactory(),
        "result_story": "Trois fournisseurs de plus.",
        "sharing": "chantier",
    }
    if organization is not None:
        given["organization"] = organization
    return ImplementationFactory(**(given | values))


def story(organization: Organization, **values: Any) -> ObservedBenefit:
    """Observed in the period, open to all members, quotable without a name."""
    given = {
        "observed_on": DAY,
        "statement": "Des plats chauds pour tout le monde.",
        "sharing": "chantier",
        "consent": "unnamed",
        "consent_at": timezone.now(),
        "consent_by": UserFactory(),
    }
    return ObservedBenefitFactory(organization=organization, **(given | values))


def grow_cases(world: Any) -> None:
    """One more of each, chosen and not, in the report of A."""
    organization, report = world.a.organization, world.a.version.report
    day = report.cycle.starts_on
    for _ in range(2):
        row = record(organization, started_on=day, implemented_on=day)
        told = story(organization, observed_on=day)
    ReportCaseFactory(report=report, implementation=row)
    ReportCaseFactory(report=report, implementation=None, observation=told)
