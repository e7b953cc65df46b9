"""One status and one date for many records: what changes, and what stands in the way of the rest.

Everything is a condition of the database, so that ten records or a thousand cost the same queries.
"""

import datetime
import hashlib
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When

from measures.models import Implementation
from measures.statuses import Status, ancestors
from members.models import User

# Past this, one act is no longer something that a person reads over before agreeing to it.
MOST_RECORDS = 2_000
# How many of the records left out the preview names.
MOST_NAMED = 50
DATES = {
    "planned_for": "Échéance prévue",
    "implemented_on": "Date d’implantation",
    "review_on": "Date de révision",
}


@dataclass(frozen=True)
class BulkChange:
    """What a person asks for; an empty status or date field leaves it as it is."""

    status: str = ""
    date_field: str = ""
    day: datetime.date | None = None

    @property
    def values(self) -> dict[str, Any]:
        """The fields to write, and their values."""
        values: dict[str, Any] = {"status": self.status} if self.status else {}
        if self.status and self.status != Status.IMPLEMENTED:
            # What is reopened or abandoned is no longer implemented since that day.
            values["implemented_on"] = None
        if self.date_field:
            values[self.date_field] = self.day
        return values

    @property
    def status_label(self) -> str:
        return str(Status(self.status).label)

    @property
    def date_label(self) -> str:
        return DATES[self.date_field]

    @property
    def clears_date(self) -> bool:
        return "implemented_on" in self.values and self.date_field != "implemented_on"


@dataclass(frozen=True)
class Obstacle:
    """Why some records are left as they are."""

    code: str
    label: str
    advice: str


OBSTACLES = {
    obstacle.code: obstacle
    for obstacle in (
        Obstacle(
            "meanwhile",
            "Modifiées entre-temps",
            "Une autre personne les a enregistrées depuis que vous avez ouvert la liste.",
        ),
        Obstacle("same", "Déjà ainsi", "Il n’y a rien à y changer."),
        Obstacle(
            "transition",
            "Statut qui ne peut pas suivre",
            "Passez d’abord par un autre statut, sur la fiche.",
        ),
        Obstacle(
            "reason",
            "Raison à donner",
            "Une mesure sans objet dit pourquoi\u00a0: ouvrez la fiche pour l’écrire.",
        ),
        Obstacle(
            "undated",
            "Date d’implantation à donner",
            "Choisissez aussi une date d’implantation, ou datez-les sur la fiche.",
        ),
        Obstacle(
            "not-implemented",
            "Pas implantées",
            "Seule une mesure implantée porte une date d’implantation.",
        ),
        Obstacle(
            "before-start",
            "Commencées après cette date",
            "L’implantation ne peut pas précéder le début.",
        ),
        Obstacle(
            "review-order",
            "Révision avant l’implantation",
            "La révision suit l’implantation\u00a0: choisissez une autre date, ou ouvrez la fiche.",
        ),
    )
}


@dataclass(frozen=True)
class Refused:
    """Records that one obstacle keeps as they are: how many, and the first of them."""

    obstacle: Obstacle
    number: int
    records: tuple[Implementation, ...]


@dataclass(frozen=True)
class Preview:
    """What would happen, told before anything is written."""

    number: int
    refused: tuple[Refused, ...]
    # Stands for the change and for its records as they are now: what is applied is what was read.
    stamp: str


def judged(
    records: QuerySet[Implementation], change: BulkChange, *, seen_at: datetime.datetime, by: User
) -> QuerySet[Any]:
    """Add `obstacle`: the code of what stands in the way, empty where nothing does.

    What somebody else saved after `seen_at` is left to them.
    """
    conditions = {"meanwhile": Q(updated_at__gt=seen_at) & ~Q(updated_by=by)} | _rules(change)
    whens = [When(q, then=Value(code)) for code, q in conditions.items()]
    column: Any = Case(*whens, default=Value(""), output_field=CharField())
    return records.annotate(obstacle=column)


def preview(
    records: QuerySet[Implementation], change: BulkChange, *, seen_at: datetime.datetime, by: User
) -> Preview:
    """Judge every record, in three queries."""
    rows = judged(records, change, seen_at=seen_at, by=by)
    counted = rows.order_by().values_list("obstacle").annotate(number=Count("pk", distinct=True))
    numbers: dict[str, int] = dict(counted)
    named: dict[str, list[Implementation]] = {code: [] for code in numbers}
    left_out = rows.exclude(obstacle="").select_related("measure", "stage", "organization")
    for row in left_out[:MOST_NAMED]:
        named[row.obstacle].append(row)
    refused = tuple(
        Refused(obstacle, numbers[code], tuple(named[code]))
        for code, obstacle in OBSTACLES.items()
        if code in numbers
    )
    return Preview(numbers.get("", 0), refused, stamp_of(change, changeable(rows)))


def changeable(judged_rows: QuerySet[Any]) -> list[tuple[int, int]]:
    """The key and the version of each record that nothing keeps as it is."""
    rows = judged_rows.filter(obstacle="").order_by("pk")
    return list(rows.values_list("pk", "version"))


def stamp_of(change: BulkChange, versions: list[tuple[int, int]]) -> str:
    """The same for one change of the same records at the same versions, and for nothing else."""
    asked = f"{change.status}:{change.date_field}:{change.day}"
    text = ",".join([asked, *(f"{pk}:{version}" for pk, version in versions)])
    return hashlib.sha256(text.encode()).hexdigest()


def _rules(change: BulkChange) -> dict[str, Q]:
    """What a record itself would refuse, the first thing first, by code."""
    status, field, day = change.status, change.date_field, change.day
    same = Q(**{name: value for name, value in change.values.items() if value is not None})
    same &= Q(**{f"{name}__isnull": True for name, v in change.values.items() if v is None})
    conditions = {"same": same}
    if status:
        may_change = Q(status=status) | Q(status__in=ancestors(status))
        conditions["transition"] = ~may_change
    if status == Status.NOT_APPLICABLE:
        conditions["reason"] = Q(not_applicable_reason="")
    if status == Status.IMPLEMENTED and field != "implemented_on":
        conditions["undated"] = Q(implemented_on=None)
    if field == "implemented_on":
        if not status:
            conditions["not-implemented"] = ~Q(status=Status.IMPLEMENTED)
        conditions["before-start"] = Q(started_on__gt=day)
        conditions["review-order"] = Q(review_on__lt=day)
    elif field == "review_on" and status in ("", Status.IMPLEMENTED):
        conditions["review-order"] = Q(implemented_on__gt=day)
    return conditions
