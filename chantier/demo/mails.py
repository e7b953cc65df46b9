"""What the portal wrote to people: mails that left, and one that its server refused."""

import datetime
from typing import Any

from django.utils import timezone

from chantier.demo.people import ACCOUNTS
from chantier.lib.french import NBSP
from measures.models import EvidenceRequest
from measures.notices import ASKED
from meetings.invitations import INVITATION
from meetings.models import Meeting, MeetingAnswer, Synthesis
from meetings.notices.syntheses import PUBLISHED
from members.models import Mail, Notification, Organization, User
from members.models.mail import about
from members.notifications.kinds import kind_of
from members.notifications.outcomes import mark_sent, write_mail

_REFUSAL = f"Le serveur de courriel a refusé{NBSP}: 552 5.2.2 Boîte de réception pleine"
_TRIES = 6


def ensure_mails(organizations: list[Organization]) -> None:
    """Once: the next meeting, the newest synthesis and the evidence that waits were told."""
    if Mail.objects.exists():
        return
    _tell_of_the_next_meeting()
    people = list(User.objects.filter(email__in=[account.email for account in ACCOUNTS]))
    published = Synthesis.objects.exclude(versions=None).order_by("-meeting__held_on").first()
    if published:
        moment = published.versions.all()[0].published_at
        members = [one for one in people if not one.portal_role]
        mails = [_told(one, PUBLISHED.code, published, None, moment) for one in members]
        _refuse([mail for mail in mails if mail][-1:])
    waiting = EvidenceRequest.objects.waiting().filter(
        implementation__organization__in=organizations
    )
    for request in waiting.select_related("implementation__organization"):
        organization = request.implementation.organization
        for person in people:
            if person.memberships.filter(organization=organization).exists():
                _told(person, ASKED.code, request, organization, request.asked_at)


def _tell_of_the_next_meeting() -> None:
    """Without its invitation, nobody would hear of what changes, nor of its cancellation."""
    rows = MeetingAnswer.objects.filter(meeting__code="DEMO-PROCHAINE").exclude(told={})
    for row in rows.select_related("meeting", "user").order_by("pk"):
        _told(row.user, INVITATION, row.meeting, None, row.invited_at, {"told": row.told})


def _told(
    person: User,
    kind: str,
    subject: EvidenceRequest | Meeting | Synthesis,
    organization: Organization | None,
    moment: datetime.datetime,
    data: dict[str, Any] | None = None,
) -> Mail | None:
    """The mail that the sending process would have written ten minutes after the act."""
    later = min(moment + datetime.timedelta(minutes=10), timezone.now())
    row = Notification(
        recipient=person,
        kind=kind,
        about=about(subject),
        organization=organization,
        data=data or {},
        due_at=later,
    )
    message = kind_of(kind).compose(row)
    if message is None:
        return None
    row.save()
    mail = write_mail([row], [message])
    mark_sent(mail, [row], later)
    Mail.objects.filter(pk=mail.pk).update(created_at=later)
    Notification.objects.filter(pk=row.pk).update(created_at=moment)
    return mail


def _refuse(mails: list[Mail]) -> None:
    for mail in mails:
        Mail.objects.filter(pk=mail.pk).update(
            state=Mail.State.FAILED, sent_at=None, error=_REFUSAL, attempts=_TRIES
        )
        mail.notifications.update(state=Notification.State.FAILED, reason=_REFUSAL)
