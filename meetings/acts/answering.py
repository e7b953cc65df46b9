"""What people answer to an invitation, and reminding those who have not."""

from django.db import transaction
from django.utils import timezone

from meetings.acts.convening import journal_subject
from meetings.invitations import REMINDER, takes_answers
from meetings.invited import reminders_of, still_to_remind
from meetings.models import Meeting, MeetingAnswer
from members.models import AuditEntry, User
from members.notifications import notify

ANSWER, REMIND = "meeting_answer", "meeting_remind"


class AnswersClosedError(Exception):
    """The meeting has begun, took place or is cancelled: answers do not change any more."""


class NobodyToRemindError(Exception):
    """All have answered, or were reminded less than five days ago."""


@transaction.atomic
def answer_invitation(
    *, invitation: MeetingAnswer, answer: str, note: str | None, by: User
) -> MeetingAnswer:
    """Note whether the person comes; a `note` of None leaves the one that is there."""
    meeting = Meeting.objects.select_for_update().get(pk=invitation.meeting_id)
    if not takes_answers(meeting):
        raise AnswersClosedError(str(meeting))
    row = MeetingAnswer.objects.select_for_update().get(pk=invitation.pk)
    before = {"answer": row.answer, "note": row.note}
    after = {"answer": answer, "note": row.note if note is None else note}
    if after == before:
        return row
    row.answer, row.note, row.answered_at = answer, after["note"], timezone.now()
    row.save(update_fields=["answer", "note", "answered_at"])
    AuditEntry.objects.create(
        actor=by,
        organization=row.organization,
        action=ANSWER,
        subject=journal_subject(meeting),
        before=before,
        after=after,
    )
    return row


@transaction.atomic
def remind(*, meeting: Meeting, by: User) -> int:
    """Remind those who have not answered, nobody twice within five days; return how many."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if not takes_answers(meeting):
        raise AnswersClosedError(str(meeting))
    waiting = meeting.answers.filter(answer=MeetingAnswer.Answer.WAITING).select_related("user")
    people = [row.user for row in still_to_remind(waiting, reminders_of(meeting))]
    if not people:
        raise NobodyToRemindError(str(meeting))
    notify(kind=REMINDER, about=meeting, recipients=people, by=by)
    AuditEntry.objects.create(
        actor=by,
        action=REMIND,
        subject=journal_subject(meeting),
        after={"reminded": len(people)},
    )
    return len(people)
