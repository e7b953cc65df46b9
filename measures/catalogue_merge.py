"""Two people on one row of the catalogue: both texts are shown, and none is lost.

As in a register: the values that the form was opened on are rebuilt from the journal, and each
field is compared three ways.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from chantier.lib.seeds import SeededModel
from measures.actions import version_of
from measures.editing import Draft
from measures.models import CatalogueEvent
from measures.snapshots import CHILDREN, TEXT, Snapshot, in_words, label_of, snapshot


@dataclass(frozen=True)
class Clash:
    """A field that both people changed, to different values."""

    field_id: str
    label: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Merge:
    """The form data with the other person's changes in it, and what they clash on."""

    data: QueryDict
    clashes: tuple[Clash, ...]
    last: CatalogueEvent


def events_of(row: SeededModel) -> Any:
    """The journal of a row, newest first."""
    return CatalogueEvent.objects.filter(
        subject=row._meta.model_name, code=row.code
    ).select_related("actor")


def merge(draft: Draft, row: SeededModel, *, version: int) -> Merge:
    """Unite a posted form, opened on `version`, with the row as it is now stored.

    Where only the other person changed a field, their value is taken; where both did, the posted
    one stays in the form and the clash is told. Rows that they added are not in the form, and
    stay where they are.
    """
    now = snapshot(row)
    later = list(events_of(row).filter(version__gt=version))
    base = _values_before(later, now)
    data = draft.posted.copy()
    clashes = []
    for part, name, key in _fields(draft):
        field = part.fields[name]
        posted = field.widget.value_from_datadict(part.data, part.files, part.add_prefix(name))
        if not _differs(field, now.get(key), posted):
            continue
        if not _differs(field, base.get(key), posted):
            _put(data, part.add_prefix(name), now.get(key))
        elif now.get(key) != base.get(key):
            clashes.append(_clash(draft, part, name, key, posted, now.get(key)))
    data["version"] = str(version_of(row))
    return Merge(data, tuple(clashes), later[0])


def _values_before(later: list[CatalogueEvent], now: Snapshot) -> Snapshot:
    """The values of a row before its `later` events, newest first."""
    values = dict(now)
    for event in later:
        for key, (before, _) in event.changes.items():
            values[key] = before
    return values


def _fields(draft: Draft) -> Iterator[tuple[Any, str, str]]:
    """Each field that people type, with the key that the journal gives it."""
    for name in draft.form.typed:
        if name not in ("code", "reason"):
            yield draft.form, name, TEXT if name == "text" else name
    if draft.formset is None:
        return
    relation, _ = CHILDREN[draft.kind.model]
    for part in draft.formset.initial_forms:
        for name, field in part.fields.items():
            if not (field.disabled or isinstance(field.widget, forms.HiddenInput)):
                yield part, name, f"{relation}.{part.instance.code}.{name}"


def _differs(field: forms.Field, value: Any, posted: Any) -> bool:
    """Whether what was posted is not `value`, as the journal writes it."""
    if isinstance(field, forms.DecimalField | forms.IntegerField) and value is not None:
        value = field.to_python(value)
    return field.has_changed(value, posted)


def _put(data: QueryDict, name: str, value: Any) -> None:
    """Write a value of the journal where the form reads it."""
    if isinstance(value, list):
        data.setlist(name, value)
    elif value is False:
        data.pop(name, None)
    elif value is True:
        data[name] = "on"
    else:
        data[name] = "" if value is None else str(value)


def _clash(draft: Draft, part: Any, name: str, key: str, posted: Any, theirs: Any) -> Clash:
    model = draft.kind.model
    mine, other = (in_words(model, key, value) or "(vide)" for value in (posted, theirs))
    return Clash(part[name].auto_id, label_of(model, key), mine, other)
