"""What moved in the registers: measures implemented, begun and abandoned, results and stories."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber

from chantier.lib import french
from measures.models import Implementation, ImplementationEvent, Result, Stage
from measures.statuses import Status
from meetings.digest.reading import UNNAMED, Period, Reader
from members.models import Organization

MOST_LINES = 12
MOST_STORIES = 6
MOVES = (Status.IMPLEMENTED, Status.IN_PROGRESS, Status.ABANDONED)
_TOLD_IN = ["description", "result_story"]
_WORDS = {
    Status.IMPLEMENTED: "implantée",
    Status.IN_PROGRESS: "commencée",
    Status.ABANDONED: "abandonnée",
}
_REST = "Membres que le portail ne nomme pas"


def counted(number: int, words: str) -> str:
    """« 1 mesure implantée », « 3 mesures implantées »: each word takes the plural."""
    ending = french.plural(number)
    return french.NBSP.join([str(number), " ".join(f"{word}{ending}" for word in words.split())])


@dataclass(frozen=True)
class Line:
    """One measure and who it is told of; `url` is empty where the reader may open nothing."""

    title: str
    who: str
    url: str


@dataclass(frozen=True)
class Move:
    """The measures of a stage that became implemented, begun or abandoned."""

    status: str
    number: int
    lines: tuple[Line, ...]

    @property
    def label(self) -> str:
        """« 3 mesures implantées »."""
        return counted(self.number, f"mesure {_WORDS[Status(self.status)]}")

    @property
    def others(self) -> int:
        return self.number - len(self.lines)


@dataclass(frozen=True)
class StageMoves:
    stage: Stage
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class Tally:
    """What one organization moved; those that are not named stand together."""

    who: str
    implemented: int
    begun: int
    abandoned: int


@dataclass(frozen=True)
class Moves:
    """All that moved, by stage and by organization."""

    stages: tuple[StageMoves, ...]
    organizations: tuple[Tally, ...]
    implemented: int
    begun: int
    abandoned: int
    # How many organizations implemented something.
    implementing: int

    @classmethod
    def build(cls, period: Period, reader: Reader) -> "Moves":
        """Two queries, which read no more records than the page shows."""
        moved = _moved(period, reader)
        counts = list(_counts(moved))
        numbers: Counter[str] = Counter()
        for _, status, number in counts:
            numbers[status] += number
        return cls(
            stages=_by_stage(_first_of_each(moved), reader),
            organizations=_by_organization(counts, reader),
            implemented=numbers[Status.IMPLEMENTED],
            begun=numbers[Status.IN_PROGRESS],
            abandoned=numbers[Status.ABANDONED],
            implementing=sum(status == Status.IMPLEMENTED for _, status, _ in counts),
        )


def _moved(period: Period, reader: Reader) -> Any:
    """Records by the dates that they bear; the journal tells of what bears none."""
    told = ImplementationEvent.objects.filter(
        period.during("at"), implementation=OuterRef("pk")
    ).order_by()
    implemented = Q(status_as_of=Status.IMPLEMENTED, implemented_on__gt=period.since)
    begun = Q(status_as_of=Status.IN_PROGRESS) & (
        Q(started_on__gt=period.since)
        | Q(started_on=None) & Exists(told.filter(status_after=Status.IN_PROGRESS))
    )
    abandoned = Q(status_as_of=Status.ABANDONED) & Exists(
        told.filter(status_after=Status.ABANDONED)
    )
    return (
        Implementation.objects.filter(reader.open_rows())
        .with_status_as_of(period.until)
        .filter(implemented | begun | abandoned)
    )


def _counts(moved: Any) -> Iterator[tuple[Organization, str, int]]:
    """How many records of each organization came to each status."""
    of = [f"organization__{name}" for name in ("sort_name", "pk", "name", "may_be_named")]
    rows = moved.order_by(*of[:2]).values_list(*of, "status_as_of").annotate(number=Count("pk"))
    for _, pk, name, may_be_named, status, number in rows:
        yield Organization(pk=pk, name=name, may_be_named=may_be_named), status, number


def _first_of_each(moved: Any) -> Any:
    """The records that are shown of each stage and status; `number` is how many there are."""
    of_each = [F("stage"), F("status_as_of")]
    order = ["organization__sort_name", "pk"]
    return (
        moved.annotate(
            rank=Window(RowNumber(), partition_by=of_each, order_by=order),
            number=Window(Count("pk"), partition_by=of_each),
        )
        .filter(rank__lte=MOST_LINES)
        .select_related("organization", "measure", "stage")
        .defer("description", "result_story", "search_text")
        .order_by("stage__order", *order)
    )


def _by_stage(rows: Iterable[Any], reader: Reader) -> tuple[StageMoves, ...]:
    of_stages: dict[Stage, dict[str, list[Any]]] = {}
    for row in rows:
        of_stages.setdefault(row.stage, {}).setdefault(row.status_as_of, []).append(row)
    return tuple(
        StageMoves(
            stage,
            tuple(
                Move(status.value, shown[0].number, tuple(_line(row, reader) for row in shown))
                for status in MOVES
                if (shown := by_status.get(status))
            ),
        )
        for stage, by_status in of_stages.items()
    )


def _line(row: Any, reader: Reader) -> Line:
    """Staff and colleagues open the record; others, the measure of the guide."""
    if reader.is_staff or row.organization_id in reader.own:
        return Line(row.title, reader.name(row.organization), row.get_absolute_url())
    url = row.measure.get_absolute_url() if row.measure else ""
    return Line(row.title, reader.name(row.organization), url)


def _by_organization(
    counts: Iterable[tuple[Organization, str, int]], reader: Reader
) -> tuple[Tally, ...]:
    numbers: dict[str, Counter[str]] = {}
    for organization, status, number in counts:
        who = reader.name(organization)
        key = _REST if who == UNNAMED else who
        numbers.setdefault(key, Counter())[status] += number
    if set(numbers) == {_REST}:
        return ()
    return tuple(
        Tally(who, n[Status.IMPLEMENTED], n[Status.IN_PROGRESS], n[Status.ABANDONED])
        for who, n in numbers.items()
    )


@dataclass(frozen=True)
class Told:
    """What an organization tells of a measure: in words, or in a figure."""

    line: Line
    text: str


def stories(period: Period, reader: Reader) -> tuple[Told, ...]:
    """What organizations wrote of implemented measures; one query."""
    written = ImplementationEvent.objects.filter(
        period.during("at"), implementation=OuterRef("pk"), changes__has_any_keys=_TOLD_IN
    )
    rows = (
        Implementation.objects.filter(reader.open_rows(), Exists(written.order_by()))
        .filter(status=Status.IMPLEMENTED)
        .exclude(description="", result_story="")
        .select_related("organization", "measure", "stage")
        .order_by("-updated_at", "-pk")
    )
    return tuple(
        Told(_line(row, reader), row.result_story or row.description) for row in rows[:MOST_STORIES]
    )


def results(period: Period, reader: Reader) -> tuple[Told, ...]:
    """Figures that were obtained and noted; one query."""
    rows = Result.objects.filter(
        reader.open_rows("implementation__"), period.during("created_at"), value__isnull=False
    ).select_related(
        "implementation__organization", "implementation__measure", "implementation__stage"
    )
    return tuple(
        Told(_line(row.implementation, reader), f"{row.name}\u00a0: {_value(row)}")
        for row in rows.order_by("-created_at", "-pk")[:MOST_STORIES]
    )


def _value(row: Result) -> str:
    return french.quantity(row.value, row.unit)
