"""What rises between two meetings: the barriers that members have marked since the last one.

For staff, who are the coordination: the numbers and the words are those of what is shared with it.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from chantier.lib import french
from measures.models import Barrier, BarrierEncounter
from meetings.models import Meeting, Objective
from members.sharing import SHARED_WITH_STAFF

_MOST_STORIES = 6
_LAST = {"meeting": "la rencontre", "workshop": "l’atelier"}


@dataclass(frozen=True)
class Rise:
    """A barrier: how many organizations marked it, what they say, and where it is taken up."""

    barrier: Barrier
    new: int
    known: int
    words: str
    stories: tuple[BarrierEncounter, ...]
    # The objective of this meeting, if any, and those of others.
    objective: Objective | None
    elsewhere: tuple[Objective, ...]


@dataclass(frozen=True)
class Rising:
    """The page of a meeting: what rose since the one before, then what did not."""

    previous: Meeting | None
    risen: tuple[Rise, ...]
    still: tuple[Rise, ...]

    @classmethod
    def build(cls, meeting: Meeting) -> "Rising":
        """In five queries, whatever the barriers and the marks."""
        previous = previous_of(meeting)
        since = previous.held_on if previous else None
        until = min(timezone.localdate(), meeting.held_on)
        counts = list(BarrierEncounter.objects.rising(since=since, until=until))
        barriers = Barrier.objects.in_bulk([row["barrier"] for row in counts])
        stories = _stories(since, until)
        objectives = _objectives()
        lines = [
            Rise(
                barrier=barriers[row["barrier"]],
                new=row["new"],
                known=row["known"],
                words=_words(row["new"], row["known"], previous),
                stories=tuple(stories[row["barrier"]][:_MOST_STORIES]),
                objective=next(
                    (each for each in objectives[row["barrier"]] if each.meeting == meeting), None
                ),
                elsewhere=tuple(
                    each for each in objectives[row["barrier"]] if each.meeting != meeting
                ),
            )
            for row in counts
        ]
        return cls(
            previous,
            risen=tuple(line for line in lines if line.new),
            still=tuple(line for line in lines if not line.new),
        )


def previous_of(meeting: Meeting) -> Meeting | None:
    """The last meeting before this one; webinars take up no barrier."""
    before = Meeting.objects.filter(held_on__lt=meeting.held_on)
    before = before.exclude(state=Meeting.State.DRAFT).exclude(kind=Meeting.Kind.WEBINAR)
    return before.order_by("-held_on", "-pk").first()


def proposed_text(barrier: Barrier) -> str:
    """The objective that a form proposes for a barrier; a title of the catalogue always fits."""
    return f"Chercher ensemble des réponses à l’enjeu «\u00a0{barrier.title}\u00a0»"


def _stories(
    since: datetime.date | None, until: datetime.date
) -> dict[int, list[BarrierEncounter]]:
    rows = BarrierEncounter.objects.told_at(SHARED_WITH_STAFF).filter(created_at__date__lte=until)
    if since:
        rows = rows.filter(created_at__date__gt=since)
    found: dict[int, list[BarrierEncounter]] = defaultdict(list)
    for row in rows.select_related("organization", "stage"):
        found[row.barrier_id].append(row)
    return found


def _objectives() -> dict[int | None, list[Objective]]:
    found: dict[int | None, list[Objective]] = defaultdict(list)
    rows = Objective.objects.exclude(barrier=None).select_related("meeting")
    for row in rows.order_by("-meeting__held_on", "pk"):
        found[row.barrier_id].append(row)
    return found


def _words(new: int, known: int, previous: Meeting | None) -> str:
    """« 4 organisations depuis la rencontre du 11 juin 2021, 1 avant »."""
    count = f"{new}{french.NBSP}organisation{french.plural(new)}" if new else "Aucune organisation"
    if previous is None:
        return count
    last = f"{_LAST[previous.kind]} du {french.long_date(previous.held_on)}"
    before = f"{known}{french.NBSP}avant" if known else "aucune avant"
    return f"{count} depuis {last}, {before}"
