"""What is told of the others never tells of one: by brute force over small chantiers."""

from collections import defaultdict
from itertools import combinations, islice, pairwise, product

import pytest

from measures.spread import BINS, pieces_of, told_numbers

FEW_BINS = 4
CHANTIERS = [
    *((size,) for size in range(3, 10)),
    *((size, 9 - size) for size in range(1, 5)),
    (4, 4),
    (2, 3),
    (2, 2, 3),
    (1, 1, 4),
    (3, 3, 3),
]


def spreads_of(size, bins=FEW_BINS):
    """Every way to put `size` organizations in bins."""
    for bars in combinations(range(size + bins - 1), bins - 1):
        edges = (-1, *bars, size + bins - 1)
        yield tuple(right - left - 1 for left, right in pairwise(edges))


def worlds_of(sizes):
    return product(*(spreads_of(size) for size in sizes))


def told_of(world, minimum):
    everyone, groups = pieces_of(dict(enumerate(world)), minimum=minimum)
    return everyone, tuple(sorted(groups.items()))


@pytest.mark.parametrize("minimum", [2, 3, 4])
@pytest.mark.parametrize("sizes", CHANTIERS, ids=str)
def test_no_rate_is_determined_by_the_page_in_all_its_filters(sizes, minimum):
    """A reader knows the rules, their own rate, and who belongs to which group.

    Whatever they see, any other organization may be in two bins at least; and where pieces are
    told, in two pieces at least.
    """
    possible = defaultdict(set)
    for world in worlds_of(sizes):
        told = told_of(world, minimum)
        for mine in range(len(sizes)):
            for bin_ in range(FEW_BINS):
                if world[mine][bin_]:
                    for group, row in enumerate(world):
                        others = {
                            other
                            for other, number in enumerate(row)
                            if number - (group == mine and other == bin_) > 0
                        }
                        possible[told, mine, bin_, group] |= others
    assert len(possible) >= FEW_BINS * len(sizes)
    for (told, mine, bin_, group), bins in possible.items():
        alone = sizes[group] == 1 and group == mine
        assert alone or len(bins) >= 2, (told, mine, bin_, group)
        everyone, groups = told
        for pieces in (everyone, dict(groups).get(group, ())):
            # The numbers of a piece are tenths of the scale, whatever the number of bins.
            inside = [{other for other in bins if piece.holds(other * 10)} for piece in pieces]
            assert alone or not pieces or sum(map(bool, inside)) >= 2, (told, group)


@pytest.mark.parametrize(
    "sizes", [(9,), (8, 1), (8, 8), (8, 9), (8, 8, 9), (8, 4, 4), (10, 3)], ids=str
)
def test_no_subtraction_goes_below_the_minimum(sizes):
    """All minus a group, all minus two, a piece minus a piece: nothing, or enough."""
    minimum, checked = 4, 0
    # Of six million, one in a hundred.
    for world in islice(worlds_of(sizes), 0, None, 1 if len(sizes) < 3 else 97):
        everyone, groups = pieces_of(dict(enumerate(world)), minimum=minimum)
        assert all(piece.number >= minimum for piece in everyone)
        for pieces in groups.values():
            assert len(pieces) >= 2
            for index, piece in enumerate(pieces):
                inside = [p for p in everyone if piece.low <= p.low and p.high <= piece.high]
                # The pieces of all fit in those of a group: none is cut.
                assert inside[0].low == piece.low
                assert inside[-1].high == piece.high
                left = sum(p.number for p in inside)
                for told in groups.values():
                    left -= told[index].number
                    assert left == 0 or left >= minimum, (world, piece)
                    checked += 1
    # Groups this small are told in the chantiers that hold two that are large enough.
    assert (checked > 100) == (sizes in [(9,), (8, 8), (8, 9), (8, 8, 9), (8, 4, 4)])


def test_pieces_that_were_cut_would_be_seen():
    """The canary of the test above: a group in pieces of its own, beside other pieces of all."""
    world = ((4, 0, 0, 4), (0, 1, 3, 4))
    everyone, groups = pieces_of(dict(enumerate(world)), minimum=4)
    assert [piece.number for piece in everyone] == [4, 4, 8]
    assert {group: [piece.number for piece in pieces] for group, pieces in groups.items()} == {
        0: [4, 4],
        1: [4, 4],
    }


def test_without_organizations_nothing_is_told():
    assert pieces_of({}, minimum=4) == ((), {})
    assert pieces_of({"g": [0] * BINS}, minimum=4) == ((), {})


@pytest.mark.parametrize(
    ("numbers", "sizes", "told"),
    [
        ({"a": 2}, {"a": 9}, {}),
        ({"a": 3}, {"a": 9}, {"": 3, "a": 3}),
        # The total minus the other group would be two.
        ({"a": 5, "b": 2}, {"a": 9, "b": 9}, {"": 7}),
        ({"a": 5, "b": 3}, {"a": 9, "b": 9}, {"": 8, "a": 5, "b": 3}),
        # All the others of the group did: each of them would be told.
        ({"a": 4}, {"a": 5}, {"": 4}),
        ({"a": 4}, {"a": 6}, {"": 4, "a": 4}),
    ],
)
def test_numbers_of_a_measure_are_told_together_or_not(numbers, sizes, told):
    assert told_numbers(numbers, sizes, minimum=4) == told
