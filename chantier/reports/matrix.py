"""Organizations × cycles: who has submitted what, for the coordination."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Q

from chantier.reports.coverage import Coverage, coverage_of
from chantier.reports.models import AnnualReport, ReportVersion
from chantier.reports.states import ReportState, state_of
from members.models import Cycle, Organization


@dataclass(frozen=True)
class MatrixRow:
    organization: Organization
    states: tuple[ReportState, ...]


@dataclass(frozen=True)
class Matrix:
    """`focus` is the last cycle that ended, whose reports are due; None before the first cycle."""

    cycles: tuple[Cycle, ...]
    chantier: tuple[ReportState, ...]
    rows: tuple[MatrixRow, ...]
    focus: Cycle | None
    coverage: Coverage | None

    @classmethod
    def build(
        cls, organizations: list[Organization], cycles: list[Cycle], *, today: datetime.date
    ) -> Matrix:
        """Three queries, whatever the number of organizations."""
        versions = _versions(organizations, cycles)
        reports = _reports(organizations, cycles)

        def states(organization: Organization | None) -> tuple[ReportState, ...]:
            keys = [(organization.pk if organization else None, cycle.pk) for cycle in cycles]
            return tuple(
                state_of(
                    organization, cycle, versions.get(key), report=reports.get(key), today=today
                )
                for cycle, key in zip(cycles, keys, strict=True)
            )

        focus = focus_of(cycles, today)
        return cls(
            cycles=tuple(cycles),
            chantier=states(None),
            rows=tuple(MatrixRow(row, states(row)) for row in organizations),
            focus=focus,
            coverage=coverage_of(focus) if focus else None,
        )


def focus_of(cycles: list[Cycle], today: datetime.date) -> Cycle | None:
    ended = [cycle for cycle in cycles if cycle.ends_on < today]
    return next(iter((ended or cycles)[-1:]), None)


def _versions(
    organizations: list[Organization], cycles: list[Cycle]
) -> dict[tuple[int | None, int], ReportVersion]:
    rows = (
        ReportVersion.objects.latest_of_each()
        .without_files()
        .filter(
            Q(report__organization__in=organizations) | Q(report__organization__isnull=True),
            report__cycle__in=cycles,
        )
        .select_related("report")
    )
    return {(row.report.organization_id, row.report.cycle_id): row for row in rows}


def _reports(
    organizations: list[Organization], cycles: list[Cycle]
) -> dict[tuple[int | None, int], AnnualReport]:
    rows = AnnualReport.objects.filter(
        Q(organization__in=organizations) | Q(organization=None), cycle__in=cycles
    )
    return {(row.organization_id, row.cycle_id): row for row in rows.order_by()}
