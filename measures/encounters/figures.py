"""How many organizations met a barrier, for how many each solution worked, and what may be told.

The numbers are counted by the query sets (`Barrier.objects.with_met_by()` and
`Solution.objects.with_worked_for()`, which `with_answers()` brings along); here is what may be said
of them. A solution is told beside its barrier only when neither those for which it worked, nor
those of the barrier that are left, are fewer than three.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from chantier.lib.small_groups import may_stand_with_total, shown
from measures.models import Barrier, Solution


@dataclass(frozen=True)
class ToldSolution:
    """A solution, and for how many organizations it worked; None for nothing to tell."""

    solution: Solution
    worked_for: int | None


@dataclass(frozen=True)
class ToldBarrier:
    """A barrier with what may be told of it; `met_by` is None for nothing to tell."""

    barrier: Barrier
    met_by: int | None
    solutions: tuple[ToldSolution, ...]


def told(barriers: Iterable[Barrier]) -> list[ToldBarrier]:
    """For barriers that come `with_met_by()` and `with_answers()`."""
    return [_told(barrier) for barrier in barriers]


def _told(barrier: Barrier) -> ToldBarrier:
    total: int = barrier.met_by  # type: ignore[attr-defined]
    # Nobody is nothing to tell either: it must not differ from too few.
    met_by = shown(total) or None
    return ToldBarrier(
        barrier,
        met_by,
        tuple(
            ToldSolution(solution, _worked_for(solution, total) if met_by else None)
            for solution in barrier.solutions.all()
        ),
    )


def _worked_for(solution: Solution, total: int) -> int | None:
    number: int = solution.worked_for  # type: ignore[attr-defined]
    if not number or not may_stand_with_total((number, total - number)):
        return None
    return number
