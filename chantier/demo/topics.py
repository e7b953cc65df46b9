"""Topics that fictional members propose, documents of their meetings, what the webinar showed."""

import datetime
import random
import uuid
from dataclasses import dataclass

from django.utils import timezone

from chantier.demo.dates import at_office, days, workday
from chantier.demo.documents import handout
from chantier.lib.french import typeset
from measures.actions.audit import subject_of
from meetings.acts.documents import NewDocument, add_document
from meetings.acts.topics import decline_topic, propose_topic
from meetings.models import AgendaItem, Meeting, MeetingDocument, Topic
from members.models import AuditEntry, Organization, Term, User

_THEMES = (
    "sector:alimentation",
    "sector:textile",
    "sector:entretien",
    "sector:impression",
    "region:06",
    "region:04",
    "social_purpose:habitation",
)
_ROLE = MeetingDocument.Role


@dataclass(frozen=True)
class _Proposed:
    organization: str
    # How many days ago.
    ago: int
    title: str
    why: str
    # The point of the agenda that takes it up, or why none does.
    point: str = ""
    declined: str = ""


_TOPICS = (
    _Proposed(
        "val-clement",
        6,
        "Vérifier le statut d’EÉS d’un fournisseur",
        "Deux acheteuses se sont demandé quels papiers suffisent. Comment faites-vous?",
    ),
    _Proposed(
        "cegep-pointe-aux-erables",
        9,
        "Une journée de visites d’EÉS paysagères",
        "",
    ),
    _Proposed(
        "val-clement",
        18,
        "Comparer nos grilles pondérées",
        "La nôtre date de 2019 et donne trop peu de points à la qualité.",
        point="Trois grilles pondérées comparées",
    ),
    _Proposed(
        "energie-boreale",
        20,
        "Négocier une entente de réciprocité entre membres",
        "Pour acheter les uns par les autres.",
        declined="Le chantier ne négocie pas d’ententes. L’animation vous met en lien avec deux "
        "regroupements d’achats qui en ont l’habitude.",
    ),
)


def ensure_topics(
    organizations: list[Organization],
    teams: dict[int, list[User]],
    *,
    today: datetime.date,
    by: User,
) -> None:
    """Once: what is proposed and answered in the demonstration afterwards stays."""
    if Topic.objects.filter(organization__in=organizations).exists():
        return
    rng = random.Random(202_111)  # noqa: S311 - a fixed draw, not a secret
    by_slug = {row.slug: row for row in organizations}
    for told in _TOPICS:
        organization = by_slug[told.organization]
        row = propose_topic(
            organization=organization,
            title=typeset(told.title),
            why=typeset(told.why),
            submission_key=uuid.UUID(int=rng.getrandbits(128), version=4),
            by=teams[organization.pk][0],
        )
        moment = at_office(rng, workday(today - days(told.ago)))
        Topic.objects.filter(pk=row.pk).update(created_at=moment)
        AuditEntry.objects.filter(subject=subject_of(row)).update(at=moment)
        _answer(row, told, moment + days(3), by)


def _answer(row: Topic, told: _Proposed, moment: datetime.datetime, by: User) -> None:
    if told.declined:
        decline_topic(topic=row, answer=typeset(told.declined), by=by)
    elif told.point:
        _put_on_agenda(row, told.point, by)
    moment = min(moment, timezone.now())
    Topic.objects.filter(pk=row.pk, answered_by=by).update(answered_at=moment)
    AuditEntry.objects.filter(subject=subject_of(row), actor=by).update(at=moment)


def _put_on_agenda(row: Topic, point: str, by: User) -> None:
    """The point is there already: it came from this topic."""
    item = AgendaItem.objects.filter(
        meeting__code="DEMO-PROCHAINE", title=typeset(point), topic=None
    ).first()
    if item is None:
        return
    item.topic = row
    item.save(update_fields=["topic"])
    Topic.objects.filter(pk=row.pk).update(
        state=Topic.State.TAKEN,
        meeting=item.meeting,
        answer=typeset("Merci : d’autres membres en ont parlé aussi."),
        answered_by=by,
        answered_at=timezone.now(),
    )


def ensure_documents(*, by: User) -> None:
    """What is read before the next meeting, and what remains of the webinar; once each."""
    coming = Meeting.objects.filter(code="DEMO-PROCHAINE", documents=None).first()
    if coming is not None:
        piece = handout()
        title = typeset("Trois grilles pondérées à comparer")
        _add(coming, NewDocument(_ROLE.BEFORE, title, piece.upload, piece.checked), by)
    webinar = Meeting.objects.filter(code="DEMO-WEBINAIRE", documents=None).first()
    if webinar is not None:
        where = "https://exemple.example/webinaire-2021"
        title = "Le webinaire, en entier (75 minutes)"
        _add(webinar, NewDocument(_ROLE.RECORDING, title, url=where), by)
        title = "Les cinq EÉS en cinq fiches"
        _add(webinar, NewDocument(_ROLE.MATERIAL, title, url=f"{where}/fiches"), by)
        webinar.themes.set(Term.objects.filter(code__in=_THEMES))


def _add(meeting: Meeting, document: NewDocument, by: User) -> None:
    add_document(meeting=meeting, document=document, submission_key=uuid.uuid4(), by=by)
