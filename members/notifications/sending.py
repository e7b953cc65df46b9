"""The sending: what is due is claimed, made into mails, and sent; nothing is lost on the way.

At least once: a process killed after the server took a mail, and before that was written down,
leaves a row that will be sent again. To be sure of « once » is impossible with mail; to be sure of
« never lost » is not. The second mail carries the same Message-ID as the first, so that mail
programs that compare them show one, and a person who sees two recognizes them.
"""

import datetime
import logging
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from members.models import Notification
from members.notifications import claiming
from members.notifications.faults import explain, explain_words
from members.notifications.kinds import Message, kind_of
from members.notifications.letters import letter
from members.notifications.outcomes import (
    drop_empty_mails,
    is_exhausted,
    mark_dropped,
    mark_failed,
    mark_postponed,
    mark_sent,
    write_mail,
)
from members.notifications.sorting import sort

logger = logging.getLogger(__name__)
# The database itself is in trouble: the pass stops, and says so.
_FATAL = (OperationalError, InterfaceError)
_NOTHING_LEFT = "Il n’y a plus rien à dire."
_INTERRUPTED = "L’envoi a été interrompu à chaque essai."


@dataclass
class Outcome:
    """What one pass did: mails that left; notifications dropped, put off, to try again, failed."""

    sent: int = 0
    dropped: int = 0
    postponed: int = 0
    retried: int = 0
    failed: int = 0


def send_due(
    now: datetime.datetime | None = None, *, should_stop: Callable[[], bool] = lambda: False
) -> Outcome:
    """Send all that is due at `now`; with `should_stop`, end after the mail that is being sent."""
    sender = _Sender(now or timezone.now(), should_stop)
    claiming.release_stale(sender.now())
    try:
        while not should_stop() and (rows := claiming.take(sender.start, sender.claim)):
            sender.send(rows)
        drop_empty_mails()
    finally:
        sender.close()
    return sender.outcome


class _Sender:
    """One pass, with its claim, its connection and its clock."""

    def __init__(self, start: datetime.datetime, should_stop: Callable[[], bool]) -> None:
        self.start = start
        self.should_stop = should_stop
        self.claim = uuid.uuid4()
        self.outcome = Outcome()
        self._began = time.monotonic()
        self._post = _Post()

    def now(self) -> datetime.datetime:
        return self.start + datetime.timedelta(seconds=time.monotonic() - self._began)

    def close(self) -> None:
        self._post.close()
        # What a stop or an error left: the next pass need not wait for it to grow stale.
        try:
            claiming.release(self.claim)
        except _FATAL:
            logger.exception("what this pass held will be given back later")

    def send(self, rows: Sequence[Notification]) -> None:
        result = sort(rows, self.start)
        for reason, dropped in _by_reason(result.dropped).items():
            self._drop(dropped, reason)
        for row, later in result.postponed:
            mark_postponed(row, later)
            self.outcome.postponed += 1
        for group in result.mails:
            if self.should_stop():
                return
            self._tell(group)

    def _tell(self, rows: Sequence[Notification]) -> None:
        """One mail, from the words to the mark that it left."""
        if not claiming.hold(rows, self.claim, self.now()):
            return
        if is_exhausted(rows):
            self._fail(rows, _INTERRUPTED)
            return
        told = self._compose(rows)
        if not told:
            return
        kept, messages = [row for row, _ in told], [message for _, message in told]
        try:
            mail = write_mail(kept, messages)
            for row in kept:
                row.mail = mail
            self._post.send(letter(mail, messages))
        except _FATAL:
            raise
        except Exception as error:
            self._fault(kept, error, explain(error))
            return
        mark_sent(mail, kept, self.now())
        self.outcome.sent += 1

    def _compose(self, rows: Sequence[Notification]) -> list[tuple[Notification, Message]]:
        """The words of each; one that cannot be written does not hold the others back."""
        told, unwritten = [], []
        for row in rows:
            try:
                message = kind_of(row.kind).compose(row)
            except _FATAL:
                raise
            except Exception as fault:
                unwritten.append((row, fault))
                continue
            if message is None:
                self._drop([row], _NOTHING_LEFT)
            else:
                told.append((row, message))
        for index, (row, error) in enumerate(unwritten):
            # Told apart next time; a mail that exists keeps somebody, so as not to be forgotten.
            row.mail = None if told or index else row.mail
            self._fault([row], error, explain_words(error))
        return told

    def _drop(self, rows: Sequence[Notification], reason: str) -> None:
        mark_dropped(rows, reason)
        self.outcome.dropped += len(rows)

    def _fault(self, rows: Sequence[Notification], error: Exception, why: str) -> None:
        logger.warning("notification %s: %r", [row.pk for row in rows], error, exc_info=error)
        self._fail(rows, why)

    def _fail(self, rows: Sequence[Notification], why: str) -> None:
        if mark_failed(rows, rows[0].mail, why, self.now()):
            self.outcome.failed += len(rows)
        else:
            self.outcome.retried += len(rows)


class _Post:
    """The connection to the mail server: opened once; a server that is down is asked once."""

    def __init__(self) -> None:
        self.connection: BaseEmailBackend = get_connection()
        self._is_open = False
        self._down: Exception | None = None

    def send(self, written: EmailMultiAlternatives) -> None:
        if self._down:
            raise self._down
        if not self._is_open:
            try:
                self.connection.open()
            except Exception as error:
                self._down = error
                raise
            self._is_open = True
        try:
            self.connection.send_messages([written])
        except Exception:
            # A connection that failed half-way cannot be trusted with the next mail.
            self.close()
            raise

    def close(self) -> None:
        if not self._is_open:
            return
        self._is_open = False
        try:
            self.connection.close()
        except Exception:
            logger.warning("the mail server did not say good-bye", exc_info=True)


def _by_reason(
    dropped: Iterable[tuple[Notification, str]],
) -> dict[str, list[Notification]]:
    reasons: dict[str, list[Notification]] = {}
    for row, reason in dropped:
        reasons.setdefault(reason, []).append(row)
    return reasons
