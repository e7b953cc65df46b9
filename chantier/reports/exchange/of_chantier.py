"""The tables of the report of the chantier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chantier.lib.spreadsheets.formats import Column, Value
from chantier.reports import basis
from chantier.reports.exchange.shared import (
    ELEMENTS,
    Table,
    amount,
    attendance_rows,
    cases_table,
    day,
    frame_rows,
    progress_table,
    said,
    texts_table,
)

KEYS = frozenset(
    (
        *("schema", "kind", "title", "owner", "period", "submission", "tabs", "summary"),
        *("objectives", "achievements", "participation", "progress", "meetings", "texts"),
        *("cases", "cases_left", "results", "barriers", "bases"),
    )
)
_SPLITS = (
    ("par secteur", "sectors", True),
    ("par région", "regions", True),
    ("observations de bénéfices", "dimensions", False),
)
_PARTS = {
    basis.PROGRESS: "Avancement et participation",
    basis.PURCHASES: "Achats, total",
    basis.SECTORS: "Achats par secteur",
    basis.REGIONS: "Achats par région",
    basis.BENEFITS: "Bénéfices",
    basis.BARRIERS: "Enjeux et solutions",
    basis.CASES: "Cas sans nom",
}


def chantier_tables(report: Mapping[str, Any]) -> Iterator[Table]:
    yield Table("Rapport", ELEMENTS, said(_frame(report)))
    yield texts_table(report, of_chantier=True)
    aims = [("objectif", text) for text in report["objectives"]]
    aims += [("réalisation", text) for text in report["achievements"]]
    yield Table("Objectifs", (Column("Genre", width=16), Column("Texte", width=100)), aims)
    yield _organizations(report["participation"])
    yield from _meetings(report["meetings"])
    # None when fewer than three organizations submitted.
    if report["progress"] is not None:
        yield progress_table(report["progress"])
    if report["results"]:
        yield _results(report["results"])
    yield cases_table(report)
    if report["barriers"]:
        yield _barriers(report["barriers"])
    if report["bases"]:
        yield _bases(report)


def _frame(report: Mapping[str, Any]) -> list[tuple[Value, ...]]:
    summary, participation = report["summary"], report["participation"]
    return [
        *frame_rows(report),
        ("Sommaire", summary["lead"]),
        ("Rapports déposés", participation["submitted"]),
        ("Rapports attendus", participation["expected"]),
        ("Organisations non nommées", participation["unnamed"]),
        ("Types d’organisation", participation["type_count"]),
        ("Régions", participation["region_count"]),
        ("Mesures implantées pendant la période", summary["implemented_in_period"]),
        ("Rencontres tenues", summary["meetings_held"]),
        *attendance_rows(summary.get("attendance")),
        ("Cas qui ne sont pas racontés", report["cases_left"] or None),
    ]


def _organizations(part: Mapping[str, Any]) -> Table:
    columns = (
        Column("Répartition", width=24),
        Column("Libellé", width=60),
        Column("Organisations", "number", width=16),
    )
    rows: list[tuple[Value, ...]] = [
        (name, row["label"], row["number"])
        for name, key in (("par type", "types"), ("par région", "regions"))
        for row in part[key]
    ]
    named = [("nommée", name, None) for name in part["named"]]
    return Table("Organisations participantes", columns, [*named, *rows])


def _meetings(lines: list[Mapping[str, Any]]) -> Iterator[Table]:
    head = (Column("Date", "date", width=14), Column("Rencontre", width=24))
    numbers = ("Présences", "Présences attendues", "Taux (%)")
    rows: list[tuple[Value, ...]] = []
    details: list[tuple[Value, ...]] = []
    for row in lines:
        first = (day(row["held_on"]), row["heading"])
        told = row.get("attendance") or {}
        figures = (told.get("present"), told.get("expected"), told.get("rate"))
        version = row["synthesis_version"]
        rows.append((*first, row["title"], *figures, version))
        details += [(*first, "objectif", o["text"], o["outcome"]) for o in row["objectives"]]
        details += [(*first, p["label"], p["text"], "") for p in row["points"]]
    counts = [Column(label, "number", width=14) for label in (*numbers, "Version de la synthèse")]
    yield Table("Rencontres", (*head, Column("Titre", width=60), *counts), rows)
    texts = (Column("Point", width=28), Column("Texte", width=100), Column("Résultat", width=28))
    yield Table("Objectifs et synthèses", (*head, *texts), details)


def _results(part: Mapping[str, Any]) -> Table:
    """Sums and what they are made of; a figure that may not be told is not there."""
    columns = (
        Column("Répartition", width=24),
        Column("Poste", width=50),
        Column("Montant avant taxes ($)", "amount", width=20),
        Column("Nombre", "number", width=14),
        Column("Organisations", "number", width=14),
    )
    sums = (("amount", "Achats"), ("payments", "Paiements"), ("contracts", "Contrats"))
    rows = [
        ("total", label, *_value(part[key], is_amount=key == "amount"))
        for key, label in sums
        if part[key]
    ]
    rows += [
        (name, row["label"], *_value(row, is_amount=is_amount))
        for name, key, is_amount in _SPLITS
        for row in part[key]
    ]
    return Table("Résultats", columns, rows)


def _value(row: Mapping[str, Any], *, is_amount: bool) -> tuple[Value, ...]:
    value = amount(row["value"])
    number = None if value is None else int(value)
    return (value, None, row["number"]) if is_amount else (None, number, row["number"])


def _bases(report: Mapping[str, Any]) -> Table:
    """Of how many reports each part is told, and since which version of this one."""
    columns = (
        Column("Partie du rapport", width=40),
        Column("Rapports comptés", "number", width=18),
        Column("Comptée à la version", "number", width=18),
        Column("Comptée le", "date", width=14),
    )
    # What is counted anew is of the day of this version.
    submission = report["submission"] or {}
    rows = [
        (
            label,
            row["reports"],
            row["version"],
            day(row["told_on"] or submission.get("submitted_at")),
        )
        for part, label in _PARTS.items()
        if (row := report["bases"].get(part))
    ]
    return Table("Origine des chiffres", columns, rows)


def _barriers(lines: list[Mapping[str, Any]]) -> Table:
    columns = (
        Column("Enjeu", width=50),
        Column("Organisations", "number", width=14),
        Column("Solutions", width=80),
    )
    rows = [(row["title"], row["number"], "\n".join(row["solutions"])) for row in lines]
    return Table("Enjeux et solutions", columns, rows)
