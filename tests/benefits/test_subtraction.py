"""Everything that a member reads of what all buy, added and subtracted: nobody is found in it."""

import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain, combinations
from operator import attrgetter
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from benefits.spending import Cell
from benefits.together import Tables, TogetherLine, by_organization
from chantier.lib import small_groups, subtraction
from members.models import Term

START = datetime.date(2020, 1, 1)
_SECTORS, _REGIONS = range(1, 5), range(11, 15)
_TERMS = {
    pk: Term(pk=pk, code=f"{'sector' if pk < 10 else 'region'}:{pk}", label=f"Mot {pk}")
    for pk in (*_SECTORS, *_REGIONS)
}


def cell(organization: int, sector: int | None, region: int, amount: int) -> Cell:
    # An EÉS has one region.
    return Cell(organization, START, region, region, sector, Decimal(amount), 1, 1)


_CELLS = st.lists(
    st.builds(
        cell,
        st.integers(1, 7),
        st.none() | st.sampled_from(_SECTORS),
        st.sampled_from(_REGIONS),
        st.integers(-50, 900).filter(bool),
    ),
    max_size=30,
)


def held(lines: list[TogetherLine], cells: list[Cell], name: str) -> list[set[int]]:
    """The positions of the cells that each line of a table counts, as its reader knows them."""
    words = {pk: term.key for pk, term in _TERMS.items()} | {None: ""}
    keys = [words[attrgetter(name)(each)] for each in cells]
    told = {line.key for line in lines if not line.is_masked}
    groups = [
        {
            at
            for at, key in enumerate(keys)
            if (key not in told if line.is_masked else key == line.key)
        }
        for line in lines
    ]
    # Without a table, the total of the page alone.
    return groups or [set(range(len(cells)))]


def choices(lines: list[set[int]]) -> Iterator[set[int]]:
    """Every sum of lines of one table, which parts the cells: no cell is in two."""
    parts: Iterable[Any] = chain.from_iterable(
        combinations(lines, size) for size in range(len(lines) + 1)
    )
    return (set().union(*chosen) for chosen in parts)


def found_by_subtraction(
    sectors: list[set[int]], regions: list[set[int]], cells: list[Cell], own: set[int]
) -> Iterator[dict[int, Decimal]]:
    """What is left of each sum of sectors minus each sum of regions, by other organization."""
    for plus in choices(sectors):
        for minus in choices(regions):
            left: dict[tuple[int, int | None, int], Decimal] = {}
            for at in plus ^ minus:
                each = cells[at]
                if each.organization not in own:
                    place = (each.organization, each.sector, each.region)
                    left[place] = left.get(place, Decimal(0)) + each.amount
            # What a credit note takes back whole is nothing to find.
            of: dict[int, Decimal] = {}
            for (owner, _, _), amount in left.items():
                if amount:
                    of[owner] = of.get(owner, Decimal(0)) + abs(amount)
            if of:
                yield of


def tables(cells: list[Cell], own: set[int]) -> tuple[list[TogetherLine], list[TogetherLine]]:
    found = Tables(cells, own)
    return found.sectors(_TERMS), found.regions(_TERMS)


# Region 11 minus sector 1 is what organization 4 alone bought there in sector 2.
_ONE_ALONE = [
    *(cell(owner, 1, 11, 100) for owner in (1, 2, 3)),
    cell(4, 2, 11, 90),
    *(cell(owner, 2, 12, 100) for owner in (1, 2, 3, 5)),
    *(cell(owner, 3, 13, 100) for owner in (1, 2, 3, 5)),
]


@settings(max_examples=250, deadline=None)
@given(cells=_CELLS, own=st.sets(st.integers(1, 7), max_size=2))
@example(cells=_ONE_ALONE, own=set())
def test_no_sum_nor_difference_of_what_is_told_is_of_too_few(
    cells: list[Cell], own: set[int]
) -> None:
    amounts: dict[int, Decimal] = {}
    for each in cells:
        amounts[each.organization] = amounts.get(each.organization, Decimal(0)) + each.amount
    if not small_groups.may_tell(amounts, own):
        # The page then shows nothing.
        return
    sectors, regions = tables(cells, own)

    parts = held(sectors, cells, "sector"), held(regions, cells, "region")
    for left in found_by_subtraction(*parts, cells, own):
        assert len(left) >= small_groups.MINIMUM, (left, sectors, regions)


@settings(max_examples=250, deadline=None)
@given(cells=_CELLS, own=st.sets(st.integers(1, 7), max_size=2))
def test_lines_add_to_what_was_spent_and_none_masks_one_line_alone(
    cells: list[Cell], own: set[int]
) -> None:
    whole = sum((each.amount for each in cells), Decimal(0))
    for lines in tables(cells, own):
        if lines:
            assert sum((line.amount or Decimal(0) for line in lines), Decimal(0)) == whole
            assert sum(line.is_masked for line in lines) <= 1
    for lines, name in zip(tables(cells, own), ("sector", "region"), strict=True):
        parts = held(lines, cells, name)
        assert [sum((cells[at].amount for at in part), Decimal(0)) for part in parts] == (
            [line.amount for line in lines] or [whole]
        )


def test_difference_of_two_tables_that_is_of_one_is_not_told() -> None:
    sectors, regions = tables(_ONE_ALONE, set())

    told = {line.amount for line in (*sectors, *regions)}
    assert not {Decimal(300), Decimal(390)} <= told


def nested(
    lines: list[set[int]], others: list[set[int]], cells: list[Cell], own: set[int]
) -> Iterator[dict[int, Decimal]]:
    """What is left of each line of a table without lines of the other that lie within it."""
    for whole in lines:
        for inner in choices([part for part in others if part <= whole]):
            of: dict[int, Decimal] = {}
            for at in whole - inner:
                owner = cells[at].organization
                if owner not in own:
                    of[owner] = of.get(owner, Decimal(0)) + cells[at].amount
            yield of


# Region 11 minus sector 1, which lies within it: 9 000 of 9 020 are of organization 4.
_NEARLY_ONE = [
    *(cell(owner, 1, 11, 5000 + owner) for owner in (1, 2, 3)),
    cell(4, 2, 11, 9000),
    cell(5, 2, 11, 10),
    cell(6, 2, 11, 10),
    *(cell(owner, 2, 12, 7000 + owner) for owner in (1, 2, 3)),
]


@settings(max_examples=250, deadline=None)
@given(
    cells=st.lists(
        st.builds(
            cell,
            st.integers(1, 7),
            st.sampled_from(_SECTORS[:3]),
            st.sampled_from(_REGIONS[:3]),
            st.sampled_from([10, 300, 9000]),
        ),
        max_size=24,
    ),
    own=st.sets(st.integers(1, 7), max_size=1),
)
@example(cells=_NEARLY_ONE, own=set())
def test_no_line_without_those_within_it_is_nearly_of_one(cells: list[Cell], own: set[int]) -> None:
    if not small_groups.may_tell(by_organization(cells), own):
        return
    sectors, regions = tables(cells, own)
    if not (sectors and regions):
        return

    ones, others = held(sectors, cells, "sector"), held(regions, cells, "region")
    for left in chain(nested(ones, others, cells, own), nested(others, ones, cells, own)):
        assert not small_groups.is_of_one(list(left.values())), (left, sectors, regions)


def test_tables_that_tell_of_nobody_are_told_whole() -> None:
    cells = [
        cell(owner, sector, region, 100 + owner)
        for owner in (1, 2, 3, 4)
        for sector in (1, 2)
        for region in (11, 12)
    ]
    sectors, regions = tables(cells, set())

    assert [line.label for line in sectors] == ["Mot 1", "Mot 2"]
    assert [line.label for line in regions] == ["Mot 11", "Mot 12"]


def test_cells_of_many_protect_those_of_few() -> None:
    """One of the four cells may be of one, when a sum with the others is all that is told."""
    three = {1, 2, 3}
    square: dict[Any, set[int]] = {
        ("a", "x"): three,
        ("a", "y"): three,
        ("b", "x"): three,
        ("b", "y"): {4},
    }

    assert not subtraction.isolates(square)
    assert subtraction.isolates({("a", "x"): three, ("b", "x"): {4}, ("b", "y"): three})
    # Two of them, who are together too few.
    assert subtraction.isolates({("a", "x"): three, ("b", "x"): {4, 5}, ("b", "y"): three})
    assert not subtraction.isolates({("a", "x"): three, ("b", "x"): {4, 5, 6}, ("b", "y"): three})
    assert not subtraction.isolates({})
