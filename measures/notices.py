"""What the people of a register are told by mail."""

import datetime

from django.db.models import QuerySet

from chantier.lib.french import NBSP
from measures.models import EvidenceRequest
from members.models import MailTopic, Membership, Notification, Organization, User
from members.notifications import Kind, Message, forget, notify, register
from members.roles import ROLE_PERMISSIONS, Permission

_MAY_ANSWER = [
    role
    for role, permissions in ROLE_PERMISSIONS.items()
    if Permission.IMPLEMENTATION_EDIT in permissions
]


def tell_asked(request: EvidenceRequest, *, by: User) -> None:
    """Tell those who may answer that ECPAR staff ask for an evidence."""
    organization = request.implementation.organization
    people = User.objects.filter(
        is_active=True, pk__in=_who_may_answer(organization).values("user")
    )
    notify(
        kind=ASKED.code,
        about=request,
        recipients=people.exclude(pk=by.pk),
        organization=organization,
        key=str(request.pk),
        by=by,
    )


def forget_asked(request: EvidenceRequest, *, reason: str) -> None:
    forget(kind=ASKED.code, about=request, reason=reason)


def _who_may_answer(organization: Organization) -> QuerySet[Membership]:
    return Membership.objects.filter(organization=organization, role__in=_MAY_ANSWER).order_by()


def _asked(notification: Notification) -> Message | None:
    """Nothing once it is settled, or when the person may no longer answer."""
    rows = EvidenceRequest.objects.waiting().select_related(
        "implementation__organization", "implementation__measure", "asked_by"
    )
    request = rows.filter(pk=notification.about.rpartition(":")[2]).first()
    if request is None:
        return None
    record = request.implementation
    may_answer = _who_may_answer(record.organization)
    if not may_answer.filter(user=notification.recipient).exists():
        return None
    told = (
        f"{request.asked_by}, de l’ECPAR, demande une preuve à votre organisation, "
        f"{record.organization}{NBSP}:"
    )
    return Message(
        subject=f"Preuve demandée{NBSP}: {record.title}",
        paragraphs=(
            told,
            f"«{NBSP}{request.message}{NBSP}»",
            "Vous pouvez joindre une preuve, répondre par un texte, ou les deux.",
        ),
        path=f"{record.get_absolute_url()}#demandes",
        link="Répondre à la demande",
    )


ASKED = Kind(
    code="evidence_requested",
    label="Preuve demandée",
    topic=MailTopic.REGISTER,
    compose=_asked,
    # Time for staff to take back a request sent by mistake.
    delay=datetime.timedelta(minutes=10),
    # The title of a record is the organization's, and its sharing may have been narrowed since.
    is_open_to_staff=False,
)
register(ASKED)
