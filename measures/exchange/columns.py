"""The columns of a register in a spreadsheet, and how a value is written and read in each."""

import datetime
import re
from dataclasses import dataclass
from typing import Any, Literal

from chantier.lib.french import fold, long_date
from chantier.lib.spreadsheets import Column, Table, Value
from measures.actions import TRACKED
from measures.models import Implementation, Stage
from measures.statuses import Status
from members.sharing import SharingLevel

SHEET = "Registre"
NOT_IN_GUIDE = "hors guide"
DATES = ("planned_for", "started_on", "implemented_on", "review_on")
TEXTS = ("lead", "description", "result_story", "not_applicable_reason")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?")
_NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_IN_WORDS = re.compile(r"(\d{1,2})(?:er)? ([a-z]+)\.? (\d{4})")
_MOST_DIGITS = 18


class Unreadable(ValueError):
    """A cell that says nothing that its column can hold; in French."""


def _labels(choices: Any) -> tuple[str, ...]:
    return tuple(label[:1].upper() + label[1:] for label in choices.labels)


@dataclass(frozen=True)
class RegisterColumn(Column):
    """A column, the name that the code gives it, and other heads that people write for it."""

    name: str = ""
    aliases: tuple[str, ...] = ()


def _column(
    name: str,
    label: str,
    width: int,
    *aliases: str,
    kind: Literal["text", "number", "date"] = "text",
    choices: tuple[str, ...] = (),
) -> RegisterColumn:
    return RegisterColumn(label, kind, width, choices, name, aliases)


COLUMNS = (
    _column("record", "Fiche", 9, "Numéro de fiche", "No", kind="number"),
    _column("version", "Version", 9, kind="number"),
    _column("code", "Code", 11, "Code du guide"),
    _column("title", "Mesure", 44, "Titre", "Titre de votre mesure"),
    _column("stage", "Étape", 24),
    _column("status", "Statut", 18, choices=_labels(Status)),
    _column("planned_for", "Échéance prévue", 14, "Échéance", kind="date"),
    _column("started_on", "Date de début", 14, "Début", kind="date"),
    _column("implemented_on", "Date d’implantation", 14, "Implantation", kind="date"),
    _column("review_on", "Date de révision", 14, "Révision", "À revoir le", kind="date"),
    _column("lead", "Responsable", 28, "Personne ou unité responsable"),
    _column("description", "Ce que nous avons fait", 60, "Description"),
    _column("result_story", "Ce que cela a changé", 60, "Résultats"),
    _column(
        "not_applicable_reason",
        "Raison du «\u00a0sans objet\u00a0»",
        40,
        "Raison",
        "Raison du sans objet",
        "Raison pour laquelle la mesure est sans objet",
    ),
    _column("sharing", "Qui peut voir la fiche", 34, "Partage", choices=_labels(SharingLevel)),
)
BY_NAME = {column.name: column for column in COLUMNS}


def heads() -> dict[str, RegisterColumn]:
    """Each column by the heads that it is known under, folded."""
    return {
        folded_head(head): column for column in COLUMNS for head in (column.label, *column.aliases)
    }


def folded_head(text: str) -> str:
    """A head without case, accents or punctuation."""
    return " ".join(re.findall(r"\w+", fold(text)))


# --- Writing -------------------------------------------------------------------

# What a row is made of, in one query without models.
READ = (
    "pk",
    "version",
    "measure__code",
    "measure__title",
    "own_title",
    "stage__order",
    "stage__short_name",
    *TRACKED,
)


def stage_label(order: int, short_name: str) -> str:
    return f"{order} – {short_name}"


def row_of(values: tuple[Any, ...]) -> list[Value]:
    """A row of the register as the spreadsheet shows it, from the values of `READ`."""
    key, version, code, title, own_title, order, short_name, *tracked = values
    shown = dict(zip(TRACKED, tracked, strict=True))
    shown["status"] = label_of("status", shown["status"])
    shown["sharing"] = label_of("sharing", shown["sharing"])
    cells = {
        "record": key,
        "version": version,
        "code": code or NOT_IN_GUIDE,
        "title": title or own_title,
        "stage": stage_label(order, short_name),
        **shown,
    }
    return [cells[column.name] for column in COLUMNS]


def label_of(name: str, value: str) -> str:
    """The words of a stored choice."""
    return _WORDS[name].get(value, value)


_WORDS = {
    "status": dict(zip(Status.values, _labels(Status), strict=True)),
    "sharing": dict(zip(SharingLevel.values, _labels(SharingLevel), strict=True)),
}
# A choice by its label or by its code, folded: « Implantée », « implantee ».
_CODES = {
    name: {fold(text): code for code, label in words.items() for text in (code, label)}
    for name, words in _WORDS.items()
}


# --- Reading -------------------------------------------------------------------


def parse(name: str, value: Value, table: Table) -> Any:
    """What a cell says in its column: text, date, code of a choice, or number; raises Unreadable.

    An empty cell is « » for a text or a choice, None for a date or a number.
    """
    if name in DATES:
        return None if value is None else _date(value, table)
    if name in ("record", "version"):
        return None if value is None else _number(value)
    text = _text(value)
    if name in _CODES and text:
        return _choice(name, text)
    if name == "code" and fold(text) == NOT_IN_GUIDE:
        return ""
    return text


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _choice(name: str, text: str) -> str:
    code = _CODES[name].get(fold(text))
    if code is None:
        accepted = ", ".join(BY_NAME[name].choices)
        raise Unreadable(
            f"«\u00a0{_short(text)}\u00a0» n’est pas un choix. Écrivez\u00a0: {accepted}."
        )
    return code


def _number(value: Value) -> int:
    text = _text(value)
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise Unreadable(f"«\u00a0{_short(text)}\u00a0» n’est pas un numéro.")
    return int(text)


def _date(value: Value, table: Table) -> datetime.date:
    if isinstance(value, datetime.date):
        return value
    text = fold(_text(value))
    try:
        day = _day_of(text, table)
    except ValueError as error:
        if isinstance(error, Unreadable):
            raise
        day = None
    if day is None:
        raise Unreadable(
            f"«\u00a0{_short(text)}\u00a0» n’est pas une date. Écrivez-la ainsi\u00a0: 2021-04-30."
        )
    return day


def _day_of(text: str, table: Table) -> datetime.date | None:
    if found := _ISO.fullmatch(text):
        return datetime.date(*map(int, found.groups()))
    if found := _NUMERIC.fullmatch(text):
        return _day_first(*map(int, found.groups()))
    if (found := _IN_WORDS.fullmatch(text)) and found[2] in _MONTHS:
        return datetime.date(int(found[3]), _MONTHS[found[2]], int(found[1]))
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return table.day(float(text))
    return None


def _day_first(day: int, month: int, year: int) -> datetime.date:
    """« 30/04/2021 »; what could also be read month first is not guessed at."""
    if day <= 12 and month <= 12 and day != month:
        raise Unreadable(
            "Cette date se lit de deux façons. Écrivez "
            f"{year:04}-{month:02}-{day:02} ou {year:04}-{day:02}-{month:02}."
        )
    return datetime.date(year, month, day)


_MONTHS = {fold(long_date(datetime.date(2021, n, 2))).split()[1]: n for n in range(1, 13)}


def parse_stage(text: str, stages: list[Stage]) -> Stage | None:
    """A stage by its number, its name, or both as the export writes them."""
    wanted = fold(text)
    for stage in stages:
        known = (
            str(stage.order),
            stage.name,
            stage.short_name,
            stage.slug,
            stage_label(stage.order, stage.short_name),
            str(stage),
        )
        if wanted in {fold(one) for one in known}:
            return stage
    return None


def words(name: str, value: Any) -> str:
    """A stored value as people read it; « » when there is none."""
    if value in (None, ""):
        return ""
    return label_of(name, value) if name in _WORDS else str(value)


def blank() -> dict[str, Any]:
    """The tracked values of a record about which nothing has been said."""
    return {name: Implementation._meta.get_field(name).get_default() for name in TRACKED}  # type: ignore[union-attr]


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
