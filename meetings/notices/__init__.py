"""What people are told about meetings by mail; each module registers its kinds."""

from meetings.notices import invitations, promises, soon, staff, syntheses, topics

__all__ = ["invitations", "promises", "soon", "staff", "syntheses", "topics"]
