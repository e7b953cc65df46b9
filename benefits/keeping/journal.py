"""The journal of an enterprise, in words; it never says how a person was reached."""

from dataclasses import dataclass
from datetime import datetime

from benefits.actions import directory, directory_import_apply, merging, proposals, removals
from benefits.models import SocialEnterprise

_ACTS = {
    directory.ADDED: "Ajoutée",
    directory.CHANGED: "Modifiée",
    directory.EXAMINED: "Examinée",
    proposals.PROPOSED: "Proposée",
    proposals.LISTED: "Proposition confirmée",
    proposals.DECLINED: "Proposition non retenue",
    proposals.KNOWN: "Proposition rattachée à une EÉS du répertoire",
    merging.MERGED: "Réunie à une autre",
    merging.RECEIVED: "A reçu une autre entreprise",
    merging.KEPT_APART: "Distinguée d’une autre",
    directory_import_apply.ADDED: "Ajoutée par importation",
    directory_import_apply.CHANGED: "Modifiée par importation",
    removals.EMPTIED: "Coordonnées retirées sur demande",
    removals.DECLINED: "Demande de retrait sans suite",
}
_NOT_FIELDS = {"version", "submission_key", "contact", "state", "answer", "into", "from"}
_MOST = 12


@dataclass(frozen=True)
class Line:
    """Who did what to an enterprise, and which of its fields changed."""

    act: str
    actor: str
    at: datetime
    fields: str


def journal_of(enterprise: SocialEnterprise) -> list[Line]:
    entries = directory.entries_of(enterprise)[:_MOST]
    return [
        Line(_ACTS.get(row.action, row.action), str(row.actor), row.at, _fields(row.after))
        for row in entries
    ]


def _fields(after: dict[str, object]) -> str:
    names = [name for name in after if name not in _NOT_FIELDS]
    names += after.get("contact", ())  # type: ignore[arg-type]
    labels = [
        str(SocialEnterprise._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        for name in names
        if name in _KNOWN
    ]
    return ", ".join(labels)


_KNOWN = {
    *directory.TEXTS,
    *directory.LINKS,
    *directory.CONTACT,
    "eligibility",
    "eligibility_on",
}
