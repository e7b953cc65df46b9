"""Tables of what organizations buy together: which lines may be told, side by side.

Each table goes through `chantier.lib.small_groups`, and all of them through
`chantier.lib.subtraction`: a difference of two tables tells of nobody either.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from benefits import spending
from benefits.portrait import NO_SECTOR, width_of
from benefits.spending import Cell
from chantier.lib import small_groups, subtraction
from chantier.lib.french import number
from members.models import Term

MASKED = "Montants masqués pour ne désigner aucune organisation"
UNTOLD, NEARLY_ALL, NONE = "nombre masqué", "presque toutes", "aucune"
_LARGEST = 3
# The line of all that a table does not tell apart.
_REST = "rest"
Key = Callable[[Cell], Any]


@dataclass(frozen=True)
class TogetherLine:
    """A sector or a region; `amount` is None where only shares may be told."""

    key: str
    label: str
    amount: Decimal | None
    share: Decimal | None
    # In words: how many organizations buy there.
    organizations: str
    width: str
    # Whether it unites lines that may not be told apart.
    is_masked: bool = False


def by_organization(cells: Iterable[Cell]) -> dict[int, Decimal]:
    groups = spending.by(cells, lambda cell: cell.organization)
    return {organization: spending.total(group) for organization, group in groups.items()}


def number_of(buyers: Collection[int], everyone: int, own: Collection[int]) -> str:
    """How many organizations buy, and by subtraction how many do not: nothing of too few."""
    others = len(set(buyers) - set(own))
    if not buyers:
        return NONE
    if others < small_groups.MINIMUM:
        return UNTOLD
    if 0 < everyone - len(buyers) < small_groups.MINIMUM:
        return NEARLY_ALL
    return number(len(buyers))


class _Cut:
    """One way to part the cells, and which of its lines are told, the largest first."""

    def __init__(self, cells: Collection[Cell], key: Key, own: Collection[int]) -> None:
        self.key = key
        self.groups = spending.by(cells, key)
        amounts = {pk: by_organization(group) for pk, group in self.groups.items()}
        self.told = small_groups.tellable(amounts, own)

    def line_of(self, cell: Cell) -> Any:
        pk = self.key(cell)
        return pk if pk in self.told else _REST

    @property
    def rest(self) -> list[Cell]:
        return [cell for pk, group in self.groups.items() if pk not in self.told for cell in group]


@dataclass(frozen=True)
class Tables:
    """The tables of one page, for a reader who knows what their own organizations bought."""

    cells: Collection[Cell]
    own: Collection[int]
    only_shares: bool = False

    @cached_property
    def _cuts(self) -> tuple[_Cut, _Cut]:
        """By sector and by region: lines join the rest until nothing is told of too few."""
        cuts = (
            _Cut(self.cells, lambda cell: cell.sector, self.own),
            _Cut(self.cells, lambda cell: cell.region, self.own),
        )
        while any(cut.told for cut in cuts) and self._tell_of_few([cut.line_of for cut in cuts]):
            # Of the longer table, the smallest line.
            max(cuts, key=lambda cut: len(cut.told)).told.pop()
        return cuts

    def _tell_of_few(self, lines: Collection[Key]) -> bool:
        groups = spending.by(self.cells, lambda cell: tuple(line(cell) for line in lines))
        amounts = {
            place: {
                owner: amount
                for owner, amount in by_organization(group).items()
                if amount and owner not in self.own
            }
            for place, group in groups.items()
        }
        return subtraction.tells_of_few(amounts)

    def sectors(self, terms: Mapping[int, Term]) -> list[TogetherLine]:
        return self._lines(self._cuts[0], terms, "Autres secteurs, réunis")

    def regions(self, terms: Mapping[int, Term]) -> list[TogetherLine]:
        return self._lines(self._cuts[1], terms, "Autres régions, réunies")

    def _lines(self, cut: _Cut, terms: Mapping[int, Term], rest_label: str) -> list[TogetherLine]:
        """The lines that may be told, the largest first, then all the others in one."""
        if not cut.told:
            return []
        named = [_named(pk, terms) for pk in cut.told]
        parts = [cut.groups[pk] for pk in cut.told]
        rest = cut.rest
        if rest:
            named.append((_REST, rest_label))
            parts.append(rest)
        amounts = [spending.total(part) for part in parts]
        longest = max([*amounts, Decimal(0)])
        everyone = len(by_organization(self.cells))
        return [
            TogetherLine(
                key="" if key == _REST else key,
                label=label,
                amount=None if self.only_shares else amount,
                share=share,
                organizations=number_of(by_organization(part), everyone, self.own),
                width=width_of(amount, longest),
                is_masked=key == _REST,
            )
            for (key, label), part, amount, share in zip(
                named, parts, amounts, spending.shares(amounts), strict=True
            )
        ]

    @cached_property
    def share_of_largest(self) -> int | None:
        """Of the three EÉS that were paid most, in whole percents; None where it may not be told.

        It parts the cells once more, and so is looked at beside the two tables.
        """
        groups = spending.by(self.cells, lambda cell: cell.enterprise)
        amounts = {pk: spending.total(group) for pk, group in groups.items()}
        whole = sum(amounts.values(), Decimal(0))
        if whole <= 0 or min(amounts.values()) < 0 or len(amounts) <= _LARGEST:
            return None
        largest = sorted(amounts, key=lambda pk: (-amounts[pk], pk))[:_LARGEST]
        sides = spending.by(self.cells, lambda cell: cell.enterprise in largest)
        may_tell = all(
            small_groups.may_tell(by_organization(side), self.own) for side in sides.values()
        )
        lines = [*(cut.line_of for cut in self._cuts), lambda cell: cell.enterprise in largest]
        if not may_tell or self._tell_of_few(lines):
            return None
        return round(100 * sum((amounts[pk] for pk in largest), Decimal(0)) / whole)


def _named(pk: int | None, terms: Mapping[int, Term]) -> tuple[str, str]:
    return (terms[pk].key, terms[pk].label) if pk else ("", NO_SECTOR)
