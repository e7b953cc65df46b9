"""Two people on one enterprise: what each changed is kept, and only a true clash is asked.

What the form was opened on comes with it, signed: the journal cannot tell how a person was reached.
"""

from typing import Any

from django.http import QueryDict
from django.utils import timezone

from benefits.actions.directory import entries_of
from benefits.keeping.forms import EnterpriseForm
from chantier.lib import french
from chantier.lib.diff import word_diff
from measures.merge import BOTH, THEIRS, Clash, Merge

_TEXT = "offer"


def merge_enterprise(form: EnterpriseForm) -> Merge:
    """Unite a posted form with its enterprise as it is now stored; nothing is saved."""
    stored, base, clashes = form.before or {}, form.opened_on, []
    data = form.data.copy()  # type: ignore[attr-defined]
    for name in form.Meta.fields:
        if not form.differs(name, stored):
            continue
        if base and not form.differs(name, base):
            _put(data, name, stored[name])
        elif base is None or base[name] != stored[name]:
            clashes.append(_clash(form, name, stored[name]))
    data["version"] = str(form.instance.version)
    data["base"] = form.initial["base"]
    last = entries_of(form.instance).first()
    moment = timezone.localtime(last.at if last else form.instance.updated_at)
    at = f"{french.long_date(moment.date())}, {french.clock_time(moment)}"
    author = str(last.actor) if last and last.actor else "Une autre personne"
    return Merge(data, tuple(clashes), author, at)


def settle(form: EnterpriseForm) -> QueryDict:
    """Posted data, with what its author chose where two values clashed.

    The choice was offered on what is stored: where somebody saved since, it is asked again.
    """
    data: QueryDict = form.data.copy()  # type: ignore[attr-defined]
    if form.before is None or form.posted_version() != form.instance.version:
        return data
    for name in form.Meta.fields:
        choice, theirs = data.get(f"choice_{name}"), form.before[name]
        if choice == THEIRS:
            _put(data, name, theirs)
        elif choice == BOTH and name == _TEXT:
            data[name] = f"{data.get(name, '').rstrip()}\n\n{theirs}".strip()
    return data


def _put(data: Any, name: str, value: Any) -> None:
    if isinstance(value, list):
        data.setlist(name, value)
    else:
        data[name] = value


def _clash(form: EnterpriseForm, name: str, theirs: Any) -> Clash:
    mine = form.posted(name) or ""
    is_text = name == _TEXT
    return Clash(
        name,
        str(form.fields[name].label),
        _readable(form, name, mine),
        _readable(form, name, theirs),
        is_choice=True,
        is_text=is_text,
        pieces=tuple(word_diff(theirs, mine)) if is_text else (),
    )


def _readable(form: EnterpriseForm, name: str, value: Any) -> str:
    """A value in words; a typed one may be anything."""
    field: Any = form.fields[name]
    labels = dict(getattr(field, "choices", ()))
    values = value if isinstance(value, list) else [value]
    return ", ".join(str(labels.get(one, one)) for one in values if one) or "(vide)"
