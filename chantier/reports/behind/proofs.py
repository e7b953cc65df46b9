"""What stands behind the evidence and the meetings that a report counts."""

from __future__ import annotations

from typing import Any

from chantier.lib import french
from chantier.reports.behind.shape import Asked, Behind, Group, Row, parted
from chantier.reports.register import is_implemented_in, register_of
from chantier.reports.summary import is_described
from measures.models import Evidence
from meetings.participation.rates import Cell, Presence, counted_meetings, is_meeting, line_of

_PIECES = {
    "comptees": "Comptées",
    "hors-periode": "Jointes à d’autres mesures seulement",
    "sans-mesure": "Jointes à aucune mesure",
}


def evidence(asked: Asked) -> Behind:
    """Four queries: the register and its evidence, and the evidence that proves nothing of it."""
    records = register_of(asked.organization, asked.period)
    proves: dict[int, list[Any]] = {}
    for record in records:
        for piece in record.evidence.all():
            proves.setdefault(piece.pk, []).append(record)

    def of_period(piece: Evidence) -> list[Any]:
        return [row for row in proves.get(piece.pk, ()) if is_implemented_in(row, asked.period)]

    def group(piece: Evidence) -> str:
        if of_period(piece):
            return "comptees"
        return "hors-periode" if piece.pk in proves else "sans-mesure"

    def row(piece: Evidence) -> Row:
        piece.organization = asked.organization
        return _piece(piece, of_period(piece), proves.get(piece.pk, []))

    pieces = Evidence.objects.filter(organization=asked.organization).order_by("created_at", "pk")
    found = parted(pieces, group, row)
    return Behind(
        title="Preuves des mesures implantées pendant la période",
        value=french.number(len(found.get("comptees", ()))),
        rule="Fichiers et liens joints à ces mesures, comptés une fois chacun.",
        groups=tuple(
            Group(
                code,
                title,
                found.get(code, ()),
                head="Preuve",
                reason_label="Mesures",
                empty="Aucune preuve.",
            )
            for code, title in _PIECES.items()
        ),
    )


def _piece(piece: Evidence, told: list[Any], joined: list[Any]) -> Row:
    """`told` are the records of the period that it proves, among those that it is joined to."""
    return Row(
        title=piece.title,
        url=piece.get_absolute_url(),
        reason=", ".join(each.code if each.measure_id else each.title for each in told or joined),
        # Named in the report only beside a measure that is described there.
        is_kept=not (is_described(piece) and (not told or any(map(is_described, told)))),
    )


def meetings(asked: Asked) -> Behind:
    """Two queries, as the report counts them."""
    held = counted_meetings().filter(cycle=asked.cycle)
    line = line_of(asked.organization, held)
    found = parted(line.cells, _group, _row)
    options = {
        "head": "Rencontre",
        "status_label": "Présence",
        "date_label": "Date",
        "empty": "Aucune rencontre.",
    }
    return Behind(
        title="Participation aux rencontres",
        value=line.rate.in_words,
        rule="Présences ÷ rencontres tenues depuis l’adhésion, dont des présences sont notées.",
        groups=(
            Group(
                "comptees", "Présences\u00a0: le numérateur", found.get("comptees", ()), **options
            ),
            Group("autres", "Les autres rencontres attendues", found.get("autres", ()), **options),
            Group(
                "exclues",
                "Hors du calcul",
                found.get("exclues", ()),
                reason_label="Précision",
                **options,
            ),
        ),
    )


def _group(cell: Cell) -> str:
    if not is_meeting(cell.meeting) or not cell.rate.expected:
        return "exclues"
    return "comptees" if cell.rate.present else "autres"


def _row(cell: Cell) -> Row:
    meeting = cell.meeting
    return Row(
        title=f"{meeting.heading}\u00a0: {meeting.title}",
        url=meeting.get_absolute_url(),
        glyph=cell.glyph,
        status=str(cell.presence.label),
        date=meeting.held_on,
        reason=_why(cell) if _group(cell) == "exclues" else "",
    )


def _why(cell: Cell) -> str:
    if not is_meeting(cell.meeting):
        return "Les webinaires et les ateliers sont comptés à part"
    if cell.presence in (Presence.BEFORE, Presence.LEFT):
        return "L’organisation n’était pas membre ce jour-là"
    return "Aucune présence n’est notée à cette rencontre"
