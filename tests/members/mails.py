"""Kinds of notifications for tests, and what leaves when they are sent."""

import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from django.core import mail

from members.models import MailTopic, Notification
from members.notifications import Kind, Message, kinds
from members.notifications.sending import Outcome, send_due

MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)


def add_kind(code: str = "essai", **changes: Any) -> Kind:
    """A kind that says which notification it tells, unless `compose` says otherwise."""
    fields: dict[str, Any] = {
        "label": f"sorte {code}",
        "topic": MailTopic.MEETINGS,
        "compose": lambda row: Message(f"Objet {row.pk}", ("Un.", "Deux."), "/guide/", "Ouvrir"),
    }
    kind = Kind(code=code, **(fields | changes))
    kinds._kinds[code] = kind
    return kind


def sent() -> list[EmailMessage]:
    """The mails that left, as a mail program reads them."""
    return [parsed(each.message().as_bytes()) for each in mail.outbox]


def parsed(content: bytes) -> EmailMessage:
    message = BytesParser(policy=default).parsebytes(content)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return part.get_content()


def state_of(row: Notification) -> tuple[str, str]:
    row.refresh_from_db()
    return row.state, row.reason


def pass_at(now: datetime.datetime) -> Outcome:
    """One pass at that moment; what left before is forgotten."""
    mail.outbox.clear()
    return send_due(now)
