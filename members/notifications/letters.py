"""The house layout of a mail: plain text, and the same in accessible HTML.

One message reads as a letter; several (a grouped mail) as numbered sections.
"""

import re
from collections.abc import Sequence
from email import encoders
from email.message import Message as Headers
from email.mime.base import MIMEBase
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.encoding import punycode

from chantier.lib.addresses import address
from chantier.lib.french import NBSP
from members.models import Mail
from members.notifications.addresses import absolute
from members.notifications.kinds import Attachment, Message

SENDER = "Chantier économie sociale"
_SIGNATURE = "Le Chantier économie sociale de l’ECPAR"
_PREFERENCES = "Choisir les courriels que je reçois"
# Line breaks of any kind end a header; the others turn the direction of what follows.
_NOT_IN_A_HEADER = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_SUBJECT_LENGTH = 200


def one_line(text: str) -> str:
    """A text that people typed, made harmless in a header; its no-break spaces stay."""
    return _NOT_IN_A_HEADER.sub(" ", text).strip(" ")


def subject_of(messages: Sequence[Message]) -> str:
    if len(messages) > 1:
        return f"{len(messages)} nouvelles du Chantier économie sociale"
    subject = one_line(messages[0].subject)
    if len(subject) <= _SUBJECT_LENGTH:
        return subject
    return subject[: _SUBJECT_LENGTH - 1].rstrip() + "…"


def text_of(messages: Sequence[Message]) -> str:
    """Paragraphs are left whole: the reader's program wraps them to its own width."""
    parts = ["Bonjour,"]
    for number, message in enumerate(messages, 1):
        if len(messages) > 1:
            parts.append(f"{number}. {one_line(message.subject)}")
        parts += message.paragraphs
        parts.append(f"{message.link}{NBSP}:\n{absolute(message.path)}")
    parts.append(_SIGNATURE)
    parts.append(f"{_PREFERENCES}{NBSP}:\n{preferences_address()}")
    return "\n\n".join(parts) + "\n"


def html_of(messages: Sequence[Message], subject: str) -> str:
    sections = [
        {
            "title": one_line(message.subject),
            "paragraphs": message.paragraphs,
            "link": message.link,
            "address": absolute(message.path),
        }
        for message in messages
    ]
    context = {
        "subject": subject,
        "sections": sections,
        "is_digest": len(sections) > 1,
        "signature": _SIGNATURE,
        "preferences": _PREFERENCES,
        "preferences_address": preferences_address(),
    }
    return render_to_string("mail/message.html", context)


def preferences_address() -> str:
    return absolute(address("members:mail_preferences"))


def attachments_of(messages: Sequence[Message]) -> list[Attachment]:
    return [attachment for message in messages for attachment in message.attachments]


def letter(mail: Mail, messages: Sequence[Message]) -> EmailMultiAlternatives:
    """The mail as it leaves; its text is what the row keeps."""
    written = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=_sender(),
        to=[_addressee(mail)],
        headers={
            "Message-ID": mail.message_id,
            # So that no absence message answers.
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{preferences_address()}>",
        },
    )
    written.attach_alternative(html_of(messages, mail.subject), "text/html")
    for attachment in attachments_of(messages):
        written.attach(_part(attachment))
    return written


def _addressee(mail: Mail) -> str:
    """« Zoé <zoe@xn--cooprative-e7a.example> »: a domain with accents has a plain spelling."""
    local, _, domain = mail.address.rpartition("@")
    return formataddr((one_line(mail.recipient.full_name), f"{local}@{punycode(domain)}"))


def _sender() -> str:
    name, place = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or SENDER, place))


def _part(attachment: Attachment) -> MIMEBase:
    """Django would add a second charset to « text/calendar; method=REQUEST; charset=utf-8 »."""
    typed = Headers()
    typed["Content-Type"] = attachment.content_type
    part = MIMEBase(typed.get_content_maintype(), typed.get_content_subtype())
    for name, value in typed.get_params(failobj=[])[1:]:
        part.set_param(name, value)
    part.set_payload(attachment.content)
    encoders.encode_base64(part)
    filename = one_line(attachment.name)
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", filename))
    return part
