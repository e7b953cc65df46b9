"""What only the calendar tells ECPAR staff: a meeting that still has no synthesis."""

import datetime

from django.utils import timezone

from chantier.lib import french
from chantier.lib.addresses import address
from meetings.models import Meeting, Synthesis
from meetings.notices.subjects import found
from members.models import MailTopic, Notification, User
from members.models.mail import about
from members.notifications import Kind, Message, notify, register
from members.notifications.rounds import every_pass
from members.roles import PORTAL_ROLE_PERMISSIONS, Permission

# Days after the meeting, in the portal's time zone.
AFTER = (3, 7)
_AT = datetime.time(9)
# Older meetings were lived through without a portal, or while nothing was sending: no mail now.
_UNTIL = 21
_STAFF = [
    role
    for role, permissions in PORTAL_ROLE_PERMISSIONS.items()
    if Permission.MEETING_MANAGE in permissions
]
_NBSP = french.NBSP


def remind_of_missing_syntheses(now: datetime.datetime) -> None:
    """Queue the reminder of each meeting that lately passed its third or its seventh day.

    Three queries, and a write only when somebody is to be told.
    """
    today = timezone.localdate(now)
    meetings = Meeting.objects.without_synthesis().filter(
        held_on__lte=today - datetime.timedelta(days=AFTER[0]),
        held_on__gte=today - datetime.timedelta(days=_UNTIL),
    )
    late = {meeting: _days_reached(meeting, today) for meeting in meetings}
    if not late:
        return
    staff = list(User.objects.filter(is_active=True, portal_role__in=_STAFF))
    told = Notification.objects.filter(
        kind=MISSING.code, about__in=[about(meeting) for meeting in late]
    )
    keys = set(told.order_by().values_list("key", flat=True))
    for meeting, days in late.items():
        key = f"{meeting.pk}:{days}"
        people = [one for one in staff if f"{MISSING.code}:{key}:{one.pk}" not in keys]
        if people:
            notify(
                kind=MISSING.code,
                about=meeting,
                recipients=people,
                data={"days": days},
                key=key,
                due_at=timezone.make_aware(datetime.datetime.combine(_day(meeting, days), _AT)),
            )


def _days_reached(meeting: Meeting, today: datetime.date) -> int:
    return max(days for days in AFTER if _day(meeting, days) <= today)


def _day(meeting: Meeting, days: int) -> datetime.date:
    return meeting.held_on + datetime.timedelta(days=days)


def _missing(notification: Notification) -> Message | None:
    """Nothing once it is published or called off, nor when the second reminder is near."""
    meeting = found(Meeting.objects.without_synthesis().select_related("synthesis"), notification)
    today = timezone.localdate()
    if meeting is None or _days_reached(meeting, today) != notification.data["days"]:
        return None
    since = (today - meeting.held_on).days
    told = (
        f"La synthèse {meeting.of_heading}, «{_NBSP}{meeting.title}{_NBSP}», n’est pas encore "
        f"publiée, {since}{_NBSP}jours après. {_stage_of(meeting)}"
    )
    return Message(
        subject=f"Synthèse {meeting.of_heading}{_NBSP}: pas encore publiée",
        paragraphs=(
            told,
            (
                "Plus elle paraît tôt, plus les personnes qui étaient là peuvent la corriger "
                "de mémoire."
            ),
        ),
        path=address("meetings:synthesis_detail", slug=meeting.slug),
        link="Ouvrir la synthèse",
    )


def _stage_of(meeting: Meeting) -> str:
    synthesis = getattr(meeting, "synthesis", None)
    if synthesis is None:
        return "Sa rédaction n’est pas commencée."
    if synthesis.state == Synthesis.State.IN_REVIEW and synthesis.review_until:
        return f"Elle est en révision jusqu’au {french.long_date(synthesis.review_until)}."
    return "Elle est en rédaction."


MISSING = Kind(
    code="synthesis_missing",
    label="Synthèse qui tarde",
    topic=MailTopic.FACILITATION,
    compose=_missing,
    # Not `is_reminder`: four days part the two, each is said once, and both are wanted.
    is_open_to_staff=True,
)
register(MISSING)
every_pass(remind_of_missing_syntheses)
