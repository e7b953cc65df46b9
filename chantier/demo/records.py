"""The registers of the demonstration, written through the same actions as those of members."""

import datetime
import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from chantier.demo.dates import at_office
from chantier.demo.documents import DOCUMENTS
from chantier.demo.paths import Step, Telling, draw_path, draw_status
from chantier.demo.phrases import LEADS, OWN_MEASURES
from chantier.lib import seeds
from measures.actions import NewEvidence, create_implementation, save_implementation, snapshot
from measures.models import Evidence, Implementation, ImplementationEvent, Measure, Stage
from measures.statuses import Status
from members.models import Organization, User
from members.sharing import SHARED_WITH_MEMBERS, SharingLevel

_STORIES = Path(__file__).parent / "stories.toml"
# How many measures each organization holds, in the order of their file: some are ahead.
_SIZES = (18, 30, 24, 20, 26, 19, 16, 14, 17, 13, 10, 11)
_SHARING = {
    SharingLevel.PRIVATE: 12,
    SharingLevel.COORDINATION: 40,
    SharingLevel.CHANTIER: 30,
    SharingLevel.PUBLIC: 18,
}


@dataclass(frozen=True)
class _Plan:
    """One record to write, with its steps."""

    implementation: Implementation
    steps: list[Step]
    evidence: list[NewEvidence]


class _Stories:
    """The tellings of each measure, handed out in turn so that two members rarely tell alike."""

    def __init__(self) -> None:
        self._items = {item["measure"]: item for item in seeds.load(_STORIES)}
        self._used: Counter[str] = Counter()

    def next(self, code: str) -> tuple[Telling, bool]:
        """A telling, and whether nobody has told it yet."""
        item = self._items[code]
        turn = self._used[code]
        self._used[code] += 1
        index = turn % len(item["done"])
        return Telling(item["done"][index], item["changed"][index]), turn < len(item["done"])


def ensure_records(
    organizations: list[Organization], teams: dict[int, list[User]], *, today: datetime.date
) -> int:
    """Fill the registers while all are empty; return the number of records in them."""
    records = Implementation.objects.filter(organization__in=organizations)
    if not records.exists():
        _fill(organizations, teams, today)
    return records.count()


def _fill(
    organizations: list[Organization], teams: dict[int, list[User]], today: datetime.date
) -> None:
    stories, fitting = _Stories(), _measures_by_group()
    for number, (organization, size) in enumerate(zip(organizations, _SIZES, strict=True)):
        rng = random.Random(202_100 + number)  # noqa: S311 - a fixed draw, not a secret
        documented = {code for slug, code in DOCUMENTS if slug == organization.slug}
        chosen = _choose(rng, fitting(organization.group), size, documented)
        _write(rng, list(_plans(rng, organization, chosen, stories, today)), teams[organization.pk])


def _measures_by_group() -> Callable[[str], list[Measure]]:
    """What finds the measures written for a group of organizations, without asking again."""
    measures = list(Measure.objects.select_related("stage"))
    groups: dict[int, set[str]] = {measure.pk: set() for measure in measures}
    for pk, code in Measure.groups.through.objects.values_list("measure_id", "term__code"):
        groups[pk].add(code)
    return lambda group: [m for m in measures if not groups[m.pk] or group in groups[m.pk]]


def _choose(
    rng: random.Random, measures: list[Measure], size: int, documented: set[str]
) -> list[Measure]:
    """Measures of all five stages, in no order, with those that have a document to show."""
    by_stage: dict[int, list[Measure]] = {}
    for measure in rng.sample(measures, len(measures)):
        by_stage.setdefault(measure.stage_id, []).append(measure)
    first = [measure for rows in by_stage.values() for measure in rows[:2]]
    rest = [measure for rows in by_stage.values() for measure in rows[2:]]
    rest.sort(key=lambda measure: measure.code not in documented)
    chosen = first + rest[: len(documented)] + rng.sample(rest, len(rest))
    return rng.sample(list(dict.fromkeys(chosen))[:size], size)


def _plans(
    rng: random.Random,
    organization: Organization,
    measures: list[Measure],
    stories: _Stories,
    today: datetime.date,
) -> Iterable[_Plan]:
    # The largest register shows every status at least once.
    wanted = list(Status) if len(measures) == max(_SIZES) else []
    for turn, measure in enumerate(measures):
        first_year = turn % 2 == 0
        if (organization.slug, measure.code) in DOCUMENTS:
            status = Status.IMPLEMENTED
        else:
            status = wanted.pop() if wanted else draw_status(rng, first_year=first_year)
        telling, is_new = Telling("", ""), True
        if status == Status.IMPLEMENTED:
            telling, is_new = stories.next(measure.code)
        steps = draw_path(rng, status, telling, first_year=first_year, today=today)
        implementation = Implementation(
            organization=organization, measure=measure, stage=measure.stage
        )
        yield _plan(rng, implementation, steps, status, is_new)
    if organization.slug in OWN_MEASURES:
        order, title, told = OWN_MEASURES[organization.slug]
        steps = draw_path(rng, Status.IMPLEMENTED, Telling(told, ""), first_year=False, today=today)
        implementation = Implementation(
            organization=organization, own_title=title, stage=Stage.objects.get(order=order)
        )
        yield _plan(rng, implementation, steps, Status.IMPLEMENTED, True)


def _plan(
    rng: random.Random,
    implementation: Implementation,
    steps: list[Step],
    status: Status,
    is_new: bool,
) -> _Plan:
    implementation.lead = rng.choice(LEADS[implementation.stage.order])
    if status == Status.NOT_ASSESSED:
        implementation.lead = ""
    implementation.sharing = rng.choices(list(_SHARING), list(_SHARING.values()))[0]
    is_shown = status in (Status.IMPLEMENTED, Status.IN_PROGRESS) and is_new
    if not is_shown and implementation.sharing in SHARED_WITH_MEMBERS:
        # Nothing to show yet, or told by another member already.
        implementation.sharing = SharingLevel.COORDINATION
    evidence: list[NewEvidence] = []
    if status == Status.IMPLEMENTED and (rng.random() < 0.7 or _document(implementation)):
        evidence = [_evidence(implementation)]
    return _Plan(implementation, steps, evidence)


def _document(implementation: Implementation) -> Callable[[], NewEvidence] | None:
    return DOCUMENTS.get((implementation.organization.slug, implementation.code))


def _evidence(implementation: Implementation) -> NewEvidence:
    """A real file where we have one for the measure, else a link."""
    if make := _document(implementation):
        return make()
    measure, slug = implementation.measure, implementation.organization.slug
    if measure is None:
        return NewEvidence("Compte rendu de l’activité", url=f"https://{slug}.example/activite")
    title = measure.expected_evidence.split(",")[0].strip()
    return NewEvidence(title, url=f"https://{slug}.example/documents/{measure.slug}")


def _write(rng: random.Random, plans: list[_Plan], team: list[User]) -> None:
    """Save every step as a member would, then give each its own day in the journal."""
    moments: dict[int, list[datetime.datetime]] = {}
    for plan in plans:
        implementation, (first, *later) = plan.implementation, plan.steps
        _apply(implementation, first)
        create_implementation(implementation=implementation, by=rng.choice(team))
        moments[implementation.pk] = [at_office(rng, first.day)]
        for step in later:
            before = snapshot(implementation)
            _apply(implementation, step)
            is_done = step.values.get("status") == Status.IMPLEMENTED
            if save_implementation(
                implementation=implementation,
                before=before,
                evidence=plan.evidence if is_done else [],
                by=rng.choice(team),
            ):
                moments[implementation.pk].append(at_office(rng, step.day))
    _date(moments)


def _apply(implementation: Implementation, step: Step) -> None:
    for name, value in step.values.items():
        setattr(implementation, name, value)


def _date(moments: dict[int, list[datetime.datetime]]) -> None:
    """Everything was written now; put each row back on the day of its step."""
    queues = {pk: iter(days) for pk, days in moments.items()}
    events = list(ImplementationEvent.objects.filter(implementation__in=moments).order_by("pk"))
    for event in events:
        event.at = next(queues[event.implementation_id])
    ImplementationEvent.objects.bulk_update(events, ["at"], batch_size=200)
    rows = list(Implementation.objects.filter(pk__in=moments).order_by("pk"))
    for row in rows:
        row.created_at, row.updated_at = moments[row.pk][0], moments[row.pk][-1]
    Implementation.objects.bulk_update(rows, ["created_at", "updated_at"], batch_size=200)
    pieces = []
    for event in events:
        if "evidence" in event.changes:
            for piece in Evidence.objects.filter(implementations=event.implementation_id):
                piece.created_at = event.at
                pieces.append(piece)
    Evidence.objects.bulk_update(pieces, ["created_at"])
