"""Two people on one piece of evidence: what each changed is kept."""

import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from chantier.lib import french
from measures.actions.evidence import CHANGE, journal_subject
from measures.forms_evidence import EvidenceForm, as_sent
from measures.merge import Clash, Merge
from measures.models import Evidence
from members.models import AuditEntry
from members.sharing import SharingLevel


def merge_evidence(form: EvidenceForm, evidence: Evidence) -> Merge:
    """Unite a valid posted form with the piece as it is now stored; nothing is saved.

    Where only the other person changed a field, their value is taken; where both did, the posted
    one stays in the form and the clash is told.
    """
    seen, mine = form.cleaned_data["seen"], form.values()
    stored = {name: getattr(evidence, name) for name in form.TYPED}
    data: QueryDict = form.data.copy()  # type: ignore[attr-defined]
    clashes = []
    for name in form.TYPED:
        if stored[name] in (seen[name], mine[name]):
            continue
        if mine[name] == seen[name]:
            data[name] = as_sent(stored)[name] or ""
        else:
            words = _words(name, mine[name]), _words(name, stored[name])
            clashes.append(Clash(name, str(form.fields[name].label), *words))
    data["seen"] = form.fields["seen"].prepare_value(as_sent(stored))
    author, moment = _last_change(evidence)
    return Merge(data, tuple(clashes), author, moment)


def _last_change(evidence: Evidence) -> tuple[str, str]:
    """Who changed the piece last, and when; a record that closes takes its evidence along."""
    entry = (
        AuditEntry.objects.filter(subject=journal_subject(evidence), action=CHANGE)
        .select_related("actor")
        .first()
    )
    is_told = entry is not None and entry.at >= evidence.updated_at - datetime.timedelta(minutes=1)
    author = str(entry.actor) if entry and is_told else "Une autre personne"
    at = timezone.localtime(entry.at if entry and is_told else evidence.updated_at)
    return author, f"{french.long_date(at.date())}, {french.clock_time(at)}"


def _words(name: str, value: Any) -> str:
    if name == "sharing":
        return str(SharingLevel(value).label)
    if name == "expires_on":
        return french.long_date(value) if value else "(sans date de fin)"
    return str(value)
