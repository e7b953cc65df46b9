"""What staff read before anybody is told: the mail as it will leave, and what it lacks."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from meetings.acts.convening import heard_of, invitation_print, update_print
from meetings.invitations import (
    attendee,
    cancellation_message,
    invitation_message,
    takes_answers,
    update_message,
)
from meetings.invited import Answers, Departures, Invitee, InviteeGroup, grouped, people_to_invite
from meetings.models import Meeting, MeetingAnswer
from meetings.told import Untold, as_told
from members.models import User
from members.notifications import Message
from members.notifications.letters import subject_of, text_of

_NO_REASON = "[votre raison]"


@dataclass(frozen=True)
class Preview:
    """A mail, in the very words of the one that will leave."""

    subject: str
    text: str
    files: list[str]

    @classmethod
    def of(cls, message: Message) -> Self:
        files = [file.name for file in message.attachments]
        return cls(subject_of([message]), text_of([message]), files)


@dataclass(frozen=True)
class UpdatePreview:
    """What changed for those who know the same facts, and the mail that tells it."""

    change: Untold
    preview: Preview


@dataclass(frozen=True)
class ConvenePage:
    """All that the page of invitations shows; a fixed number of queries."""

    meeting: Meeting
    groups: list[InviteeGroup]
    preview: Preview
    # Of the text above: what is sent back, so that what leaves is what was read.
    seen: str
    warnings: list[str]
    answers: Answers | None
    # None before it is convened.
    departures: Departures | None
    updates: list[UpdatePreview]
    updates_seen: str

    @classmethod
    def build(cls, meeting: Meeting, user: User, *, ticked: Collection[int] | None = None) -> Self:
        """`ticked`: the people that a form held; everybody without one."""
        people = people_to_invite(meeting) if cls._invites(meeting) else {}
        for pk, person in people.items():
            person.is_ticked = ticked is None or pk in ticked
        is_draft = meeting.state == Meeting.State.DRAFT
        answers = None if is_draft else Answers.build(meeting)
        changes = answers.untold if answers else []
        return cls(
            meeting=meeting,
            groups=grouped(people.values()),
            preview=Preview.of(invitation_message(meeting, attendee(user))),
            seen=invitation_print(meeting, user),
            warnings=_warnings(meeting),
            answers=answers,
            departures=None if is_draft else Departures.of(meeting),
            updates=[_update(meeting, change, user) for change in changes],
            updates_seen=update_print(meeting, changes, user) if changes else "",
        )

    @staticmethod
    def _invites(meeting: Meeting) -> bool:
        return meeting.state in (Meeting.State.DRAFT, Meeting.State.CONVENED)

    @property
    def is_draft(self) -> bool:
        return self.meeting.state == Meeting.State.DRAFT

    @property
    def is_open(self) -> bool:
        """Whether invitations may leave: not for a meeting that has begun."""
        return self.is_draft or takes_answers(self.meeting)

    @property
    def people(self) -> list[Invitee]:
        return [person for group in self.groups for person in group.people]

    @property
    def ticked_count(self) -> int:
        return sum(person.is_ticked for person in self.people)

    @property
    def told_count(self) -> int:
        return sum(len(update.change.answers) for update in self.updates)


def _update(meeting: Meeting, change: Untold, user: User) -> UpdatePreview:
    message = update_message(meeting, change.changes, attendee(user))
    return UpdatePreview(change, Preview.of(message))


def _warnings(meeting: Meeting) -> list[str]:
    """What an invitation usually says; none of it holds anything back."""
    missing = (
        (meeting.starts_at is None, "L’heure n’est pas fixée."),
        (not meeting.place and not meeting.link, "Ni lieu ni lien pour y assister."),
        (not meeting.agenda.all(), "L’ordre du jour est vide."),
        (not meeting.objectives.all(), "Aucun objectif n’est fixé."),
    )
    return [words for is_missing, words in missing if is_missing]


def cancellation_preview(meeting: Meeting, reason: str, user: User) -> tuple[Preview, int]:
    """The mail, and how many it reaches: nobody when no invitation has left."""
    rows: list[MeetingAnswer] = heard_of(meeting)
    then = as_told(meeting, rows[0].told) if rows else meeting
    message = cancellation_message(then, reason.strip() or _NO_REASON, attendee(user))
    return Preview.of(message), len(rows)
