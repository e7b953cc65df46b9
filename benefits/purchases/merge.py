"""Two people on one purchase: what each changed is kept, and only a true clash is asked.

As for a record (`measures.merge`), what the form was opened on is read in the journal.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from benefits.actions.purchases import CLAUSES, DELETED, State
from benefits.models import Purchase, SocialEnterprise
from benefits.names import supplier_key
from benefits.purchases.forms import PurchaseForm
from chantier.lib import french
from measures.actions.audit import subject_of
from measures.clauses.audit import in_words
from measures.clauses.use_merge import put
from measures.merge import THEIRS, Clash, Merge
from members.models import AuditEntry, Organization


def merge_purchase(form: PurchaseForm) -> Merge:
    """Unite a posted form with its purchase as it is now stored; nothing is saved.

    Where only the other person changed a field, their value is taken; where both did, the posted
    one stays in the form and the clash is told.
    """
    stored, clashes = form.before, []
    data = form.data.copy()
    assert stored is not None  # noqa: S101 - only a stored purchase can be stale
    entries = list(_entries(form.instance))
    base = _state_at(stored, entries, form.posted_version())
    for name in form.TYPED:
        if not form.differs(name, stored):
            continue
        if base and not form.differs(name, base):
            _put(data, name, form.value_in(name, stored))
        elif base is None or form.value_in(name, base) != form.value_in(name, stored):
            clashes.append(_clash(form, name, stored))
    _ask_again(form, data, stored)
    data["version"] = str(form.instance.version)
    author = str(entries[0].actor) if entries else "Une autre personne"
    moment = timezone.localtime(entries[0].at if entries else form.instance.updated_at)
    at = f"{french.long_date(moment.date())}, {french.clock_time(moment)}"
    return Merge(data, tuple(clashes), author, at)


def _ask_again(form: PurchaseForm, data: QueryDict, stored: State) -> None:
    """The EÉS that the other person chose goes with the supplier that they wrote."""
    names = ("supplier_name", "supplier_neq")
    if all(data.get(name, "") == stored[name] for name in names):
        data["asked_for"] = supplier_key(*(stored[name] for name in names))


def _entries(purchase: Purchase) -> Any:
    return AuditEntry.objects.filter(subject=subject_of(purchase)).select_related("actor")


def _state_at(stored: State, entries: list[AuditEntry], version: int) -> State | None:
    """What the purchase said at a version, from the lines written since, newest first.

    None for a version that no line speaks of: a forged one, or none.
    """
    if version < 1:
        return None
    state = dict(stored)
    for entry in entries:
        if entry.after.get("version", 0) > version:
            state |= entry.before
    return state


def settle(form: PurchaseForm) -> QueryDict:
    """Posted data, with what its author chose where two values clashed.

    The choice was offered on what is stored: where somebody saved since, it is asked again.
    """
    data = form.data.copy()
    if form.before is None or form.posted_version() != form.instance.version:
        return data
    for name in form.TYPED:
        if data.get(f"choice_{name}") == THEIRS:
            _put(data, name, form.value_in(name, form.before))
    _ask_again(form, data, form.before)
    return data


def deletion_of(organization: Organization, pk: int) -> AuditEntry | None:
    """The line that took a purchase of the organization away, if that is what happened to it."""
    entries = AuditEntry.objects.filter(
        organization=organization, subject=subject_of(Purchase(pk=pk)), action=DELETED
    )
    return entries.select_related("actor").first()


def _put(data: QueryDict, name: str, value: Any) -> None:
    """Write a value in posted data, as the form would have sent it."""
    if name == CLAUSES:
        data.setlist(name, [str(key) for key in value])
    elif name == "enterprise" and value is None:
        data[name] = "aucune"
    else:
        put(data, name, value)


def _clash(form: PurchaseForm, name: str, stored: State) -> Clash:
    return Clash(
        name,
        str(form.fields[name].label),
        _readable(form, name, form.posted(name)),
        _told(name, stored[name]),
        is_choice=True,
    )


def _told(name: str, value: Any) -> str:
    """A value of the journal in words."""
    return in_words(Purchase._meta.get_field(name), value) or "(vide)"  # type: ignore[arg-type]


def _readable(form: PurchaseForm, name: str, value: Any) -> str:
    """A typed value in words, as far as it can be understood: it may be anything."""
    field = form.fields[name]
    if name == CLAUSES:
        keys = {str(key) for key in field.to_python(value)}
        labels = [str(label) for key, label in field.choices if str(key) in keys]
        return ", ".join(labels) or "(vide)"
    if name == "enterprise":
        return _enterprise_name(form, value)
    choices = {str(key): str(label) for key, label in getattr(field, "choices", ()) if key}
    if choices:
        return choices.get(str(value or ""), "(vide)")
    try:
        return _told(name, field.to_python(value))
    except ValidationError:
        return str(value)


def _enterprise_name(form: PurchaseForm, value: Any) -> str:
    try:
        key = form.fields["enterprise"].to_python(value)
    except ValidationError:
        return str(value)
    found = SocialEnterprise.objects.filter(pk=key).first() if key else None
    return found.name if found else "(vide)"
