"""What may be told of several organizations, to visitors and to members alike.

Everybody reads the same numbers, so that no two pages can be subtracted from each other. Whoever
reads may still take away what they know: what one person's organizations wrote (their « hand »),
and what organizations open to all members. What is left must be nothing, or hold the minimum of
`chantier.lib.small_groups`, and no organization may make nearly all of it.
"""

from chantier.lib.small_groups import Hand, may_add, may_count, may_stand
from members.hands import read_hands

__all__ = ["Hand", "may_add", "may_count", "may_stand", "read_hands"]
