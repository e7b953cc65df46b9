"""What would make the records of a register solid. It advises; it never blocks.

Each check is one condition of the database: the checklist of a record, the page « À compléter »,
the filter of the register and the dashboard ask the same one.
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from chantier.lib.statements import ANY, Statement
from measures.models import Implementation
from measures.models.register import deadline_passed, review_passed
from measures.statuses import OPEN, Status

# How many records of a check the page lists; the register, filtered, holds the rest.
MOST_RECORDS = 5


@dataclass(frozen=True)
class Check:
    """One thing that a record may lack: how it is said, where it is mended, who lacks it."""

    # Also the value of the filter « suivi » of the register.
    slug: str
    # Of a list of records, then as advice for one.
    title: str
    advice: str
    # The field that mends it, as its anchor on the page of the record.
    field: str
    applies: Q
    missing: Callable[[datetime.date], Q]
    # Told to a record only when it is so: nothing to praise when it is not.
    is_alarm: bool = False
    # Told to members only: some evidence is kept to the organization.
    is_internal: bool = False

    def failing(self, today: datetime.date) -> Q:
        return self.applies & self.missing(today)


def _evidence(**conditions: object) -> Exists:
    links = Implementation.evidence.through.objects.filter(implementation=OuterRef("pk"))
    return Exists(links.filter(**conditions))


def unproven() -> Q:
    """Implemented, and nothing proves it. Not a join: three pieces would make three rows."""
    return Q(~_evidence(), status=Status.IMPLEMENTED)


_IMPLEMENTED = Q(status=Status.IMPLEMENTED)
_OPEN = Q(status__in=OPEN)

CHECKS = (
    Check(
        "sans-preuve",
        "Implantées sans preuve",
        "Joindre au moins une preuve",
        "uploads",
        _IMPLEMENTED,
        lambda today: unproven(),
        is_internal=True,
    ),
    Check(
        "preuve-echue",
        "Implantées dont une preuve est échue",
        "Remplacer la preuve échue",
        "uploads",
        _IMPLEMENTED,
        lambda today: Q(_evidence(evidence__expires_on__lt=today)),
        is_alarm=True,
        is_internal=True,
    ),
    Check(
        "a-revoir",
        "À réviser",
        "Réviser la pratique, puis choisir la prochaine date",
        "review_on",
        _IMPLEMENTED,
        review_passed,
        is_alarm=True,
    ),
    Check(
        "sans-revision",
        "Implantées sans date de révision",
        "Choisir une date de révision",
        "review_on",
        _IMPLEMENTED,
        lambda today: Q(review_on=None),
    ),
    Check(
        "en-retard",
        "En retard sur leur échéance",
        "Faire avancer la mesure, ou repousser l’échéance",
        "planned_for",
        _OPEN,
        deadline_passed,
        is_alarm=True,
    ),
    Check(
        "sans-echeance",
        "À faire, sans échéance",
        "Fixer une échéance",
        "planned_for",
        _OPEN,
        lambda today: Q(planned_for=None),
    ),
    Check(
        "sans-responsable",
        "Sans personne ni unité responsable",
        "Nommer une personne ou une unité responsable",
        "lead",
        _OPEN | _IMPLEMENTED,
        lambda today: Q(lead=""),
    ),
    Check(
        "sans-recit",
        "En cours ou implantées, sans récit",
        "Raconter ce qui a été fait",
        "description",
        Q(status__in=(Status.IN_PROGRESS, Status.IMPLEMENTED)),
        lambda today: Q(description=""),
    ),
    Check(
        "sans-effet",
        "Implantées, sans récit de ce que cela a changé",
        "Dire ce que cela a changé",
        "result_story",
        _IMPLEMENTED,
        lambda today: Q(result_story=""),
    ),
    Check(
        "sans-evaluation",
        "Pas encore évaluées",
        "Dire où en est la mesure",
        "status",
        Q(status=Status.NOT_ASSESSED),
        lambda today: Q(),
        is_alarm=True,
    ),
)
BY_SLUG = {check.slug: check for check in CHECKS}


@dataclass(frozen=True)
class Advice:
    """One line of the checklist of a record."""

    label: str
    met: bool
    field: str


def checklist(implementation: Implementation) -> list[Advice]:
    """The checks that make sense for the record's status, in one query."""
    [row] = _answers(timezone.localdate()).fetch(implementation.pk)
    answers = zip(CHECKS, row[::2], row[1::2], strict=True)
    return [
        Advice(check.advice, not fails, check.field)
        for check, applies, fails in answers
        if fails or (applies and not check.is_alarm)
    ]


@lru_cache(maxsize=2)
def _answers(today: datetime.date) -> Statement:
    """For one record, whether each check applies and whether it fails."""
    conditions = [q for check in CHECKS for q in (check.applies, check.failing(today))]
    record = Implementation.objects.filter(pk=ANY)
    return Statement(
        lambda: record.annotate(**_columns(conditions)).values_list(*_names(conditions))
    )


@dataclass(frozen=True)
class Finding:
    """A check that some records fail: how many they are, and the first of them."""

    check: Check
    number: int
    records: tuple[Implementation, ...]


@dataclass(frozen=True)
class Review:
    """A register read through: how many records it holds, and what they lack."""

    total: int
    findings: tuple[Finding, ...]


def review(records: QuerySet[Implementation]) -> Review:
    """What the records of a register lack, in two queries whatever their number."""
    today = timezone.localdate()
    failing = [check.failing(today) for check in CHECKS]
    names = _names(failing)
    numbers = records.order_by().aggregate(
        total=Count("pk"),
        **{name: Count("pk", filter=q) for name, q in zip(names, failing, strict=True)},
    )
    # The first of each check are among these, for every check gives its first.
    first = Q()
    for condition in failing:
        first |= Q(pk__in=records.filter(condition).values("pk")[:MOST_RECORDS])
    shown = list(records.filter(first).annotate(**_columns(failing)))
    findings = (
        Finding(
            check,
            numbers[name],
            tuple(row for row in shown if getattr(row, name))[:MOST_RECORDS],
        )
        for check, name in zip(CHECKS, names, strict=True)
        if numbers[name]
    )
    return Review(numbers["total"], tuple(findings))


def _names(conditions: Sequence[Q]) -> list[str]:
    """Names that a column may bear; a slug may not."""
    return [f"check_{index}" for index in range(len(conditions))]


def _columns(conditions: Sequence[Q]) -> dict[str, Case]:
    return {
        name: Case(
            When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
        )
        for name, condition in zip(_names(conditions), conditions, strict=True)
    }
