"""Topics: proposed by members, taken back by them, put on an agenda or declined by staff."""

import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone

from measures.actions.audit import write_audit
from meetings.models import AgendaItem, Meeting, Topic
from members.models import Organization, User
from members.notifications import forget, notify

PROPOSED, WITHDRAWN, TAKEN, DECLINED = "topic_add", "topic_withdraw", "topic_take", "topic_decline"
TOLD = "topic_answered"
# What has begun has its agenda.
TAKES_TOPICS = (Meeting.State.DRAFT, Meeting.State.CONVENED)


class TopicAnsweredError(Exception):
    """The topic no longer waits: `topic` says what became of it, and through whom."""

    def __init__(self, topic: Topic) -> None:
        super().__init__(str(topic.pk))
        self.topic = topic


class MeetingBegunError(Exception):
    """The meeting takes no more topics: it was held or cancelled meanwhile."""


def propose_topic(
    *, organization: Organization, title: str, why: str, submission_key: uuid.UUID, by: User
) -> Topic:
    """Propose a topic; the same form again gives the one that it made.

    Other words under the same key are another topic: nothing that was typed is lost.
    """
    words = {"organization": organization, "title": title, "why": why}
    first = _first(submission_key)
    if first is not None and _says(first, words):
        return first
    key = submission_key if first is None else uuid.uuid4()
    try:
        with transaction.atomic():
            row = Topic.objects.create(**words, submission_key=key, created_by=by)
            _write(row, PROPOSED, {"title": title, "why": why}, by=by)
    except IntegrityError:
        first = _first(submission_key)
        if first is None or not _says(first, words):
            raise
        return first
    return row


def _first(key: uuid.UUID) -> Topic | None:
    return Topic.objects.filter(submission_key=key).select_related("organization").first()


def _says(row: Topic, words: dict[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in words.items())


@transaction.atomic
def withdraw_topic(*, topic: Topic, by: User) -> None:
    """Take a topic back while it waits."""
    row = _waiting(topic)
    _close(row, Topic.State.WITHDRAWN, by=by)
    _write(row, WITHDRAWN, {"state": row.state}, by=by)


@transaction.atomic
def take_topic(
    *, topic: Topic, meeting: Meeting, minutes: int | None = None, answer: str = "", by: User
) -> AgendaItem:
    """Put a topic at the end of the agenda of a meeting, and tell who proposed it."""
    # Those who prepare the same meeting wait here; their form then meets the new agenda.
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    row = _waiting(topic)
    if meeting.state not in TAKES_TOPICS:
        raise MeetingBegunError(str(meeting))
    row.meeting, row.answer = meeting, answer
    _close(row, Topic.State.TAKEN, by=by)
    last = meeting.agenda.aggregate(last=Max("order"))["last"] or 0
    item = AgendaItem.objects.create(
        meeting=meeting,
        order=last + 1,
        title=row.title,
        minutes=minutes,
        # Members read the agenda: why it is proposed was written for staff.
        lead=row.organization.short_name[:150] if row.organization.may_be_named else "",
        topic=row,
    )
    Meeting.objects.filter(pk=meeting.pk).update(version=F("version") + 1)
    told = {"state": row.state, "meeting": meeting.slug, "minutes": minutes, "answer": answer}
    _write(row, TAKEN, told, by=by)
    _tell(row, by=by)
    return item


@transaction.atomic
def decline_topic(*, topic: Topic, answer: str, by: User) -> None:
    """Say why a topic is not taken up, and tell who proposed it."""
    row = _waiting(topic)
    row.answer = answer
    _close(row, Topic.State.DECLINED, by=by)
    _write(row, DECLINED, {"state": row.state, "answer": answer}, by=by)
    _tell(row, by=by)


def give_back_topics(meeting: Meeting) -> None:
    """Let the topics of a meeting that is called off wait for an answer again.

    Call it in the transaction that calls the meeting off, which is locked. Its agenda is kept.
    """
    rows = list(meeting.topics.filter(state=Topic.State.TAKEN))
    for row in rows:
        forget(kind=TOLD, about=row, reason="la rencontre est annulée")
    # A topic is that of one point: the next meeting makes its own.
    AgendaItem.objects.filter(topic__in=rows).update(topic=None)
    Topic.objects.filter(pk__in=[row.pk for row in rows], state=Topic.State.TAKEN).update(
        state=Topic.State.WAITING, meeting=None, answer="", answered_by=None, answered_at=None
    )


def _waiting(topic: Topic) -> Topic:
    """The topic, locked; TopicAnsweredError when it no longer waits."""
    rows = Topic.objects.select_for_update(of=("self",))
    row = rows.select_related("organization", "created_by").get(pk=topic.pk)
    if not row.is_waiting:
        raise TopicAnsweredError(row)
    return row


def _close(row: Topic, state: Topic.State, *, by: User) -> None:
    row.state, row.answered_by, row.answered_at = state, by, timezone.now()
    names = ("state", "answer", "meeting", "answered_by", "answered_at")
    # Where the database locks no row, only one of two answers finds the topic waiting.
    waiting = Topic.objects.waiting().filter(pk=row.pk)
    if not waiting.update(**{name: getattr(row, name) for name in names}):
        raise TopicAnsweredError(Topic.objects.get(pk=row.pk))


def _tell(row: Topic, *, by: User) -> None:
    """Tell the answer; one that was put back to study and answered anew is told anew."""
    forget(kind=TOLD, about=row, reason="une autre réponse a suivi")
    notify(
        kind=TOLD,
        about=row,
        recipients=[row.created_by],
        organization=row.organization,
        key=f"{row.pk}:{row.answered_at}",
        by=by,
    )


def _write(row: Topic, action: str, after: dict[str, Any], *, by: User) -> None:
    write_audit(row=row, organization=row.organization, action=action, after=after, by=by)
