"""An invitation leaves as long as one may come; staff see those that have not left."""

import datetime

import pytest
import time_machine

from meetings.acts import states
from meetings.models import Meeting, MeetingAnswer
from members.models import Notification
from tests.factories import MailFactory
from tests.meetings.convening import N, at, coming, convene, queued, sent, to

# In Montréal, three in the afternoon: the meeting began at half past one, and ends at four.
MIDDLE = datetime.datetime(2026, 5, 5, 19, tzinfo=datetime.UTC)
END = datetime.datetime(2026, 5, 5, 20, tzinfo=datetime.UTC)
EVENING = datetime.datetime(2026, 5, 6, 3, tzinfo=datetime.UTC)
NEXT_DAY = datetime.datetime(2026, 5, 6, 5, tzinfo=datetime.UTC)


@pytest.fixture
def begun(db, facilitator, reader, manager):
    """Begun by its facilitator before the sending process had a turn."""
    with time_machine.travel(datetime.datetime(2026, 5, 5, 16, tzinfo=datetime.UTC)):
        meeting = coming(held_on=datetime.date(2026, 5, 5))
        convene(meeting, [reader, manager], facilitator)
        states.change_state(meeting=meeting, act="start", by=facilitator)
    return meeting


def page_of(client, meeting):
    page = client.get(at("meeting_convene", meeting)).content.decode()
    return page.replace("&nbsp;", N)


def test_an_invitation_still_leaves_while_the_meeting_is_held(begun, reader):
    with time_machine.travel(MIDDLE):
        letters = sent()
    assert len(letters) == 2
    [letter] = to(reader, letters)
    # Answers are closed: the mail does not ask for one.
    assert "Les réponses sont closes" in letter.body
    assert "Dites si vous y serez" not in letter.body
    assert f"{begun.get_absolute_url()}\n" in letter.body
    assert at("meeting_answer", begun) not in letter.body


@pytest.mark.parametrize(
    ("moment", "ends_at", "leaves"),
    [
        (END, datetime.time(16), False),
        (END, None, True),
        (EVENING, None, True),
        (NEXT_DAY, None, False),
    ],
)
def test_one_that_is_over_invites_nobody(begun, moment, ends_at, leaves):
    Meeting.objects.update(ends_at=ends_at)
    Notification.objects.update(data={"told": {}})
    MeetingAnswer.objects.update(told={})
    with time_machine.travel(moment):
        assert bool(sent()) == leaves
    assert {row.state for row in queued("meeting_invitation")} == {"sent" if leaves else "dropped"}


@pytest.mark.parametrize("state", ["closed", "cancelled", "draft"])
def test_one_that_is_closed_or_cancelled_invites_nobody(begun, state):
    Meeting.objects.update(state=state)
    with time_machine.travel(MIDDLE):
        assert not sent()


def test_the_page_says_what_has_not_left_and_what_could_not(staff, begun, reader):
    with time_machine.travel(MIDDLE):
        assert f"2{N}invitations ne sont pas encore parties." in page_of(staff, begun)
        rows = queued("meeting_invitation").filter(recipient=reader)
        rows.update(state="failed", mail=MailFactory(recipient=reader, state="failed"))
        page = page_of(staff, begun)
        assert f"1{N}invitation n’est pas encore partie." in page
        assert f"1{N}invitation n’a pas pu partir." in page
        failed = staff.get("/courriels/?etat=echec&sorte=meeting_invitation")
        assert 'href="/courriels/?etat=echec&amp;sorte=meeting_invitation"' in page
        assert [line.mail.recipient for line in failed.context["lines"]] == [reader]
        rows.update(state="sent")
        sent()
        page = page_of(staff, begun)
    assert "pas encore parti" not in page
    assert "pas pu partir" not in page
