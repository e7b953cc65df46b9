"""What the annual report of the whole chantier says, from submitted reports only.

Figures come from the frozen content of each organization's version in force, never from its
register. Nothing is said about fewer than three organizations, nor about a group that
subtracting the others, or an earlier version, would give; only organizations that accept it are
named.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from chantier.lib.french import fold, long_date, percent, plural
from chantier.progress import Tally
from chantier.reports.basis import CASES, PROGRESS, Basis, BasisLine, Versions, bases_of
from chantier.reports.chantier_results import (
    Results,
    ToldBarrier,
    ToldCase,
    barriers_of,
    cases_of,
    results_of,
)
from chantier.reports.content import Tab
from chantier.reports.coverage import (
    SMALLEST_GROUP,
    Coverage,
    coverage_of,
    submitters,
)
from chantier.reports.figures import (
    SCHEMA_VERSION,
    AttendanceFigures,
    Figures,
    ProgressFigures,
    StageFigures,
    as_json,
    tallies,
)
from chantier.reports.frame import Period, Submission
from chantier.reports.written import texts_of
from measures.models import Stage
from meetings.models import Objective, SynthesisVersion
from meetings.participation.rates import (
    Rate,
    counted_meetings,
    is_meeting,
    rate_of,
    rate_of_all,
)
from members.models import Cycle, Organization


@dataclass(frozen=True)
class Group:
    label: str
    number: int


@dataclass(frozen=True)
class Participation:
    submitted: int
    expected: int
    coverage: str
    named: tuple[str, ...]
    unnamed: int
    type_count: int | None
    region_count: int | None
    types: tuple[Group, ...]
    regions: tuple[Group, ...]


@dataclass(frozen=True)
class ObjectiveLine:
    text: str
    outcome: str


@dataclass(frozen=True)
class PointLine:
    label: str
    text: str


@dataclass(frozen=True)
class ChantierMeeting:
    kind: str
    held_on: datetime.date
    heading: str
    title: str
    present: int
    attendance: AttendanceFigures | None
    objectives: tuple[ObjectiveLine, ...]
    synthesis_version: int | None
    synthesis_published_at: datetime.datetime | None
    points: tuple[PointLine, ...]


@dataclass(frozen=True)
class ChantierSummary:
    lead: str
    implemented_in_period: int | None
    meetings_held: int
    # None when too few organizations were concerned.
    attendance: AttendanceFigures | None


@dataclass(frozen=True)
class ChantierReport:
    schema: int
    kind: str
    title: str
    owner: str
    period: Period
    submission: Submission | None
    tabs: tuple[Tab, ...]
    summary: ChantierSummary
    objectives: tuple[str, ...]
    achievements: tuple[str, ...]
    participation: Participation
    progress: ProgressFigures | None
    meetings: tuple[ChantierMeeting, ...]
    texts: dict[str, str]
    # By part of the report, what its figures are told from.
    bases: dict[str, BasisLine]
    results: Results
    barriers: tuple[ToldBarrier, ...]
    cases: tuple[ToldCase, ...]
    # How many more were chosen, and may be told as well.
    cases_left: int


def chantier_content(
    cycle: Cycle, *, today: datetime.date, submission: Submission | None = None
) -> dict[str, Any]:
    """The report of the chantier on a cycle, as plain JSON; thirteen queries."""
    period = Period.of(cycle, today)
    versions = Versions.of(cycle)
    bases = bases_of(versions)
    told = bases[PROGRESS]
    coverage = coverage_of(cycle)
    stages = list(Stage.objects.all())
    progress = _progress(list(told.contents.values()), stages)
    meetings = _meetings(cycle)
    told_cases = cases_of(cycle, versions.in_force(), bases[CASES].contents)
    return as_json(
        ChantierReport(
            schema=SCHEMA_VERSION,
            kind="chantier",
            title=f"Rapport annuel {cycle.label}",
            owner="Chantier économie sociale de l’ECPAR",
            period=period,
            submission=submission,
            tabs=tuple(Tab(stage.order, stage.short_name) for stage in stages),
            summary=_summary(_lead(coverage, progress, period, told), progress, told, meetings),
            objectives=tuple(row.text for row in cycle.objectives.all()),
            achievements=tuple(row.text for row in cycle.achievements.all()),
            participation=_participation(list(submitters(cycle)), told, coverage),
            progress=progress,
            meetings=tuple(_meeting(row) for row in meetings),
            texts=texts_of(None, cycle),
            bases=_written(bases),
            results=results_of(bases, cycle),
            barriers=barriers_of(bases),
            cases=told_cases.lines,
            cases_left=told_cases.left,
        )
    )


def _summary(
    lead: str, progress: ProgressFigures | None, told: Basis, meetings: list[Any]
) -> ChantierSummary:
    # A webinar is listed, but it is no meeting of the chantier.
    held = [row for row in meetings if is_meeting(row)]
    return ChantierSummary(
        lead=lead,
        implemented_in_period=_implemented(told.contents.values()) if progress else None,
        meetings_held=len(held),
        attendance=_attendance(held, rate_of_all(held)),
    )


def _written(bases: Mapping[str, Basis]) -> dict[str, BasisLine]:
    return {
        part: BasisLine(row.version, row.told_on, len(row.contents)) for part, row in bases.items()
    }


def _progress(contents: list[dict[str, Any]], stages: list[Stage]) -> ProgressFigures | None:
    """Sums by stage; None under three organizations."""
    if len(contents) < SMALLEST_GROUP:
        return None
    pairs: dict[str, list[tuple[Tally, Tally]]] = {}
    totals = []
    for content in contents:
        progress = content["progress"]
        totals.append(tallies(progress["total"]))
        for row in progress["stages"]:
            pairs.setdefault(row["code"], []).append(tallies(row["figures"]))
    return ProgressFigures(
        stages=tuple(StageFigures.of(stage, *_sum(pairs.get(stage.code, []))) for stage in stages),
        total=Figures.of(*_sum(totals)),
    )


def _sum(pairs: list[tuple[Tally, Tally]]) -> tuple[Tally, Tally]:
    return Tally.sum(now for now, _ in pairs), Tally.sum(earlier for _, earlier in pairs)


def _implemented(contents: Iterable[dict[str, Any]]) -> int:
    return sum(content["summary"]["implemented_in_period"] for content in contents)


def _participation(
    organizations: list[Organization], told: Basis, coverage: Coverage
) -> Participation:
    named = sorted((row.name for row in organizations if row.may_be_named), key=fold)
    types = [content["profile"]["type"] for content in told.contents.values()]
    regions = [content["profile"]["region"] for content in told.contents.values()]
    enough = len(told.contents) >= SMALLEST_GROUP
    return Participation(
        submitted=coverage.submitted,
        expected=coverage.expected,
        coverage=coverage.in_words,
        named=tuple(named),
        unnamed=len(organizations) - len(named),
        type_count=len(set(types)) if enough else None,
        region_count=len(set(regions)) if enough else None,
        types=grouped(types),
        regions=grouped(regions),
    )


def grouped(labels: Iterable[str]) -> tuple[Group, ...]:
    """Numbers by label, largest first; what is too small, and what would betray it, together.

    When the small groups together are still too few, the smallest of the others joins them:
    otherwise the total minus the rest would tell. Empty when no group can be shown.
    """
    counts = Counter(labels)
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = [Group(label, number) for label, number in rows if number >= SMALLEST_GROUP]
    rest = sum(counts.values()) - sum(group.number for group in shown)
    while 0 < rest < SMALLEST_GROUP and shown:
        rest += shown.pop().number
    if rest >= SMALLEST_GROUP and shown:
        shown.append(Group("autres ou trop peu nombreux pour être montrés", rest))
    return tuple(shown)


def _meetings(cycle: Cycle) -> list[Any]:
    rows = counted_meetings().filter(cycle=cycle).select_related("synthesis")
    return list(
        rows.prefetch_related(
            Prefetch("objectives", Objective.objects.select_related("carried_to")),
            Prefetch("synthesis__versions", SynthesisVersion.objects.order_by("-number")),
        )
    )


def _meeting(meeting: Any) -> ChantierMeeting:
    synthesis = getattr(meeting, "synthesis", None)
    version = synthesis.published if synthesis else None
    return ChantierMeeting(
        kind=meeting.kind,
        held_on=meeting.held_on,
        heading=meeting.heading,
        title=meeting.title,
        present=meeting.was_present,
        attendance=_attendance([meeting], rate_of(meeting)),
        objectives=tuple(
            ObjectiveLine(row.text, _outcome(row)) for row in meeting.objectives.all()
        ),
        synthesis_version=version.number if version else None,
        synthesis_published_at=version.published_at if version else None,
        points=tuple(
            PointLine(point["label"], point["text"]) for point in version.content["points"]
        )
        if version
        else (),
    )


def _attendance(meetings: list[Any], rate: Rate) -> AttendanceFigures | None:
    """None where one of them concerned too few organizations."""
    counted = [row for row in meetings if row.is_noted]
    is_told = all(row.was_member >= SMALLEST_GROUP for row in counted)
    return AttendanceFigures.of(rate) if is_told else None


def _outcome(objective: Any) -> str:
    """« atteint », « reporté à la rencontre 4 »; what nobody judged says so."""
    if objective.outcome == objective.Outcome.PENDING:
        return "résultat non noté"
    if objective.carried_to:
        return f"reporté {objective.carried_to.to_heading}"
    return str(objective.get_outcome_display())


def _lead(coverage: Coverage, progress: ProgressFigures | None, period: Period, told: Basis) -> str:
    submitted = coverage.submitted
    if not submitted:
        return f"Aucun rapport n’est encore déposé, sur {coverage.expected} attendus."
    verb = "ont déposé" if submitted >= 2 else "a déposé"
    first = f"{coverage.in_words} {verb} un rapport pour ce cycle."
    if progress is None or progress.total.rate is None:
        return first
    done = progress.total.counts["implemented"]
    applicable = progress.total.applicable
    who = "ces organisations"
    if told.told_on:
        who = f"les {len(told.contents)} organisations comptées le {long_date(told.told_on)}"
    return (
        f"{first} Au {long_date(period.as_of)}, {who} ont implanté {done} "
        f"mesure{plural(done)} sur {applicable} applicables, soit {percent(progress.total.rate)}."
    )
