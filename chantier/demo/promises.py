"""What a few fictional members promised at the last meeting, and what they answered since."""

import datetime
import random
import uuid
from dataclasses import dataclass

from django.utils import timezone

from chantier.demo.dates import at_office, days, workday
from chantier.lib.french import typeset
from measures.actions.audit import subject_of
from measures.models import Implementation, ImplementationEvent, Measure
from meetings.acts.promises import (
    Terms,
    accept_proposal,
    decline_proposal,
    make_promise,
    record_of,
)
from meetings.acts.transmitting import SENT, send_promises
from meetings.models import Commitment, Meeting, RoundTableEntry
from members.models import AuditEntry, Organization, User


@dataclass(frozen=True)
class _Promise:
    organization: str
    measure: str
    # How many days after the meeting it is due.
    within: int
    # Empty: the next action of the card.
    text: str = ""
    accepted: bool = False
    declined: str = ""
    # Noted once the others had left: it waits for the synthesis.
    late: bool = False


_PROMISES = (
    _Promise("val-clement", "M5-08", 120),
    _Promise(
        "val-clement", "M2-08", 60, "Relancer le projet pilote avec deux services", accepted=True
    ),
    _Promise("mrc-deux-collines", "", 90),
    _Promise("energie-boreale", "M3-02", 150, accepted=True),
    _Promise(
        "cegep-pointe-aux-erables",
        "",
        200,
        declined="Le contrat d’entretien court encore deux ans; nous y reviendrons à son échéance.",
    ),
    _Promise(
        "cegep-pointe-aux-erables",
        "",
        90,
        "Rencontrer deux EÉS d’entretien avant la fin du contrat en cours",
        late=True,
    ),
)


def ensure_promises(
    organizations: list[Organization],
    teams: dict[int, list[User]],
    *,
    today: datetime.date,
    by: User,
) -> None:
    """Once: what is promised and answered in the demonstration afterwards stays."""
    if Commitment.objects.filter(organization__in=organizations).exists():
        return
    rng = random.Random(202_110)  # noqa: S311 - a fixed draw, not a secret
    cards = RoundTableEntry.objects.filter(meeting__code="DEMO-TENUE").select_related(
        "meeting", "organization"
    )
    by_slug = {card.organization.slug: card for card in cards}
    made = [
        (_make(by_slug[told.organization], told, rng, by), told)
        for told in _PROMISES
        if not told.late
    ]
    _send(by_slug["val-clement"].meeting, by)
    for row, told in made:
        if told.accepted or told.declined:
            row.refresh_from_db()
            _answer(row, told, rng, today, teams[row.organization_id][0])
    for told in _PROMISES:
        if told.late:
            _make(by_slug[told.organization], told, rng, by)


def _make(card: RoundTableEntry, told: _Promise, rng: random.Random, by: User) -> Commitment:
    moment = at_office(rng, card.meeting.held_on)
    row = make_promise(
        entry=card,
        text=typeset(told.text) or card.next_action,
        measure=Measure.objects.filter(code=told.measure).first(),
        due_on=workday(card.meeting.held_on + days(told.within)),
        submission_key=uuid.UUID(int=rng.getrandbits(128), version=4),
        by=by,
    )
    row.created_at = moment
    row.save(update_fields=["created_at"])
    AuditEntry.objects.filter(subject=subject_of(row)).update(at=moment)
    return row


def _send(meeting: Meeting, by: User) -> None:
    """The staff did not wait for the synthesis: the next working day."""
    for row in send_promises(meeting=meeting, by=by):
        moment = max(row.created_at, min(row.created_at + days(1), timezone.now()))
        Commitment.objects.filter(pk=row.pk).update(sent_at=moment)
        AuditEntry.objects.filter(subject=subject_of(row), action=SENT).update(at=moment)


def _answer(
    row: Commitment, told: _Promise, rng: random.Random, today: datetime.date, member: User
) -> None:
    """In the fortnight after the meeting, as far as it has passed."""
    day = workday(min(row.meeting.held_on + days(rng.randint(3, 14)), today))
    moment = min(max(at_office(rng, day), _last_word(row)), timezone.now())
    if told.accepted:
        _accept(row, moment, member)
    else:
        decline_proposal(commitment=row, answer=typeset(told.declined), by=member)
    Commitment.objects.filter(pk=row.pk).update(answered_at=moment)
    lines = AuditEntry.objects.filter(subject=subject_of(row), actor=member)
    lines.update(at=moment)


def _last_word(row: Commitment) -> datetime.datetime:
    """A record is not told backwards: what is answered comes after its last change."""
    record = record_of(row)
    line = record.events.order_by("-at").first() if record else None
    received = row.sent_at or row.created_at
    return max(line.at + datetime.timedelta(hours=1), received) if line else received


def _accept(row: Commitment, moment: datetime.datetime, member: User) -> None:
    """The date of the promise, and whoever led the record, unless it is shut."""
    known = record_of(row)
    version = known.version if known else 0
    terms = Terms(version, planned_for=row.due_on, lead=known.lead if known else "")
    record = accept_proposal(commitment=row, terms=terms, by=member)
    if record.version == version:
        return
    lines = ImplementationEvent.objects.filter(implementation=record, version=record.version)
    lines.update(at=moment)
    moments = {"updated_at": moment} | ({} if known else {"created_at": moment})
    Implementation.objects.filter(pk=record.pk).update(**moments)
