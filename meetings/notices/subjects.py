"""What a notification is about, found again when it is sent; None once it is gone."""

from typing import Any

from members.models import Notification


def found(rows: Any, notification: Notification) -> Any:
    """The row of the query set that the notification names."""
    return rows.filter(pk=int(notification.about.rpartition(":")[2])).first()
