"""How a measure got to its status: the dated steps that a register would have kept."""

import datetime
import random
from dataclasses import dataclass, field
from typing import Any

from chantier.demo.dates import FIRST_DAY, LAST_DAY, between, days, workday
from chantier.demo.phrases import NOTES, REASONS, REOPENED
from chantier.lib.french import typeset
from measures.statuses import Status

# How often a record ends in each status: those of the first year, and those of the last months.
_FIRST_YEAR = {
    Status.IMPLEMENTED: 60,
    Status.IN_PROGRESS: 11,
    Status.PLANNED: 8,
    Status.TO_UNDERTAKE: 8,
    Status.NOT_APPLICABLE: 6,
    Status.ABANDONED: 5,
    Status.NOT_ASSESSED: 2,
}
_LATELY = {
    Status.IMPLEMENTED: 34,
    Status.IN_PROGRESS: 25,
    Status.PLANNED: 16,
    Status.TO_UNDERTAKE: 13,
    Status.NOT_APPLICABLE: 5,
    Status.ABANDONED: 2,
    Status.NOT_ASSESSED: 5,
}


@dataclass(frozen=True)
class Step:
    """One save of a record: the day, and the fields that changed."""

    day: datetime.date
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Telling:
    """What a member writes once the measure is implemented."""

    done: str
    changed: str


def draw_status(rng: random.Random, *, first_year: bool) -> Status:
    weights = _FIRST_YEAR if first_year else _LATELY
    return rng.choices(list(weights), list(weights.values()))[0]


def draw_path(
    rng: random.Random,
    status: Status,
    telling: Telling,
    *,
    first_year: bool,
    today: datetime.date,
) -> list[Step]:
    """The steps of one record, oldest first, none after `today`."""
    if status == Status.IMPLEMENTED:
        return _implemented(rng, telling, first_year, today)
    if first_year:
        entered = between(rng, FIRST_DAY, LAST_DAY)
    else:
        entered = between(rng, today - days(330), today - days(70))
    if status == Status.IN_PROGRESS:
        return _in_progress(rng, entered, today)
    if status == Status.PLANNED:
        return _planned(rng, entered, today)
    return _judged(rng, status, entered, today)


def _note(rng: random.Random, status: Status) -> str:
    return typeset(rng.choice(NOTES[status]))


def _implemented(
    rng: random.Random, telling: Telling, first_year: bool, today: datetime.date
) -> list[Step]:
    if first_year:
        on = between(rng, datetime.date(2020, 11, 2), LAST_DAY)
        review = between(rng, today - days(50), today + days(380))
    else:
        on = between(rng, today - days(400), today - days(8))
        review = on + days(365)
    steps = _steps_to(on, rng, telling)
    if first_year:
        # Five years have passed: the practice was looked at again, and gets a new date.
        looked_at = between(rng, today - days(390), today - days(60))
        said = f"{telling.done} {REOPENED}" if rng.random() < 0.4 else telling.done
        steps.append(Step(looked_at, {"review_on": review, "description": said}))
    return steps


def _steps_to(on: datetime.date, rng: random.Random, telling: Telling) -> list[Step]:
    """Planned, started, then implemented on that day."""
    started = max(FIRST_DAY, between(rng, on - days(150), on - days(30)))
    entered = max(FIRST_DAY - days(5), between(rng, started - days(28), started - days(2)))
    planned = between(rng, on - days(15), on + days(25))
    begun = {
        "status": Status.IN_PROGRESS,
        "started_on": started,
        "description": _note(rng, Status.IN_PROGRESS),
    }
    done = {
        "status": Status.IMPLEMENTED,
        "implemented_on": on,
        "review_on": on + days(365),
        "description": telling.done,
        "result_story": telling.changed,
    }
    return [
        Step(entered, {"status": Status.PLANNED, "planned_for": planned}),
        Step(started, begun),
        Step(on, done),
    ]


def _in_progress(rng: random.Random, entered: datetime.date, today: datetime.date) -> list[Step]:
    started = between(rng, max(entered + days(7), today - days(280)), today - days(15))
    due = _due(rng, started, today, late=0.3)
    return [
        Step(entered, {"status": Status.TO_UNDERTAKE}),
        Step(
            started,
            {
                "status": Status.IN_PROGRESS,
                "started_on": started,
                "planned_for": due,
                "description": _note(rng, Status.IN_PROGRESS),
            },
        ),
    ]


def _planned(rng: random.Random, entered: datetime.date, today: datetime.date) -> list[Step]:
    decided = between(rng, max(entered + days(7), today - days(200)), today - days(10))
    return [
        Step(entered, {"status": Status.TO_UNDERTAKE}),
        Step(
            decided,
            {
                "status": Status.PLANNED,
                "planned_for": _due(rng, decided, today, late=0.2),
                "description": _note(rng, Status.PLANNED),
            },
        ),
    ]


def _due(
    rng: random.Random, after: datetime.date, today: datetime.date, *, late: float
) -> datetime.date:
    """A deadline: most are to come, a few have gone by."""
    if rng.random() < late and after < today - days(8):
        return between(rng, max(after + days(1), today - days(45)), today - days(4))
    return between(rng, today + days(12), today + days(240))


def _judged(
    rng: random.Random, status: Status, entered: datetime.date, today: datetime.date
) -> list[Step]:
    """Not assessed, to undertake, abandoned or not applicable: one or two saves."""
    if status == Status.NOT_ASSESSED:
        return [Step(entered)]
    if status == Status.TO_UNDERTAKE:
        return [Step(entered, {"status": status, "description": _note(rng, status)})]
    later = workday(min(entered + days(rng.randint(15, 150)), today - days(3)))
    values: dict[str, Any] = {"status": status}
    if status == Status.NOT_APPLICABLE:
        values["not_applicable_reason"] = typeset(rng.choice(REASONS))
        return [Step(entered), Step(later, values)]
    values["description"] = _note(rng, status)
    return [
        Step(entered, {"status": Status.IN_PROGRESS, "started_on": entered}),
        Step(later, values),
    ]
