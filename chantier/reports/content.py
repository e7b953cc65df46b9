"""What the annual report of an organization says: built once, shown, printed and frozen alike.

All queries are here, in a fixed number. The result is plain JSON: the preview, the PDF and the
frozen version read it and nothing else, so that they cannot disagree. Records that the
organization keeps for itself are counted, never described.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from benefits import feeds, spending
from chantier.lib.french import compact_lines
from chantier.progress import Progress
from chantier.reports.bought import PurchaseSection, words_in
from chantier.reports.brought import BenefitSection
from chantier.reports.figures import (
    SCHEMA_VERSION,
    ProgressFigures,
    as_json,
)
from chantier.reports.frame import Period, Submission
from chantier.reports.register import (
    due,
    is_commitment,
    is_implemented_in,
    is_upcoming,
    register_of,
)
from chantier.reports.summary import Summary, is_described, summary_of
from chantier.reports.toolbox import ToolboxSection
from chantier.reports.written import CaseLine, cases_of, texts_of
from measures.indicators.computed import days_of
from measures.indicators.lines import FiguresTold, Read, figures_told, year_of_cycle
from measures.models import Evidence, Implementation
from measures.progress import History, stages_with_absent
from measures.statuses import Status
from meetings.participation.rates import Line, counted_meetings, line_of
from members.models import Cycle, Organization, Term


@dataclass(frozen=True)
class Tab:
    """A stage as the cover shows it."""

    order: int
    name: str


@dataclass(frozen=True)
class Profile:
    type: str
    region: str
    regime: str
    kind: str
    is_fictional: bool


@dataclass(frozen=True)
class MeasureLine:
    """A measure as a report tells it; lists leave out what the section does not show."""

    code: str
    title: str
    stage: int
    stage_name: str
    status: str
    status_label: str
    lead: str
    date: datetime.date | None
    result: str
    reason: str
    evidence: tuple[str, ...]
    evidence_withheld: int


@dataclass(frozen=True)
class MeasureSection:
    """`withheld` measures are counted in the figures and kept by the organization."""

    measures: tuple[MeasureLine, ...]
    withheld: int


@dataclass(frozen=True)
class MeetingLine:
    kind: str
    held_on: datetime.date
    heading: str
    title: str
    presence: str


@dataclass(frozen=True)
class EvidenceLine:
    title: str
    kind: str
    address: str
    measures: tuple[str, ...]


@dataclass(frozen=True)
class EvidenceSection:
    items_listed: tuple[EvidenceLine, ...]
    withheld: int


@dataclass(frozen=True)
class OrganizationReport:
    schema: int
    kind: str
    title: str
    owner: str
    period: Period
    submission: Submission | None
    tabs: tuple[Tab, ...]
    summary: Summary
    profile: Profile
    progress: ProgressFigures
    commitments: MeasureSection
    implemented: MeasureSection
    upcoming: MeasureSection
    not_applicable: MeasureSection
    toolbox: ToolboxSection
    purchases: PurchaseSection
    benefits: BenefitSection
    # By code of section.
    texts: dict[str, str]
    cases: tuple[CaseLine, ...]
    meetings: tuple[MeetingLine, ...]
    evidence: EvidenceSection


def organization_content(
    organization: Organization,
    cycle: Cycle,
    *,
    today: datetime.date,
    submission: Submission | None = None,
) -> dict[str, Any]:
    """The report of an organization on a cycle, as plain JSON; twelve queries at most."""
    period = Period.of(cycle, today)
    stages = stages_with_absent(organization)
    register = register_of(organization, period)
    progress = _progress(period, stages, register)
    implemented = [row for row in register if is_implemented_in(row, period)]
    upcoming = sorted((row for row in register if is_upcoming(row)), key=due)
    line = line_of(organization, counted_meetings().filter(cycle=cycle))
    told, purchases, words = _figures(organization, cycle, period, stages, register)
    return as_json(
        OrganizationReport(
            schema=SCHEMA_VERSION,
            kind="organization",
            title=f"Rapport annuel {cycle.label}",
            owner=organization.name,
            period=period,
            submission=submission,
            tabs=tuple(Tab(stage.order, stage.short_name) for stage in stages),
            summary=summary_of(period, progress, implemented, upcoming, line.rate),
            profile=_profile(organization, words),
            progress=progress,
            commitments=_section(row for row in register if is_commitment(row)),
            implemented=_section(implemented),
            upcoming=_section(upcoming),
            not_applicable=_section(
                row for row in register if row.status_as_of == Status.NOT_APPLICABLE
            ),
            toolbox=ToolboxSection.build(organization, cycle, period.as_of, told=told),
            purchases=purchases,
            benefits=BenefitSection.build(organization, period.starts_on, period.as_of),
            texts=texts_of(organization, cycle),
            cases=cases_of(organization, cycle),
            meetings=_meetings(line),
            evidence=_evidence(implemented),
        )
    )


def _figures(
    organization: Organization, cycle: Cycle, period: Period, stages: list[Any], register: list[Any]
) -> tuple[FiguresTold, PurchaseSection, dict[int, Term]]:
    """Indicators and purchases of the financial year, with the words of both and of the profile."""
    year = year_of_cycle(organization, cycle)
    years = (year, year.back(1))
    bought = spending.spent([organization], feeds.years_read(years))
    read = Read(
        History.counted(organization, days_of(years, period.as_of), stages, register),
        feeds.values_in(bought, [organization], years),
    )
    told = figures_told(organization, year, today=period.as_of, read=read)
    words = Term.objects.in_bulk(
        {organization.type_id, organization.region_id, *words_in(bought, years)}
    )
    return told, PurchaseSection.build(organization, year, bought, words, told), words


def _progress(period: Period, stages: list[Any], register: list[Any]) -> ProgressFigures:
    """The figures of the period beside the earlier ones: what `Progress.build` says, no query."""
    return ProgressFigures.of(
        Progress.counted(period.as_of, stages, [(r.stage_id, r.status_as_of) for r in register]),
        Progress.counted(
            period.compared_with, stages, [(r.stage_id, r.status_before) for r in register]
        ),
    )


def _section(rows: Iterable[Implementation]) -> MeasureSection:
    rows = list(rows)
    described = [row for row in rows if is_described(row)]
    return MeasureSection(
        measures=tuple(_line(row) for row in described), withheld=len(rows) - len(described)
    )


def _line(row: Any) -> MeasureLine:
    pieces = list(row.evidence.all())
    named = [piece.title for piece in pieces if is_described(piece)]
    status = Status(row.status_as_of)
    dates = {Status.IMPLEMENTED: row.implemented_on, Status.IN_PROGRESS: row.planned_for}
    return MeasureLine(
        code=row.code,
        title=row.title,
        stage=row.stage.order,
        stage_name=row.stage.short_name,
        status=status.value,
        status_label=str(status.label),
        lead=row.lead,
        date=dates.get(status, row.planned_for),
        result=compact_lines(row.result_story) if status == Status.IMPLEMENTED else "",
        reason=row.not_applicable_reason if status == Status.NOT_APPLICABLE else "",
        evidence=tuple(named),
        evidence_withheld=len(pieces) - len(named),
    )


def _evidence(implemented: list[Implementation]) -> EvidenceSection:
    """Each piece once, with the described measures that it proves.

    A piece that proves nothing but measures kept by the organization would betray them by its
    title: it is counted only.
    """
    pieces: dict[int, Evidence] = {}
    proves: dict[int, list[str]] = {}
    for row in implemented:
        for piece in row.evidence.all():
            pieces[piece.pk] = piece
            proves.setdefault(piece.pk, [])
            if is_described(row):
                proves[piece.pk].append(row.code if row.measure_id else row.title)
    named = [piece for pk, piece in pieces.items() if is_described(piece) and proves[pk]]
    return EvidenceSection(
        items_listed=tuple(
            EvidenceLine(
                title=piece.title,
                kind=str(piece.get_kind_display()),
                address=piece.url,
                measures=tuple(proves[piece.pk]),
            )
            for piece in named
        ),
        withheld=len(pieces) - len(named),
    )


def _meetings(line: Line) -> tuple[MeetingLine, ...]:
    return tuple(
        MeetingLine(
            kind=cell.meeting.kind,
            held_on=cell.meeting.held_on,
            heading=cell.meeting.heading,
            title=cell.meeting.title,
            presence=str(cell.presence.label),
        )
        for cell in line.cells
    )


def _profile(organization: Organization, words: Mapping[int, Term]) -> Profile:
    return Profile(
        type=words[organization.type_id].label,
        region=words[organization.region_id].label,
        regime=str(organization.get_regime_display()),
        kind=str(organization.get_kind_display()),
        is_fictional=organization.is_fictional,
    )
