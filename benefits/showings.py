"""Where an EÉS will soon show its offer, as apps that this one may not name know it.

Each app registers its reader when it starts, as for `benefits.movers`.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from benefits.models import SocialEnterprise


@dataclass(frozen=True)
class Showing:
    """Something that everybody may read about."""

    title: str
    kind: str
    day: datetime.date
    starts_at: datetime.time | None
    url: str


# Called with an enterprise and the day.
Reader = Callable[[SocialEnterprise, datetime.date], list[Showing]]

_readers: list[Reader] = []


def register(reader: Reader) -> None:
    """Add a reader; called from `AppConfig.ready`."""
    if reader not in _readers:
        _readers.append(reader)


def showings(enterprise: SocialEnterprise, today: datetime.date) -> list[Showing]:
    return [showing for reader in _readers for showing in reader(enterprise, today)]
