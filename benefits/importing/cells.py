"""The cells of a spreadsheet as a row keeps them: what each says, and what it was.

A text is a text, nothing is None. A number and a day are told apart from texts that look like
them: « 1.234 » typed may be a thousand, 1.234 computed by a spreadsheet is not.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from chantier.lib.spreadsheets import Fault, Value

Cell = str | dict[str, str] | None
_LONGEST = 400


def stored(value: Value | Fault, longest: int = _LONGEST) -> Cell:
    if isinstance(value, Fault):
        return {"fault": value.message}
    if isinstance(value, datetime.date):
        return {"day": value.isoformat()}
    if isinstance(value, str):
        # What is longer is longer than any field.
        return value[:longest]
    return None if value is None else {"number": _digits(value)}


def stored_row(values: Iterable[Value | Fault], longest: int = _LONGEST) -> list[Cell]:
    return [stored(value, longest) for value in values]


def text_of(cell: Cell) -> str:
    """What a cell shows."""
    if isinstance(cell, dict):
        return next(iter(cell.values()), "")
    return cell or ""


def cell_at(cells: list[Cell], place: int | None) -> Cell:
    return cells[place] if place is not None and place < len(cells) else None


def _digits(value: Any) -> str:
    """« 1165432109 », not « 1165432109.0 »."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
