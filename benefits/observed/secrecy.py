"""What may be told of several organizations, to visitors and to members alike.

Everybody reads the same numbers, so that no two pages can be subtracted from each other. Whoever
reads may still take away what they know: what one person's organizations wrote (their « hand »),
and what organizations open to all members. What is left must be nothing, or hold the minimum of
`chantier.lib.small_groups`, and no organization may make nearly all of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db.models import Count

from chantier.lib.small_groups import MINIMUM, is_of_one
from members.models import Membership

Hand = frozenset[int]


def read_hands() -> list[Hand]:
    """The organizations of each person who works for several, in one query."""
    several = Membership.objects.order_by().values("user").annotate(number=Count("pk"))
    rows = Membership.objects.filter(
        user__in=several.filter(number__gte=2).values("user")
    ).values_list("user_id", "organization_id")
    hands: dict[int, set[int]] = defaultdict(set)
    for user, organization in rows:
        hands[user].add(organization)
    return [frozenset(hand) for hand in hands.values()]


def may_count(organizations: Iterable[int], hands: Iterable[Hand]) -> bool:
    """Whether a group may be counted: three others are left, whoever takes away their own."""
    held = frozenset(organizations)
    # Almost everybody works for one organization.
    most = max((len(hand & held) for hand in hands), default=0)
    return len(held) - max(most, 1) >= MINIMUM


def may_stand(parts: Iterable[Iterable[int]], hands: Iterable[Hand]) -> bool:
    """Whether the parts of a told number may be told: each is nothing, or may be counted."""
    known = list(hands)
    return all(not held or may_count(held, known) for held in map(frozenset, parts))


def may_add(amounts: Mapping[int, Decimal], hands: Iterable[Hand]) -> bool:
    """Whether a sum of amounts above zero, by organization, may be told."""
    known = list(hands)
    if not may_count(amounts, known):
        return False
    # Of the hands of one, those of the two largest leave the most uneven rest.
    largest = sorted(amounts, key=lambda key: amounts[key], reverse=True)[:2]
    taken: list[Hand] = [Hand(), *(Hand([key]) for key in largest), *known]
    return not any(_is_of_one(amounts, hand) for hand in taken)


def _is_of_one(amounts: Mapping[int, Decimal], hand: Hand) -> bool:
    """Whether one organization makes nearly all that is left; nothing at all is of each."""
    left = [amount for key, amount in amounts.items() if key not in hand]
    return not any(left) or is_of_one(left)
