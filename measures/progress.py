"""How far an organization has come: the one definition of each figure of progress.

Dashboard, stage page, preview and PDF read it, so that they cannot disagree. Everything is queried
in `build`, in a fixed number of queries; templates receive finished, frozen objects.

Rate = implemented ÷ applicable. Applicable measures are those of the guide written for the
organization's group, plus those that its register holds besides (its own, or a measure for others
that it took up), minus those that it declared not applicable. A measure of the guide that is not
in the register counts as not assessed. With nothing applicable the rate is None, shown « n. d. ».
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Value

from chantier.lib.french import plural
from measures.models import Implementation, Measure, Stage
from measures.statuses import Status
from members.models import Organization

# Stands where a status would, for a measure of the guide that is not in the register.
_ABSENT = "absent"


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
        register = Implementation.objects.filter(organization=organization)
        known = register.filter(measure__isnull=False).values("measure_id")
        absent = (
            Measure.objects.active()
            .for_group(organization.group)
            .exclude(pk__in=known)
            .order_by()
            .values("stage_id")
            .annotate(status=Value(_ABSENT), number=Count("pk"))
            .values_list("stage_id", "status", "number")
        )
        counts: dict[int, dict[str, int]] = defaultdict(dict)
        for stage_id, status, number in register.counts_by_stage(as_of).union(absent, all=True):
            counts[stage_id][status] = number
        rows = tuple(StageProgress(stage, Tally.of(counts[stage.pk])) for stage in stages)
        return cls(as_of=as_of, stages=rows, total=Tally.sum(row.tally for row in rows))
