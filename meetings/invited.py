"""Who may be invited, who was, and what they answered: what pages read."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from django.db.models import Count, Max, Q
from django.utils import timezone

from meetings.invitations import INVITATION, REMINDER, takes_answers
from meetings.models import Meeting, MeetingAnswer
from meetings.told import Untold, untold
from members.models import Membership, Notification, Organization, User

_Answer = MeetingAnswer.Answer
REMINDER_EVERY = datetime.timedelta(days=5)
_STANDING = (
    Notification.State.WAITING,
    Notification.State.SENDING,
    Notification.State.SENT,
)


@dataclass
class Invitee:
    """A person to invite, for the first of the organizations that they belong to."""

    user: User
    organization: Organization
    others: list[str] = field(default_factory=list)
    is_ticked: bool = True


@dataclass(frozen=True)
class InviteeGroup:
    organization: Organization
    people: list[Invitee]


def people_to_invite(meeting: Meeting) -> dict[int, Invitee]:
    """The people of active organizations, in their order; without staff.

    Once convened, those who have not been invited yet.
    """
    rows = Membership.objects.filter(
        organization__is_active=True, user__is_active=True, user__portal_role=""
    )
    if meeting.state != Meeting.State.DRAFT:
        rows = rows.exclude(user__in=meeting.answers.values("user"))
    found: dict[int, Invitee] = {}
    ordered = rows.order_by("organization__sort_name", "organization", "user__full_name", "pk")
    for row in ordered.select_related("user", "organization"):
        if row.user_id in found:
            found[row.user_id].others.append(row.organization.name)
        else:
            found[row.user_id] = Invitee(row.user, row.organization)
    return found


def grouped(people: Iterable[Invitee]) -> list[InviteeGroup]:
    groups: dict[int, InviteeGroup] = {}
    for person in people:
        key = person.organization.pk
        groups.setdefault(key, InviteeGroup(person.organization, [])).people.append(person)
    return list(groups.values())


@dataclass(frozen=True)
class AnswerGroup:
    """The answers of the people who were invited for one organization."""

    name: str
    answers: list[MeetingAnswer]

    @property
    def present(self) -> list[MeetingAnswer]:
        return [row for row in self.answers if row.answer == _Answer.PRESENT]

    @property
    def absent(self) -> list[MeetingAnswer]:
        return [row for row in self.answers if row.answer == _Answer.ABSENT]

    @property
    def waiting(self) -> list[MeetingAnswer]:
        return [row for row in self.answers if row.answer == _Answer.WAITING]


@dataclass(frozen=True)
class Answers:
    """What staff read of the answers to an invitation."""

    everyone: AnswerGroup
    groups: list[AnswerGroup]
    untold: list[Untold]
    # When somebody was last reminded, and whether the next reminder may leave.
    reminded_at: datetime.datetime | None
    to_remind: int

    @classmethod
    def build(cls, meeting: Meeting) -> Self:
        rows = list(
            meeting.answers.select_related("user", "organization").order_by(
                "organization__sort_name", "organization", "user__full_name", "pk"
            )
        )
        groups: dict[int | None, AnswerGroup] = {}
        for row in rows:
            name = row.organization.name if row.organization else ""
            groups.setdefault(row.organization_id, AnswerGroup(name, [])).answers.append(row)
        reminded = reminders_of(meeting)
        everyone = AnswerGroup("", rows)
        return cls(
            everyone=everyone,
            groups=list(groups.values()),
            untold=untold(meeting, rows) if meeting.state == Meeting.State.CONVENED else [],
            reminded_at=max(reminded.values(), default=None),
            to_remind=len(still_to_remind(everyone.waiting, reminded)),
        )

    @property
    def organizations_coming(self) -> int:
        return sum(bool(group.present) for group in self.groups)

    @property
    def untold_count(self) -> int:
        return sum(len(each.answers) for each in self.untold)


@dataclass(frozen=True)
class Departures:
    """The invitations that have not reached the people who were invited."""

    waiting: int
    failed: int

    @classmethod
    def of(cls, meeting: Meeting) -> Self:
        """One query. What a pass holds waits too: the pass may be dead."""
        rows = Notification.objects.about(meeting).filter(kind=INVITATION)
        states = Notification.State
        found = rows.aggregate(
            waiting=Count("pk", filter=Q(state__in=(states.WAITING, states.SENDING))),
            failed=Count("pk", filter=Q(state=states.FAILED)),
        )
        return cls(**found)


def reminders_of(meeting: Meeting) -> dict[int, datetime.datetime]:
    """By person, when they were last reminded, or will be."""
    rows = Notification.objects.about(meeting).filter(kind=REMINDER, state__in=_STANDING)
    last = rows.order_by().values("recipient").annotate(last=Max("created_at"))
    return {row["recipient"]: row["last"] for row in last}


def still_to_remind(
    waiting: Iterable[MeetingAnswer], reminded: dict[int, datetime.datetime]
) -> list[MeetingAnswer]:
    """Nobody is reminded twice within five days."""
    before = timezone.now() - REMINDER_EVERY
    return [row for row in waiting if row.user_id not in reminded or reminded[row.user_id] < before]


@dataclass(frozen=True)
class Invitations:
    """What the page of a meeting shows of its invitations, to the person who reads it."""

    # Their own invitation, if they were invited.
    mine: MeetingAnswer | None
    may_answer: bool
    # For staff, once the meeting is convened.
    answers: Answers | None

    @classmethod
    def build(cls, meeting: Meeting, user: User) -> Self:
        is_staff, is_draft = user.may_manage_meetings, meeting.state == Meeting.State.DRAFT
        return cls(
            mine=meeting.answers.filter(user=user).first(),
            may_answer=takes_answers(meeting),
            answers=Answers.build(meeting) if is_staff and not is_draft else None,
        )
