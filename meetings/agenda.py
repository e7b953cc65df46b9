"""The agenda with the hour of each point, and what is left of the time of the meeting."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from chantier.lib import french
from chantier.lib.french import NBSP
from meetings.models import AgendaItem, Meeting

_DAY = 24 * 60


def length_words(minutes: int) -> str:
    """« 45 min », « 2 h », « 2 h 30 »."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{NBSP}min"
    return f"{hours}{NBSP}h{NBSP}{rest:02d}" if rest else f"{hours}{NBSP}h"


def _difference(left: int) -> str:
    if left == 0:
        return "le compte est juste"
    if left < 0:
        return f"l’ordre du jour dépasse la fin de {length_words(-left)}"
    return f"il reste {length_words(left)}"


def clocks(starts_at: datetime.time | None, minutes: Sequence[int]) -> list[str]:
    """When each point begins; nothing when the hour of the meeting is not known."""
    if starts_at is None:
        return [""] * len(minutes)
    moment, found = starts_at.hour * 60 + starts_at.minute, []
    for length in minutes:
        hour, minute = divmod(moment % _DAY, 60)
        found.append(french.clock_time(datetime.time(hour, minute)))
        moment += length
    return found


@dataclass(frozen=True)
class Balance:
    """The sum of the minutes against the length of the meeting."""

    total: int
    # None when the hours are not known.
    length: int | None
    # Points whose length is not set: the sum says less than it seems.
    untimed: int

    @classmethod
    def build(
        cls,
        minutes: Sequence[int | None],
        starts_at: datetime.time | None,
        ends_at: datetime.time | None,
    ) -> "Balance":
        length = None
        if starts_at and ends_at and ends_at > starts_at:
            start, end = (time.hour * 60 + time.minute for time in (starts_at, ends_at))
            length = end - start
        return cls(sum(filter(None, minutes)), length, sum(not each for each in minutes))

    @property
    def is_over(self) -> bool:
        return self.length is not None and self.total > self.length

    @property
    def words(self) -> str:
        """« 2 h 30 à l’ordre du jour, pour 2 h 30 de rencontre : le compte est juste. »"""
        told = f"{length_words(self.total)} à l’ordre du jour"
        if self.length is not None:
            left = self.length - self.total
            told += f", pour {length_words(self.length)} de rencontre{NBSP}: {_difference(left)}"
        return f"{told}.{self._untimed_words}"

    @property
    def _untimed_words(self) -> str:
        if not self.untimed:
            return ""
        verb = "n’a" if self.untimed == 1 else "n’ont"
        return f" {self.untimed}{NBSP}point{french.plural(self.untimed)} {verb} pas de durée."


@dataclass(frozen=True)
class AgendaLine:
    item: AgendaItem
    clock: str


@dataclass(frozen=True)
class Agenda:
    """What the page of a meeting shows of its agenda; one query."""

    lines: list[AgendaLine]
    balance: Balance

    @classmethod
    def build(cls, meeting: Meeting) -> "Agenda":
        items = list(meeting.agenda.select_related("objective").order_by("order", "pk"))
        times = clocks(meeting.starts_at, [item.minutes or 0 for item in items])
        lines = [AgendaLine(item, time) for item, time in zip(items, times, strict=True)]
        minutes = [item.minutes for item in items]
        return cls(lines, Balance.build(minutes, meeting.starts_at, meeting.ends_at))
