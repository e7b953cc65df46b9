"""Proposals that reach the register of an organization, told to those who may answer them."""

import datetime
from collections.abc import Sequence

from django.urls import reverse
from django.utils.text import Truncator

from chantier.lib import french
from meetings.audience import may_answer
from meetings.models import Commitment, RoundTableEntry
from meetings.notices.subjects import found
from members.models import MailTopic, Notification, User
from members.notifications import Kind, Message, forget, notify, register

_MOST_TOLD = 5
_NBSP = french.NBSP


def tell_proposals(promises: Sequence[Commitment], *, by: User) -> None:
    """One notification a person for each card: promises that follow each other are told at once."""
    last = {row.entry_id: row for row in promises}
    people = may_answer({row.organization_id for row in promises})
    for row in last.values():
        # The card is of one organization and one meeting.
        forget(kind=RECEIVED.code, about=row.entry, reason="d’autres propositions ont suivi")
        notify(
            kind=RECEIVED.code,
            about=row.entry,
            recipients=people.get(row.organization_id, ()),
            organization=row.organization,
            key=str(row.pk),
            by=by,
        )


def _received(notification: Notification) -> Message | None:
    """What still waits for an answer; None when all has one."""
    entry = found(RoundTableEntry.objects.select_related("meeting", "organization"), notification)
    waiting = list(Commitment.objects.unanswered().filter(entry=entry).order_by("pk"))
    if entry is None or not waiting:
        return None
    count = len(waiting)
    meeting, organization = entry.meeting, entry.organization
    noun = f"{count}{_NBSP}proposition{french.plural(count)}"
    told = [f"«{_NBSP}{Truncator(row.text).chars(200)}{_NBSP}»" for row in waiting[:_MOST_TOLD]]
    if count > _MOST_TOLD:
        told.append(f"Et {count - _MOST_TOLD} de plus.")
    verb = "attend" if count == 1 else "attendent"
    return Message(
        subject=f"{organization.short_name}{_NBSP}: {noun} {meeting.of_heading}",
        paragraphs=(
            (
                f"Ce que {organization.name} a promis {meeting.to_heading}, le "
                f"{french.long_date(meeting.held_on)}, {verb} votre réponse{_NBSP}:"
            ),
            *told,
            (
                "Rien n’entre au registre avant votre réponse. Une proposition s’accepte, "
                "se change ou se décline."
            ),
        ),
        path=reverse("meetings:proposal_list", kwargs={"org_slug": organization.slug}),
        link="Répondre à la proposition" if count == 1 else "Répondre aux propositions",
    )


RECEIVED = Kind(
    code="proposals_received",
    label="Propositions reçues",
    topic=MailTopic.REGISTER,
    compose=_received,
    # A promise taken back at once, or followed by another, makes one mail or none.
    delay=datetime.timedelta(minutes=10),
    is_open_to_staff=True,
)
register(RECEIVED)
