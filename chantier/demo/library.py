"""The evidence library of two fictional members, and what ECPAR asks them for."""

import datetime
import random
import uuid
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from chantier.demo.dates import at_office, days, workday
from chantier.demo.documents import purchases_file, text_file
from measures.actions import NewEvidence
from measures.actions.evidence import add_to_library, replace_content, set_records
from measures.actions.requests import answer_request, ask_evidence
from measures.models import (
    Evidence,
    EvidenceRequest,
    EvidenceVersion,
    Implementation,
    ImplementationEvent,
)
from measures.statuses import OPEN, Status
from members.models import AuditEntry, Organization, User
from members.sharing import SHARED_WITH_STAFF, SharingLevel

_CITY, _MRC = "val-clement", "mrc-deux-collines"
_FICTION = "Document fictif, produit pour la démonstration du portail.\r\n"


@dataclass(frozen=True)
class _Clock:
    """Moments at the office, some days before today."""

    rng: random.Random
    today: datetime.date

    def days_ago(self, number: int) -> datetime.datetime:
        moment = at_office(self.rng, workday(self.today - days(number)))
        return min(moment, timezone.now())


def ensure_library(
    organizations: list[Organization],
    teams: dict[int, list[User]],
    *,
    today: datetime.date,
    staff: User,
) -> None:
    """Fill the libraries once: while nobody has been asked for anything."""
    if EvidenceRequest.objects.filter(implementation__organization__in=organizations).exists():
        return
    by_slug = {organization.slug: organization for organization in organizations}
    clock = _Clock(random.Random(202_102), today)  # noqa: S311 - a fixed draw, not a secret
    city, mrc = by_slug[_CITY], by_slug[_MRC]
    _fill(city, teams[city.pk], clock)
    _ask(city, mrc, teams[mrc.pk][-1], clock, staff)


def _fill(city: Organization, team: list[User], clock: _Clock) -> None:
    """One piece for several measures, in two versions; one expired, one soon; one that waits."""
    records = list(city.implementations.filter(status=Status.IMPLEMENTED).order_by("pk"))
    member, manager = team[0], team[-1]
    table = _add(city, purchases_file(1), member, clock.days_ago(120))
    _join(table, records[:3], member, clock.days_ago(120))
    replaced = clock.days_ago(35)
    replace_content(evidence=table, piece=purchases_file(2), expires_on=None, by=manager)
    EvidenceVersion.objects.filter(evidence=table).update(replaced_at=replaced)
    AuditEntry.objects.filter(organization=city, at__gt=replaced).update(at=replaced)
    _date_events(table.implementations.all(), replaced)
    certificate = text_file(
        "Attestation-entretien-menager.txt",
        f"{_FICTION}Attestation de conformité de l’entreprise qui entretient les locaux.\r\n",
    )
    expired = _add(city, certificate, member, clock.days_ago(400), clock.today - days(20))
    _join(expired, records[3:4], member, clock.days_ago(390))
    insurance = text_file(
        "Certificat-d-assurance-traiteur.txt",
        f"{_FICTION}Assurance de responsabilité civile de l’entreprise d’économie sociale.\r\n",
    )
    soon = _add(city, insurance, manager, clock.days_ago(320), clock.today + days(30))
    _join(soon, records[4:5], manager, clock.days_ago(320))
    directory = NewEvidence(
        "Répertoire régional des EÉS", url="https://val-clement.example/repertoire"
    )
    _add(city, directory, member, clock.days_ago(8))


def _add(
    organization: Organization,
    piece: NewEvidence,
    by: User,
    moment: datetime.datetime,
    expires_on: datetime.date | None = None,
) -> Evidence:
    (row,) = add_to_library(
        organization=organization,
        pieces=[piece],
        sharing=SharingLevel.COORDINATION,
        expires_on=expires_on,
        submission_key=uuid.uuid4(),
        by=by,
    )
    Evidence.objects.filter(pk=row.pk).update(created_at=moment)
    return row


def _join(
    piece: Evidence, records: list[Implementation], by: User, moment: datetime.datetime
) -> None:
    set_records(evidence=piece, join=records, by=by)
    # A piece is never joined before its record was added.
    for record in records:
        _date_events([record], max(moment, record.created_at))


def _ask(city: Organization, mrc: Organization, answerer: User, clock: _Clock, staff: User) -> None:
    """A request that waits, a late one, and one that was answered."""
    shared = Implementation.objects.filter(sharing__in=SHARED_WITH_STAFF).order_by("pk")
    waiting = shared.filter(organization=city, status=Status.IMPLEMENTED).last()
    late = shared.filter(organization=mrc, status=Status.IMPLEMENTED).first()
    answered = shared.filter(organization=mrc, status__in=OPEN).first()
    _asked(
        waiting, "La résolution ou le bon de commande, pour la prochaine synthèse.", 5, clock, staff
    )
    _asked(late, "Un extrait du document adopté suffirait, une page ou deux.", 21, clock, staff)
    request = _asked(answered, "Où en est le projet pilote?", 60, clock, staff)
    if request is None:
        return
    answer_request(
        request=request,
        answer="Le projet commence à l’automne; le compte rendu suivra à la première rencontre.",
        pieces=[],
        by=answerer,
    )
    moment = clock.days_ago(53)
    EvidenceRequest.objects.filter(pk=request.pk).update(closed_at=moment)
    _date_events([request.implementation], moment)


def _asked(
    record: Implementation | None, message: str, ago: int, clock: _Clock, staff: User
) -> EvidenceRequest | None:
    if record is None:
        return None
    asked = ask_evidence(
        implementation=record, message=message, submission_key=uuid.uuid4(), by=staff
    )
    moment = max(clock.days_ago(ago), record.created_at)
    EvidenceRequest.objects.filter(pk=asked.pk).update(asked_at=moment)
    _date_events([record], moment)
    return asked


def _date_events(
    records: QuerySet[Implementation] | list[Implementation], moment: datetime.datetime
) -> None:
    """Date the newest line of evidence of each record: everything was written now."""
    for record in records:
        line = record.events.filter(kind=ImplementationEvent.Kind.EVIDENCE).latest("pk")
        ImplementationEvent.objects.filter(pk=line.pk).update(at=moment)
