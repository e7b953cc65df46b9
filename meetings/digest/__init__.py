"""« Depuis la dernière rencontre »: what changed between two meetings, as far as one may read."""

from meetings.digest.page import Digest

__all__ = ["Digest"]
