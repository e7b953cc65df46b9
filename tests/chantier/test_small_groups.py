"""Nothing is told about fewer than three, nor found by subtracting what is told."""

from itertools import combinations, product

import pytest

from chantier.lib.small_groups import (
    MINIMUM,
    may_stand_with_total,
    merge_neighbours,
    others_than,
    separable,
    shown,
)


@pytest.mark.parametrize(("number", "told"), [(0, 0), (1, None), (2, None), (3, 3), (40, 40)])
def test_a_number_is_told_from_three_on(number, told):
    assert shown(number) == told


def test_three_others_remain_once_one_takes_away_their_own():
    assert [others_than(own) - own for own in (1, 2, 5)] == [MINIMUM] * 3


def test_numbers_stand_beside_their_sum_when_each_is_nothing_or_enough():
    assert may_stand_with_total([0, 3, 7])
    assert not may_stand_with_total([9, 2])
    assert not may_stand_with_total([3, 3], minimum=4)


def test_neighbours_are_united_until_each_piece_holds_enough():
    assert merge_neighbours([[4, 0, 1, 3, 5]], minimum=4) == [
        range(0, 1),
        range(1, 4),
        range(4, 5),
    ]


def test_what_is_left_at_the_end_joins_the_last_piece():
    assert merge_neighbours([[3, 3, 0, 2]], minimum=3) == [range(0, 1), range(1, 4)]


@pytest.mark.parametrize("row", [[5, 0, 0], [0, 0, 5], [2, 1, 2], [0, 0, 0], [3, 0, 2]])
def test_a_single_piece_is_no_piece(row):
    assert merge_neighbours([row], minimum=3) == []


def test_every_row_holds_enough_in_every_piece():
    checked = 0
    for cells in product(range(5), repeat=6):
        rows = [cells[:3], cells[3:]]
        pieces = merge_neighbours(rows, minimum=3)
        if pieces:
            checked += 1
            assert [bin_ for piece in pieces for bin_ in piece] == [0, 1, 2]
            assert all(sum(row[bin_] for bin_ in piece) >= 3 for piece in pieces for row in rows)
    assert checked > 1000


def test_the_rest_of_the_groups_is_large_enough_too():
    assert separable({"a": 9, "b": 6, "c": 2}, minimum=3) == ("a",)
    assert separable({"a": 9, "b": 6, "c": 2, "d": 1}, minimum=3) == ("a", "b")
    assert separable({"a": 9, "b": 2}, minimum=3) == ()
    assert separable({"a": 4, "b": 4}, minimum=3) == ("a", "b")
    assert separable({}, minimum=3) == ()


def test_no_subtraction_of_told_groups_from_the_total_is_small():
    checked = 0
    for numbers in product(range(8), repeat=4):
        sizes = dict(zip("abcd", numbers, strict=True))
        told = separable(sizes, minimum=3)
        for count in range(1, len(told) + 1):
            for some in combinations(told, count):
                left = sum(numbers) - sum(sizes[name] for name in some)
                assert left == 0 or left >= 3, (sizes, told)
                checked += 1
    assert checked > 1000
