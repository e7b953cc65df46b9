"""Two days before, those who come are told again; nobody else, and once."""

import datetime

import pytest
from django.utils import timezone

from meetings.models import Meeting, MeetingAnswer
from meetings.notices.soon import remind_of_meetings
from members.models import MailPreference
from tests.factories import MeetingAnswerFactory
from tests.meetings.convening import N, coming, convene, queued, sent, to

TWO_DAYS = datetime.timedelta(days=2)


@pytest.fixture
def convened(db, facilitator, reader, manager, outsider):
    """`reader` comes, `manager` does not, `outsider` has not answered."""
    meeting = coming()
    convene(meeting, [reader, manager, outsider], facilitator)
    sent()
    before = timezone.now() - datetime.timedelta(days=3)
    for user, answer in ((reader, "present"), (manager, "absent")):
        MeetingAnswer.objects.filter(user=user).update(answer=answer, answered_at=before)
    return meeting


def nearer(meeting, days):
    """As if the meeting were in so many days, and people had been told so."""
    day = timezone.localdate() + datetime.timedelta(days=days)
    Meeting.objects.filter(pk=meeting.pk).update(held_on=day)
    for row in meeting.answers.all():
        row.told |= {"held_on": day.isoformat()}
        row.save()
    meeting.refresh_from_db()


def at_nine():
    now = timezone.localtime()
    return now.replace(hour=9, minute=30, second=0, microsecond=0)


def test_those_who_come_are_told_two_days_before_and_once(convened, reader):
    nearer(convened, 3)
    remind_of_meetings(at_nine())
    assert not queued("meeting_soon").exists()
    nearer(convened, 2)
    for _ in range(3):
        remind_of_meetings(at_nine())
    [row] = queued("meeting_soon")
    assert row.recipient == reader
    queued("meeting_soon").update(due_at=timezone.now())
    [letter] = to(reader, sent())
    assert letter.subject.startswith(f"Bientôt{N}: Rencontre 6")
    assert "Salle 4" in letter.body
    remind_of_meetings(at_nine())
    assert sent() == []


def test_it_waits_for_the_morning(convened):
    nearer(convened, 2)
    now = timezone.localtime().replace(hour=0, minute=5)
    remind_of_meetings(now)
    due = timezone.localtime(queued("meeting_soon").get().due_at)
    assert (due.date(), due.hour) == (now.date(), 9)


def test_a_day_that_moves_is_told_again(convened):
    nearer(convened, 1)
    remind_of_meetings(at_nine())
    nearer(convened, 2)
    remind_of_meetings(at_nine())
    assert queued("meeting_soon").count() == 2


@pytest.mark.parametrize("state", ["draft", "held", "cancelled"])
def test_only_for_a_meeting_that_is_to_come(convened, state):
    nearer(convened, 2)
    Meeting.objects.update(state=state)
    remind_of_meetings(at_nine())
    assert not queued("meeting_soon").exists()


@pytest.mark.parametrize("change", ["absent", "cancelled"])
def test_what_changed_before_the_mail_leaves_is_not_told(convened, reader, change):
    nearer(convened, 2)
    remind_of_meetings(at_nine())
    queued("meeting_soon").update(due_at=timezone.now())
    if change == "absent":
        MeetingAnswer.objects.filter(user=reader).update(answer="absent")
    else:
        Meeting.objects.update(state="cancelled")
    assert sent() == []


def test_who_has_just_answered_is_left_alone(convened, reader):
    nearer(convened, 2)
    MeetingAnswer.objects.filter(user=reader).update(answered_at=at_nine())
    remind_of_meetings(at_nine())
    assert not queued("meeting_soon").exists()


def test_who_received_no_invitation_hears_nothing(convened, reader):
    """As in the demonstration: its people were never written to."""
    nearer(convened, 2)
    other = MeetingAnswerFactory(
        meeting=convened,
        answer="present",
        answered_at=timezone.now() - TWO_DAYS,
        told={"place": "Salle 4"},
    )
    remind_of_meetings(at_nine())
    assert [row.recipient for row in queued("meeting_soon")] == [reader]
    assert other.user != reader


def test_a_pass_with_nothing_near_costs_one_query(convened, django_assert_num_queries):
    with django_assert_num_queries(1):
        remind_of_meetings(at_nine())


def test_a_meeting_that_moved_away_is_not_soon(convened, reader):
    MailPreference.objects.create(user=reader, topic="meetings", pace="daily")
    nearer(convened, 2)
    remind_of_meetings(at_nine())
    nearer(convened, 42)
    queued("meeting_soon").update(due_at=timezone.now() - TWO_DAYS)
    assert sent() == []
    assert queued("meeting_soon").get().state == "dropped"
    # Once it is near again, it is told.
    nearer(convened, 1)
    remind_of_meetings(at_nine())
    assert queued("meeting_soon").filter(state="waiting").count() == 1
