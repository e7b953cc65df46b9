"""A table of the directory, as rows of known columns, and what cannot be read in it."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from benefits.exchange.columns import BY_NAME, READ, folded_head, heads, parted
from benefits.keeping.forms import bare_neq
from benefits.models import SocialEnterprise
from chantier.lib.french import fold, plural
from chantier.lib.spreadsheets import Fault, Row, Table, cell_reference
from measures.exchange.columns import Unreadable, parse
from measures.exchange.rows import CellError
from members.models import Term

_MOST_TOLD = 10
# Any text: the register reads its titles so.
_ANY_TEXT = "title"
_IDENTITY = ("code", "name", "neq")


@dataclass(frozen=True)
class Head:
    """Which column of the file is which, and what it has beside."""

    places: dict[str, int]
    unknown: tuple[str, ...]

    def error(self, row: int, name: str, message: str) -> CellError:
        place = self.places.get(name)
        reference = f"Ligne {row}" if place is None else cell_reference(row, place)
        return CellError(row, reference, BY_NAME[name].label, message)


@dataclass
class ReadRow:
    """A row whose cells are values; only the columns that the file has."""

    number: int
    cells: dict[str, Any] = field(default_factory=dict)
    errors: list[CellError] = field(default_factory=list)

    # Whether what names the enterprise could be read.
    says_what_it_is_about: bool = True

    def text(self, name: str) -> str:
        return str(self.cells.get(name) or "")

    def refuse(self, error: CellError, name: str) -> None:
        self.errors.append(error)
        if name in _IDENTITY:
            self.says_what_it_is_about = False


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
    if not set(_IDENTITY) & places.keys():
        raise ValidationError(
            f"La ligne {table.head.number} ne porte ni code, ni nom, ni NEQ. "
            "Partez d’une exportation du répertoire."
        )
    return Head(places, tuple(unknown))


class Words:
    """The entries of the choice lists, by their label and by their code; one query."""

    def __init__(self) -> None:
        lists = {column.vocabulary for column in READ if column.vocabulary}
        self.rows = {term.code: term for term in Term.objects.filter(vocabulary__in=lists)}
        self._codes = {
            (term.vocabulary, fold(text)): term.code
            for term in self.rows.values()
            for text in (term.label, term.key, term.code)
        }

    def code(self, name: str, text: str) -> str:
        code = self._codes.get((str(BY_NAME[name].vocabulary), fold(text)))
        if code is None:
            raise Unreadable(
                f"«\u00a0{text[:60]}\u00a0» n’est pas dans la liste du portail. "
                "Écrivez-le comme dans une exportation."
            )
        return code


def read_row(row: Row, head: Head, table: Table, words: Words) -> ReadRow:
    """The values of a row, and what could not be read."""
    found = ReadRow(row.number)
    for name, place in head.places.items():
        if not BY_NAME[name].is_read:
            continue
        value = row.values[place] if place < len(row.values) else None
        try:
            if isinstance(value, Fault):
                raise Unreadable(value.message)
            found.cells[name] = _value(name, value, table, words)
        except Unreadable as error:
            found.refuse(head.error(row.number, name, str(error)), name)
        except ValidationError as error:
            found.refuse(head.error(row.number, name, " ".join(error.messages)), name)
    return found


def _value(name: str, value: Any, table: Table, words: Words) -> Any:
    """What a cell says in its column; raises Unreadable, or ValidationError."""
    column, text = BY_NAME[name], str(parse(_ANY_TEXT, value, table))
    if column.is_many:
        return sorted({words.code(name, part) for part in parted(text)})
    if column.vocabulary:
        return words.code(name, text) if text else ""
    if name == "neq":
        text = bare_neq(text)
    if name == "website" and text and "://" not in text:
        text = f"https://{text}"
    if not text or name == "code":
        return text
    return SocialEnterprise._meta.get_field(name).clean(text, None)  # type: ignore[union-attr]


def told_unknown(head: Head) -> str:
    """The columns that are not ours, in a sentence."""
    number = len(head.unknown)
    if not number:
        return ""
    names = ", ".join(f"«\u00a0{name}\u00a0»" for name in head.unknown[:_MOST_TOLD])
    more = ", …" if number > _MOST_TOLD else ""
    s, ignored = plural(number), "est ignorée" if number < 2 else "sont ignorées"
    return f"Colonne{s} que le répertoire ne connaît pas, et qui {ignored}\u00a0: {names}{more}."
