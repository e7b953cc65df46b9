"""What may be added up, by its unit: a share never is, nor what was counted by the year."""

# Anything else is told as a mean, which is never wrong to read.
_ADDED = ("$", "heures", "personnes", "unités", "tonnes", "t éq. CO₂")


def is_added(unit: str) -> bool:
    """Whether values of several organizations make sense as one sum."""
    return unit in _ADDED


def is_share(unit: str) -> bool:
    """Whether a value is a part of a hundred."""
    return unit.startswith("%")
