"""Subtraction: what tables of the same amounts, read side by side, tell of a few owners.

Every table parts the same cells into lines whose sums are told. A reader may add and subtract
these sums as they like; what is left must never be of fewer owners than `small_groups.MINIMUM`.
Knows no app.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations

from chantier.lib.small_groups import MINIMUM

# A cell is named by the line that holds it in each table; it has owners.
Lines = tuple[Hashable, ...]
Cells = Mapping[Lines, Collection[int]]
_Place = tuple[int, Hashable]
_Vector = dict[_Place, Fraction]
_Thin = list[tuple[_Vector, frozenset[int]]]


def isolates(cells: Cells) -> bool:
    """Whether some sum and difference of told lines is of fewer than `MINIMUM` owners alone.

    A cell is what each line counts of it: once in its own lines, never in the others. Such a
    difference exists when the cells of these owners are not a combination of all the other cells.
    """
    many = _Span(_vector(lines) for lines, owners in cells.items() if len(owners) >= MINIMUM)
    thin = [
        (rest, frozenset(owners))
        for lines, owners in cells.items()
        if 0 < len(owners) < MINIMUM and (rest := many.rest_of(_vector(lines)))
    ]
    whole = _rank(thin)
    return any(
        _rank([each for each in thin if not each[1] <= group]) < whole for group in _groups(thin)
    )


def _groups(thin: _Thin) -> Iterator[frozenset[int]]:
    people = sorted(frozenset().union(*(owners for _, owners in thin)))
    size = min(MINIMUM - 1, len(people))
    return map(frozenset, combinations(people, size)) if size else iter(())


def _rank(thin: _Thin) -> int:
    return len(_Span(vector for vector, _ in thin).rows)


def _vector(lines: Lines) -> _Vector:
    return {(table, line): Fraction(1) for table, line in enumerate(lines)}


class _Span:
    """What some vectors reach together, as rows that each begin at a place of their own."""

    def __init__(self, vectors: Iterable[_Vector]) -> None:
        self.rows: dict[_Place, _Vector] = {}
        for vector in vectors:
            rest = self.rest_of(vector)
            if rest:
                place = next(iter(rest))
                self.rows[place] = {key: value / rest[place] for key, value in rest.items()}

    def rest_of(self, vector: _Vector) -> _Vector:
        """What of a vector the others do not reach; nothing when they reach it."""
        rest = dict(vector)
        # In the order in which the rows were found: none brings back the place of one before.
        for place, row in self.rows.items():
            by = rest.get(place)
            if by:
                for key, value in row.items():
                    rest[key] = rest.get(key, Fraction(0)) - by * value
                rest = {key: value for key, value in rest.items() if value}
        return rest
