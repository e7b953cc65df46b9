"""One block is one measure, whatever the numbers."""

import pytest

from chantier.lib.bars import KINDS, MAX_BLOCKS, blocks


def test_one_block_per_measure_in_the_order_of_kinds():
    drawn = blocks({"todo": 1, "done": 2, "doing": 1}, width=100)
    assert [block.kind for block in drawn] == ["done", "done", "doing", "todo"]
    assert [block.x for block in drawn] == [0, 25, 50, 75]


def test_nothing_to_draw():
    assert blocks({}, width=100) == []
    assert blocks(dict.fromkeys(KINDS, 0), width=100) == []


@pytest.mark.parametrize(
    "counts",
    [
        {"done": 1},
        {"done": 3, "doing": 5, "plan": 1, "todo": 4, "na": 2},
        {"done": 20},
        {"done": 21},
        {"done": 999, "na": 1},
        dict.fromkeys(KINDS, 7),
    ],
)
def test_blocks_stay_inside_and_do_not_overlap(counts):
    drawn = blocks(counts, width=100)
    assert all(block.width > 0 for block in drawn)
    end = 0.0
    for block in drawn:
        assert block.x >= end - 0.02
        end = block.x + block.width
    assert end <= 100


def test_past_twenty_measures_each_kind_is_one_block_as_wide_as_its_share():
    drawn = blocks({"done": 30, "todo": 10}, width=100)
    assert [(block.kind, block.x, block.width) for block in drawn] == [
        ("done", 0, 74),
        ("todo", 75, 24),
    ]


def test_twenty_measures_are_still_twenty_blocks():
    assert len(blocks({"done": MAX_BLOCKS}, width=100)) == MAX_BLOCKS
    assert len(blocks({"done": MAX_BLOCKS + 1}, width=100)) == 1


def test_the_same_shares_at_another_width():
    one, two = blocks({"done": 1, "na": 3}, width=100), blocks({"done": 1, "na": 3}, width=200)
    assert [block.x * 2 for block in one] == [block.x for block in two]
