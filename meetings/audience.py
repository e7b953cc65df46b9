"""Who is told of what happens after a meeting, and who may answer; each defined once."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from meetings.models import Attendance, Meeting, Synthesis
from members.models import MailPace, MailPreference, MailTopic, Membership, Organization, User
from members.roles import ROLE_PERMISSIONS, Permission

_MAY_ANSWER = [
    role
    for role, permissions in ROLE_PERMISSIONS.items()
    if Permission.IMPLEMENTATION_EDIT in permissions
]


def _present(rows: Any, meeting: Meeting) -> Any:
    return rows.filter(attendances__meeting=meeting, attendances__present=True)


def attending(user: User, meeting: Meeting) -> list[Organization]:
    """The organizations of this person that attended the meeting: for them, it may amend."""
    return list(_present(Organization.objects.of(user), meeting).distinct())


def in_review(today: datetime.date) -> QuerySet[Synthesis]:
    """`Synthesis.is_in_review`, of a meeting that members know."""
    return Synthesis.objects.filter(
        meeting__in=Meeting.objects.known_to_members().order_by(),
        state=Synthesis.State.IN_REVIEW,
        review_until__gte=today,
    )


def to_review(user: User, today: datetime.date) -> QuerySet[Synthesis]:
    """The syntheses in review of all meetings of which `attending` gives an organization."""
    here = Attendance.objects.filter(organization__in=Organization.objects.of(user), present=True)
    return in_review(today).filter(meeting__in=here.order_by().values("meeting"))


def who_attended(meeting: Meeting) -> QuerySet[User]:
    """All people of whom `attending` gives an organization."""
    organizations = _present(Organization.objects.active(), meeting)
    return _people(Membership.objects.filter(organization__in=organizations))


def all_members() -> QuerySet[User]:
    """The people of active organizations."""
    return _people(Membership.objects.filter(organization__is_active=True))


def may_answer(organizations: Iterable[int]) -> dict[int, list[User]]:
    """Those who answer the proposals of each organization: one query."""
    rows = Membership.objects.filter(
        organization__in=organizations,
        organization__is_active=True,
        user__is_active=True,
        role__in=_MAY_ANSWER,
    )
    found: dict[int, list[User]] = {}
    for row in rows.select_related("user").order_by("pk"):
        found.setdefault(row.organization_id, []).append(row.user)
    return found


def _people(memberships: QuerySet[Membership]) -> QuerySet[User]:
    return User.objects.filter(
        is_active=True, pk__in=memberships.order_by().values("user")
    ).order_by("pk")


def number_told(people: QuerySet[User], topic: MailTopic) -> int:
    """How many of them a mail reaches: some prefer none on the topic."""
    silent = MailPreference.objects.filter(topic=topic, pace=MailPace.NEVER).values("user")
    return people.exclude(pk__in=silent).count()
