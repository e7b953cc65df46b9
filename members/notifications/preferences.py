"""How often a person hears of what: read and saved for all topics at once."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F

from members.models import MailPace, MailPreference, MailTopic, Notification, User
from members.notifications.kinds import all_kinds


def topics_of(user: User) -> list[MailTopic]:
    """Facilitation is the work of ECPAR staff."""
    return [topic for topic in MailTopic if topic != MailTopic.FACILITATION or user.is_staff]


def paces_of(user: User) -> dict[str, str]:
    """The pace of each topic that concerns the person; at once where they chose nothing."""
    chosen = dict(user.mail_preferences.values_list("topic", "pace"))
    return {topic: chosen.get(topic, MailPace.AT_ONCE) for topic in topics_of(user)}


@transaction.atomic
def save_preferences(*, user: User, paces: Mapping[str, str]) -> None:
    """Keep the choice; what waited for a grouped mail is due again when it was at first."""
    before = paces_of(user)
    MailPreference.objects.bulk_create(
        [MailPreference(user=user, topic=topic, pace=pace) for topic, pace in paces.items()],
        update_conflicts=True,
        unique_fields=["user", "topic"],
        update_fields=["pace"],
    )
    changed = {topic for topic, pace in paces.items() if before[topic] != pace}
    kinds = [kind.code for kind in all_kinds() if kind.topic in changed]
    postponed = Notification.objects.waiting().filter(recipient=user, kind__in=kinds)
    postponed.exclude(postponed_from=None).update(due_at=F("postponed_from"), postponed_from=None)
