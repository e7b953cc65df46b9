"""The figures of all the reports of a cycle in one table: a row for each figure of each."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

from chantier.lib.files import whole_file
from chantier.lib.spreadsheets import Column, Value, csv_chunks, xlsx_chunks
from chantier.reports.exchange.tables import tables_of

# A sheet holds 1,048,576 rows with its head.
MOST_ROWS = 1_000_000
COLUMNS = (
    Column("Organisation", width=40),
    Column("Version", "number", width=10),
    Column("Section", width=24),
    Column("Ligne", width=50),
    Column("Chiffre", width=28),
    Column("Valeur", "amount", width=18),
    Column("En mots", width=24),
)
# The tables that hold figures, with the columns that say what a row is about.
_ABOUT = {
    "Rapport": ("Élément",),
    "Avancement par étape": ("Étape",),
    "Indicateurs": ("Année financière", "Code", "Indicateur", "Unité"),
    "Achats": ("Année financière", "Répartition", "Poste"),
    "Bénéfices": ("Dimension", "Bénéfice", "Unité"),
}
# Figures that a report tells in words, « n. d. » among them.
_IN_WORDS = {"Indicateurs": ("Valeur", "Année d’avant", "Cible"), "Achats": ("Montant déclaré",)}
_NOT_FIGURES = ("Version", "Schéma du contenu")


@dataclass(frozen=True)
class Source:
    """A report that is in the archive; `path` is that of its JSON."""

    organization: str
    version: int
    path: Path


def write_tables(
    sources: Iterable[Source], folder: Path, *, label: str, before_each: Callable[[], None]
) -> list[Path]:
    """Write the CSV, and as many workbooks as the rows need.

    `before_each` is called before each report, and may raise to stop.
    """
    sources = list(sources)
    made = [folder / f"chiffres-{label}.csv"]
    _write(made[0], csv_chunks(COLUMNS, _rows(sources, before_each)))
    rows = _rows(sources, before_each)
    for number in count(1):
        first = next(rows, None)
        if first is None and number > 1:
            return made
        path = folder / f"chiffres-{label}{f'-{number}' if number > 1 else ''}.xlsx"
        some = chain([first] if first else [], islice(rows, MOST_ROWS - 1))
        _write(path, xlsx_chunks(COLUMNS, some, title="Chiffres", instructions=_INSTRUCTIONS))
        made.append(path)
    return made


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    with whole_file(path) as file:
        for chunk in chunks:
            file.write(chunk)


_INSTRUCTIONS = (
    "Les chiffres des rapports déposés",
    "Une ligne par organisation et par chiffre, tels qu’ils ont été déposés.",
    "Une organisation qui garde un chiffre pour elle n’a pas de ligne pour lui.",
    "Filtrez par section ou par chiffre, ou faites-en un tableau croisé.",
)


def _rows(sources: list[Source], before_each: Callable[[], None]) -> Iterator[tuple[Value, ...]]:
    for source in sources:
        before_each()
        for row in figures_of(json.loads(source.path.read_bytes())):
            yield source.organization, source.version, *row


def figures_of(content: Mapping[str, Any]) -> Iterator[tuple[Value, ...]]:
    """Section, line, figure, value or None, words or none: what an organization's report counts."""
    for table in tables_of(content):
        about, words = _ABOUT.get(table.title, ()), _IN_WORDS.get(table.title, ())
        if not about:
            continue
        labels = [column.label for column in table.columns]
        for row in table.rows:
            cells = dict(zip(labels, row, strict=True))
            line = " – ".join(str(cells[label]) for label in about if cells[label])
            for label in labels:
                value = cells[label]
                if label in about or line in _NOT_FIGURES:
                    continue
                if isinstance(value, int | float | Decimal):
                    yield table.title, line, label, Decimal(str(value)), ""
                elif value and label in words:
                    yield table.title, line, label, None, str(value)
