"""Two people on one use of a clause: what each changed is kept, and only a true clash is asked.

As for a record (`measures.merge`), what the form was opened on is read in the journal. It serves
any `JournalledForm`.
"""

import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import QueryDict
from django.utils import timezone

from chantier.lib import french
from chantier.lib.diff import word_diff
from measures.actions.audit import subject_of
from measures.actions.clause_uses import DELETED, State
from measures.merge import BOTH, THEIRS, Clash, Merge
from measures.models import ClauseUse
from members.models import AuditEntry, Organization


def merge_use(form: Any) -> Merge:
    """Unite a posted form with its use as it is now stored; nothing is saved.

    Where only the other person changed a field, their value is taken; where both did, the posted
    one stays in the form and the clash is told.
    """
    stored, clashes = form.before, []
    data = form.data.copy()
    assert stored is not None  # noqa: S101 - only a stored use can be stale
    # Other acts, on which no form stands, say no version.
    entries = [line for line in _entries(form.instance) if "version" in line.after]
    base = _state_at(stored, entries, form.posted_version())
    for name in form.TYPED:
        if not form.differs(name, stored):
            continue
        if base and not form.differs(name, base):
            put(data, name, form.value_in(name, stored))
        elif base is None or form.value_in(name, base) != form.value_in(name, stored):
            clashes.append(_clash(form, name, stored))
    data["version"] = str(form.instance.version)
    author = str(entries[0].actor) if entries else "Une autre personne"
    moment = timezone.localtime(entries[0].at if entries else form.instance.updated_at)
    at = f"{french.long_date(moment.date())}, {french.clock_time(moment)}"
    return Merge(data, tuple(clashes), author, at)


def _entries(use: Model) -> Any:
    return AuditEntry.objects.filter(subject=subject_of(use)).select_related("actor")


def _state_at(stored: State, entries: list[AuditEntry], version: int) -> State | None:
    """What the use said at a version, from the lines written since, newest first.

    None for a version that no line speaks of: a forged one, or none.
    """
    if version < 1:
        return None
    state = dict(stored)
    for entry in entries:
        if entry.after.get("version", 0) > version:
            state |= entry.before
    return state


def settle(form: Any) -> QueryDict:
    """Posted data, with what its author chose where two values clashed.

    The choice was offered on what is stored: where somebody saved since, it is asked again.
    """
    data = form.data.copy()
    if form.before is None or form.posted_version() != form.instance.version:
        return data
    for name in form.TYPED:
        choice, theirs = data.get(f"choice_{name}"), form.value_in(name, form.before)
        if choice == THEIRS:
            put(data, name, theirs)
        elif choice == BOTH and name == form.JOINED:
            data[name] = f"{data.get(name, '').rstrip()}\n\n{theirs}".strip()
    return data


def made_by(form: Any) -> AuditEntry | None:
    """The line of the journal that this very form has already written, if any."""
    try:
        key = form.fields["submission_key"].clean(form.data.get("submission_key"))
    except ValidationError:
        return None
    entries = AuditEntry.objects.filter(subject=subject_of(form.instance))
    return entries.filter(after__submission_key=str(key)).first()


def deletion_of(organization: Organization, pk: int) -> AuditEntry | None:
    """The line that took a use of the organization away, if that is what happened to it."""
    entries = AuditEntry.objects.filter(
        organization=organization, subject=subject_of(ClauseUse(pk=pk)), action=DELETED
    )
    return entries.select_related("actor").first()


def put(data: Any, name: str, value: Any) -> None:
    """Write a value in posted data, as the form would have sent it."""
    if isinstance(value, datetime.date):
        data[name] = value.isoformat()
    elif isinstance(value, Decimal):
        data[name] = french.number(value)
    else:
        data[name] = "" if value is None else str(value)


def _clash(form: Any, name: str, stored: State) -> Clash:
    field, mine = form.fields[name], form.posted(name) or ""
    theirs = form.value_in(name, stored)
    return Clash(
        name,
        str(field.label),
        _readable(field, mine),
        _readable(field, theirs),
        is_choice=True,
        is_text=name == form.JOINED,
        pieces=tuple(word_diff(theirs, mine)) if name in form.TEXTS else (),
    )


def _readable(field: Any, value: Any) -> str:
    """A value in words, as far as it can be understood: a typed one may be anything."""
    for key, label in _flat(getattr(field, "choices", ())):
        if str(key) == str("" if value is None else value):
            return str(label)
    try:
        value = field.to_python(value)
    except ValidationError:
        return str(value)
    if isinstance(value, datetime.date):
        return french.long_date(value)
    if isinstance(value, Decimal):
        return french.number(value)
    return str("(vide)" if value in (None, "") else value)


def _flat(choices: Any) -> Any:
    """Choices in a row; those of a group come under a list."""
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label
