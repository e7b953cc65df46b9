"""The rows of the form of preparation: read as they came, moved, copied from another meeting."""

import re
from typing import Any

from django.http import QueryDict

from chantier.lib import french
from meetings.forms_prepare import ObjectiveForm, PointForm, RowForm
from meetings.models import AgendaItem

LISTS: dict[str, type[RowForm]] = {"objectives": ObjectiveForm, "agenda": PointForm}
_MOVE = re.compile(r"(objectives|agenda)-(up|down|add)(?:-(\d{1,4}))?")
_KEY = re.compile(r"\d{1,9}")


def row_form(cls: Any, name: str, index: int | str, row: dict[str, Any], *, is_bound: bool) -> Any:
    prefix = f"{name}-{index}"
    if not is_bound:
        return cls(initial=row, prefix=prefix)
    data = {f"{prefix}-{key}": value for key, value in row.items() if value != ""}
    return cls(data, prefix=prefix)


def posted_rows(name: str, data: QueryDict) -> list[dict[str, Any]]:
    """The posted rows of a list, in the order of the page."""
    form = LISTS[name]
    pattern = re.compile(rf"{name}-(\d{{1,4}})-{form.main}")
    indices = [match[1] for match in map(pattern.fullmatch, data) if match]
    names = ("pk", "seen", *form.names)
    ticks = ("remove", "is_round_table")
    return [
        {key: data.get(f"{name}-{index}-{key}", "") for key in names if key not in ticks}
        | {key: f"{name}-{index}-{key}" in data for key in ticks if key in form.base_fields}
        for index in indices
    ]


def moved(name: str, rows: list[dict[str, Any]], act: str) -> list[dict[str, Any]]:
    move = _MOVE.fullmatch(act)
    if move is None or move[1] != name:
        return rows
    if move[2] == "add":
        return [*rows, {}]
    index = int(move[3] or len(rows))
    other = index + (1 if move[2] == "down" else -1)
    if index < len(rows) and 0 <= other < len(rows):
        rows[index], rows[other] = rows[other], rows[index]
    return rows


def without_blank(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if any(row.values())]


def copied(key: str) -> list[dict[str, Any]]:
    """The points of another meeting, as new rows."""
    if not _KEY.fullmatch(key):
        return []
    names = ("title", "minutes", "lead", "note", "is_round_table")
    items = AgendaItem.objects.filter(meeting=int(key)).order_by("order", "pk")
    return list(items.values(*names))


def reads(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if value in (None, ""):
        return ""
    if hasattr(value, "hour"):
        return french.clock_time(value)
    if hasattr(value, "year"):
        return french.long_date(value)
    return str(value)
