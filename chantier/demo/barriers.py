"""Barriers that the fictional members lived, in the first year of the chantier and the last two."""

import datetime
import random
from pathlib import Path

from chantier.demo.dates import at_office, chantier_year, days, workday
from chantier.lib import seeds
from measures.actions.audit import subject_of
from measures.actions.results import save_encounter
from measures.models import Barrier, BarrierEncounter, Stage
from members.models import AuditEntry, Cycle, Organization, User

_MARKS = Path(__file__).parent / "barriers.toml"


def ensure_barriers(
    organizations: list[Organization], teams: dict[int, list[User]], *, today: datetime.date
) -> None:
    """Once: what people note in the demonstration afterwards stays."""
    alone = BarrierEncounter.objects.filter(implementation=None)
    if alone.filter(organization__in=organizations).exists():
        return
    by_slug = {organization.slug: organization for organization in organizations}
    stages = {stage.order: stage for stage in Stage.objects.all()}
    rng = random.Random(_MARKS.name)  # noqa: S311 - a fixed draw, not a secret
    for item in seeds.load(_MARKS):
        organization = by_slug[item["organization"]]
        day = item["on"] if "on" in item else today - days(item["ago"])
        year = chantier_year(day if "on" in item else today) - item.get("year", 0)
        row = BarrierEncounter(
            organization=organization,
            barrier=Barrier.objects.get(code=item["barrier"]),
            stage=stages[item["stage"]],
            cycle=Cycle.objects.get(label=f"{year}-{year + 1}"),
            what_worked=item["told"],
            sharing=item["sharing"],
        )
        moment = at_office(rng, workday(day))
        _note(row, item["solutions"], moment, by=teams[organization.pk][0])


def _note(
    row: BarrierEncounter, solutions: list[str], moment: datetime.datetime, *, by: User
) -> None:
    helped = row.barrier.solutions.filter(text__in=solutions)
    save_encounter(encounter=row, solutions=helped, by=by)
    BarrierEncounter.objects.filter(pk=row.pk).update(created_at=moment, updated_at=moment)
    AuditEntry.objects.filter(subject=subject_of(row)).update(at=moment)
