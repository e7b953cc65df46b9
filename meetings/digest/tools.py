"""Promises, barriers, clauses and syntheses between two meetings."""

from dataclasses import dataclass

from chantier.lib import small_groups
from measures.models import Barrier, BarrierEncounter, ClauseUse, ClauseVersion
from meetings.digest.reading import Period, Reader
from meetings.models import Commitment, Meeting, SynthesisVersion
from members.models import User

MOST = 8


@dataclass(frozen=True)
class Promises:
    """What was promised at the last meeting, and what it became."""

    # By what they became, for staff; members are told no more than « told ».
    totals: dict[str, int] | None
    told: tuple[int, int | None] | None
    # Those of one's own organizations.
    own: tuple[Commitment, ...]

    @classmethod
    def build(cls, period: Period, reader: Reader) -> "Promises | None":
        """None without a meeting before. One query for staff, three for members."""
        if period.previous is None:
            return None
        rows = Commitment.objects.filter(meeting=period.previous)
        own = rows.received().standing().filter(organization__in=reader.own)
        own = own.select_related("organization", "measure__stage", "implementation__organization")
        mine = tuple(own.order_by("organization__sort_name", "pk")) if reader.own else ()
        if reader.is_staff:
            return cls(rows.totals(), None, mine)
        return cls(None, _told(period, reader), mine)


def _told(period: Period, reader: Reader) -> tuple[int, int | None] | None:
    """How many promises, and how many implemented: where enough organizations stand behind each.

    One's own do not count among them, and neither do those that would be left over. What has not
    reached its register is not told at all.
    """
    rows = Commitment.objects.filter(meeting=period.previous).received().standing()
    promised = list(rows.order_by().values_list("organization", flat=True))
    done = list(rows.implemented_since().order_by().values_list("organization", flat=True))
    others, doing = set(promised) - reader.own, set(done) - reader.own
    minimum = small_groups.others_than(reader.unknown_own)
    if len(others) < minimum:
        return None
    parts = (len(doing), len(others - doing))
    is_told = small_groups.may_stand_with_total(parts, minimum=minimum)
    return len(promised), len(done) if is_told else None


@dataclass(frozen=True)
class Met:
    """A barrier that organizations met; how many is for staff alone."""

    barrier: Barrier
    number: int | None


def barriers(period: Period, reader: Reader) -> tuple[Met, ...]:
    """Those newly met, the most met first: numbers for staff, titles of several for members.

    A number would give, taken away from that of the barrier's page, how many had met it before.
    Two queries.
    """
    rows = BarrierEncounter.objects.rising(since=period.since, until=period.until)
    own = len(reader.own) + reader.unknown_own
    minimum = 1 if reader.is_staff else small_groups.others_than(own)
    found = {row["barrier"]: row["new"] for row in rows if row["new"] >= minimum}
    known = Barrier.objects.in_bulk(list(found)[:MOST])
    return tuple(
        Met(known[pk], number if reader.is_staff else None)
        for pk, number in found.items()
        if pk in known
    )


@dataclass(frozen=True)
class Worked:
    """What worked for an organization against a barrier."""

    barrier: Barrier
    text: str
    who: str


def what_worked(period: Period, reader: Reader) -> tuple[Worked, ...]:
    """One query."""
    rows = BarrierEncounter.objects.told_at(reader.levels).filter(period.during("created_at"))
    rows = rows.select_related("barrier", "organization")
    return tuple(
        Worked(row.barrier, row.what_worked, reader.name(row.organization)) for row in rows[:MOST]
    )


def clauses(period: Period) -> tuple[ClauseVersion, ...]:
    """New texts of the library, those that came with the portal left out; one query."""
    rows = ClauseVersion.objects.filter(
        period.during("created_at"), clause__is_active=True, author__isnull=False
    )
    return tuple(rows.select_related("clause__stage").order_by("-created_at", "-pk")[:MOST])


@dataclass(frozen=True)
class Used:
    """A clause that an organization has put in a document."""

    use: ClauseUse
    who: str


def uses(period: Period, reader: Reader) -> tuple[Used, ...]:
    """One query."""
    rows = ClauseUse.objects.filter(reader.open_rows(), period.during("created_at"))
    rows = rows.select_related("organization", "clause_version__clause", "document_kind")
    newest = rows.order_by("-created_at", "-pk")[:MOST]
    return tuple(Used(row, reader.name(row.organization)) for row in newest)


def syntheses(period: Period, user: User) -> tuple[SynthesisVersion, ...]:
    """Those that came with the portal left out; one query."""
    rows = SynthesisVersion.objects.filter(
        period.during("published_at"),
        synthesis__meeting__in=Meeting.objects.visible_to(user),
        published_by__isnull=False,
    )
    rows = rows.select_related("synthesis__meeting")
    return tuple(rows.order_by("-published_at", "-pk")[:MOST])
