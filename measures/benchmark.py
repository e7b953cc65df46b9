"""The page « Comparaison » of an organization: its place, stage by stage, and ideas from others.

It holds the organization's own figures and what is published of all (`measures.spread`), and
nothing else: whatever is drawn or said here follows from these two.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.db.models import Q

from chantier.lib import french
from chantier.lib.bars import Column, columns
from chantier.lib.french import number
from measures.guide import MeasureLine, lines_of, measures_for
from measures.models import Stage
from measures.progress import Progress, Tally
from measures.spread import EVERYONE, Pieces, Spread, published
from measures.statuses import Status
from members.models import Organization, Term

_MOST_IDEAS = 12
_SHARES = (
    (Fraction(3, 4), "les trois quarts"),
    (Fraction(2, 3), "les deux tiers"),
    (Fraction(1, 2), "la moitié"),
    (Fraction(1, 3), "le tiers"),
    (Fraction(1, 4), "le quart"),
)


@dataclass(frozen=True)
class PieceRow:
    """A piece of the scale as a line of the table."""

    label: str
    number: int
    is_ours: bool


@dataclass(frozen=True)
class Place:
    """Our rate of one stage, or of all for `stage` None, among the others."""

    stage: Stage | None
    tally: Tally
    sentence: str
    # Empty when too few organizations may be told of.
    rows: tuple[PieceRow, ...]
    columns: tuple[Column, ...]
    marker: float | None
    # The day of what is told; None when nothing is.
    at: datetime.datetime | None

    @classmethod
    def of(cls, stage: Stage | None, tally: Tally, spread: Spread | None, group: str) -> Place:
        pieces = spread.pieces(group) if spread else ()
        rate = tally.rate
        numbers = [(piece.low, piece.high + (piece.high < 100), piece.number) for piece in pieces]
        return cls(
            stage=stage,
            tally=tally,
            sentence=_sentence(pieces, rate),
            rows=tuple(
                PieceRow(
                    _scale(piece.low, piece.high),
                    piece.number,
                    rate is not None and piece.holds(rate),
                )
                for piece in pieces
            ),
            columns=tuple(columns(numbers)),
            marker=float(rate) if pieces and rate is not None else None,
            at=spread.at if spread and pieces else None,
        )

    @property
    def in_words(self) -> str:
        """The text of the drawing."""
        rows = [f"{row.label}{french.NBSP}: {number(row.number)}" for row in self.rows]
        return f"Organisations par taux. {'; '.join(rows)}. {self.sentence}"


@dataclass(frozen=True)
class Benchmark:
    """Everything that the page says."""

    group: str
    group_label: str
    total: Place
    stages: tuple[Place, ...]
    # Measures that others implemented and that we have not considered.
    ideas: tuple[MeasureLine, ...]

    @classmethod
    def build(
        cls,
        organization: Organization,
        *,
        user: Any,
        today: datetime.date,
        stages: Sequence[Stage],
        only_group: bool,
    ) -> Benchmark:
        """Six queries: what is published, our progress, our group, and the ideas."""
        told = published(stages)
        progress = Progress.build(organization, as_of=today, stages=stages)
        group = organization.group if only_group else EVERYONE
        label = Term.objects.filter(code=organization.group).values_list("label", flat=True).first()
        return cls(
            group=group,
            group_label=label or "",
            total=Place.of(None, progress.total, told.get(None), group),
            stages=tuple(
                Place.of(row.stage, row.tally, told.get(row.stage.pk), group)
                for row in progress.stages
            ),
            ideas=tuple(_ideas(organization, user, told.values())),
        )

    @property
    def shows_something(self) -> bool:
        return any(place.rows for place in (self.total, *self.stages))

    @property
    def hides_something(self) -> bool:
        return not all(place.rows for place in (self.total, *self.stages))


def _scale(low: int, high: int) -> str:
    return f"{low} à {french.percent(high)}"


def _sentence(pieces: Pieces, rate: int | None) -> str:
    """Where we stand, from whole pieces only: a rank would let somebody feel for the others."""
    if rate is None:
        return "Aucune mesure ne s’applique à votre organisation ici."
    if not pieces:
        return "Trop peu d’organisations pour situer la vôtre sans parler d’une autre."
    total = sum(piece.number for piece in pieces)
    behind = sum(piece.number for piece in pieces if piece.high < rate)
    ahead = sum(piece.number for piece in pieces if piece.low > rate)
    if not behind:
        # Two pieces at least, of three or more: « autres » is always plural.
        return (
            f"Dans la même tranche que {number(total - ahead)} des {number(total)} organisations; "
            f"les {number(ahead)} autres sont plus avancées."
        )
    share = next((words for share, words in _SHARES if Fraction(behind, total) >= share), "")
    if not share:
        return f"Plus avancée que {number(behind)} des {number(total)} organisations."
    if not ahead:
        return f"Plus avancée que {share} des organisations, dans la tranche la plus haute."
    return f"Plus avancée que {share} des organisations."


def _ideas(organization: Organization, user: Any, told: Iterable[Spread]) -> list[MeasureLine]:
    """What most others implemented comes first, those of our group before all of them."""
    numbers = {measure: row for spread in told for measure, row in spread.implemented.items()}
    measures = (
        measures_for(user, organization)
        .for_group(organization.group)
        .filter(Q(our_record=None) | Q(our_status=Status.NOT_ASSESSED), pk__in=numbers)
        .select_related("stage")
    )
    lines = [
        # The number that was published, like the one of the group that stands beside it.
        replace(
            line,
            implemented_by=numbers[line.measure.pk][EVERYONE],
            in_group=numbers[line.measure.pk].get(organization.group),
        )
        for line in lines_of(measures, organization)
    ]
    lines.sort(key=_by_number)
    return lines[:_MOST_IDEAS]


def _by_number(line: MeasureLine) -> tuple[int, int, str]:
    return -(line.in_group or 0), -(line.implemented_by or 0), line.measure.code
