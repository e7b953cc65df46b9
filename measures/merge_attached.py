"""Two people on one result, or on one barrier met: what each changed is kept.

As for the record itself (`measures.merge`), what the form was opened on is read in the journal.
"""

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from chantier.lib import french
from chantier.lib.diff import word_diff
from measures.forms_results import AttachedForm
from measures.merge import BOTH, THEIRS, Clash, Merge
from measures.models import Implementation, ImplementationEvent

# The field whose two texts may be kept both, one under the other.
_TEXT = "what_worked"


def merge_attached(form: AttachedForm) -> Merge:
    """Unite a posted form with its row as it is now stored; nothing is saved.

    Where only the other person changed a field, their value is taken; where both did, the posted
    one stays in the form and the clash is told.
    """
    stored, clashes = form.before, []
    data = form.data.copy()  # type: ignore[attr-defined]
    assert stored is not None  # noqa: S101 - only a stored row can be stale
    versions = {save.state["version"]: save for save in form.saves()}
    opened = versions.get(form.posted_version())
    base = opened.state if opened else None
    for name in form.TYPED:
        if not form.differs(name, stored):
            continue
        if base and not form.differs(name, base):
            _put(data, name, form.value_in(name, stored))
        elif base is None or form.value_in(name, base) != form.value_in(name, stored):
            clashes.append(_clash(form, name, stored[name]))
    data["version"] = str(stored["version"])
    last = versions.get(stored["version"])
    author = last.author if last else "Une autre personne"
    moment = timezone.localtime(last.at if last else form.instance.updated_at)
    at = f"{french.long_date(moment.date())}, {french.clock_time(moment)}"
    return Merge(data, tuple(clashes), author, at)


def settle(form: AttachedForm) -> QueryDict:
    """Posted data, with what its author chose where two texts clashed.

    The choice was offered on what is stored: where somebody saved since, it is asked again.
    """
    data = form.data.copy()  # type: ignore[attr-defined]
    if form.before is None or form.posted_version() != form.before["version"]:
        return data
    for name in form.TYPED:
        choice, theirs = data.get(f"choice_{name}"), form.value_in(name, form.before)
        if choice == THEIRS:
            _put(data, name, theirs)
        elif choice == BOTH and name == _TEXT:
            data[name] = f"{data.get(name, '').rstrip()}\n\n{theirs}".strip()
    return data


def deletion_of(
    implementation: Implementation, kind: ImplementationEvent.Kind, key: str, pk: int
) -> ImplementationEvent | None:
    """The line of the journal that took a row off a record, if that is what happened to it."""
    events = implementation.events.filter(kind=kind, **{f"changes__{key}__0__pk": pk})
    gone = (event for event in events.select_related("actor") if event.changes[key][1] is None)
    return next(gone, None)


def _clash(form: AttachedForm, name: str, theirs: Any) -> Clash:
    field, mine = form.fields[name], form.posted(name)
    is_text = name == _TEXT
    return Clash(
        name,
        str(field.label),
        _readable(field, mine),
        _readable(field, theirs),
        is_choice=True,
        is_text=is_text,
        pieces=tuple(word_diff(theirs, mine or "")) if is_text else (),
    )


def _put(data: Any, name: str, value: Any) -> None:
    """Write a value in posted data, as the form would have sent it."""
    if isinstance(value, list):
        data.setlist(name, value)
    elif isinstance(value, datetime.date):
        data[name] = value.isoformat()
    else:
        data[name] = "" if value is None else str(value)


def _readable(field: Any, value: Any) -> str:
    """A value in words, as far as it can be understood: a typed one may be anything."""
    if isinstance(value, dict):
        return ", ".join(value.values()) or "(aucune)"
    if isinstance(field, forms.ModelMultipleChoiceField):
        chosen = [row.text for row in field.queryset or () if row.code in value]
        return ", ".join(chosen) or "(aucune)"
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        labels = {str(key): str(label) for key, label in choices}
        return labels.get(str(value or "")) or str(value or "(vide)")
    try:
        value = field.to_python(value)
    except ValidationError:
        return str(value)
    if isinstance(value, datetime.date):
        return french.long_date(value)
    return french.number(value) if isinstance(value, Decimal) else str(value or "(vide)")
