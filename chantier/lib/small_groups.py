"""Small groups: nothing is said about fewer than three organizations. The minimum is code.

A number is told only when neither it, nor what subtracting told numbers from each other would
give, is about fewer. Whoever reads may also subtract what they know of their own organizations:
`others_than` raises the minimum by as many.

What everybody reads alike is looked at for whoever reads it: some people work for several
organizations, and take away what all of these did, their « hand ». Knows no app.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

MINIMUM = 3
# Past this share, an amount is that of one organization.
MOST_OF_ONE = Decimal("0.85")
K = TypeVar("K")
Hand = frozenset[int]


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


def may_count(organizations: Iterable[int], hands: Iterable[Hand]) -> bool:
    """Whether everybody may read of a group: three others are left, whoever takes away theirs."""
    held = frozenset(organizations)
    # Almost everybody works for one organization.
    most = max((len(hand & held) for hand in hands), default=0)
    return len(held) - max(most, 1) >= MINIMUM


def may_stand(parts: Iterable[Iterable[int]], hands: Iterable[Hand]) -> bool:
    """Whether everybody may read the parts of a number: each is nothing, or may be counted."""
    known = list(hands)
    return all(not held or may_count(held, known) for held in map(frozenset, parts))


def may_add(amounts: Mapping[int, Decimal], hands: Iterable[Hand]) -> bool:
    """Whether everybody may read a sum of amounts above zero, by organization."""
    known = list(hands)
    if not may_count(amounts, known):
        return False
    # Of the hands of one, those of the two largest leave the most uneven rest.
    largest = sorted(amounts, key=lambda key: amounts[key], reverse=True)[:2]
    taken: list[Hand] = [Hand(), *(Hand([key]) for key in largest), *known]
    return not any(_is_of_one_without(amounts, hand) for hand in taken)


def _is_of_one_without(amounts: Mapping[int, Decimal], hand: Hand) -> bool:
    """Whether one organization makes nearly all that is left; nothing at all is of each."""
    left = [amount for key, amount in amounts.items() if key not in hand]
    return not any(left) or is_of_one(left)


def gaps_between(one: Mapping[int, Decimal], other: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """By organization, what one sum holds that another does not, or the other way round.

    To be there for zero is to be counted, and so a gap of its own.
    """
    nothing = Decimal(0)
    return {
        key: abs(one.get(key, nothing) - other.get(key, nothing))
        for key in {*one, *other}
        if one.get(key) != other.get(key)
    }


def may_stand_beside(
    told: Mapping[int, Decimal], others: Iterable[Mapping[int, Decimal]], hands: Iterable[Hand]
) -> bool:
    """Whether the sum of `told` says nothing of too few beside other sums of the same thing.

    Everybody may subtract one from the other: what is left is nothing, or may be told by itself.
    A sum of too few is told nowhere, and nobody subtracts it.
    """
    known = list(hands)
    left = (gaps_between(told, other) for other in others if len(other) >= MINIMUM)
    return all(not gaps or may_add(gaps, known) for gaps in left)


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
