"""What the tables of both reports share: their frame, their texts, their progress, their cases."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.utils import timezone

from chantier.lib.spreadsheets.formats import Column, Value
from chantier.progress import Tally
from chantier.reports.sections import sections_of
from measures.statuses import Status

ELEMENTS = (Column("Élément", width=44), Column("Valeur", width=80))
KINDS_OF_CASES = {"measure": "cas", "testimony": "témoignage"}


@dataclass(frozen=True)
class Table:
    """`title` is a name of sheet: 31 characters at most, without « : \\ / ? * [ ] »."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[tuple[Value, ...]]


def day(value: str | None) -> datetime.date | None:
    """A day written in a content, or the day in Québec of a moment written there."""
    if not value:
        return None
    if "T" in value:
        return timezone.localtime(datetime.datetime.fromisoformat(value)).date()
    return datetime.date.fromisoformat(value)


def written_on(report: Mapping[str, Any]) -> datetime.date:
    """The day that a file of the report bears: of its figures, whenever it is downloaded."""
    return datetime.date.fromisoformat(report["period"]["as_of"])


def amount(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def frame_rows(report: Mapping[str, Any]) -> list[tuple[Value, ...]]:
    """Whose report, on what, submitted by whom."""
    period, submission = report["period"], report["submission"] or {}
    return [
        ("Rapport", report["title"]),
        ("Organisation", report["owner"]),
        ("Cycle", period["label"]),
        ("Début du cycle", day(period["starts_on"])),
        ("Fin du cycle", day(period["ends_on"])),
        ("Chiffres au", day(period["as_of"])),
        ("Comparés au", day(period["compared_with"])),
        ("État", "déposé" if submission else "brouillon"),
        ("Version", submission.get("version")),
        ("Déposé le", day(submission.get("submitted_at"))),
        ("Approuvé par", submission.get("signatory_name")),
        ("Fonction", submission.get("signatory_function")),
        ("Déclaration", submission.get("statement")),
        ("Déposé par", submission.get("submitted_by")),
        ("Raison de la correction", submission.get("reason")),
        ("Code de vérification", submission.get("verification_code")),
        ("Schéma du contenu", report["schema"]),
    ]


def attendance_rows(attendance: Mapping[str, Any] | None) -> list[tuple[Value, ...]]:
    """None where it is not known, or not told."""
    if not attendance:
        return []
    return [
        ("Présences aux rencontres", attendance["present"]),
        ("Présences attendues", attendance["expected"]),
        ("Taux de participation (%)", attendance["rate"]),
    ]


def said(rows: Sequence[tuple[Value, ...]]) -> list[tuple[Value, ...]]:
    """Without the elements that have no value."""
    return [row for row in rows if row[-1] not in (None, "")]


def texts_of(report: Mapping[str, Any], *, of_chantier: bool) -> Iterator[tuple[str, str, str]]:
    """Title of the section, what was asked, and what was written, in the order of the report."""
    texts = report["texts"]
    for section in sections_of(of_chantier=of_chantier):
        if section.prompt and texts.get(section.code):
            yield section.title, section.prompt.label, texts[section.code]


def texts_table(report: Mapping[str, Any], *, of_chantier: bool) -> Table:
    columns = (Column("Section", width=32), Column("Demande", width=32), Column("Texte", width=100))
    return Table("Textes", columns, list(texts_of(report, of_chantier=of_chantier)))


def progress_table(progress: Mapping[str, Any]) -> Table:
    # A database may keep the keys of an object in an order of its own.
    counts = [each.name for each in fields(Tally) if each.name in progress["total"]["counts"]]
    columns = (
        Column("Étape", width=44),
        *(Column(_count_label(key), "number", width=14) for key in counts),
        Column("Applicables", "number", width=14),
        Column("Taux (%)", "number", width=14),
        Column("Taux avant le cycle (%)", "number", width=14),
        Column("Écart (points)", "number", width=14),
    )
    lines = [(f"{row['order']}. {row['name']}", row["figures"]) for row in progress["stages"]]
    lines.append(("Total", progress["total"]))
    rows: list[tuple[Value, ...]] = [
        (
            name,
            *(figures["counts"][key] for key in counts),
            figures["applicable"],
            figures["rate"],
            figures["earlier_rate"],
            figures["points"],
        )
        for name, figures in lines
    ]
    return Table("Avancement par étape", columns, rows)


def _count_label(key: str) -> str:
    """The status that a count is of; a tally counts by names of statuses."""
    status = Status.__members__.get(key.upper())
    label = str(status.label) if status else key
    return label[:1].upper() + label[1:]


def cases_table(report: Mapping[str, Any]) -> Table:
    columns = (
        Column("Genre", width=14),
        Column("Titre", width=44),
        Column("Texte", width=100),
        Column("Étape", "number", width=8),
        Column("Dimension", width=20),
        Column("Organisation", width=36),
    )
    # The chantier says who, where it may; an organization tells its own.
    rows = [
        (
            KINDS_OF_CASES["measure" if row.get("stage") else "testimony"],
            row["title"],
            row["text"],
            row.get("stage") or None,
            row.get("dimension", ""),
            row.get("who", ""),
        )
        for row in report["cases"]
    ]
    return Table("Cas et témoignages", columns, rows)
