"""What is written down of a mail: before it leaves, once it has left, when it could not leave."""

import datetime
import uuid
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef

from members.models import Mail, Notification
from members.notifications.kinds import Message, find_kind
from members.notifications.letters import attachments_of, one_line, subject_of, text_of

_State = Notification.State
_FREE = {"claim": None, "claimed_at": None}
# How long to wait after each failed try; when the last one fails too, staff are shown it.
DELAYS = tuple(datetime.timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 12 * 60))


def is_exhausted(rows: Sequence[Notification]) -> bool:
    """Whether all tries were used up, each time by a process that was killed."""
    return max(row.attempts for row in rows) > len(DELAYS) + 1


@transaction.atomic
def write_mail(rows: Sequence[Notification], messages: Sequence[Message]) -> Mail:
    """Write the mail before it leaves, or write it again for one more try."""
    mail = rows[0].mail or Mail(message_id=_new_message_id())
    mail.recipient = rows[0].recipient
    mail.address = mail.recipient.email
    mail.subject = subject_of(messages)
    mail.text = text_of(messages)
    mail.attachments = [one_line(attachment.name) for attachment in attachments_of(messages)]
    mail.is_open_to_staff = all(_is_open(row) for row in rows)
    mail.state = Mail.State.SENDING
    mail.attempts += 1
    mail.save()
    if rows[0].mail is None:
        _of(rows).update(mail=mail)
    return mail


def _is_open(row: Notification) -> bool:
    kind = find_kind(row.kind)
    return kind is not None and kind.is_open_to_staff


def _new_message_id() -> str:
    return f"<{uuid.uuid4().hex}@{urlsplit(settings.SITE_URL).hostname}>"


@transaction.atomic
def mark_sent(mail: Mail, rows: Sequence[Notification], now: datetime.datetime) -> None:
    Mail.objects.filter(pk=mail.pk).update(state=Mail.State.SENT, sent_at=now, error="")
    _of(rows).update(state=_State.SENT, mail=mail, reason="", **_FREE)


def mark_dropped(rows: Sequence[Notification], reason: str) -> None:
    _of(rows).update(state=_State.DROPPED, reason=reason, **_FREE)


def drop_empty_mails() -> int:
    """Give up the mails of which nothing is left to tell: the act was undone between two tries."""
    told = Notification.objects.filter(mail=OuterRef("pk")).exclude(state=_State.DROPPED)
    empty = Mail.objects.filter(~Exists(told), state=Mail.State.SENDING)
    return empty.update(state=Mail.State.DROPPED)


def mark_postponed(row: Notification, later: datetime.datetime) -> None:
    _of([row]).update(
        state=_State.WAITING,
        due_at=later,
        postponed_from=row.postponed_from or row.due_at,
        **_FREE,
    )


@transaction.atomic
def mark_failed(
    rows: Sequence[Notification], mail: Mail | None, why: str, now: datetime.datetime
) -> bool:
    """Note the error; try again later, or give up. Return whether it was given up."""
    attempts = max(row.attempts for row in rows)
    if attempts <= len(DELAYS):
        later = now + DELAYS[attempts - 1]
        _of(rows).update(state=_State.WAITING, due_at=later, reason=why[:200], mail=mail, **_FREE)
        if mail:
            Mail.objects.filter(pk=mail.pk).update(error=why[:300])
        return False
    mail = mail or _unwritten_mail(rows[0])
    Mail.objects.filter(pk=mail.pk).update(state=Mail.State.FAILED, error=why[:300])
    _of(rows).update(state=_State.FAILED, reason=why[:200], mail=mail, **_FREE)
    return True


def _unwritten_mail(row: Notification) -> Mail:
    """What staff are shown of a notification whose words could not be made."""
    kind = find_kind(row.kind)
    return Mail.objects.create(
        recipient=row.recipient,
        address=row.recipient.email,
        subject=kind.label if kind else row.kind,
        message_id=_new_message_id(),
    )


def _of(rows: Sequence[Notification]) -> models.QuerySet[Notification]:
    return Notification.objects.filter(pk__in=[row.pk for row in rows])
