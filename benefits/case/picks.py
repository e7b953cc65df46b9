"""What an argumentaire may say for a sector or a region, and what is picked of it at first.

A benefit or a figure that names sectors, or regions, holds for these; one that names none holds for
all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from benefits.models import Benefit, PublicFigure
from members.models import Vocabulary

BENEFIT, FIGURE, SECTOR, REGION = "benefice", "donnee", "secteur", "region"
# Of each dimension, when nobody has picked yet.
PICKED_AT_FIRST = 2
_ALONE = "Portrait d’ensemble"
Row = Benefit | PublicFigure


@dataclass(frozen=True)
class Box:
    """Something to pick."""

    value: str
    label: str
    # Whether it was written for the sector or the region that is asked for.
    is_near: bool
    is_picked: bool = False


@dataclass(frozen=True)
class Fold:
    """The picks of one dimension, folded together."""

    label: str
    boxes: list[Box]

    @property
    def number_picked(self) -> int:
        return sum(box.is_picked for box in self.boxes)


@dataclass(frozen=True)
class Shelf:
    """What is proposed for a sector and a region; call with `terms` prefetched."""

    benefits: list[Benefit]
    figures: list[PublicFigure]
    sector: str = ""
    region: str = ""

    @classmethod
    def of(
        cls,
        benefits: Iterable[Benefit],
        figures: Iterable[PublicFigure],
        sector: str,
        region: str,
    ) -> "Shelf":
        near = cls([], [], sector, region)
        return cls(
            [row for row in benefits if near.holds(row)],
            [row for row in figures if near.holds(row)],
            sector,
            region,
        )

    def holds(self, row: Row) -> bool:
        """Whether what the row says holds for the sector and the region."""
        return self._holds(row, Vocabulary.SECTOR, self.sector) and self._holds(
            row, Vocabulary.REGION, self.region
        )

    def is_near(self, row: Row) -> bool:
        """Whether the row was written for them, rather than for all."""
        return self.sector in _keys(row, Vocabulary.SECTOR) or self.region in _keys(
            row, Vocabulary.REGION
        )

    def _holds(self, row: Row, vocabulary: Vocabulary, key: str) -> bool:
        named = _keys(row, vocabulary)
        return not (key and named) or key in named

    def figures_of(self, benefit: Benefit) -> list[PublicFigure]:
        """Its current figures that hold."""
        return [row for row in self.figures if row.code in _codes(benefit)]

    @property
    def by_dimension(self) -> list[tuple[str, list[Benefit]]]:
        """The benefits by dimension, those nearest to the sector or the region first."""
        found = [
            (label, [row for row in self.benefits if row.dimension == code])
            for code, label in Benefit.Dimension.choices
        ]
        return [(label, sorted(rows, key=self._far)) for label, rows in found if rows]

    @property
    def figures_by_dimension(self) -> list[tuple[str, list[PublicFigure]]]:
        """The figures under the first dimension that they support; the others last."""
        left = dict.fromkeys(row.code for row in self.figures)
        found = []
        for label, benefits in self.by_dimension:
            named = {code for row in benefits for code in _codes(row)} & left.keys()
            found.append((label, [row for row in self.figures if row.code in named]))
            for code in named:
                del left[code]
        found.append((_ALONE, [row for row in self.figures if row.code in left]))
        return [(label, sorted(rows, key=self._far)) for label, rows in found if rows]

    def _far(self, row: Row) -> bool:
        return not self.is_near(row)

    def first_picks(self) -> QueryDict:
        """Two benefits of each dimension, the nearest first, then those that figures support.

        With a figure of each.
        """
        picks = QueryDict(mutable=True)
        for _, rows in self.by_dimension:
            rows = sorted(rows, key=lambda row: (self._far(row), not self.figures_of(row)))
            for row in rows[:PICKED_AT_FIRST]:
                picks.appendlist(BENEFIT, row.code)
                for figure in sorted(self.figures_of(row), key=self._far)[:1]:
                    if figure.code not in picks.getlist(FIGURE):
                        picks.appendlist(FIGURE, figure.code)
        return picks


def _keys(row: Row, vocabulary: Vocabulary) -> frozenset[str]:
    return frozenset(term.key for term in row.terms.all() if term.vocabulary == vocabulary)


def _codes(benefit: Benefit) -> frozenset[str]:
    """After `with_current_figures`."""
    return frozenset(row.code for row in getattr(benefit, "current_figures", ()))


def folds(
    groups: Iterable[tuple[str, Sequence[Row]]], shelf: Shelf, picked: Iterable[str]
) -> list[Fold]:
    chosen = frozenset(picked)
    return [
        Fold(
            label[:1].upper() + label[1:],
            [Box(row.code, label_of(row), shelf.is_near(row), row.code in chosen) for row in rows],
        )
        for label, rows in groups
    ]


def label_of(row: Row) -> str:
    return f"{row}\u00a0: {row.quantity}" if isinstance(row, PublicFigure) else row.title
