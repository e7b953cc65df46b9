"""The journal of a row that stands beside the registers, in words: who changed what, and when.

Reads what `measures.actions.audit` writes, for any model: labels and choices are those of its
fields. A value that names another row is kept as {"key": …, "label": …}.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from chantier.lib import french
from chantier.lib.diff import Piece, word_diff
from measures.actions.audit import subject_of
from measures.journal import LATEST, Change, Entry, Journal
from members.models import AuditEntry

# Past this, a text is told word by word.
_LONG = 160


def audit_of(row: models.Model, titles: Mapping[str, str], *, whole: bool = False) -> Journal:
    """The latest lines about a row, or all of them, in one query; `titles` says each action."""
    rows = AuditEntry.objects.filter(subject=subject_of(row)).select_related("actor")
    found = list(rows if whole else rows[: LATEST + 1])
    is_cut = not whole and len(found) > LATEST
    shown = found[:LATEST] if is_cut else found
    return Journal(tuple(_entry(line, type(row), titles) for line in shown), is_cut)


def _entry(line: AuditEntry, model: type[models.Model], titles: Mapping[str, str]) -> Entry:
    names = [*line.after, *(name for name in line.before if name not in line.after)]
    changes = [
        _change(field, line.before.get(name), line.after.get(name))
        for name in names
        if (field := _field(model, name)) is not None
    ]
    told = tuple(change for change in changes if change.before or change.after)
    return Entry(line.pk, titles.get(line.action, line.action), told, str(line.actor), line.at)


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any] | None":
    """A field that people fill in; a line also holds what recognizes its form."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, models.Field) and field.editable else None


def _change(field: "models.Field[Any, Any]", before: Any, after: Any) -> Change:
    label = str(field.verbose_name)
    left, right = in_words(field, before), in_words(field, after)
    pieces: tuple[Piece, ...] = ()
    if max(len(left), len(right)) > _LONG:
        pieces = tuple(word_diff(left, right))
    return Change(label[:1].upper() + label[1:], left, right, name=field.name, pieces=pieces)


def in_words(field: "models.Field[Any, Any]", value: Any) -> str:
    """A value of the journal as people read it; « » for nothing."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return str(value.get("label", ""))
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateField) and value:
        return french.long_date(date.fromisoformat(str(value)))
    if isinstance(field, models.DecimalField):
        return french.number(Decimal(str(value)))
    return str(value)
