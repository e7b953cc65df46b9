"""The content of a report as tables: what its workbook and its CSV are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chantier.lib.spreadsheets.formats import Column, Value
from chantier.reports import schemas
from chantier.reports.exchange.of_chantier import KEYS as CHANTIER_KEYS
from chantier.reports.exchange.of_chantier import chantier_tables
from chantier.reports.exchange.of_organization import KEYS as ORGANIZATION_KEYS
from chantier.reports.exchange.of_organization import organization_tables
from chantier.reports.exchange.shared import Table

_LONG = (
    Column("Section", width=28),
    Column("Ligne", "number", width=8),
    Column("Colonne", width=28),
    Column("Valeur", width=80),
)


def tables_of(content: Mapping[str, Any]) -> list[Table]:
    """The tables of a content of any schema, in the order of the report."""
    report = schemas.read(content)
    if report["kind"] == "chantier":
        tables, known = list(chantier_tables(report)), CHANTIER_KEYS
    else:
        tables, known = list(organization_tables(report)), ORGANIZATION_KEYS
    # A part of the content that has no table of its own yet is told all the same.
    others = [
        row for key in sorted(report) if key not in known for row in _leaves(key, report[key])
    ]
    if others:
        columns = (Column("Élément", width=40), Column("Valeur", width=80))
        tables.append(Table("Autres données", columns, others))
    return tables


def long_rows(tables: list[Table]) -> tuple[tuple[Column, ...], Iterator[tuple[Value, ...]]]:
    """A line for each cell that says something: sections of any shape fit in one file."""
    rows = (
        (table.title, number, column.label, value)
        for table in tables
        for number, row in enumerate(table.rows, 1)
        for column, value in zip(table.columns, row, strict=True)
        if value not in (None, "")
    )
    return _LONG, rows


def _leaves(path: str, value: Any) -> Iterator[tuple[Value, ...]]:
    if isinstance(value, Mapping):
        for key, inner in sorted(value.items()):
            yield from _leaves(f"{path}.{key}", inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _leaves(f"{path}.{number}", inner)
    elif value not in (None, ""):
        yield (path, ("oui" if value else "non") if isinstance(value, bool) else value)
