"""What a table would do to the register, told before anything is written.

A cell that the person did not change never overwrites: what they had before them is rebuilt from
the version of the row, and each cell is compared three ways, as in `measures.merge`. What changes
goes through the form of a record, so that there is one set of rules.
"""

import hashlib
import json
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.serializers.json import DjangoJSONEncoder

from chantier.lib.french import plural
from chantier.lib.spreadsheets import Table, read_table
from measures.actions import TRACKED, snapshot
from measures.exchange.changes import FieldChange, told
from measures.exchange.columns import BY_NAME, SHEET, TEXTS, words
from measures.exchange.matching import Match, Register, match, says_the_same
from measures.exchange.rows import CellError, Head, ReadRow, read_head, read_row, told_unknown
from measures.forms import ImplementationForm
from measures.models import Implementation
from members.models import Organization

# Past this, nobody reads what would change, and writing it would hold up everybody else's saves.
MAX_ROWS = 2_000
_MOST_NOTES = 20
_LINE_END = re.compile(r"\r\n?|\n")
_CHANGED_SINCE = (
    "Vous avez changé cette case, et une autre personne l’a changée dans le registre depuis votre "
    "exportation. Exportez de nouveau, ou recopiez ici ce que dit le registre."
)
_NO_VERSION = (
    "Le registre dit déjà autre chose. Pour changer une fiche, partez d’une exportation\u00a0: "
    "sa colonne «\u00a0Version\u00a0» dit ce que vous avez vu."
)


@dataclass
class Entry:
    """A row that adds a record or changes one, and the new values by field."""

    row: int
    record: Implementation
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def is_new(self) -> bool:
        return self.record.pk is None

    @property
    def changes(self) -> list[FieldChange]:
        """What changes, in words; the difference of a text is computed when it is shown."""
        return [told(name, self.before[name], value) for name, value in self.after.items()]

    def put(self) -> Implementation:
        """The record with its new values, not saved."""
        for name, value in self.after.items():
            setattr(self.record, name, value)
        return self.record


@dataclass
class Plan:
    """What a table would do. With one error, nothing of it can be done."""

    added: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unchanged: int = 0
    # Rows of the template that nobody filled in.
    skipped: int = 0

    @property
    def can_be_applied(self) -> bool:
        return not self.errors and bool(self.added or self.changed)

    @property
    def stamp(self) -> str:
        """Stands for all that the plan would write: what is confirmed is what was read."""
        told = [
            (entry.row, entry.record.pk, entry.record.version, entry.before, entry.after)
            for entry in (*self.added, *self.changed)
        ]
        return hashlib.sha256(json.dumps(told, cls=DjangoJSONEncoder).encode()).hexdigest()


class RowForm(ImplementationForm):
    """A row under the rules of the form of a record."""

    def offer_library(self) -> None:
        """A row brings no evidence."""

    def _post_clean(self) -> None:
        """Leave the record as it is, and its constraints to the write.

        Each constraint would be a query a row; the form says the same before it.
        """


def read(file: File, name: str) -> Table:
    """The rows of a file; raises ValidationError."""
    return read_table(file, name, sheet=SHEET, max_rows=MAX_ROWS)


def build(table: Table, organization: Organization) -> Plan:
    """Compare a table with the register as it is now; raises ValidationError on its head."""
    head = read_head(table)
    rows = [read_row(row, head, table) for row in table.rows]
    register = Register(organization, rows)
    plan = Plan()
    seen: dict[Any, int] = {}
    for row in rows:
        found = match(row, register, head) if row.says_what_it_is_about else None
        if found is not None and _is_first(found, seen, head):
            _judge(found, head, plan)
        plan.errors += row.errors
    plan.errors.sort(key=lambda error: error.place)
    unknown = told_unknown(head)
    plan.notes = _capped([*([unknown] if unknown else []), *plan.notes])
    return plan


def _capped(notes: list[str]) -> list[str]:
    more = len(notes) - _MOST_NOTES
    return notes if more <= 0 else [*notes[:_MOST_NOTES], f"Et {more} autre{plural(more)}."]


def refusal(error: ValidationError) -> str:
    """The words of a file that cannot be read."""
    return " ".join(error.messages)


def _is_first(found: Match, seen: dict[Any, int], head: Head) -> bool:
    record, row = found.record, found.row
    key = record.pk or (record.measure_id, record.own_title.casefold())
    first = seen.setdefault(key, row.number)
    if first == row.number:
        return True
    name = "record" if row.cells.get("record") else "code" if row.text("code") else "title"
    message = f"La ligne {first} porte déjà cette mesure\u00a0: gardez l’une des deux."
    row.errors.append(head.error(row.number, name, message))
    return False


def _judge(found: Match, head: Head, plan: Plan) -> None:
    """Put a row where it belongs: added, changed, unchanged, skipped, or in error."""
    plan.notes += found.notes
    row = found.row
    stored = snapshot(found.record)
    after, clashes = _compare(row, found.base, stored, head)
    row.errors += clashes
    if found.is_new and found.record.measure_id and not (after or row.text("status") or row.errors):
        plan.skipped += 1
        return
    if found.is_new:
        # A new record says its status, even the one that it would have without a word.
        after["status"] = row.text("status")
    elif not after:
        plan.unchanged += 0 if row.errors else 1
        return
    entry = _checked(found, stored, after, head)
    if not row.errors:
        (plan.added if found.is_new else plan.changed).append(entry)


def _compare(
    row: ReadRow, base: dict[str, Any], stored: dict[str, Any], head: Head
) -> tuple[dict[str, Any], list[CellError]]:
    """The fields that the person changed, and those that somebody else has changed since."""
    after: dict[str, Any] = {}
    clashes = []
    for name in TRACKED:
        if name not in row.cells:
            continue
        mine = row.cells[name]
        if says_the_same(mine, base[name]) or says_the_same(mine, stored[name]):
            continue
        if says_the_same(base[name], stored[name]):
            after[name] = mine
        else:
            shown = [words(name, value) or "(vide)" for value in (mine, stored[name])]
            message = _CHANGED_SINCE if row.cells.get("version") else _NO_VERSION
            clashes.append(head.error(row.number, name, message, yours=shown[0], stored=shown[1]))
    return after, clashes


def _checked(found: Match, stored: dict[str, Any], after: dict[str, Any], head: Head) -> Entry:
    """The row under the rules of the form; its errors join those of the row."""
    # A browser sends the lines of a text so.
    typed = {
        name: _LINE_END.sub("\r\n", value) if name in TEXTS else value
        for name, value in after.items()
    }
    posted = {name: _as_posted(value) for name, value in (stored | typed).items()}
    posted |= {"version": str(found.record.version), "submission_key": str(uuid.uuid4())}
    form = RowForm(posted, instance=found.record)
    unreadable = {error.reference for error in found.row.errors}
    for name, errors in form.errors.items():
        column = name if name in BY_NAME else "status"
        # A cell that could not be read is told once, by what it holds.
        if head.reference(found.row.number, column) not in unreadable:
            found.row.errors += [
                head.error(found.row.number, column, str(error)) for error in errors
            ]
    cleaned = {name: form.cleaned_data.get(name) for name in after}
    return Entry(found.row.number, found.record, stored, cleaned)


def _as_posted(value: Any) -> str:
    return "" if value is None else str(value)
