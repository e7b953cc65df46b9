"""The statuses of an implementation and which may follow which: one table for all."""

import datetime

from django.db import models
from django.utils import timezone


class Status(models.TextChoices):
    NOT_ASSESSED = "non-evaluee", "non évaluée"
    TO_UNDERTAKE = "a-entreprendre", "à entreprendre"
    PLANNED = "planifiee", "planifiée"
    IN_PROGRESS = "en-cours", "en cours"
    IMPLEMENTED = "implantee", "implantée"
    ABANDONED = "abandonnee", "abandonnée"
    NOT_APPLICABLE = "sans-objet", "sans objet"


# What the organization has still to carry through.
OPEN = (Status.TO_UNDERTAKE, Status.PLANNED, Status.IN_PROGRESS)

# An implemented practice is reopened before it is planned anew, so that the journal tells why the
# figures of a report went down; nothing returns to « non évaluée » once somebody has judged it.
_S = Status
TRANSITIONS: dict[Status, frozenset[Status]] = {
    _S.NOT_ASSESSED: frozenset(set(_S) - {_S.NOT_ASSESSED}),
    _S.TO_UNDERTAKE: frozenset(
        {_S.PLANNED, _S.IN_PROGRESS, _S.IMPLEMENTED, _S.ABANDONED, _S.NOT_APPLICABLE}
    ),
    _S.PLANNED: frozenset(
        {_S.TO_UNDERTAKE, _S.IN_PROGRESS, _S.IMPLEMENTED, _S.ABANDONED, _S.NOT_APPLICABLE}
    ),
    _S.IN_PROGRESS: frozenset({_S.PLANNED, _S.IMPLEMENTED, _S.ABANDONED, _S.NOT_APPLICABLE}),
    _S.IMPLEMENTED: frozenset({_S.IN_PROGRESS, _S.ABANDONED}),
    _S.ABANDONED: frozenset({_S.TO_UNDERTAKE, _S.PLANNED, _S.IN_PROGRESS}),
    _S.NOT_APPLICABLE: frozenset({_S.TO_UNDERTAKE, _S.PLANNED, _S.IN_PROGRESS, _S.IMPLEMENTED}),
}


def may_follow(before: str, after: str) -> bool:
    """Whether a record in status `before` may be saved with status `after`."""
    return before == after or Status(after) in TRANSITIONS[Status(before)]


def reachable(before: str) -> list[Status]:
    """The statuses that may follow `before`, in the order of a measure's life, with itself."""
    return [status for status in Status if may_follow(before, status)]


def ancestors(after: str) -> list[Status]:
    """The statuses that may be followed by `after`, itself left out."""
    return [before for before in Status if Status(after) in TRANSITIONS[before]]


def is_to_review(status: str, review_on: datetime.date | None) -> bool:
    """« À réviser »: an implemented practice whose review date has passed."""
    return status == Status.IMPLEMENTED and has_passed(review_on)


def has_passed(day: datetime.date | None) -> bool:
    return day is not None and day < timezone.localdate()
