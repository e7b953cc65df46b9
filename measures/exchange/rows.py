"""A table that somebody sent, as rows of known columns, and what cannot be read in it."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from chantier.lib.french import plural
from chantier.lib.spreadsheets import Fault, Row, Table, cell_reference
from measures.exchange.columns import (
    BY_NAME,
    Unreadable,
    folded_head,
    heads,
    parse,
)

# What says which record a row is about; one is needed.
_NAMING = ("record", "code", "title")
_IDENTITY = (*_NAMING, "version", "stage")
_MOST_TOLD = 10


@dataclass(frozen=True)
class CellError:
    """What is wrong in one cell; `yours` and `stored` where two people changed it."""

    row: int
    reference: str
    column: str
    message: str
    yours: str = ""
    stored: str = ""

    @property
    def place(self) -> tuple[int, int, str]:
        return self.row, len(self.reference), self.reference


@dataclass(frozen=True)
class Head:
    """Which column of the file is which, and what it has beside."""

    places: dict[str, int]
    unknown: tuple[str, ...]

    def reference(self, row: int, name: str) -> str:
        """« C12 »; the row alone when the file does not have the column."""
        place = self.places.get(name)
        return f"Ligne {row}" if place is None else cell_reference(row, place)

    def error(self, row: int, name: str, message: str, **shown: str) -> CellError:
        return CellError(row, self.reference(row, name), BY_NAME[name].label, message, **shown)


@dataclass
class ReadRow:
    """A row whose cells are values; only the columns that the file has."""

    number: int
    cells: dict[str, Any] = field(default_factory=dict)
    errors: list[CellError] = field(default_factory=list)

    # Whether what names the record could be read.
    says_what_it_is_about: bool = True

    def text(self, name: str) -> str:
        return str(self.cells.get(name) or "")


def read_head(table: Table) -> Head:
    """Recognize the columns by their heads, in any order; raises ValidationError."""
    known = heads()
    places: dict[str, int] = {}
    unknown: list[str] = []
    for place, value in enumerate(table.head.values):
        if value is None:
            continue
        text = "?" if isinstance(value, Fault) else str(value)
        column = known.get(folded_head(text))
        if column is None:
            unknown.append(text[:60])
        elif column.name in places:
            raise ValidationError(
                f"La colonne «\u00a0{column.label}\u00a0» figure deux fois. Gardez-en une."
            )
        else:
            places[column.name] = place
    _require(places, table.head.number)
    return Head(places, tuple(unknown))


def _require(places: dict[str, int], row: int) -> None:
    if not places:
        raise ValidationError(
            f"La ligne {row} ne porte aucun titre de colonne connu. "
            "Partez du modèle, ou d’une exportation du registre."
        )
    if not places.keys() & set(_NAMING):
        raise ValidationError(
            "Il manque de quoi reconnaître les mesures\u00a0: ajoutez la colonne "
            "«\u00a0Fiche\u00a0», «\u00a0Code\u00a0» ou «\u00a0Mesure\u00a0»."
        )
    if not places.keys() - set(_IDENTITY):
        raise ValidationError(
            "Il manque ce qu’il y aurait à inscrire\u00a0: ajoutez au moins la colonne "
            "«\u00a0Statut\u00a0»."
        )


def read_row(row: Row, head: Head, table: Table) -> ReadRow:
    """The values of a row, and what could not be read."""
    found = ReadRow(row.number)
    for name, place in head.places.items():
        value = row.values[place] if place < len(row.values) else None
        try:
            if isinstance(value, Fault):
                raise Unreadable(value.message)
            found.cells[name] = parse(name, value, table)
        except Unreadable as error:
            found.errors.append(head.error(row.number, name, str(error)))
            if name in _IDENTITY:
                found.says_what_it_is_about = False
    return found


def told_unknown(head: Head) -> str:
    """The columns that are not ours, in a sentence."""
    number = len(head.unknown)
    if not number:
        return ""
    names = ", ".join(f"«\u00a0{name}\u00a0»" for name in head.unknown[:_MOST_TOLD])
    more = ", …" if number > _MOST_TOLD else ""
    are_ignored = "est ignorée" if number < 2 else "sont ignorées"
    s = plural(number)
    return f"Colonne{s} que le registre ne connaît pas, et qui {are_ignored}\u00a0: {names}{more}."
