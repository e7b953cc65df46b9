"""The kinds of notifications. Each app registers its own when it starts."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from members.models import MailTopic, Notification


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes
    # « text/calendar; method=REQUEST; charset=utf-8 »
    content_type: str


@dataclass(frozen=True)
class Message:
    """What a mail says, in plain sentences; the house layout makes text and HTML of it."""

    subject: str
    paragraphs: tuple[str, ...]
    # The path of the page where the person acts, and the words of the link.
    path: str
    link: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of notification, and how its words are made at the time of sending."""

    code: str
    label: str
    topic: MailTopic
    # None when there is nothing to say any more: what it was about is done, or gone.
    compose: Callable[[Notification], Message | None]
    # Time to undo the act before anybody hears of it.
    delay: datetime.timedelta = datetime.timedelta(0)
    # Sent at once whatever the person chose: an invitation, a cancellation.
    is_essential: bool = False
    # Not told again about the same thing within five days.
    is_reminder: bool = False
    # Whether staff may read the text on the page of what was sent.
    is_open_to_staff: bool = False


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Add kinds; called from `AppConfig.ready`."""
    for kind in kinds:
        if kind.code in _kinds and _kinds[kind.code] != kind:
            raise ValueError(f"two kinds are named {kind.code}")
        _kinds[kind.code] = kind


def kind_of(code: str) -> Kind:
    """The kind of this code; KeyError when no app registered it."""
    return _kinds[code]


def all_kinds() -> list[Kind]:
    return sorted(_kinds.values(), key=lambda kind: kind.code)


def find_kind(code: str) -> Kind | None:
    """The kind of this code; None when no app registers it any more."""
    return _kinds.get(code)
