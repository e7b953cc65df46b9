"""What a table would do to the directory, told before anything is written.

A row is an enterprise by its code, else by its NEQ, else by its name as `name_key` reads it. A
column that the file does not have is left as it is. What an examination says is never imported.
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import File
from django.core.serializers.json import DjangoJSONEncoder

from benefits.actions.directory import CONTACT, LINKS, TEXTS, State, state_of
from benefits.exchange.columns import BY_NAME, SHEET, joined
from benefits.keeping.rows import Head, ReadRow, Words, read_head, read_row, told_unknown
from benefits.models import RemovalRequest, SocialEnterprise
from benefits.names import name_key
from chantier.lib.diff import Piece, word_diff
from chantier.lib.french import plural
from chantier.lib.spreadsheets import Table, read_table
from measures.exchange.changes import FieldChange
from measures.exchange.rows import CellError
from members.models import Term

# Past this, nobody reads what would change.
MAX_ROWS = 2_000
_MOST_NOTES = 20
_NEEDED = {
    "name": "Donnez le nom de l’entreprise.",
    "legal_form": "Donnez sa forme juridique.",
    "region": "Donnez la région de son siège.",
    "mission": "Dites sa mission, en une phrase.",
}


@dataclass
class Entry:
    """A row that adds an enterprise or changes one, and the new values by field."""

    row: int
    enterprise: SocialEnterprise
    before: State
    after: State
    terms: dict[str, Term]

    @property
    def is_new(self) -> bool:
        return self.enterprise.pk is None

    @property
    def name(self) -> str:
        return str(self.after.get("name") or self.enterprise.name)

    @property
    def changes(self) -> list[FieldChange]:
        """What changes, in words."""
        return [self._told(name, value) for name, value in self.after.items()]

    def _told(self, name: str, value: Any) -> FieldChange:
        old, new = self._words(self.before.get(name)), self._words(value)
        pieces: tuple[Piece, ...] = ()
        if name in ("mission", "offer") and old and new:
            pieces = tuple(word_diff(old, new))
        return FieldChange(BY_NAME[name].label, old, new, pieces)

    def _words(self, value: Any) -> str:
        if isinstance(value, list):
            return joined(self.terms[code].label for code in value)
        return self.terms[value].label if value in self.terms else str(value or "")

    def put(self) -> SocialEnterprise:
        """The enterprise with its new values, not saved."""
        for name, value in self.after.items():
            if name not in LINKS:
                setattr(self.enterprise, name, self.terms.get(value, value))
        return self.enterprise

    @property
    def links(self) -> dict[str, list[Term]]:
        stored = self.before | self.after
        return {name: [self.terms[code] for code in stored.get(name, ())] for name in LINKS}


@dataclass
class Plan:
    """What a table would do. With one error, nothing of it can be done."""

    added: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def can_be_applied(self) -> bool:
        return not self.errors and bool(self.added or self.changed)

    @property
    def stamp(self) -> str:
        """Stands for all that the plan would write: what is confirmed is what was read."""
        told = [
            (entry.row, entry.enterprise.pk, entry.before, entry.after)
            for entry in (*self.added, *self.changed)
        ]
        return hashlib.sha256(json.dumps(told, cls=DjangoJSONEncoder).encode()).hexdigest()


class Directory:
    """The enterprises that the rows of a table may be; a fixed number of queries."""

    def __init__(self, rows: list[ReadRow], words: Words) -> None:
        self.words = words
        self.by_code: dict[str, int] = {}
        self.by_neq: dict[str, int] = {}
        self.by_name: dict[str, list[int]] = defaultdict(list)
        self.neqs: dict[int, str] = {}
        listed = SocialEnterprise.objects.listed().order_by()
        for pk, code, neq, key in listed.values_list("pk", "code", "neq", "name_key").iterator():
            self.by_code[code] = pk
            self.neqs[pk] = neq
            self.by_name[key].append(pk)
            if neq:
                self.by_neq[neq] = pk
        keys = {pk for row in rows for pk in self.keys_of(row)}
        enterprises = SocialEnterprise.objects.with_terms().prefetch_related("served_regions")
        self.enterprises = enterprises.in_bulk(keys)
        asked = RemovalRequest.objects.filter(state=RemovalRequest.State.DONE)
        self.asked_out = set(asked.values_list("enterprise_id", flat=True))

    def keys_of(self, row: ReadRow) -> list[int]:
        if code := row.text("code"):
            return [self.by_code[code]] if code in self.by_code else []
        neq, key = row.text("neq"), name_key(row.text("name"))
        if neq in self.by_neq:
            return [self.by_neq[neq]]
        known = self.by_name.get(key, []) if key else []
        # Another number is another enterprise, of the same name.
        return [pk for pk in known if not (neq and self.neqs[pk])]


def read(file: File, name: str) -> Table:
    """The rows of a file; raises ValidationError."""
    return read_table(file, name, sheet=SHEET, max_rows=MAX_ROWS)


def build(table: Table) -> Plan:
    """Compare a table with the directory as it is now; raises ValidationError on its head."""
    head = read_head(table)
    words = Words()
    rows = [read_row(row, head, table, words) for row in table.rows]
    directory = Directory(rows, words)
    plan = Plan()
    seen: dict[Any, int] = {}
    for row in rows:
        found = _found(row, directory, head)
        if found is not None and _is_first(row, found, seen, head):
            _judge(row, found, directory, head, plan)
        plan.errors += row.errors
    plan.errors.sort(key=lambda error: error.place)
    unknown = told_unknown(head)
    plan.notes = _capped([*([unknown] if unknown else []), *plan.notes])
    return plan


def _capped(notes: list[str]) -> list[str]:
    more = len(notes) - _MOST_NOTES
    return notes if more <= 0 else [*notes[:_MOST_NOTES], f"Et {more} autre{plural(more)}."]


def _found(row: ReadRow, directory: Directory, head: Head) -> SocialEnterprise | None:
    """The enterprise of a row, a new one, or None when nobody can tell."""
    if not row.says_what_it_is_about:
        return None
    keys = directory.keys_of(row)
    if row.text("code") and not keys:
        message = "Ce code n’est celui d’aucune EÉS du répertoire. Videz la case pour l’ajouter."
        row.errors.append(head.error(row.number, "code", message))
        return None
    if len(keys) > 1:
        message = (
            f"{len(keys)} EÉS du répertoire portent ce nom\u00a0: donnez le NEQ, "
            "ou réunissez-les d’abord."
        )
        row.errors.append(head.error(row.number, "name", message))
        return None
    return directory.enterprises[keys[0]] if keys else SocialEnterprise()


def _is_first(row: ReadRow, found: SocialEnterprise, seen: dict[Any, int], head: Head) -> bool:
    key = found.pk or row.text("neq") or name_key(row.text("name"))
    first = seen.setdefault(key, row.number)
    if first == row.number:
        return True
    message = f"La ligne {first} porte déjà cette entreprise\u00a0: gardez l’une des deux."
    name = "name" if row.text("name") else "neq"
    row.errors.append(head.error(row.number, name, message))
    return False


def _judge(
    row: ReadRow, found: SocialEnterprise, directory: Directory, head: Head, plan: Plan
) -> None:
    """Put a row where it belongs: added, changed, unchanged, or in error."""
    before = state_of(found) if found.pk else {}
    after = _compare(row, found, before, directory, plan)
    for name, message in _NEEDED.items():
        unread = any(error.column == BY_NAME[name].label for error in row.errors)
        if not (after.get(name, before.get(name)) or unread):
            row.errors.append(head.error(row.number, name, message))
    _refuse_taken(row, found, directory, head)
    if row.errors:
        return
    if not after:
        plan.unchanged += 1
        return
    entry = Entry(row.number, found, before, after, directory.words.rows)
    (plan.added if entry.is_new else plan.changed).append(entry)


def _compare(
    row: ReadRow, found: SocialEnterprise, before: State, directory: Directory, plan: Plan
) -> State:
    """What the row says otherwise than the directory; what a person had taken out stays out."""
    after: State = {}
    for name in (*TEXTS, *LINKS, *CONTACT):
        value = row.cells.get(name, before.get(name, "")) or ([] if name in LINKS else "")
        if value != before.get(name, [] if name in LINKS else ""):
            after[name] = value
    if found.pk in directory.asked_out and any(after.get(name) for name in CONTACT):
        after = {name: value for name, value in after.items() if name not in CONTACT}
        plan.notes.append(
            f"Ligne {row.number}\u00a0: les coordonnées de «\u00a0{found.name}\u00a0» ont été "
            "retirées à la demande de la personne; celles du fichier ne sont pas reprises."
        )
    return after


def _refuse_taken(row: ReadRow, found: SocialEnterprise, directory: Directory, head: Head) -> None:
    """A row found by its code may bring the NEQ of another."""
    owner = directory.by_neq.get(row.text("neq"))
    if owner is not None and owner != found.pk:
        message = "Ce NEQ est déjà celui d’une autre EÉS du répertoire."
        row.errors.append(head.error(row.number, "neq", message))
