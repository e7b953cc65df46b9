"""What the demonstration prepares: objectives of the cycle, agendas, a word of invitation."""

from chantier.lib.french import typeset
from meetings.models import AgendaItem, Meeting, Objective
from members.models import Cycle, CycleObjective

_OF_CYCLE = (
    "Suivre ensemble les mêmes indicateurs d’une année à l’autre",
    "Passer des petits achats aux appels d’offres, clause par clause",
)
_MESSAGE = (
    "Apportez une grille pondérée que vous avez déjà utilisée, même imparfaite. "
    "Le tour de table dure 45 minutes : trois par organisation."
)
# Title, minutes, lead, whether it is the round table.
_HELD = (
    ("Accueil et présentation des nouvelles personnes", 15, "Lou Coordination", False),
    ("Mesures implantées depuis la dernière rencontre", 30, "Maxime Animation", False),
    ("Tour de table", 50, "", True),
    ("Ce qui a aidé, ce qui a nui", 35, "Maxime Animation", False),
    ("Suites et prochaine rencontre", 20, "Lou Coordination", False),
)
# Of the next meeting: by order of its points, the order of the objective served, and a note.
_SERVED = {
    2: (1, "Montrer la liste des indicateurs du portail à l’écran."),
    4: (2, "Trois grilles reçues; demander la permission de les partager."),
    5: (3, ""),
}


def ensure_preparations(cycle: Cycle) -> None:
    """Once for each meeting: what staff have written since stays."""
    for order, text in enumerate(_OF_CYCLE, start=1):
        CycleObjective.objects.get_or_create(
            code=f"DEMO-CYCLE-O{order}",
            defaults={"cycle": cycle, "text": typeset(text), "order": order},
        )
    held = Meeting.objects.filter(code="DEMO-TENUE", agenda=None).first()
    if held is not None:
        _lay_agenda(held)
    coming = Meeting.objects.filter(code="DEMO-PROCHAINE", message="", version=1).first()
    if coming is not None:
        _prepare(coming)


def _lay_agenda(meeting: Meeting) -> None:
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting,
            order=order,
            title=typeset(title),
            minutes=minutes,
            lead=lead,
            is_round_table=is_round_table,
        )
        for order, (title, minutes, lead, is_round_table) in enumerate(_HELD, start=1)
    )


def _prepare(meeting: Meeting) -> None:
    meeting.message = typeset(_MESSAGE)
    meeting.save(update_fields=["message"])
    objectives = {row.order: row for row in meeting.objectives.all()}
    for item in meeting.agenda.filter(order__in=_SERVED):
        order, note = _SERVED[item.order]
        item.objective, item.note = objectives.get(order), item.note or typeset(note)
        item.save(update_fields=["objective", "note"])
    left = Objective.objects.filter(carried_to=meeting).first()
    if left is not None:
        meeting.objectives.filter(text=left.text).update(carried_from=left)
