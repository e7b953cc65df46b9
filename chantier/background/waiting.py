"""How long tasks wait before a worker takes them."""

import datetime

from django.db.models import Case, F, Min, When
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

# A worker looks every second; this long, none is running or all are busy.
TOO_LONG = datetime.timedelta(minutes=5)


def longest_wait() -> datetime.timedelta:
    """Of the tasks that are due: since when the first one waits."""
    due = Case(When(run_after=get_date_max(), then=F("enqueued_at")), default=F("run_after"))
    since = DBTaskResult.objects.ready().aggregate(since=Min(due))["since"]
    return timezone.now() - since if since else datetime.timedelta()
