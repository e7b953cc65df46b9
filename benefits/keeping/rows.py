"""A table of the directory, as rows of known columns, and what cannot be read in it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from benefits.exchange.columns import (
    BY_NAME,
    COLUMNS,
    CRITERIA,
    ELIGIBILITIES,
    REVIEW,
    folded_head,
    heads,
    joined,
    parted,
)
from benefits.importing.cells import Cell, cell_at, text_of
from benefits.keeping.forms import bare_neq
from benefits.models import EligibilityReview, SocialEnterprise
from chantier.lib.french import fold, plural
from chantier.lib.spreadsheets import cell_reference
from measures.exchange.columns import Unreadable
from measures.exchange.rows import CellError
from members.models import Term

_MOST_TOLD = 10
_CRITERIA = {fold(label): str(code) for code, label in CRITERIA.items()}
_STATES = {fold(label): str(code) for code, label in ELIGIBILITIES.items()}
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


def read_head(names: Sequence[Cell], number: int) -> Head:
    """Recognize the columns by their heads, in any order; raises ValidationError."""
    known = heads()
    places: dict[str, int] = {}
    unknown: list[str] = []
    for place, value in enumerate(names):
        if value is None:
            continue
        text = "?" if isinstance(value, dict) and "fault" in value else text_of(value)
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
            f"La ligne {number} ne porte ni code, ni nom, ni NEQ. "
            "Partez du modèle, ou d’une exportation du répertoire."
        )
    return Head(places, tuple(unknown))


class Words:
    """The entries of the choice lists, by their label and by their code; one query."""

    def __init__(self) -> None:
        lists = {column.vocabulary for column in COLUMNS if column.vocabulary}
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


def read_row(number: int, cells: list[Cell], head: Head, words: Words) -> ReadRow:
    """The values of a row, and what could not be read."""
    found = ReadRow(number)
    for name, place in head.places.items():
        cell = cell_at(cells, place)
        try:
            if isinstance(cell, dict) and "fault" in cell:
                raise Unreadable(cell["fault"])
            found.cells[name] = _value(name, cell, words)
        except Unreadable as error:
            found.refuse(head.error(number, name, str(error)), name)
        except ValidationError as error:
            found.refuse(head.error(number, name, " ".join(error.messages)), name)
    return found


def _value(name: str, cell: Cell, words: Words) -> Any:
    """What a cell says in its column; raises Unreadable, or ValidationError."""
    column, text = BY_NAME[name], text_of(cell)
    if column.is_many:
        return sorted({words.code(name, part) for part in parted(text)})
    if column.vocabulary:
        return words.code(name, text) if text else ""
    if name in REVIEW:
        return _examined(name, text)
    if name == "neq":
        text = bare_neq(text)
    if name == "website" and text and "://" not in text:
        text = f"https://{text}"
    if not text or name == "code":
        return text
    return SocialEnterprise._meta.get_field(name).clean(text, None)  # type: ignore[union-attr]


def _examined(name: str, text: str) -> Any:
    """What a cell says of an examination."""
    if name == "eligibility":
        return _choice(text, _STATES, ELIGIBILITIES.values()) if text else ""
    if name == "criteria":
        return sorted({_choice(part, _CRITERIA, CRITERIA.values()) for part in parted(text)})
    if name == "examined_on":
        return _day(text) if text else ""
    return EligibilityReview._meta.get_field(name).clean(text, None) if text else ""  # type: ignore[union-attr]


def _choice(text: str, known: dict[str, str], labels: Any) -> str:
    code = known.get(fold(text))
    if code is None:
        raise Unreadable(
            f"«\u00a0{text[:60]}\u00a0» n’est pas un choix. Écrivez\u00a0: {joined(labels)}."
        )
    return code


def _day(text: str) -> str:
    """A day as JSON keeps it."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError as error:
        message = (
            f"«\u00a0{text[:60]}\u00a0» n’est pas une date. Écrivez-la ainsi\u00a0: 2021-04-30."
        )
        raise Unreadable(message) from error
    if day > timezone.localdate():
        raise Unreadable("Cet examen n’a pas encore eu lieu\u00a0: vérifiez la date.")
    return day.isoformat()


def told_unknown(head: Head) -> str:
    """The columns that are not ours, in a sentence."""
    number = len(head.unknown)
    if not number:
        return ""
    names = ", ".join(f"«\u00a0{name}\u00a0»" for name in head.unknown[:_MOST_TOLD])
    more = ", …" if number > _MOST_TOLD else ""
    s, ignored = plural(number), "est ignorée" if number < 2 else "sont ignorées"
    return f"Colonne{s} que le répertoire ne connaît pas, et qui {ignored}\u00a0: {names}{more}."
