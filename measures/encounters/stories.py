"""What organizations tell of a barrier, under their name where they accept that."""

from collections.abc import Sequence
from dataclasses import dataclass

from measures.models import Barrier, BarrierEncounter

_MOST = 6


@dataclass(frozen=True)
class Story:
    """What worked for one organization, when, at which stage and with which solutions."""

    text: str
    who: str
    stage: str
    year: str
    solutions: tuple[str, ...]


def stories_of(barrier: Barrier, levels: Sequence[str]) -> list[Story]:
    """The newest stories that are shared at these levels, in two queries."""
    rows = BarrierEncounter.objects.told_at(levels).filter(barrier=barrier).with_year()
    rows = rows.select_related("organization", "stage").prefetch_related("solutions")
    return [
        Story(
            text=row.what_worked,
            who=named(row.organization.name, row.organization.may_be_named),
            stage=row.stage.short_name,
            year=row.year,  # type: ignore[attr-defined]
            solutions=tuple(solution.text for solution in row.solutions.all()),
        )
        for row in rows[:_MOST]
    ]


def named(name: str, accepts: bool) -> str:
    """Who tells, for people outside the organization and the coordination."""
    return name if accepts else "Un membre du chantier"
