"""What becomes of what is due: told now, put off to a grouped mail, or dropped, with the reason.

Whatever their number, the same few queries.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from members.models import MailPace, MailPreference, MailTopic, Membership, Notification
from members.notifications.kinds import Kind, all_kinds, find_kind
from members.notifications.pace import is_grouped, slot

BETWEEN_REMINDERS = datetime.timedelta(days=5)
_State = Notification.State


@dataclass
class Sorted:
    """Each list of `mails` is told in one mail to one person."""

    mails: list[list[Notification]] = field(default_factory=list)
    dropped: list[tuple[Notification, str]] = field(default_factory=list)
    postponed: list[tuple[Notification, datetime.datetime]] = field(default_factory=list)


def sort(rows: Sequence[Notification], now: datetime.datetime) -> Sorted:
    facts = _Facts(rows, now)
    result = Sorted()
    groups: defaultdict[object, list[Notification]] = defaultdict(list)
    for row in rows:
        kind = find_kind(row.kind)
        pace = facts.pace(row, kind)
        if reason := facts.reason_to_drop(row, kind, pace):
            result.dropped.append((row, reason))
        elif row.mail_id:
            # What was written together stays together, under the same Message-ID.
            groups["mail", row.mail_id].append(row)
        elif not is_grouped(pace):
            groups["alone", row.pk].append(row)
        elif not row.attempts and (later := slot(row.due_at, pace)) > now:
            result.postponed.append((row, later))
        else:
            groups["person", row.recipient_id].append(row)
    result.mails = list(groups.values())
    return result


class _Facts:
    """What the database says of the people and of the subjects of a batch."""

    def __init__(self, rows: Sequence[Notification], now: datetime.datetime) -> None:
        people = {row.recipient_id for row in rows}
        self.paces = {
            (user, topic): pace
            for user, topic, pace in MailPreference.objects.filter(user__in=people).values_list(
                "user", "topic", "pace"
            )
        }
        organizations = {row.organization_id for row in rows if row.organization_id}
        self.members = set(
            Membership.objects.filter(user__in=people, organization__in=organizations).values_list(
                "user", "organization"
            )
        )
        self.reminded = _reminded(rows, now)

    def pace(self, row: Notification, kind: Kind | None) -> str:
        if kind is None or kind.is_essential:
            return MailPace.AT_ONCE
        return self.paces.get((row.recipient_id, kind.topic), MailPace.AT_ONCE)

    def reason_to_drop(self, row: Notification, kind: Kind | None, pace: str) -> str:
        """Nothing when it is to be told; a kind that nobody knows fails when it is composed."""
        person, organization = row.recipient, row.organization
        if not person.is_active:
            return "Le compte n’est plus actif."
        if organization and not person.is_staff:
            if (person.pk, organization.pk) not in self.members:
                return "La personne n’est plus rattachée à l’organisation."
            if not organization.is_active:
                return "L’organisation n’est plus active."
        if kind is None:
            return ""
        if kind.topic == MailTopic.FACILITATION and not person.is_staff:
            return "La personne ne fait plus partie de l’équipe d’animation."
        if pace == MailPace.NEVER:
            return "La personne ne veut pas de ces courriels."
        if kind.is_reminder and self._is_told_again(row):
            return "Un rappel sur le même sujet date de moins de cinq jours."
        return ""

    def _is_told_again(self, row: Notification) -> bool:
        return any(
            other != row.pk and (state == _State.SENT or other < row.pk)
            for other, state in self.reminded[row.recipient_id, row.about]
        )


def _reminded(
    rows: Iterable[Notification], now: datetime.datetime
) -> defaultdict[tuple[int, str], list[tuple[int, str]]]:
    """By person and subject, the reminders sent lately, and those that are being sent."""
    codes = [kind.code for kind in all_kinds() if kind.is_reminder]
    due = [row for row in rows if row.kind in codes]
    found: defaultdict[tuple[int, str], list[tuple[int, str]]] = defaultdict(list)
    if not due:
        return found
    lately = Q(state=_State.SENT, mail__sent_at__gt=now - BETWEEN_REMINDERS)
    others = Notification.objects.filter(
        lately | Q(state=_State.SENDING),
        kind__in=codes,
        recipient__in={row.recipient_id for row in due},
        about__in={row.about for row in due},
    )
    for person, about, pk, state in others.values_list("recipient", "about", "pk", "state"):
        found[person, about].append((pk, state))
    return found
