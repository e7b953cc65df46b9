"""The cycles and the meetings around today, the webinar of 2021, and who came."""

import datetime
import random
from typing import Any

from django.conf import settings

from benefits.models import SocialEnterprise
from chantier.demo.dates import chantier_year, days, workday
from chantier.lib import seeds
from chantier.lib.french import typeset
from meetings.models import (
    Attendance,
    Meeting,
    Objective,
    PointKind,
    Synthesis,
    SynthesisPoint,
)
from members.models import Cycle, Organization, Term, User

_ENTERPRISES = settings.BASE_DIR / "benefits" / "seed" / "enterprises_demo.toml"
# A caterer, a cleaner and one that gives computers a second life.
_PRESENTED = ("EES-01", "EES-02", "EES-03")
_PRESENT = {"R1": 9, "R2": 11, "R3": 12, "R4": 10, "R5": 12}


def ensure_cycles(today: datetime.date) -> tuple[Cycle, Cycle]:
    """The cycle under way and the one before it."""
    year = chantier_year(today)
    return _ensure_cycle(year), _ensure_cycle(year - 1)


def _ensure_cycle(year: int) -> Cycle:
    cycle, _ = Cycle.objects.get_or_create(
        label=f"{year}-{year + 1}",
        defaults={
            "starts_on": datetime.date(year, 9, 1),
            "ends_on": datetime.date(year + 1, 8, 31),
            "report_due_on": datetime.date(year + 1, 9, 30),
        },
    )
    return cycle


def ensure_enterprises() -> list[SocialEnterprise]:
    """The fictional enterprises; return the guests of the webinar."""
    items = seeds.load(_ENTERPRISES)
    guests = {item["code"] for item in items if item.pop("webinar")}
    terms = seeds.by_code(Term)
    rows = seeds.upsert(
        SocialEnterprise,
        [item | {"is_fictional": True} for item in items],
        targets=dict.fromkeys(("legal_form", "region", "served_regions", "tags", "sectors"), terms),
    )
    SocialEnterprise.objects.note_reach()
    return [row for code, row in rows.items() if code in guests]


def ensure_meetings(
    organizations: list[Organization],
    guests: list[SocialEnterprise],
    cycle: Cycle,
    *,
    today: datetime.date,
    by: User,
) -> None:
    """Attendance of 2021, the webinar, the last meeting, the next and a draft; once each."""
    for meeting in Meeting.objects.filter(code__in=_PRESENT, attendances=None):
        _attend(meeting, organizations, _PRESENT[meeting.code])
    if Meeting.objects.filter(code="DEMO-WEBINAIRE").exists():
        return
    _hold_webinar(organizations, guests)
    # A cycle that began last week has no room for a meeting three weeks ago.
    held = _hold_meeting(organizations, max(cycle.starts_on, today - days(21)), cycle, by)
    _convene_meeting(held, today + days(21), cycle)
    _announce_webinar(today + days(35), cycle)
    _draft_workshop(today + days(49), cycle)


def _attend(meeting: Meeting, organizations: list[Organization], number: int) -> None:
    rng = random.Random(meeting.code)  # noqa: S311 - a fixed draw, not a secret
    present = {row.pk for row in rng.sample(organizations, number)}
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, organization=row, present=row.pk in present)
        for row in organizations
    )


def _create(code: str, title: str, objectives: list[str], **fields: Any) -> Meeting:
    meeting = Meeting.objects.create(
        code=code,
        title=typeset(f"{title} (démonstration)"),
        slug=f"{code.lower()}-{fields['held_on']}",
        **fields,
    )
    outcome = Objective.Outcome.REACHED if meeting.is_past else Objective.Outcome.PENDING
    Objective.objects.bulk_create(
        Objective(
            meeting=meeting,
            code=f"{code}-O{order}",
            order=order,
            text=typeset(text),
            outcome=outcome,
        )
        for order, text in enumerate(objectives, start=1)
    )
    return meeting


def _hold_webinar(organizations: list[Organization], guests: list[SocialEnterprise]) -> None:
    meeting = _create(
        "DEMO-WEBINAIRE",
        "Cinq EÉS, cinq missions, cinq régions",
        ["Faire connaître une offre plus large que le traiteur et l’entretien"],
        cycle=Cycle.objects.get(label="2020-2021"),
        kind=Meeting.Kind.WEBINAR,
        held_on=datetime.date(2021, 7, 6),
        starts_at=datetime.time(12),
        ends_at=datetime.time(13, 15),
        place="Visioconférence",
        state=Meeting.State.CLOSED,
    )
    meeting.guests.set(guests)
    _attend(meeting, organizations, 11)


def _hold_meeting(
    organizations: list[Organization], day: datetime.date, cycle: Cycle, by: User
) -> Meeting:
    """Held, its synthesis begun but not published: the facilitator's next task."""
    meeting = _create(
        "DEMO-TENUE",
        "Retour sur les achats de l’année",
        [
            "Faire le point sur les mesures implantées depuis la dernière rencontre",
            "Mettre en commun ce qui a aidé et ce qui a nui",
            "Choisir les indicateurs à suivre ensemble",
        ],
        cycle=cycle,
        held_on=workday(day),
        starts_at=datetime.time(13, 30),
        ends_at=datetime.time(16),
        place="Visioconférence",
        state=Meeting.State.HELD,
    )
    _attend(meeting, organizations, 8)
    _begin_synthesis(meeting, by)
    return meeting


def _begin_synthesis(meeting: Meeting, by: User) -> None:
    synthesis = Synthesis.objects.create(meeting=meeting, updated_by=by)
    points = [
        (PointKind.FINDING, "Les petits achats restent la porte d’entrée la plus simple"),
        (PointKind.BARRIER, "Les données manquent encore, car peu de systèmes marquent les EÉS"),
        (PointKind.DECISION, "Un modèle de formulaire d’effets sera essayé par trois membres"),
        (PointKind.NEXT_STEP, "Partager les grilles pondérées avant la prochaine rencontre"),
    ]
    SynthesisPoint.objects.bulk_create(
        SynthesisPoint(synthesis=synthesis, order=order, kind=kind, text=typeset(text))
        for order, (kind, text) in enumerate(points, start=1)
    )


def _convene_meeting(held: Meeting, day: datetime.date, cycle: Cycle) -> None:
    meeting = _create(
        "DEMO-PROCHAINE",
        "Indicateurs communs et grilles pondérées",
        [
            "Choisir les indicateurs à suivre ensemble",
            "Comparer trois grilles pondérées déjà utilisées",
            "Préparer le dépôt des rapports annuels",
        ],
        cycle=_cycle_of(day, cycle),
        held_on=workday(day),
        starts_at=datetime.time(13, 30),
        ends_at=datetime.time(16),
        place="Visioconférence",
        state=Meeting.State.CONVENED,
    )
    Objective.objects.filter(meeting=held, order=3).update(
        outcome=Objective.Outcome.CARRIED_OVER, carried_to=meeting
    )


def _announce_webinar(day: datetime.date, cycle: Cycle) -> None:
    """Convened, and presented to those who visit the portal."""
    webinar = _create(
        "DEMO-WEBINAIRE-PUBLIC",
        "Traiteurs, entretien et réemploi, trois EÉS à découvrir",
        ["Faire connaître trois EÉS qui livrent dans plusieurs régions"],
        cycle=_cycle_of(day, cycle),
        kind=Meeting.Kind.WEBINAR,
        held_on=workday(day),
        starts_at=datetime.time(12),
        ends_at=datetime.time(13),
        place="Visioconférence",
        public_text=typeset(
            "Trois entreprises d’économie sociale fictives présentent leur offre en quinze minutes "
            "chacune, puis répondent aux questions des acheteurs et acheteuses."
        ),
        state=Meeting.State.CONVENED,
    )
    webinar.guests.set(SocialEnterprise.objects.filter(code__in=_PRESENTED))


def _draft_workshop(day: datetime.date, cycle: Cycle) -> None:
    """Still without a place: staff read what it lacks before they convene it."""
    _create(
        "DEMO-BROUILLON",
        "Écrire une clause ensemble",
        ["Écrire une clause d’insertion à partir d’un cas réel"],
        cycle=_cycle_of(day, cycle),
        kind=Meeting.Kind.WORKSHOP,
        held_on=workday(day),
        starts_at=datetime.time(9, 30),
        ends_at=datetime.time(11, 30),
        message=typeset("Apportez un devis ou un appel d’offres que vous préparez."),
        state=Meeting.State.DRAFT,
    )


def _cycle_of(day: datetime.date, cycle: Cycle) -> Cycle:
    """Near the end of a cycle, what comes falls in the following one."""
    return cycle if day <= cycle.ends_on else _ensure_cycle(cycle.starts_on.year + 1)
