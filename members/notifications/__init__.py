"""What people are told by mail: `notify` writes it down in the transaction of the act."""

from members.notifications.kinds import Attachment, Kind, Message, register
from members.notifications.queue import forget, notify

__all__ = ["Attachment", "Kind", "Message", "forget", "notify", "register"]
