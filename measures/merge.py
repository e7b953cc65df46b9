"""Two people on one record: what each changed is kept, and only a true clash asks a question.

A form knows the version that it was opened on. When the stored record has moved on, the values of
that version are rebuilt from the journal, and each field is compared three ways.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import QueryDict
from django.utils import timezone

from chantier.lib import french
from measures.actions import TRACKED, snapshot
from measures.models import Implementation, ImplementationEvent


@dataclass(frozen=True)
class Clash:
    """A field that both people changed, to different values."""

    name: str
    label: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Merge:
    """The form data with the other person's changes in it, and what they clash on."""

    data: QueryDict
    clashes: tuple[Clash, ...]
    author: str
    at: str


def values_at(implementation: Implementation, version: int) -> dict[str, Any]:
    """The tracked values that the record had at `version`, from its journal."""
    values = snapshot(implementation)
    later = implementation.events.filter(version__gt=version).order_by("-version")
    for event in later:
        for name, (before, _) in event.changes.items():
            if name in TRACKED:
                field: models.Field = Implementation._meta.get_field(name)  # type: ignore[assignment]
                values[name] = field.to_python(before)
    return values


def merge(form: Any, implementation: Implementation, *, version: int) -> Merge:
    """Unite a posted form, opened on `version`, with the record as it is now stored.

    Where only the other person changed a field, their value is taken; where both did, the posted
    one stays in the form and the clash is told.
    """
    base = values_at(implementation, version)
    stored = snapshot(implementation)
    data = form.data.copy()
    clashes = []
    for name in TRACKED:
        field = form.fields[name]
        mine = data.get(name, "")
        if not field.has_changed(stored[name], mine):
            continue
        if not field.has_changed(base[name], mine):
            data[name] = _as_posted(stored[name])
        elif stored[name] != base[name]:
            ours, theirs = (
                _readable(form, name, text) for text in (mine, _as_posted(stored[name]))
            )
            clashes.append(Clash(name, str(field.label), ours, theirs))
    data["version"] = str(implementation.version)
    last: ImplementationEvent = implementation.events.select_related("actor").latest("version")
    moment = timezone.localtime(last.at)
    return Merge(
        data,
        tuple(clashes),
        author=str(last.actor),
        at=f"{french.long_date(moment.date())}, {french.clock_time(moment)}",
    )


def _as_posted(value: Any) -> str:
    return "" if value is None else str(value)


def _readable(form: Any, name: str, value: str) -> str:
    """A value in words: the label of a choice, or the text itself."""
    choices = dict(getattr(form.fields[name], "choices", ()))
    return str(choices.get(value, value)) or "(vide)"
