"""What leaves late tells what was announced last, and a cancellation leaves nothing behind."""

import datetime
import smtplib
import uuid

from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from chantier.lib import french
from meetings.acts import convening, topics
from meetings.models import Meeting
from meetings.offers import EARLIER, Offers
from members.models import Mail
from members.notifications import claiming
from members.notifications.again import send_again
from members.notifications.sending import send_due
from tests.factories import MeetingFactory, ObjectiveFactory, TopicFactory
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


# --- Called off -------------------------------------------------------------------


def test_who_is_written_to_during_the_cancellation_is_told_of_it(manager, facilitator, monkeypatch):
    meeting = coming()
    convene(meeting, [manager], facilitator)
    forget = convening.forget

    def late(**values):
        if values["kind"] == "meeting_invitation":
            queued("meeting_invitation").update(state="sending")
        forget(**values)

    monkeypatch.setattr(convening, "forget", late)
    assert convening.cancel(meeting=meeting, reason="Une grève.", by=facilitator) == 1
    assert queued("meeting_cancellation").get().recipient == manager


def test_a_topic_of_a_meeting_called_off_waits_again_and_is_taken_by_another(
    organization, contributor, facilitator
):
    meeting, other = coming(), coming(slug="autre", number=7)
    topic = TopicFactory(organization=organization, created_by=contributor)
    item = topics.take_topic(topic=topic, meeting=meeting, answer="Volontiers.", by=facilitator)
    convening.cancel(meeting=meeting, reason="Une grève.", by=facilitator)
    topic.refresh_from_db()
    assert (topic.state, topic.meeting, topic.answer) == ("waiting", None, "")
    assert (topic.answered_by, topic.answered_at) == (None, None)
    notice = queued(topics.TOLD).get()
    assert (notice.state, notice.reason) == ("dropped", "la rencontre est annulée")
    item.refresh_from_db()
    assert item.meeting == meeting
    assert topics.take_topic(topic=topic, meeting=other, by=facilitator).meeting == other


def test_a_declined_topic_stays_declined_when_the_meeting_is_called_off(facilitator):
    meeting = coming()
    topic = TopicFactory(
        meeting=meeting,
        state="declined",
        answer="Plus tard.",
        answered_by=facilitator,
        answered_at=timezone.now(),
    )
    convening.cancel(meeting=meeting, reason="Une grève.", by=facilitator)
    topic.refresh_from_db()
    assert (topic.state, topic.answer) == ("declined", "Plus tard.")


def test_a_topic_is_not_said_to_be_on_the_agenda_of_a_meeting_called_off(
    organization, contributor, facilitator
):
    meeting = coming()
    topic = TopicFactory(organization=organization, created_by=contributor)
    topics.take_topic(topic=topic, meeting=meeting, by=facilitator)
    # As in the administration: nothing else changes.
    Meeting.objects.update(state="cancelled")
    queued(topics.TOLD).update(due_at=timezone.now())
    assert sent() == []
    assert queued(topics.TOLD).get().state == "dropped"


def test_an_objective_carried_over_to_a_meeting_called_off_is_offered_again(facilitator):
    last = MeetingFactory(held=True)
    meeting, other = coming(), coming(slug="autre", number=7)
    objective = ObjectiveFactory(meeting=last, outcome="carried_over", carried_to=meeting)
    value = f"{EARLIER}:{objective.pk}"
    assert value not in Offers.build(other, timezone.localdate()).values
    convening.cancel(meeting=meeting, reason="Une grève.", by=facilitator)
    objective.refresh_from_db()
    assert (objective.outcome, objective.carried_to) == ("carried_over", None)
    assert value in Offers.build(other, timezone.localdate()).values
