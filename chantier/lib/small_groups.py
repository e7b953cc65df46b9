"""Small groups: nothing is said about fewer than three organizations. The minimum is code.

A number is told only when neither it, nor what subtracting told numbers from each other would
give, is about fewer. Whoever reads may also subtract what they know of their own organizations:
`others_than` raises the minimum by as many. Knows no app.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

MINIMUM = 3
# Past this share, an amount is that of one organization.
MOST_OF_ONE = Decimal("0.85")
K = TypeVar("K")


def shown(number: int) -> int | None:
    """The number of organizations, or None when it is too small to be said; 0 may be said."""
    return number if number == 0 or number >= MINIMUM else None


def others_than(own: int) -> int:
    """The minimum that leaves three others, once somebody has taken away their own."""
    return MINIMUM + own


def is_of_one(amounts: Collection[Decimal]) -> bool:
    """Whether one organization makes nearly all of a sum; of a sum of nothing, none does."""
    sizes = [abs(amount) for amount in amounts]
    return bool(sizes) and max(sizes) > sum(sizes, Decimal(0)) * MOST_OF_ONE


def may_tell(amounts: Mapping[int, Decimal], own: Collection[int] = ()) -> bool:
    """Whether the sum of amounts, one an organization, may be told.

    Who reads subtracts their own: what is left must be of enough others, and of no single one.
    """
    others = [amount for organization, amount in amounts.items() if organization not in own]
    return len(others) >= MINIMUM and not is_of_one(others)


def tellable(groups: Mapping[K, Mapping[int, Decimal]], own: Collection[int]) -> list[K]:
    """The groups of a total whose sums may be told beside it, the rest as one more.

    What is left over may be told too, or is nothing: else the total minus the others would tell
    it. Where it may not, the smallest of the told groups joins it.
    """
    told = [key for key, amounts in groups.items() if may_tell(amounts, own)]
    told.sort(key=lambda key: sum(map(abs, groups[key].values()), Decimal(0)), reverse=True)
    while told and not _is_safe_rest(groups, told, own):
        told.pop()
    return told


def _is_safe_rest(
    groups: Mapping[K, Mapping[int, Decimal]], told: Sequence[K], own: Collection[int]
) -> bool:
    rest = merged(amounts for key, amounts in groups.items() if key not in told)
    # Of the reader alone, it tells them nothing.
    return set(rest) <= set(own) or may_tell(rest, own)


def merged(groups: Iterable[Mapping[int, Decimal]]) -> dict[int, Decimal]:
    """What each organization makes of several groups, credit notes counted as amounts."""
    sums: dict[int, Decimal] = {}
    for amounts in groups:
        for organization, amount in amounts.items():
            sums[organization] = sums.get(organization, Decimal(0)) + abs(amount)
    return sums


def may_stand_with_total(parts: Iterable[int], *, minimum: int = MINIMUM) -> bool:
    """Whether numbers may be told beside their sum: each of them is nothing, or enough.

    Then any subtraction of told numbers is a sum of such parts, hence nothing or enough too.
    """
    return all(number == 0 or number >= minimum for number in parts)


def separable(sizes: Mapping[str, int], *, minimum: int) -> tuple[str, ...]:
    """The groups that may be told apart beside the total of all, the largest first.

    Each holds `minimum`, and so do the groups left over, together: else the total minus the
    others would tell about them, and the smallest of the others stays untold with them.
    """
    told = sorted(
        (name for name, size in sizes.items() if size >= minimum),
        key=lambda name: (-sizes[name], name),
    )
    rest = sum(sizes.values()) - sum(sizes[name] for name in told)
    while told and 0 < rest < minimum:
        rest += sizes[told.pop()]
    return tuple(told)


def merge_neighbours(rows: Sequence[Sequence[int]], *, minimum: int) -> list[range]:
    """Unite neighbouring bins until each piece holds `minimum` of every row.

    A row is what one group holds in each bin; rows that add up to a told total must all be given,
    so that no subtraction goes below the minimum. Empty when no two pieces are possible: « all are
    in this bin » would tell about each of them.
    """
    pieces: list[range] = []
    start, held = 0, [0] * len(rows)
    for bin_, column in enumerate(zip(*rows, strict=True)):
        held = [before + number for before, number in zip(held, column, strict=True)]
        if min(held) >= minimum:
            pieces.append(range(start, bin_ + 1))
            start, held = bin_ + 1, [0] * len(rows)
    if len(pieces) < 2:
        return []
    # What is left at the end is too little for a piece of its own.
    pieces[-1] = range(pieces[-1].start, len(rows[0]))
    return pieces
