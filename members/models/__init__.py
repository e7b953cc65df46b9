"""Who we are: people, organizations, roles, cycles, and the journal of what they did."""

from members.models.cycles import Achievement, Cycle, CycleObjective
from members.models.journal import AppendOnlyError, AppendOnlyModel, AuditEntry
from members.models.mail import Mail, MailPace, MailPreference, MailTopic, Notification
from members.models.organizations import Membership, Organization
from members.models.people import CalendarFeed, User, UserManager
from members.models.vocabulary import Term, Vocabulary

__all__ = [
    "Achievement",
    "AppendOnlyError",
    "AppendOnlyModel",
    "AuditEntry",
    "CalendarFeed",
    "Cycle",
    "CycleObjective",
    "Mail",
    "MailPace",
    "MailPreference",
    "MailTopic",
    "Membership",
    "Notification",
    "Organization",
    "Term",
    "User",
    "UserManager",
    "Vocabulary",
]
