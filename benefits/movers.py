"""What follows an enterprise when it is united with another, in apps that this one may not name.

Each app registers its mover when it starts; it is called in the transaction of the act.
"""

from collections.abc import Callable

from benefits.models import SocialEnterprise

# Called with the enterprise that goes and the one that stays.
Mover = Callable[[SocialEnterprise, SocialEnterprise], None]

_movers: list[Mover] = []


def register(mover: Mover) -> None:
    """Add a mover; called from `AppConfig.ready`."""
    if mover not in _movers:
        _movers.append(mover)


def move(gone: SocialEnterprise, kept: SocialEnterprise) -> None:
    for mover in _movers:
        mover(gone, kept)
