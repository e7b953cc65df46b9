"""The summary of an organization's report: where it stands, in two or three sentences."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from chantier.lib.french import NBSP, long_date, percent, plural
from chantier.reports.figures import AttendanceFigures, ProgressFigures
from chantier.reports.frame import Period
from measures.models import Evidence, Implementation
from meetings.participation.rates import Rate
from members.sharing import SharingLevel


@dataclass(frozen=True)
class Summary:
    lead: str
    next_step: str
    implemented_in_period: int
    evidence: int
    attendance: AttendanceFigures


def is_described(row: Implementation | Evidence) -> bool:
    """Whether a report may say more of it than that it counts."""
    return row.sharing != SharingLevel.PRIVATE


def summary_of(
    period: Period,
    progress: ProgressFigures,
    implemented: list[Implementation],
    upcoming: list[Implementation],
    attendance: Rate,
) -> Summary:
    pieces = {piece.pk for row in implemented for piece in row.evidence.all()}
    return Summary(
        lead=_lead(period, progress, len(implemented)),
        next_step=_next_step(upcoming, period.as_of),
        implemented_in_period=len(implemented),
        evidence=len(pieces),
        attendance=AttendanceFigures.of(attendance),
    )


def _lead(period: Period, progress: ProgressFigures, implemented: int) -> str:
    """The report in two or three sentences."""
    total = progress.total
    first = (
        f"Pendant ce cycle, l’organisation a implanté {implemented} mesure{plural(implemented)}."
        if implemented
        else "Pendant ce cycle, l’organisation n’a implanté aucune mesure."
    )
    done = total.counts["implemented"]
    if total.rate is None:
        return f"{first} Aucune mesure du guide ne s’applique à elle."
    if not done:
        state = f"aucune des {total.applicable} mesures applicables n’est implantée"
    elif done == 1:
        state = f"1 des {total.applicable} mesures applicables est implantée"
    else:
        state = f"{done} des {total.applicable} mesures applicables sont implantées"
    if total.applicable == 1:
        state = f"la seule mesure applicable {'est' if done else 'n’est pas'} implantée"
    state = f"Au {long_date(period.as_of)}, {state}, soit {percent(total.rate)}"
    return f"{first} {state}{_compared(total.points, period.compared_with)}."


def _compared(points: int | None, day: datetime.date) -> str:
    if points is None:
        return ""
    if points == 0:
        return f", comme au {long_date(day)}"
    more = "plus" if points > 0 else "moins"
    return f", {abs(points)}{NBSP}point{plural(points)} de {more} qu’au {long_date(day)}"


def _next_step(upcoming: list[Implementation], day: datetime.date) -> str:
    """The next measure due after `day` that may be named; empty without one."""
    for row in upcoming:
        if row.planned_for and row.planned_for > day and is_described(row):
            return f"{row.title}, pour le {long_date(row.planned_for)}."
    return ""
