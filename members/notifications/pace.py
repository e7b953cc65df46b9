"""When a person is told: at once, each morning, or on Monday morning."""

import datetime

from django.utils import timezone

from members.models import MailPace

MORNING = datetime.time(7)
_MONDAY = 0


def slot(due_at: datetime.datetime, pace: str) -> datetime.datetime:
    """The first grouped mail at or after `due_at`: 7 h, in the portal's time zone."""
    local = timezone.localtime(due_at)
    day = local.date() + datetime.timedelta(days=local.time() > MORNING)
    if pace == MailPace.WEEKLY:
        day += datetime.timedelta(days=(_MONDAY - day.weekday()) % 7)
    return datetime.datetime.combine(day, MORNING, tzinfo=local.tzinfo)


def is_grouped(pace: str) -> bool:
    return pace in (MailPace.DAILY, MailPace.WEEKLY)
