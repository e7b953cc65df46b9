"""The cross-app read model: what dashboard, preview and PDF say of an organization.

How far it has come is defined in `measures.progress`; here it stands beside what the other apps
know. Everything is queried in `build`; templates receive finished, frozen objects.
"""

from measures.progress import Progress, StageProgress, Tally

__all__ = ["Progress", "StageProgress", "Tally"]
