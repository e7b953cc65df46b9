"""What tests of « depuis la dernière rencontre » share: days, and what happened meanwhile."""

import datetime
from typing import Any

from django.utils import timezone

from measures.models import Implementation
from meetings.digest import Digest
from meetings.models import Meeting
from members.models import Organization, User
from tests.factories import (
    BarrierEncounterFactory,
    BarrierFactory,
    CommitmentFactory,
    OrganizationFactory,
    RoundTableEntryFactory,
)


def day(number: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=number)


def read(meeting: Meeting, user: User) -> Digest:
    return Digest.build(meeting, user, today=timezone.localdate())


def promise(meeting: Meeting, organization: Organization | None = None, **values: Any) -> Any:
    organization = organization or OrganizationFactory()
    entry = RoundTableEntryFactory(meeting=meeting, organization=organization)
    return CommitmentFactory(entry=entry, **values)


def kept(meeting: Meeting) -> Any:
    """A promise that is implemented since."""
    row = promise(meeting, accepted=True)
    Implementation.objects.filter(pk=row.implementation.pk).update(
        status="implantee", implemented_on=day(-2), sharing="coordination"
    )
    return row


def met(number: int, **values: Any) -> None:
    barrier = BarrierFactory(title="Offre peu connue")
    for _ in range(number):
        BarrierEncounterFactory(alone=True, barrier=barrier, **values)
