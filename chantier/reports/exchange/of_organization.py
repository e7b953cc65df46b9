"""The tables of an organization's report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chantier.lib.spreadsheets.formats import Column, Value
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

# What of the content these tables tell; stages as the cover shows them are in the progress.
KEYS = frozenset(
    (
        *("schema", "kind", "title", "owner", "period", "submission", "tabs", "summary"),
        *("profile", "progress", "commitments", "implemented", "upcoming", "not_applicable"),
        *("toolbox", "purchases", "benefits", "texts", "cases", "meetings", "evidence"),
    )
)
_MEASURES = {
    "commitments": "Engagements",
    "implemented": "Mesures implantées",
    "upcoming": "Mesures à venir",
    "not_applicable": "Mesures sans objet",
}


def organization_tables(report: Mapping[str, Any]) -> Iterator[Table]:
    yield Table("Rapport", ELEMENTS, said(_frame(report)))
    yield texts_table(report, of_chantier=False)
    yield progress_table(report["progress"])
    for key, title in _MEASURES.items():
        yield _measures(title, report[key]["measures"])
    if report["toolbox"] is not None:
        yield from _toolbox(report["toolbox"])
    if report["purchases"] is not None:
        yield _purchases(report["purchases"])
    if report["benefits"] is not None:
        yield _benefits(report["benefits"]["benefits"])
    yield cases_table(report)
    yield _meetings(report["meetings"])
    yield _evidence(report["evidence"]["items_listed"])


def _frame(report: Mapping[str, Any]) -> list[tuple[Value, ...]]:
    summary, profile = report["summary"], report["profile"]
    return [
        *frame_rows(report),
        ("Type", profile["type"]),
        ("Région", profile["region"]),
        ("Régime", profile["regime"]),
        ("Genre", profile["kind"]),
        ("Organisation fictive", "oui" if profile["is_fictional"] else ""),
        ("Sommaire", summary["lead"]),
        ("Prochaine étape", summary["next_step"]),
        ("Mesures implantées pendant la période", summary["implemented_in_period"]),
        ("Preuves", summary["evidence"]),
        *attendance_rows(summary.get("attendance")),
        *_withheld(report),
    ]


def _withheld(report: Mapping[str, Any]) -> list[tuple[Value, ...]]:
    """What the organization keeps for itself: counted, never described; nothing where it is 0."""
    counted = {f"{title}\u00a0: gardées": report[key] for key, title in _MEASURES.items()}
    counted |= {"Preuves gardées": report["evidence"], "Bénéfices gardés": report["benefits"]}
    rows = [(label, part["withheld"] or None) for label, part in counted.items() if part]
    toolbox = report["toolbox"] or {}
    labels = {
        "figures_withheld": "Indicateurs gardés",
        "uses_withheld": "Clauses gardées",
        "barriers_withheld": "Enjeux gardés",
    }
    return rows + [(label, toolbox.get(key) or None) for key, label in labels.items()]


def _measures(title: str, lines: list[Mapping[str, Any]]) -> Table:
    columns = (
        Column("Code", width=12),
        Column("Mesure", width=50),
        Column("Étape", width=30),
        Column("État", width=18),
        Column("Responsable", width=28),
        Column("Date", "date", width=14),
        Column("Résultat", width=60),
        Column("Raison", width=40),
        Column("Preuves", width=40),
        Column("Preuves gardées", "number", width=12),
    )
    rows: list[tuple[Value, ...]] = [
        (
            row["code"],
            row["title"],
            f"{row['stage']}. {row['stage_name']}",
            row["status_label"],
            row["lead"],
            day(row["date"]),
            row["result"],
            row["reason"],
            "\n".join(row["evidence"]),
            row["evidence_withheld"] or None,
        )
        for row in lines
    ]
    return Table(title, columns, rows)


_FIGURE = {
    "code": "Code",
    "name": "Indicateur",
    "unit": "Unité",
    "text": "Valeur",
    "previous": "Année d’avant",
    "change": "Écart",
    "target": "Cible",
    "source": "Source",
}
_USE = (
    Column("Code", width=12),
    Column("Clause", width=50),
    Column("Version", "number", width=10),
    Column("Adaptée", width=10),
    Column("Document", width=24),
    Column("Référence", width=24),
    Column("Date", "date", width=14),
    Column("Suite", width=24),
    Column("Soumissions", "number", width=12),
    Column("Montant", width=18),
)
_BARRIER = (
    Column("Code", width=12),
    Column("Enjeu", width=50),
    Column("Étape", width=30),
    Column("Solutions", width=60),
    Column("Ce qui a aidé", width=60),
)


def _toolbox(toolbox: Mapping[str, Any]) -> Iterator[Table]:
    columns = (
        Column("Année financière", width=18),
        *(Column(label, width=44 if key == "name" else 20) for key, label in _FIGURE.items()),
    )
    figures = [(toolbox["year"], *(row[key] for key in _FIGURE)) for row in toolbox["figures"]]
    yield Table("Indicateurs", columns, figures)
    yield Table("Clauses utilisées", _USE, [_use(row) for row in toolbox["uses"]])
    yield Table("Enjeux et solutions", _BARRIER, [_barrier(row) for row in toolbox["barriers"]])


def _barrier(row: Mapping[str, Any]) -> tuple[Value, ...]:
    return (
        row["code"],
        row["title"],
        f"{row['stage']}. {row['stage_name']}",
        "\n".join(row["solutions"]),
        row["what_worked"],
    )


def _use(row: Mapping[str, Any]) -> tuple[Value, ...]:
    return (
        row["code"],
        row["title"],
        row["version"],
        "oui" if row["is_adapted"] else "non",
        row["document"],
        row["reference"],
        day(row["date"]),
        row["outcome_label"],
        row["bids"],
        row["amount"],
    )


def _purchases(part: Mapping[str, Any]) -> Table:
    """The total, then the same amount by sector and by region."""
    columns = (
        Column("Année financière", width=18),
        Column("Répartition", width=24),
        Column("Poste", width=50),
        Column("Montant avant taxes ($)", "amount", width=20),
        Column("Paiements", "number", width=12),
        Column("Contrats", "number", width=12),
        Column("Entreprises", "number", width=12),
        Column("Année d’avant ($)", "amount", width=20),
        Column("Montant déclaré", width=20),
    )
    year = part["year"]
    if part["is_withheld"]:
        kept = "L’organisation garde ses montants pour elle"
        return Table("Achats", columns, [(year, "total", kept, *[None] * 6)])
    total = (
        year,
        "total",
        "",
        amount(part["amount"]),
        part["payments"],
        part["contracts"],
        part["enterprises"],
        amount(part["previous"]),
        part["declared"],
    )
    parts = [
        (year, name, row["label"], amount(row["amount"]), row["payments"], *[None] * 4)
        for name, key in (("par secteur", "sectors"), ("par région", "regions"))
        for row in part[key]
    ]
    return Table("Achats", columns, [total, *parts])


def _benefits(lines: list[Mapping[str, Any]]) -> Table:
    columns = (
        Column("Dimension", width=20),
        Column("Bénéfice", width=50),
        Column("Valeur", "amount", width=16),
        Column("Unité", width=20),
        Column("Calcul", width=12),
        Column("Observations", "number", width=14),
        Column("Vérifiées", "number", width=12),
    )
    rows: list[tuple[Value, ...]] = [
        (
            row["dimension"],
            row["title"],
            amount(row["value"]),
            row["unit"],
            "moyenne" if row["is_mean"] else "",
            row["observations"],
            row["verified"],
        )
        for row in lines
    ]
    return Table("Bénéfices", columns, rows)


def _meetings(lines: list[Mapping[str, Any]]) -> Table:
    columns = (
        Column("Date", "date", width=14),
        Column("Rencontre", width=24),
        Column("Titre", width=60),
        Column("Présence", width=20),
    )
    return Table(
        "Rencontres",
        columns,
        [(day(r["held_on"]), r["heading"], r["title"], r["presence"]) for r in lines],
    )


def _evidence(lines: list[Mapping[str, Any]]) -> Table:
    columns = (
        Column("Preuve", width=50),
        Column("Genre", width=20),
        Column("Adresse", width=50),
        Column("Mesures", width=40),
    )
    return Table(
        "Preuves",
        columns,
        [(r["title"], r["kind"], r["address"], "\n".join(r["measures"])) for r in lines],
    )
