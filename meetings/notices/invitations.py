"""Invitations, changes, cancellations and reminders, told by mail.

What was announced is told, whatever was changed since: staff announce each change themselves.
"""

from typing import Any

from meetings.invitations import (
    CANCELLATION,
    INVITATION,
    REMINDER,
    UPDATE,
    attendee,
    cancellation_message,
    invitation_message,
    may_be_joined,
    reminder_message,
    takes_answers,
    update_message,
)
from meetings.models import Meeting, MeetingAnswer
from meetings.notices.subjects import found
from meetings.told import SEQUENCE, as_told, fact_changes
from members.models import MailTopic, Notification, Organization
from members.notifications import Kind, Message, register


def answer_of(notification: Notification) -> MeetingAnswer | None:
    """The answer of the person, as long as they were invited and belong to the chantier."""
    person = notification.recipient
    meeting = found(Meeting.objects.all(), notification)
    rows = MeetingAnswer.objects.filter(meeting=meeting, user=person).select_related("meeting")
    row = rows.first() if meeting else None
    return row if row and Organization.objects.of(person).exists() else None


def _invitation(notification: Notification) -> Message | None:
    row = answer_of(notification)
    if row is None:
        return None
    # It may leave after a newer announcement: sent again by staff, or given back by a dead pass.
    meeting = as_told(row.meeting, row.told or notification.data["told"])
    if not may_be_joined(meeting):
        return None
    return invitation_message(meeting, attendee(notification.recipient, row.answer))


def _update(notification: Notification) -> Message | None:
    row = answer_of(notification)
    if row is None:
        return None
    meeting = as_told(row.meeting, _newest(row, notification))
    changes = fact_changes(meeting, notification.data["before"])
    if not takes_answers(meeting) or not changes:
        return None
    return update_message(meeting, changes, attendee(notification.recipient, row.answer))


def _newest(row: MeetingAnswer, notification: Notification) -> dict[str, Any]:
    """What was announced, or what has been announced since then."""
    told: dict[str, Any] = notification.data["told"]
    is_outrun = row.told.get(SEQUENCE, 0) > told.get(SEQUENCE, 0)
    return row.told if is_outrun else told


def _cancellation(notification: Notification) -> Message | None:
    row = answer_of(notification)
    if row is None or row.meeting.state != Meeting.State.CANCELLED:
        return None
    meeting = as_told(row.meeting, notification.data["told"])
    to = attendee(notification.recipient, row.answer)
    return cancellation_message(meeting, row.meeting.cancel_reason, to)


def _reminder(notification: Notification) -> Message | None:
    """None once the person has answered."""
    row = answer_of(notification)
    if row is None or row.answer:
        return None
    # What the person was told: the calendar file must not run ahead of an announcement.
    meeting = as_told(row.meeting, row.told)
    if not takes_answers(meeting):
        return None
    return reminder_message(meeting, attendee(notification.recipient))


register(
    Kind(
        code=INVITATION,
        label="Invitation à une rencontre",
        topic=MailTopic.MEETINGS,
        compose=_invitation,
        is_essential=True,
        is_open_to_staff=True,
    ),
    Kind(
        code=UPDATE,
        label="Changement d’une rencontre",
        topic=MailTopic.MEETINGS,
        compose=_update,
        is_essential=True,
        is_open_to_staff=True,
    ),
    Kind(
        code=CANCELLATION,
        label="Annulation d’une rencontre",
        topic=MailTopic.MEETINGS,
        compose=_cancellation,
        is_essential=True,
        is_open_to_staff=True,
    ),
    Kind(
        code=REMINDER,
        label="Rappel de répondre à une invitation",
        topic=MailTopic.MEETINGS,
        compose=_reminder,
        is_reminder=True,
        is_open_to_staff=True,
    ),
)
