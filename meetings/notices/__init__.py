"""What people are told about meetings by mail; each module registers its kinds."""

from meetings.notices import invitations, promises, staff, syntheses, topics

__all__ = ["invitations", "promises", "staff", "syntheses", "topics"]
