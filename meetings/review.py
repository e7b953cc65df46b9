"""The review of a synthesis, as each person may read it: finished, in a fixed number of queries."""

import datetime
from dataclasses import dataclass
from functools import cached_property

from chantier.lib import french
from chantier.lib.diff import Piece, word_diff
from meetings.acts.compiling import new_points
from meetings.audience import attending, in_review, to_review
from meetings.models import Amendment, Meeting, Synthesis, SynthesisPoint
from meetings.sources import PointSource, point_sources
from members.models import Organization, User


@dataclass(frozen=True)
class Desk:
    """What the page of a synthesis offers beside the text: cards to compile, a review to read."""

    version: int
    new_points: int
    is_in_review: bool
    review_until: datetime.date | None
    may_review: bool
    waiting: int

    @classmethod
    def build(
        cls, user: User, meeting: Meeting, synthesis: Synthesis | None, *, today: datetime.date
    ) -> "Desk":
        is_staff = user.may_manage_meetings
        was_opened = synthesis is not None and synthesis.review_until is not None
        rows = Amendment.objects.filter(synthesis=synthesis, state=Amendment.State.WAITING)
        return cls(
            version=synthesis.version if synthesis else 0,
            new_points=new_points(meeting, synthesis) if is_staff else 0,
            is_in_review=synthesis is not None and synthesis.is_in_review(today),
            review_until=synthesis.review_until if synthesis else None,
            may_review=was_opened and (is_staff or bool(attending(user, meeting))),
            waiting=rows.count() if is_staff and synthesis else 0,
        )


def review_for(user: User, meeting: Meeting, today: datetime.date) -> Synthesis | None:
    """The synthesis in review, for those who may read it: one query."""
    rows = in_review(today) if user.may_manage_meetings else to_review(user, today)
    return rows.filter(meeting=meeting).first()


def review_title(synthesis: Synthesis) -> str:
    """« Relire la synthèse de la rencontre 4, jusqu’au 3 décembre 2021 »."""
    until = french.long_date(synthesis.review_until)
    return f"Relire la synthèse {synthesis.meeting.of_heading}, jusqu’au {until}"


@dataclass(frozen=True)
class AmendmentLine:
    """One proposal beside the point that it is about."""

    amendment: Amendment
    # What the point says now; None once it is gone, or was never there.
    now: str | None

    @property
    def title(self) -> str:
        if not self.amendment.base_text:
            return "Point à ajouter"
        return "Modifier ce point" if self.amendment.text else "Retirer ce point"

    @cached_property
    def pieces(self) -> list[Piece]:
        return word_diff(self.amendment.base_text, self.amendment.text)

    @property
    def is_waiting(self) -> bool:
        return self.amendment.state == Amendment.State.WAITING

    @property
    def has_moved(self) -> bool:
        """Whether the point has changed since: the answer is to merge by hand."""
        return self.is_waiting and (self.now or "") != self.amendment.base_text

    @property
    def status(self) -> str:
        """The glyph of the statuses that goes with the word of the state."""
        known = {"waiting": "a-entreprendre", "accepted": "implantee", "refused": "abandonnee"}
        return known[self.amendment.state]

    @property
    def state_words(self) -> str:
        return self.amendment.get_state_display()


@dataclass(frozen=True)
class PointLine:
    """A point of the working copy with what is proposed about it."""

    number: int
    point: SynthesisPoint
    source: PointSource | None
    amendments: list[AmendmentLine]


@dataclass(frozen=True)
class Review:
    """The page of a review; `points` is empty for members once it is closed."""

    meeting: Meeting
    synthesis: Synthesis
    is_staff: bool
    is_open: bool
    organizations: list[Organization]
    points: list[PointLine]
    # To add, or about a point that is gone.
    others: list[AmendmentLine]

    @classmethod
    def build(
        cls,
        user: User,
        synthesis: Synthesis,
        organizations: list[Organization],
        today: datetime.date,
    ) -> "Review":
        is_staff, is_open = user.may_manage_meetings, synthesis.is_in_review(today)
        rows = synthesis.amendments.select_related("organization", "author", "answered_by", "point")
        if not is_staff:
            rows = rows.filter(organization__in=organizations)
        lines = [AmendmentLine(row, row.point.text if row.point else None) for row in rows]
        shown = list(synthesis.points.all()) if is_staff or is_open else []
        sources = point_sources(synthesis.meeting) if is_staff else {}
        known = {point.pk for point in shown}
        return cls(
            synthesis.meeting,
            synthesis,
            is_staff,
            is_open,
            organizations,
            [_point(number, point, sources, lines) for number, point in enumerate(shown, start=1)],
            [line for line in lines if line.amendment.point_id not in known],
        )

    @property
    def lines(self) -> list[AmendmentLine]:
        return [*(line for point in self.points for line in point.amendments), *self.others]

    @property
    def waiting(self) -> int:
        return sum(line.is_waiting for line in self.lines)

    @property
    def may_propose(self) -> bool:
        return self.is_open and bool(self.organizations)


def _point(
    number: int,
    point: SynthesisPoint,
    sources: dict[str, PointSource],
    lines: list[AmendmentLine],
) -> PointLine:
    own = [line for line in lines if line.amendment.point_id == point.pk]
    return PointLine(number, point, sources.get(str(point.pk)), own)
