"""A cycle of an organization whose figures can be counted by hand."""

import datetime
from typing import Any

import pytest

from chantier.reports.acts.submitting import submit_report
from chantier.reports.models import AnnualReport, ReportVersion
from measures.models import Stage
from members.models import Cycle, Organization, User
from tests.factories import (
    AttendanceFactory,
    CycleFactory,
    EvidenceFactory,
    ImplementationFactory,
    MeasureFactory,
    MeetingFactory,
)

AFTER = datetime.datetime(2021, 6, 15, 16, tzinfo=datetime.UTC)
TODAY = AFTER.date()


@pytest.fixture
def cycle(db: None) -> Cycle:
    """2020-2021, from 1 April 2020 to 31 March 2021."""
    return CycleFactory()


@pytest.fixture
def year(organization: Organization, cycle: Cycle, five_stages: list[Stage]) -> Organization:
    """Ten measures of the guide, two a stage; eight in the register; one more of its own.

    Implemented: one before the period, three in it (one kept private), none after it.
    Applicable: ten and one, minus one not applicable, so ten.
    """
    measures = [
        MeasureFactory(
            stage=stage, code=f"M{stage.order}-{letter}", title=f"Titre {stage.order}{letter}"
        )
        for stage in five_stages
        for letter in "ab"
    ]
    day = datetime.date
    rows: list[dict[str, Any]] = [
        {"implemented": True, "started_on": None, "implemented_on": day(2019, 12, 1)},
        {
            "implemented": True,
            "implemented_on": day(2020, 10, 1),
            "result_story": "Trois EÉS de plus.",
        },
        {"implemented": True, "implemented_on": day(2021, 3, 31)},
        {
            "implemented": True,
            "implemented_on": day(2021, 1, 5),
            "sharing": "private",
            "result_story": "Secret gardé.",
        },
        # Implemented after the period: as of its end, still in progress.
        {"implemented": True, "implemented_on": day(2021, 4, 20)},
        {"planned": True, "planned_for": day(2021, 9, 1), "lead": "Direction des achats"},
        {"to_undertake": True},
        {"not_applicable": True},
    ]
    made = [
        ImplementationFactory(organization=organization, measure=measure, **row)
        for measure, row in zip(measures, rows, strict=False)
    ]
    own = ImplementationFactory(organization=organization, own=True, in_progress=True)
    own.planned_for = day(2021, 12, 1)
    own.save()
    shared = EvidenceFactory(organization=organization, title="Déclaration signée")
    both = EvidenceFactory(organization=organization, title="Tableau des dépenses")
    hidden = EvidenceFactory(organization=organization, title="Note interne", sharing="private")
    betraying = EvidenceFactory(organization=organization, title="Preuve qui trahit")
    before = EvidenceFactory(organization=organization, title="Vieille preuve")
    made[0].evidence.add(before)
    made[1].evidence.add(shared, both, hidden)
    made[2].evidence.add(both)
    made[3].evidence.add(both, betraying)
    first = MeetingFactory(cycle=cycle, held=True, title="Sujet un")
    second = MeetingFactory(cycle=cycle, closed=True, title="Sujet deux", held_on=day(2021, 3, 1))
    MeetingFactory(cycle=cycle, held=True, title="Sujet trois", held_on=day(2021, 3, 2))
    MeetingFactory(cycle=cycle, title="Sujet à venir", held_on=day(2021, 3, 3))
    AttendanceFactory(meeting=first, organization=organization)
    AttendanceFactory(meeting=second, organization=organization, present=False)
    return organization


@pytest.fixture
def report(year: Organization, cycle: Cycle) -> AnnualReport:
    return AnnualReport.objects.create(organization=year, cycle=cycle)


@pytest.fixture
def version(report: AnnualReport, manager: User) -> ReportVersion:
    """The first version, submitted in June 2021."""
    return submit(report, manager)


def submit(report: AnnualReport, by: User, **values: Any) -> ReportVersion:
    given: dict[str, Any] = {
        "signatory_name": "Camille Responsable",
        "signatory_function": "Direction de l’approvisionnement",
        "submitted_at": AFTER,
    }
    return submit_report(report=report, by=by, **(given | values))
