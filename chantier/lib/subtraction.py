"""Subtraction: what tables of the same amounts, read side by side, tell of a few owners.

Every table parts the same cells into lines whose sums are told. A reader may add and subtract
these sums as they like; what is left must never be of fewer owners than `small_groups.MINIMUM`,
nor what one of them makes nearly alone. Knows no app.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, permutations

from chantier.lib.small_groups import MINIMUM, is_of_one

# A cell is named by the line that holds it in each table; it has owners.
Lines = tuple[Hashable, ...]
Cells = Mapping[Lines, Collection[int]]
Amounts = Mapping[int, Decimal]
# A line of a table; or, alone, the number of a cell or of a relation between cells.
_Place = tuple[int, Hashable] | int
_Vector = dict[_Place, Fraction]
_ONE = Fraction(1)


def tells_of_few(cells: Mapping[Lines, Amounts]) -> bool:
    """Whether some sum and difference of told lines tells of too few owners, or nearly of one.

    A cell that one owner makes nearly alone counts as its own, and the others do not hide it.
    """
    return isolates({lines: _makers(amounts) for lines, amounts in cells.items()}) or any(
        is_of_one(list(left.values())) for left in _left_of_lines(cells)
    )


def _makers(amounts: Amounts) -> frozenset[int]:
    """Whose a sum is, to who reads it."""
    found = {owner: abs(amount) for owner, amount in amounts.items() if amount}
    if is_of_one(list(found.values())):
        return frozenset([max(found, key=lambda owner: found[owner])])
    return frozenset(found)


def _left_of_lines(cells: Mapping[Lines, Amounts]) -> Iterator[dict[int, Decimal]]:
    """What lines of a table leave, by owner, without the lines of another that lie within them.

    Who knows where something is sold knows which lines lie within others.
    """
    tables = range(len(next(iter(cells), ())))
    for table, other in permutations(tables, 2):
        touched: dict[Hashable, set[Hashable]] = defaultdict(set)
        for lines in cells:
            touched[lines[other]].add(lines[table])
        around = {frozenset(found) for found in touched.values()}
        around |= {frozenset([lines[table]]) for lines in cells}
        for chosen in around:
            # Without fewer of them, more is left, and no line is nearly of one by itself.
            yield _sums(
                amounts
                for lines, amounts in cells.items()
                if lines[table] in chosen and not touched[lines[other]] <= chosen
            )


def _sums(parts: Iterable[Amounts]) -> dict[int, Decimal]:
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for amounts in parts:
        for owner, amount in amounts.items():
            sums[owner] += amount
    return sums


def isolates(cells: Cells) -> bool:
    """Whether some sum and difference of told lines is of fewer than `MINIMUM` owners alone.

    Cells of many owners protect: a difference that leaves them out is looked for among the others.
    Such a difference gives a weight to some cells, and it exists when these weights agree with
    every relation between the cells, a relation being a sum of cells that no line tells of.
    """
    many = _Span(_vector(lines) for lines, owners in cells.items() if len(owners) >= MINIMUM)
    thin = [
        (rest, frozenset(owners))
        for lines, owners in cells.items()
        if 0 < len(owners) < MINIMUM and (rest := many.rest_of(_vector(lines)))
    ]
    parts = _parts_in_relations([vector for vector, _ in thin])
    owners_of = [owners for _, owners in thin]
    return any(
        _depend([part for part, owners in zip(parts, owners_of, strict=True) if owners <= group])
        for group in _groups(owners_of)
    )


def _groups(owners_of: Collection[frozenset[int]]) -> Iterator[frozenset[int]]:
    people = sorted(frozenset().union(*owners_of))
    size = min(MINIMUM - 1, len(people))
    return map(frozenset, combinations(people, size)) if size else iter(())


def _vector(lines: Lines) -> _Vector:
    return dict.fromkeys(enumerate(lines), _ONE)


def _parts_in_relations(vectors: Collection[_Vector]) -> list[_Vector]:
    """What each cell weighs in each relation between the cells."""
    parts: list[_Vector] = [{} for _ in vectors]
    span = _Span(())
    relations = 0
    for number, vector in enumerate(vectors):
        rest = span.rest_of(vector | {number: _ONE})
        if any(isinstance(place, tuple) for place in rest):
            span.add(rest)
            continue
        for cell, weight in rest.items():
            if isinstance(cell, int):
                parts[cell][relations] = weight
        relations += 1
    return parts


def _depend(vectors: Collection[_Vector]) -> bool:
    return len(_Span(vectors).rows) < len(vectors)


class _Span:
    """What some vectors reach together, as rows that each begin at a place of their own."""

    def __init__(self, vectors: Iterable[_Vector]) -> None:
        self.rows: dict[_Place, _Vector] = {}
        for vector in vectors:
            rest = self.rest_of(vector)
            if rest:
                self.add(rest)

    def add(self, rest: _Vector) -> None:
        """Reach what was left of a vector, from its first line if it has any."""
        place = next((key for key in rest if isinstance(key, tuple)), next(iter(rest)))
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
