"""Figures, barriers met and discussions of the demonstration, through the actions of members."""

import datetime
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from chantier.demo.dates import at_office, between, days
from chantier.lib import seeds
from measures.actions.comments import settle_comment, write_comment
from measures.actions.results import save_encounter, save_result
from measures.models import (
    Barrier,
    BarrierEncounter,
    Comment,
    Implementation,
    ImplementationEvent,
    Result,
)
from members.models import Organization, User

_TALK = Path(__file__).parent / "talk.toml"


@dataclass(frozen=True)
class _Scene:
    """One record, those who write on it, and the moments that are left to do so."""

    record: Implementation
    people: dict[str, User]
    moments: Iterator[datetime.datetime]

    def act(self, write: Callable[[], Any]) -> tuple[Any, datetime.datetime]:
        """Write, at the next moment; a line of journal goes back to it too."""
        moment = next(self.moments)
        newest = self.record.events.order_by("pk").last()
        written = write()
        lines = ImplementationEvent.objects.filter(implementation=self.record)
        lines.filter(pk__gt=newest.pk if newest else 0).update(at=moment)
        return written, moment


def ensure_talk(
    organizations: list[Organization],
    teams: dict[int, list[User]],
    *,
    today: datetime.date,
    staff: User,
) -> None:
    """Once: what people write in the demonstration afterwards stays."""
    if Comment.objects.filter(implementation__organization__in=organizations).exists():
        return
    by_slug = {organization.slug: organization for organization in organizations}
    rng = random.Random(202_103)  # noqa: S311 - a fixed draw, not a secret
    for item in seeds.load(_TALK):
        organization = by_slug[item["organization"]]
        record = organization.implementations.filter(measure__code=item["measure"]).first()
        if record is not None:
            team = teams[organization.pk]
            people = {"member": team[0], "manager": team[-1], "staff": staff}
            _play(_Scene(record, people, _moments(rng, record, today)), item, today)


def _moments(
    rng: random.Random, record: Implementation, today: datetime.date
) -> Iterator[datetime.datetime]:
    """Moments of the last weeks, one after the other, none before the record's last change."""
    first = max(record.updated_at.date() + days(1), today - days(90))
    last = today - days(2)
    drawn = sorted(at_office(rng, between(rng, min(first, last), last)) for _ in range(20))
    return iter(drawn)


def _play(scene: _Scene, item: seeds.Item, today: datetime.date) -> None:
    for told in item.get("results", []):
        _note_result(scene, told, today)
    if told := item.get("encounter"):
        _note_barrier(scene, told)
    for thread in item.get("threads", []):
        _talk(scene, thread)


def _note_result(scene: _Scene, told: seeds.Item, today: datetime.date) -> None:
    year = today.year - told["year"]
    figures = {
        name: Decimal(told[name]) for name in ("baseline", "value", "target") if name in told
    }
    result = Result(
        implementation=scene.record,
        name=told["name"],
        unit=told["unit"],
        period_start=datetime.date(year, 1, 1),
        period_end=datetime.date(year, 12, 31),
        **figures,
    )
    _, moment = scene.act(lambda: save_result(result=result, by=scene.people["member"]))
    Result.objects.filter(pk=result.pk).update(created_at=moment, updated_at=moment)


def _note_barrier(scene: _Scene, told: seeds.Item) -> None:
    barrier = Barrier.objects.get(code=told["barrier"])
    encounter = BarrierEncounter(
        implementation=scene.record,
        barrier=barrier,
        what_worked=told["told"],
        sharing=scene.record.sharing,
    )
    helped = barrier.solutions.filter(text__in=told["solutions"])
    _, moment = scene.act(
        lambda: save_encounter(encounter=encounter, solutions=helped, by=scene.people["member"])
    )
    rows = BarrierEncounter.objects.filter(pk=encounter.pk)
    rows.update(created_at=moment, updated_at=moment)


def _talk(scene: _Scene, thread: seeds.Item) -> None:
    first = _say(scene, thread, thread["sharing"], None)
    for answer in thread.get("answers", []):
        _say(scene, answer, thread["sharing"], first)
    if by := thread.get("settled_by"):
        _, moment = scene.act(
            lambda: settle_comment(comment=first, settled=True, by=scene.people[by])
        )
        Comment.objects.filter(pk=first.pk).update(resolved_at=moment)


def _say(scene: _Scene, told: seeds.Item, sharing: str, parent: Comment | None) -> Comment:
    comment, moment = scene.act(
        lambda: write_comment(
            implementation=scene.record,
            body=told["text"],
            sharing=sharing,
            parent=parent,
            by=scene.people[told["by"]],
        )
    )
    Comment.objects.filter(pk=comment.pk).update(created_at=moment)
    return comment
