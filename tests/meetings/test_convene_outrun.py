"""What leaves late tells what was announced last, and a cancellation leaves nothing behind."""

import datetime
import smtplib
import uuid

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from chantier.lib import french
from members.models import Mail
from members.notifications import claiming
from members.notifications.again import send_again
from members.notifications.sending import send_due
from tests.meetings.convening import announce, coming, convene, event_of, queued, sent

FIVE_DAYS = datetime.timedelta(days=5)


def move(meeting, by, **values):
    meeting.refresh_from_db()
    for name, value in ({"held_on": meeting.held_on + FIVE_DAYS} | values).items():
        setattr(meeting, name, value)
    meeting.save()
    announce(meeting, by)
    meeting.refresh_from_db()


def claimed():
    """A worker takes what is due, and is killed."""
    assert claiming.take(timezone.now() + datetime.timedelta(seconds=1), uuid.uuid4())


def after_the_worker_is_missed():
    """What leaves once the rows of the dead worker are given back."""
    before = len(outbox.outbox)
    send_due(timezone.now() + datetime.timedelta(minutes=11))
    return outbox.outbox[before:]


def test_an_invitation_sent_again_tells_the_day_announced_since(manager, facilitator, monkeypatch):
    meeting = coming()
    convene(meeting, [manager], facilitator)

    def refuse(self, messages):
        raise smtplib.SMTPRecipientsRefused({manager.email: (550, b"no")})

    with monkeypatch.context() as server:
        server.setattr(EmailBackend, "send_messages", refuse)
        for _ in range(10):
            sent()
            queued("meeting_invitation").filter(state="waiting").update(due_at=timezone.now())
    assert queued("meeting_invitation").get().state == "failed"
    move(meeting, facilitator)
    sent()
    assert send_again(mail=Mail.objects.get(state="failed"), by=facilitator)
    [letter] = sent()
    assert letter.subject.startswith("Invitation")
    assert french.long_date(meeting.held_on) in letter.body
    event = event_of(letter)[1]
    assert event.start.date() == meeting.held_on
    assert event["SEQUENCE"] == meeting.calendar_sequence


def test_an_invitation_given_back_by_a_dead_worker_tells_the_day_announced_since(
    manager, facilitator
):
    meeting = coming()
    convene(meeting, [manager], facilitator)
    claimed()
    move(meeting, facilitator)
    assert [letter.subject.partition("\u00a0")[0] for letter in sent()] == ["Changement"]
    [letter] = after_the_worker_is_missed()
    assert letter.subject.startswith("Invitation")
    assert french.long_date(meeting.held_on) in letter.body
    assert event_of(letter)[1].start.date() == meeting.held_on


def test_a_change_given_back_by_a_dead_worker_tells_the_one_announced_since(manager, facilitator):
    meeting = coming()
    convene(meeting, [manager], facilitator)
    sent()
    move(meeting, facilitator)
    first = meeting.held_on
    claimed()
    move(meeting, facilitator)
    assert len(sent()) == 1
    [letter] = after_the_worker_is_missed()
    assert french.long_date(first) not in letter.body
    known = french.long_date(first - FIVE_DAYS)
    assert f"{french.long_date(meeting.held_on)} (avant" in letter.body
    assert known in letter.body
    assert event_of(letter)[1]["SEQUENCE"] == meeting.calendar_sequence


def test_what_was_not_announced_does_not_slip_out_of_a_change(manager, facilitator):
    meeting = coming()
    convene(meeting, [manager], facilitator)
    sent()
    move(meeting, facilitator)
    meeting.place = "Salle secrète"
    meeting.save()
    [letter] = sent()
    assert "secrète" not in letter.body
