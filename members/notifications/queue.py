"""The queue: what an act wants people to be told."""

import datetime
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils import timezone

from members.models import Notification, Organization, User
from members.models.mail import about as name_of
from members.notifications.kinds import kind_of


def notify(
    *,
    kind: str,
    about: models.Model,
    recipients: Iterable[User],
    organization: Organization | None = None,
    data: dict[str, Any] | None = None,
    key: str = "",
    due_at: datetime.datetime | None = None,
    by: User | None = None,
) -> None:
    """Queue something to tell these people; call it inside the transaction of the act.

    `key` names the act: with the kind and the person, it is told once however often it is queued.
    Without `due_at`, after the delay of the kind.
    """
    due_at = due_at or timezone.now() + kind_of(kind).delay
    rows = [
        Notification(
            recipient=person,
            kind=kind,
            about=name_of(about),
            data=data or {},
            organization=organization,
            key=f"{kind}:{key}:{person.pk}" if key else str(uuid.uuid4()),
            due_at=due_at,
            caused_by=by,
        )
        for person in recipients
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


def forget(*, kind: str, about: models.Model, reason: str) -> None:
    """Drop what still waits to be told: the act was undone."""
    Notification.objects.waiting().about(about).filter(kind=kind).update(
        state=Notification.State.DROPPED, reason=reason
    )
