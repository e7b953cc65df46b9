"""Who works for several organizations, and so knows what all of them did."""

from collections import defaultdict

from django.db.models import Count

from chantier.lib.small_groups import Hand
from members.models import Membership, User


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


def hand_of(user: User) -> Hand:
    """The organizations that one reader works for, in one query."""
    return frozenset(user.memberships.values_list("organization", flat=True))
