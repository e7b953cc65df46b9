"""The read model of a digest: every query happens in `Digest.build`."""

import datetime
from dataclasses import dataclass
from typing import Self

from measures.models import ClauseVersion
from meetings.digest import measures, tools, words
from meetings.digest.measures import Moves, Told
from meetings.digest.reading import Period, Reader
from meetings.digest.tools import Met, Promises, Used, Worked
from meetings.models import Meeting, SynthesisVersion
from members.models import User


@dataclass(frozen=True)
class Digest:
    """What changed between the last meeting and this one, for one reader."""

    period: Period
    is_for_staff: bool
    moves: Moves
    stories: tuple[Told, ...]
    results: tuple[Told, ...]
    promises: Promises | None
    barriers: tuple[Met, ...]
    what_worked: tuple[Worked, ...]
    clauses: tuple[ClauseVersion, ...]
    uses: tuple[Used, ...]
    syntheses: tuple[SynthesisVersion, ...]

    @classmethod
    def build(cls, meeting: Meeting, user: User, *, today: datetime.date) -> Self:
        """For somebody of the portal; call with the cycle of the meeting at hand."""
        return cls._read(meeting, user, Reader.of(user), today)

    @classmethod
    def for_any_member(cls, meeting: Meeting, user: User, *, today: datetime.date) -> Self:
        """What staff may write to all members: nothing that one of them could not read."""
        return cls._read(meeting, user, Reader.any_member(), today)

    @classmethod
    def _read(cls, meeting: Meeting, user: User, reader: Reader, today: datetime.date) -> Self:
        period = Period.of(meeting, today=today)
        return cls(
            period=period,
            is_for_staff=reader.is_staff,
            moves=Moves.build(period, reader),
            stories=measures.stories(period, reader),
            results=measures.results(period, reader),
            promises=Promises.build(period, reader),
            barriers=tools.barriers(period, reader),
            what_worked=tools.what_worked(period, reader),
            clauses=tools.clauses(period),
            uses=tools.uses(period, reader),
            syntheses=tools.syntheses(period, user),
        )

    @property
    def first_day(self) -> datetime.date:
        return min(self.period.since + datetime.timedelta(days=1), self.period.until)

    @property
    def since_words(self) -> str:
        return words.since_words(self)

    @property
    def sentences(self) -> list[str]:
        """The whole in three to five sentences."""
        return words.sentences(self)
