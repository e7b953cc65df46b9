"""What a table would do to the directory, told before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from benefits.exchange.columns import BY_NAME, CRITERIA, ELIGIBILITIES, joined
from benefits.keeping.rows import read_head, told_unknown
from benefits.models import DirectoryImport, DirectoryImportRow
from chantier.lib.diff import Piece, word_diff
from chantier.lib.french import plural
from measures.exchange.changes import FieldChange
from measures.exchange.rows import CellError
from members.models import Term

Doing = DirectoryImportRow.State
_MOST_NOTES = 20
# How many errors a page tells: past this, the table is to be redrawn, not corrected.
MOST_ERRORS = 200


@dataclass
class Plan:
    """What a table would do. With one error, nothing of it can be done."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    # The first ones, and how many there are.
    errors: list[CellError] = field(default_factory=list)
    number_of_errors: int = 0
    notes: list[str] = field(default_factory=list)
    # Drawn when the last row was compared: what is confirmed is what was read.
    stamp: str = ""

    @property
    def can_be_applied(self) -> bool:
        return bool(self.stamp and (self.added or self.changed) and not self.errors)

    @classmethod
    def read(cls, table: DirectoryImport) -> "Plan":
        """Of a table whose rows have all been compared; in four queries."""
        counts = table.rows.order_by().values_list("state").annotate(Count("pk"))
        numbers: Mapping[str, int] = dict(counts)
        errors, total = _errors(table) if numbers.get(Doing.WRONG) else ([], 0)
        return cls(
            added=numbers.get(Doing.ADDED, 0),
            changed=numbers.get(Doing.CHANGED, 0),
            unchanged=numbers.get(Doing.UNCHANGED, 0),
            errors=errors,
            number_of_errors=total,
            notes=_notes(table),
            stamp=table.head.get("stamp", ""),
        )


def _errors(table: DirectoryImport) -> tuple[list[CellError], int]:
    wrong = table.rows.filter(state=Doing.WRONG).order_by("number")
    found: list[CellError] = []
    total = 0
    for errors in wrong.values_list("errors", flat=True).iterator():
        total += len(errors)
        for row, _, reference, column, message in errors[: MOST_ERRORS - len(found)]:
            found.append(CellError(row, reference, column, message))
    return found, total


def _notes(table: DirectoryImport) -> list[str]:
    unknown = told_unknown(read_head(table.head["names"], table.head["number"]))
    noted = table.rows.exclude(note="").order_by("number").values_list("note", flat=True)
    notes = [*([unknown] if unknown else []), *noted]
    more = len(notes) - _MOST_NOTES
    return notes if more <= 0 else [*notes[:_MOST_NOTES], f"Et {more} autre{plural(more)}."]


class Entry:
    """A row that adds an enterprise or changes one, in words."""

    def __init__(self, row: DirectoryImportRow, terms: Mapping[str, Term]) -> None:
        self.row = row.number
        self.is_new = row.enterprise_key is None
        self.name = str(row.after.get("name") or row.before.get("name", ""))
        self._terms = terms
        self.changes = [
            self._told(name, row.before.get(name), value) for name, value in row.after.items()
        ]

    def _told(self, name: str, before: Any, value: Any) -> FieldChange:
        old, new = self._words(name, before), self._words(name, value)
        pieces: tuple[Piece, ...] = ()
        if name in ("mission", "offer") and old and new:
            pieces = tuple(word_diff(old, new))
        return FieldChange(BY_NAME[name].label, old, new, pieces)

    def _words(self, name: str, value: Any) -> str:
        if not value:
            return ""
        if name == "eligibility":
            return ELIGIBILITIES[value]
        if name == "criteria":
            return joined(label for code, label in CRITERIA.items() if code in value)
        if isinstance(value, list):
            return joined(self._label(code) for code in value)
        return self._label(value) if BY_NAME[name].vocabulary else str(value)

    def _label(self, code: str) -> str:
        # Taken out of its list since: what was read is told.
        return self._terms[code].label if code in self._terms else code
