"""Inviting people to a meeting, telling them what changes, and calling it off."""

import json
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from meetings.acts.topics import give_back_topics
from meetings.invitations import (
    CANCELLATION,
    INVITATION,
    REMINDER,
    UPDATE,
    attendee,
    has_begun,
    invitation_message,
    takes_answers,
    update_message,
)
from meetings.invited import Invitee, people_to_invite
from meetings.models import Meeting, MeetingAnswer, Objective
from meetings.told import Untold, facts, print_of, untold
from members.models import AuditEntry, Notification, User
from members.notifications import forget, notify

CONVENE, INVITE = "meeting_convene", "meeting_invite"
ANNOUNCE, CANCEL = "meeting_announce", "meeting_cancel"
_HEARD = (Notification.State.SENDING, Notification.State.SENT)


class AlreadyDoneError(Exception):
    """A second click, or somebody else, has done it."""


class NotConvenedError(Exception):
    """The meeting is not one that people are invited to, or not any more."""


class ChangedSinceReadError(Exception):
    """What would leave is not what the person has read."""


def journal_subject(meeting: Meeting) -> str:
    return f"Invitation {meeting.code}"


def invitation_print(meeting: Meeting, by: User) -> str:
    return print_of(invitation_message(meeting, attendee(by)))


def update_print(meeting: Meeting, changes: list[Untold], by: User) -> str:
    messages = (update_message(meeting, each.changes, attendee(by)) for each in changes)
    return print_of(*messages)


@transaction.atomic
def convene(*, meeting: Meeting, people: Collection[int], seen: str, by: User) -> int:
    """Show a draft to members and invite these people; return how many were.

    AlreadyDoneError when it is convened; ChangedSinceReadError when the text is not the one of
    the print `seen`, or when somebody may not be invited any more.
    """
    meeting = _locked(meeting)
    if meeting.state == Meeting.State.CONVENED:
        raise AlreadyDoneError(str(meeting))
    if meeting.state != Meeting.State.DRAFT or has_begun(meeting):
        raise NotConvenedError(str(meeting))
    chosen = _chosen(meeting, people, seen, by)
    meeting.state, meeting.convened_at = Meeting.State.CONVENED, timezone.now()
    meeting.save(update_fields=["state", "convened_at"])
    _invite(meeting, chosen, by)
    _write(meeting, CONVENE, {"invited": len(chosen)}, by)
    return len(chosen)


@transaction.atomic
def invite_more(*, meeting: Meeting, people: Collection[int], seen: str, by: User) -> int:
    """Invite people who joined since; those who were invited meanwhile are not invited twice."""
    meeting = _locked(meeting)
    if not takes_answers(meeting):
        raise NotConvenedError(str(meeting))
    invited = set(meeting.answers.filter(user__in=people).values_list("user", flat=True))
    rest = set(people) - invited
    if not rest:
        raise AlreadyDoneError(str(meeting))
    chosen = _chosen(meeting, rest, seen, by)
    _invite(meeting, chosen, by)
    _write(meeting, INVITE, {"invited": len(chosen)}, by)
    return len(chosen)


def _chosen(meeting: Meeting, people: Collection[int], seen: str, by: User) -> list[Invitee]:
    known = people_to_invite(meeting)
    if not known.keys() >= set(people) or invitation_print(meeting, by) != seen:
        raise ChangedSinceReadError(str(meeting))
    return [person for pk, person in known.items() if pk in set(people)]


def _invite(meeting: Meeting, chosen: list[Invitee], by: User) -> None:
    told = facts(meeting)
    rows = [
        MeetingAnswer(
            meeting=meeting,
            user=person.user,
            organization=person.organization,
            told=told,
            told_sequence=meeting.calendar_sequence,
        )
        for person in chosen
    ]
    # Those of a meeting that was called off and is convened again keep their answer.
    MeetingAnswer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["meeting", "user"],
        update_fields=["told", "told_sequence"],
    )
    notify(
        kind=INVITATION,
        about=meeting,
        recipients=[person.user for person in chosen],
        data={"told": told},
        key=f"{meeting.pk}:{meeting.calendar_sequence}",
        by=by,
    )


@transaction.atomic
def announce(*, meeting: Meeting, seen: str, by: User) -> int:
    """Tell those who were invited what changed since they were told; return how many.

    AlreadyDoneError when all know; ChangedSinceReadError when `seen` is another text.
    """
    meeting = _locked(meeting)
    if not takes_answers(meeting):
        raise NotConvenedError(str(meeting))
    changes = untold(meeting, list(meeting.answers.select_related("user")))
    if not changes:
        raise AlreadyDoneError(str(meeting))
    if update_print(meeting, changes, by) != seen:
        raise ChangedSinceReadError(str(meeting))
    rows = [row for each in changes for row in each.answers]
    _outrun(meeting, rows)
    told = facts(meeting)
    before = _before(meeting, rows, told)
    for row in rows:
        row.told, row.told_sequence = told, meeting.calendar_sequence
    MeetingAnswer.objects.bulk_update(rows, ["told", "told_sequence"])
    _tell(
        UPDATE,
        meeting,
        [row for row in rows if row.user_id in before],
        lambda row: {"before": before[row.user_id], "told": told},
        by,
    )
    _write(meeting, ANNOUNCE, {"told": len(rows)} | told, by)
    return len(rows)


def _outrun(meeting: Meeting, rows: list[MeetingAnswer]) -> None:
    """A change that calendars do not show, of the link alone, is a revision once it is told."""
    last = max(row.told_sequence for row in rows)
    if meeting.calendar_sequence <= last:
        meeting.calendar_sequence = last + 1
        Meeting.objects.filter(pk=meeting.pk).update(calendar_sequence=last + 1)


def _before(
    meeting: Meeting, rows: list[MeetingAnswer], told: dict[str, Any]
) -> dict[int, dict[str, Any]]:
    """By person, what they last read; not those whose invitation has yet to leave.

    That invitation will tell the new facts, and an update that waits gives way to the newer one.
    """
    waiting = Notification.objects.waiting().about(meeting).select_for_update()
    before = {row.user_id: row.told for row in rows}
    invitations = list(waiting.filter(kind=INVITATION, recipient__in=before))
    for invitation in invitations:
        invitation.data = {"told": told}
        del before[invitation.recipient_id]
    Notification.objects.bulk_update(invitations, ["data"])
    for update in waiting.filter(kind=UPDATE, recipient__in=before):
        before[update.recipient_id] = update.data["before"]
    forget(kind=UPDATE, about=meeting, reason="remplacée par une annonce plus récente")
    return before


@transaction.atomic
def cancel(*, meeting: Meeting, reason: str, by: User) -> int:
    """Call the meeting off, and tell those who had heard of it; return how many.

    What was written of it is kept. NotConvenedError once it was held.
    """
    meeting = _locked(meeting)
    if meeting.state == Meeting.State.CANCELLED:
        raise AlreadyDoneError(str(meeting))
    if meeting.is_past:
        raise NotConvenedError(str(meeting))
    before = {"state": meeting.state}
    if meeting.state == Meeting.State.CONVENED and meeting.convened_at is None:
        meeting.convened_at = timezone.now()
    meeting.state, meeting.cancel_reason = Meeting.State.CANCELLED, reason
    meeting.save(update_fields=["state", "cancel_reason", "convened_at"])
    _give_back(meeting)
    # In this order: what a worker takes meanwhile has been heard, the rest never leaves.
    for kind in (INVITATION, UPDATE, REMINDER):
        forget(kind=kind, about=meeting, reason="la rencontre est annulée")
    rows = heard_of(meeting)
    sequence = meeting.calendar_sequence
    _tell(
        CANCELLATION,
        meeting,
        rows,
        lambda row: {"told": row.told | {"calendar_sequence": sequence}},
        by,
    )
    _write(meeting, CANCEL, {"reason": reason, "told": len(rows)}, by, before=before)
    return len(rows)


def _give_back(meeting: Meeting) -> None:
    """What the meeting was to take up waits for another one."""
    give_back_topics(meeting)
    Objective.objects.filter(carried_to=meeting).update(carried_to=None)


def heard_of(meeting: Meeting) -> list[MeetingAnswer]:
    """Those whose invitation has left."""
    heard = Notification.objects.about(meeting).filter(kind=INVITATION, state__in=_HEARD)
    rows = meeting.answers.filter(user__in=heard.values("recipient")).exclude(told={})
    return list(rows.select_related("user"))


def _tell(
    kind: str,
    meeting: Meeting,
    rows: Iterable[MeetingAnswer],
    data_of: Callable[[MeetingAnswer], dict[str, Any]],
    by: User,
) -> None:
    """Queue a notification for each person, with what is told to them."""
    groups: dict[str, list[User]] = {}
    for row in rows:
        groups.setdefault(json.dumps(data_of(row), sort_keys=True), []).append(row.user)
    for data, people in groups.items():
        notify(
            kind=kind,
            about=meeting,
            recipients=people,
            data=json.loads(data),
            key=f"{meeting.pk}:{meeting.calendar_sequence}",
            by=by,
        )


def _locked(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_for_update().get(pk=meeting.pk)


def _write(
    meeting: Meeting,
    action: str,
    after: dict[str, Any],
    by: User,
    *,
    before: dict[str, Any] | None = None,
) -> None:
    AuditEntry.objects.create(
        actor=by,
        action=action,
        subject=journal_subject(meeting),
        before=before or {},
        after=after | {"state": meeting.state},
    )
