"""Small groups: nothing is said about fewer than three organizations. The minimum is code."""

MINIMUM = 3


def shown(number: int) -> int | None:
    """The number of organizations, or None when it is too small to be said; 0 may be said."""
    return number if number == 0 or number >= MINIMUM else None
