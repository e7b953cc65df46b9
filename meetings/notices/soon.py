"""Two days before a meeting, those who said that they come are told when and where again."""

import datetime

from django.utils import timezone

from meetings.acts.convening import heard_of
from meetings.invitations import SOON, attendee, soon_message, takes_answers
from meetings.models import Meeting, MeetingAnswer
from meetings.notices.invitations import answer_of
from meetings.told import as_told
from members.models import MailTopic, Notification
from members.models.mail import about
from members.notifications import Kind, Message, notify, register
from members.notifications.rounds import every_pass

_BEFORE = datetime.timedelta(days=2)
_AT = datetime.time(9)
# Who has just answered need not be told again.
_FRESH = datetime.timedelta(days=1)


def remind_of_meetings(now: datetime.datetime) -> None:
    """Queue what is said two days before, once for each day that a meeting is set on."""
    today = timezone.localdate(now)
    meetings = list(
        Meeting.objects.filter(
            state=Meeting.State.CONVENED, held_on__gt=today, held_on__lte=today + _BEFORE
        )
    )
    names = [about(meeting) for meeting in meetings]
    told = Notification.objects.filter(kind=SOON, about__in=names) if names else None
    keys = set(told.order_by().values_list("key", flat=True)) if told is not None else set()
    for meeting in meetings:
        _tell(meeting, keys, now)


def _tell(meeting: Meeting, keys: set[str], now: datetime.datetime) -> None:
    key = f"{meeting.pk}:{meeting.held_on}"
    people = [
        row.user
        for row in heard_of(meeting)
        if _comes(row, now) and f"{SOON}:{key}:{row.user_id}" not in keys
    ]
    if people:
        day = datetime.datetime.combine(meeting.held_on - _BEFORE, _AT)
        notify(
            kind=SOON,
            about=meeting,
            recipients=people,
            key=key,
            due_at=max(now, timezone.make_aware(day)),
        )


def _comes(row: MeetingAnswer, now: datetime.datetime) -> bool:
    """Whether they said so, long enough ago to have forgotten."""
    is_coming = row.answer == MeetingAnswer.Answer.PRESENT
    return is_coming and row.answered_at is not None and row.answered_at < now - _FRESH


def _soon(notification: Notification) -> Message | None:
    row = answer_of(notification)
    if row is None or row.answer != MeetingAnswer.Answer.PRESENT:
        return None
    # What the person was told: this mail announces no change.
    meeting = as_told(row.meeting, row.told)
    # It may wait for the next grouped mail while the meeting moves away.
    is_near = meeting.held_on - timezone.localdate() <= _BEFORE
    if not is_near or not takes_answers(meeting):
        return None
    return soon_message(meeting, attendee(notification.recipient, row.answer))


register(
    Kind(
        code=SOON,
        label="Rencontre dans deux jours",
        topic=MailTopic.MEETINGS,
        compose=_soon,
        is_open_to_staff=True,
    )
)
every_pass(remind_of_meetings)
