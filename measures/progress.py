"""How far an organization has come: the one definition of each figure of progress.

Dashboard, stage page, comparison, preview and PDF read it, so that they cannot disagree. Everything
is queried in `build`, in a fixed number of queries; templates receive finished, frozen objects.

Rate = implemented ÷ applicable. Applicable measures are those of the guide written for the
organization's group, plus those that its register holds besides (its own, or a measure for others
that it took up), minus those that it declared not applicable. A measure of the guide that is not
in the register counts as not assessed. With nothing applicable the rate is None, shown « n. d. ».
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django.db.models import (
    Case,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from chantier.lib.french import plural
from chantier.lib.statements import ANY, Statement
from measures.models import Implementation, Measure, Stage
from measures.statuses import Status
from members.models import Organization

# Stands where a status would, for a measure of the guide that is not in the register.
_ABSENT = "absent"
# Stands where the index of a day would, for what is the same on all.
_EVERY_DAY = -1


@dataclass(frozen=True)
class Tally:
    """Numbers of measures by status, for one stage or for all."""

    implemented: int = 0
    in_progress: int = 0
    planned: int = 0
    to_undertake: int = 0
    abandoned: int = 0
    not_assessed: int = 0
    not_applicable: int = 0

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Tally:
        """From numbers by status; what the register lacks counts as not assessed."""
        return cls(
            implemented=counts.get(Status.IMPLEMENTED, 0),
            in_progress=counts.get(Status.IN_PROGRESS, 0),
            planned=counts.get(Status.PLANNED, 0),
            to_undertake=counts.get(Status.TO_UNDERTAKE, 0),
            abandoned=counts.get(Status.ABANDONED, 0),
            not_assessed=counts.get(Status.NOT_ASSESSED, 0) + counts.get(_ABSENT, 0),
            not_applicable=counts.get(Status.NOT_APPLICABLE, 0),
        )

    @classmethod
    def sum(cls, tallies: Iterable[Tally]) -> Tally:
        rows = list(tallies)
        return cls(
            **{name: sum(getattr(row, name) for row in rows) for name in cls.__annotations__}
        )

    @property
    def applicable(self) -> int:
        return (
            self.implemented
            + self.in_progress
            + self.planned
            + self.to_undertake
            + self.abandoned
            + self.not_assessed
        )

    @property
    def rate(self) -> int | None:
        """Implemented ÷ applicable, in whole points; None when nothing is applicable."""
        if not self.applicable:
            return None
        # Half points go up, as people round; round() would send 12.5 to 12.
        return (200 * self.implemented + self.applicable) // (2 * self.applicable)

    def points_since(self, earlier: Tally) -> int | None:
        """How many points the rate gained, as a reader of both rates would subtract them."""
        if self.rate is None or earlier.rate is None:
            return None
        return self.rate - earlier.rate

    @property
    def blocks(self) -> dict[str, int]:
        """Numbers by kind of block."""
        return {
            "done": self.implemented,
            "doing": self.in_progress,
            "plan": self.planned,
            "todo": self.to_undertake + self.abandoned + self.not_assessed,
            "na": self.not_applicable,
        }

    @property
    def in_words(self) -> str:
        """« 5 implantées, 2 en cours, 1 planifiée, … »: the text of the bar."""
        words = [
            (self.implemented, "implantée"),
            (self.in_progress, "en cours"),
            (self.planned, "planifiée"),
            (self.to_undertake, "à entreprendre"),
            (self.abandoned, "abandonnée"),
            (self.not_assessed, "non évaluée"),
            (self.not_applicable, "sans objet"),
        ]
        parts = [
            f"{number} {word}{plural(number) if word.endswith('ée') else ''}"
            for number, word in words
            if number
        ]
        return ", ".join(parts) or "aucune mesure"


@dataclass(frozen=True)
class StageProgress:
    stage: Stage
    tally: Tally


@dataclass(frozen=True)
class Progress:
    """The five stages of one organization on one day, and their total."""

    as_of: datetime.date
    stages: tuple[StageProgress, ...]
    total: Tally

    @classmethod
    def build(
        cls, organization: Organization, *, as_of: datetime.date, stages: Iterable[Stage]
    ) -> Progress:
        """One query: the register, and the measures of the guide that it lacks."""
        (found,) = cls.build_on([as_of], organization, stages=stages)
        return found

    @classmethod
    def build_on(
        cls, days: Sequence[datetime.date], organization: Organization, *, stages: Iterable[Stage]
    ) -> list[Progress]:
        """What `build` says on each of some days, in one query for all of them."""
        register = Implementation.objects.filter(organization=organization)
        absent = (
            _absent_from(register, organization.group)
            .values("stage_id")
            .annotate(status=Value(_ABSENT), number=Count("pk"), a_day=Value(_EVERY_DAY))
            .values_list("stage_id", "status", "number", "a_day")
        )
        found = [
            register.counts_by_stage(day)
            .annotate(a_day=Value(index))
            .values_list("stage_id", "status_as_of", "number", "a_day")
            for index, day in enumerate(days)
        ]
        counts: list[dict[int, dict[str, int]]] = [defaultdict(dict) for _ in days]
        for stage_id, status, number, index in absent.union(*found, all=True):
            # What is not in the register is not assessed, on any day.
            for of_day in counts if index == _EVERY_DAY else [counts[index]]:
                of_day[stage_id][status] = number
        shown = list(stages)
        return [cls._of(day, shown, of_day) for day, of_day in zip(days, counts, strict=True)]

    @classmethod
    def counted(
        cls, day: datetime.date, stages: Iterable[Any], statuses: Iterable[tuple[int, str]]
    ) -> Progress:
        """What `build` says, of a register that was read already: no query.

        `stages` are those of `stages_with_absent`; `statuses`, of each record, are the id of its
        stage and its status as of `day`.
        """
        shown = list(stages)
        counts = {stage.pk: Counter({_ABSENT: stage.absent}) for stage in shown}
        for stage_id, status in statuses:
            counts[stage_id][status] += 1
        return cls._of(day, shown, counts)

    @classmethod
    def _of(
        cls, day: datetime.date, stages: Iterable[Stage], counts: Mapping[int, Mapping[str, int]]
    ) -> Progress:
        rows = tuple(StageProgress(stage, Tally.of(counts.get(stage.pk, {}))) for stage in stages)
        return cls(as_of=day, stages=rows, total=Tally.sum(row.tally for row in rows))


def stages_with_absent(organization: Organization) -> list[Any]:
    """One query: the stages, with `absent`, how many measures of the guide our register lacks."""
    register = Implementation.objects.filter(organization=organization)
    absent = _absent_from(register, organization.group).filter(stage=OuterRef("pk"))
    number = absent.values("stage").annotate(number=Count("pk")).values("number")
    return list(Stage.objects.annotate(absent=Coalesce(Subquery(number), 0)))


def _absent_from(register: QuerySet[Implementation], group: str) -> QuerySet[Measure]:
    known = register.filter(measure__isnull=False).values("measure_id")
    return Measure.objects.active().for_group(group).exclude(pk__in=known).order_by()


@dataclass(frozen=True)
class History:
    """How far one organization had come on several days, and since when that is known."""

    since: datetime.date
    tallies: dict[datetime.date, Tally]

    @classmethod
    def build(cls, organization: Organization, days: Iterable[datetime.date]) -> History:
        """What the totals of `Progress.build` say on each day, in one query for all of them.

        Exact in what a rate needs; the rest is not told apart.
        """
        return cls._of(organization, days, _history(organization.group).fetch(organization.pk))

    @classmethod
    def counted(
        cls,
        organization: Organization,
        days: Iterable[datetime.date],
        stages: Iterable[Any],
        records: Iterable[Implementation],
    ) -> History:
        """The same of a register that was read already, and of `stages_with_absent`: no query."""
        rows = [
            (row.status, row.implemented_on if row.status == Status.IMPLEMENTED else None, 1)
            for row in records
        ]
        absent = (_ABSENT, None, sum(stage.absent for stage in stages))
        return cls._of(organization, days, [*rows, absent])

    @classmethod
    def _of(
        cls,
        organization: Organization,
        days: Iterable[datetime.date],
        rows: Sequence[tuple[Any, ...]],
    ) -> History:
        known = [day for _, day, _ in rows if day]
        return cls(
            since=min([organization.joined_on, *known]),
            tallies={day: _tally_on(day, rows) for day in days},
        )


def _tally_on(day: datetime.date, rows: Iterable[tuple[Any, ...]]) -> Tally:
    counts: Counter[str] = Counter()
    for status, implemented_on, number in rows:
        # As `with_status_as_of` says; started or not, it was not implemented yet.
        is_later = implemented_on is not None and implemented_on > day
        counts[Status.IN_PROGRESS if is_later else status] += number
    return Tally.of(counts)


@cache
def _history(group: str) -> Statement:
    """Rows (status, day of implementation, number of measures) of an organization of this group."""

    def build() -> QuerySet:
        register = Implementation.objects.filter(organization=ANY)
        implemented_on = Case(When(status=Status.IMPLEMENTED, then=F("implemented_on")))
        absent = _absent_from(register, group)
        columns = ("a_status", "a_day", "a_number")
        in_register = register.order_by().annotate(a_status=F("status"), a_day=implemented_on)
        in_guide = absent.annotate(
            a_status=Value(_ABSENT), a_day=Cast(Value(None), models.DateField())
        )
        return (
            in_register.values("a_status", "a_day")
            .annotate(a_number=Count("pk"))
            .values_list(*columns)
            .union(
                in_guide.values("a_status", "a_day")
                .annotate(a_number=Count("pk"))
                .values_list(*columns),
                all=True,
            )
        )

    return Statement(build)


@dataclass(frozen=True)
class Rates:
    """The rates of one organization among all: by stage id, and in total under None."""

    organization_id: int
    group: str
    by_stage: dict[int | None, int | None]


def rates_of_all(*, as_of: datetime.date) -> list[Rates]:
    """The rates of every active organization that takes measures; observers take none.

    What `Progress.build` says of one, for all at once: the number of queries depends on the
    groups of organizations, which are five, and not on the organizations.
    """
    organizations = list(
        Organization.objects.active().exclude(kind=Organization.Kind.OBSERVER).order_by("pk")
    )
    guide = {
        group: list(Measure.objects.active().for_group(group).values_list("pk", "stage_id"))
        for group in sorted({organization.group for organization in organizations})
    }
    tallies = _tallies_of_all(organizations, guide, as_of)
    return [
        Rates(
            organization.pk,
            organization.group,
            {stage: tally.rate for stage, tally in tallies[organization.pk].items()}
            | {None: Tally.sum(tallies[organization.pk].values()).rate},
        )
        for organization in organizations
    ]


def _tallies_of_all(
    organizations: list[Organization],
    guide: dict[str, list[tuple[int, int]]],
    as_of: datetime.date,
) -> dict[int, dict[int, Tally]]:
    """Tallies by organization and stage, exact in what a rate needs; the rest is not told apart."""
    counts = {row.pk: _of_guide(guide[row.group]) for row in organizations}
    group_of = {row.pk: row.group for row in organizations}
    for row in _register_counts(guide, as_of):
        stages = counts.get(row["organization_id"])
        if stages is None:
            continue
        stage = stages[row["stage_id"]]
        stage[Status.IMPLEMENTED] += row["done"]
        stage[Status.NOT_APPLICABLE] += row["left_out"]
        stage[Status.NOT_ASSESSED] += row["number"] - row["done"] - row["left_out"]
        if in_guide := row[_known_to(guide, group_of[row["organization_id"]])]:
            stages[row["measure__stage_id"]][_ABSENT] -= in_guide
    return {
        pk: {stage: Tally.of(numbers) for stage, numbers in stages.items()}
        for pk, stages in counts.items()
    }


def _register_counts(
    guide: dict[str, list[tuple[int, int]]], as_of: datetime.date
) -> Iterable[Mapping[str, Any]]:
    """One row for each organization and stage: records, and those that the guide of each group has.

    A measure may have changed stage since it was recorded: the guide counts it where it is now.
    """
    known = {
        _known_to(guide, group): Count("pk", filter=Q(measure_id__in=[pk for pk, _ in measures]))
        for group, measures in guide.items()
    }
    return (
        Implementation.objects.filter(organization__is_active=True)
        .with_status_as_of(as_of)
        .order_by()
        .values("organization_id", "stage_id", "measure__stage_id")
        .annotate(
            number=Count("pk"),
            done=Count("pk", filter=Q(status_as_of=Status.IMPLEMENTED)),
            left_out=Count("pk", filter=Q(status_as_of=Status.NOT_APPLICABLE)),
            **known,
        )
        .iterator()
    )


def _known_to(guide: Mapping[str, object], group: str) -> str:
    """The column of a group of organizations; its code is no name for one."""
    return f"known_{list(guide).index(group)}"


def _of_guide(measures: list[tuple[int, int]]) -> defaultdict[int, Counter[str]]:
    """An empty register: every measure of the guide is absent from it."""
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for _, stage in measures:
        counts[stage][_ABSENT] += 1
    return counts
