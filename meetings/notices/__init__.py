"""What people are told about meetings by mail; each module registers its kinds."""

from meetings.notices import promises, syntheses, topics

__all__ = ["promises", "syntheses", "topics"]
