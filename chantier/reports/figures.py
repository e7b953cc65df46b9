"""Figures by stage as a report keeps them: plain values, one definition, that of `Progress`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from chantier.progress import Progress, Tally
from measures.models import Stage
from meetings.participation.rates import FORMULA, Rate

# 1: the register and the meetings. 2: and what the tool box brought; versions of 1 have no
# « toolbox ». 3: and the rate of participation; earlier versions have no « attendance ».
# 4: and purchases, benefits, texts, cases; `chantier.reports.schemas` reads older contents.
SCHEMA_VERSION = 4


@dataclass(frozen=True)
class Figures:
    """A tally written out; what a frozen report needs to be read without the register."""

    counts: dict[str, int]
    applicable: int
    rate: int | None
    points: int | None
    earlier_counts: dict[str, int]
    earlier_rate: int | None
    blocks: dict[str, int]
    words: str

    @classmethod
    def of(cls, now: Tally, earlier: Tally) -> Figures:
        return cls(
            counts=asdict(now),
            applicable=now.applicable,
            rate=now.rate,
            points=now.points_since(earlier),
            earlier_counts=asdict(earlier),
            earlier_rate=earlier.rate,
            blocks=now.blocks,
            words=now.in_words,
        )


@dataclass(frozen=True)
class AttendanceFigures:
    """The rate of participation in meetings, as its page says it; webinars are told apart."""

    present: int
    expected: int
    rate: int | None
    words: str
    formula: str

    @classmethod
    def of(cls, rate: Rate) -> AttendanceFigures:
        return cls(rate.present, rate.expected, rate.percent, rate.in_words, FORMULA)


@dataclass(frozen=True)
class StageFigures:
    code: str
    order: int
    name: str
    short_name: str
    figures: Figures

    @classmethod
    def of(cls, stage: Stage, now: Tally, earlier: Tally) -> StageFigures:
        return cls(
            code=stage.code,
            order=stage.order,
            name=stage.name,
            short_name=stage.short_name,
            figures=Figures.of(now, earlier),
        )


@dataclass(frozen=True)
class ProgressFigures:
    """The five stages and their total, beside what they were before the period."""

    stages: tuple[StageFigures, ...]
    total: Figures

    @classmethod
    def of(cls, now: Progress, earlier: Progress) -> ProgressFigures:
        return cls(
            stages=tuple(
                StageFigures.of(row.stage, row.tally, before.tally)
                for row, before in zip(now.stages, earlier.stages, strict=True)
            ),
            total=Figures.of(now.total, earlier.total),
        )


def tallies(figures: Mapping[str, Any]) -> tuple[Tally, Tally]:
    """Read back what `Figures` wrote: the tally of the period, and the earlier one."""
    return Tally(**figures["counts"]), Tally(**figures["earlier_counts"])


def as_json(report: Any) -> dict[str, Any]:
    """A frozen dataclass as plain JSON values: what is stored is what is shown."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(report), cls=DjangoJSONEncoder))
    return plain
