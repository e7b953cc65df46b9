"""The agenda of the next meeting, and what a few fictional members said at the last one."""

from chantier.lib.french import typeset
from meetings.models import AgendaItem, Meeting, RoundTableEntry, RoundTableRevision
from members.models import Organization, User

_AGENDA = [
    ("Accueil et suites de la dernière rencontre", 15, "Lou Coordination", False),
    ("Indicateurs à suivre ensemble", 35, "Maxime Animation", False),
    ("Tour de table", 45, "", True),
    ("Trois grilles pondérées comparées", 35, "Maxime Animation", False),
    ("Suites et prochaine rencontre", 20, "Lou Coordination", False),
]
# By slug: done, next action, need.
_CARDS = {
    "val-clement": (
        "La clause d’insertion est dans deux appels d’offres d’entretien.",
        "Faire le bilan des deux contrats avec le service juridique.",
        "Un exemple de suivi de clause en cours de contrat.",
    ),
    "mrc-deux-collines": (
        "Une tournée de quatre EÉS de la région, avec cinq acheteurs.",
        "Écrire la déclaration d’intention et la présenter au conseil.",
        "",
    ),
    "energie-boreale": (
        "",
        "Marquer les EÉS dans le dossier fournisseur avant l’été.",
        "Savoir comment d’autres tiennent cette liste à jour.",
    ),
    "cegep-pointe-aux-erables": (
        "Le traiteur des événements est une EÉS depuis septembre.",
        "Essayer le même achat pour l’entretien des espaces verts.",
        "Une liste d’EÉS paysagères.",
    ),
}


def ensure_rooms(organizations: list[Organization], *, by: User) -> None:
    """Once for each meeting: what staff have written since stays."""
    coming = Meeting.objects.filter(code="DEMO-PROCHAINE", agenda=None).first()
    if coming is not None:
        AgendaItem.objects.bulk_create(
            AgendaItem(
                meeting=coming,
                order=order,
                title=typeset(title),
                minutes=minutes,
                lead=lead,
                is_round_table=is_round_table,
            )
            for order, (title, minutes, lead, is_round_table) in enumerate(_AGENDA, start=1)
        )
    held = Meeting.objects.filter(code="DEMO-TENUE", entries=None).first()
    if held is not None:
        for order, organization in enumerate(organizations, start=1):
            _write(held, organization, order, by)


def _write(meeting: Meeting, organization: Organization, order: int, by: User) -> None:
    texts = [typeset(text) for text in _CARDS.get(organization.slug, ("", "", ""))]
    done, next_action, need = texts
    entry = RoundTableEntry.objects.create(
        meeting=meeting,
        organization=organization,
        order=order,
        done=done,
        next_action=next_action,
        need=need,
        updated_by=by if any(texts) else None,
    )
    if any(texts):
        RoundTableRevision.objects.create(
            entry=entry, number=1, done=done, next_action=next_action, need=need, author=by
        )
