"""What the pages of observed benefits show beside the form: totals, ties, the journal."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from benefits.models import Benefit, ObservedBenefit
from benefits.observed import actions
from benefits.observed.consent import citation_of
from benefits.observed.forms import told_purchase
from benefits.observed.units import is_added
from chantier.lib import french
from measures.actions.audit import subject_of
from measures.clauses.audit import audit_of
from measures.journal import Journal
from members.access import Access
from members.fiscal import FiscalYear
from members.models import AuditEntry, Organization
from members.sharing import SHARED_WITH_MEMBERS, SHARED_WITH_STAFF, SharingLevel

_MOST_SHOWN = 20

TITLES = {
    actions.ADDED: "Bénéfice observé noté",
    actions.CHANGED: "Bénéfice observé modifié",
    actions.REMOVED: "Bénéfice observé retiré",
    actions.CONSENTED: "Choix sur la citation",
    actions.LAPSED: "Citation à confirmer\u00a0: ce qui était cité a changé",
    actions.WITHDRAWN: "Citation retirée\u00a0: ce bénéfice reste dans l’organisation",
    actions.VERIFIED: "Bénéfice observé vérifié",
    actions.UNVERIFIED: "Vérification retirée",
}


@dataclass(frozen=True)
class Total:
    """What an organization observed of one benefit."""

    title: str
    number: int
    verified: int
    # Empty when nothing was measured.
    quantity: str
    is_sum: bool


def totals_of(rows: Any) -> list[Total]:
    """By benefit, in one query; a unit that is not added up is told as a mean."""
    found = [_total(row) for row in rows.totals_by_benefit()]
    return sorted(found, key=lambda total: (-total.number, french.fold(total.title)))


def _total(row: dict[str, Any]) -> Total:
    unit, measured = row["benefit__unit"], row["measured"]
    quantity = ""
    if measured:
        total = Decimal(row["total"])
        figure = total if is_added(unit) else (total / measured).quantize(Decimal("0.1"))
        quantity = french.quantity(figure, unit)
    return Total(row["benefit__title"], row["number"], row["verified"], quantity, is_added(unit))


@dataclass(frozen=True)
class Tie:
    """What an observation is tied to, as far as who reads may know it."""

    kind: str
    label: str = ""
    url: str = ""


def tie_of(row: ObservedBenefit, *, is_member: bool) -> Tie:
    """A purchase is told inside its organization only; a record, to whom it is shown.

    Staff learn whose purchase it is and of which year, never from whom nor how much.
    """
    if row.purchase is not None:
        if is_member:
            return Tie("Achat", told_purchase(row.purchase))
        year = FiscalYear.of(row.organization, row.purchase.purchased_on)
        return Tie("Achat", f"{row.organization.name}, année financière {year.label}")
    record = row.implementation
    if record is None or not (is_member or record.sharing in SHARED_WITH_STAFF):
        return Tie("Mesure du registre", "fiche que l’organisation garde pour elle")
    record.organization = row.organization
    return Tie("Mesure du registre", record.title, record.get_absolute_url())


def proof_of(row: ObservedBenefit, *, is_member: bool) -> Tie:
    """The evidence of a row, with its address where it opens to who reads."""
    piece = row.evidence
    if piece is None:
        return Tie("Preuve", "aucune")
    if not (is_member or piece.sharing in SHARED_WITH_STAFF):
        return Tie("Preuve", "gardée par l’organisation")
    if not (is_member or row.is_evidence_open):
        return Tie("Preuve", f"{piece.title} (jointe à aucune fiche partagée)")
    piece.organization = row.organization
    return Tie("Preuve", piece.title, piece.get_absolute_url())


def give_ties(rows: Any, *, is_member: bool) -> None:
    """Add to each row of a list what it is tied to, its evidence, and what becomes of its text."""
    for row in rows:
        row.facts = (tie_of(row, is_member=is_member), proof_of(row, is_member=is_member))
        row.citation = citation_of(row) if is_member else ""


@dataclass(frozen=True)
class Shown:
    """What others read of an observation that is shared with them: never its text."""

    who: str
    quantity: str
    observed_on: datetime.date
    is_verified: bool


def shown_observations(benefit: Benefit, *, is_member: bool) -> list[Shown]:
    """The latest observations of a benefit that are shared with members, or with all."""
    levels = SHARED_WITH_MEMBERS if is_member else (SharingLevel.PUBLIC,)
    rows = ObservedBenefit.objects.shown_at(levels).filter(benefit=benefit)
    found = []
    for row in rows.select_related("organization")[:_MOST_SHOWN]:
        row.benefit = benefit
        organization = row.organization
        who = organization.name if organization.may_be_named else "Un membre du chantier"
        found.append(Shown(who, row.quantity, row.observed_on, row.verified_at is not None))
    return found


def observation_journal(row: ObservedBenefit, *, whole: bool) -> Journal:
    return audit_of(row, TITLES, whole=whole)


def removal_of(organization: Organization, pk: int) -> AuditEntry | None:
    """The line that took an observation away, if that is what happened to it."""
    entries = AuditEntry.objects.filter(
        organization=organization,
        subject=subject_of(ObservedBenefit(pk=pk)),
        action=actions.REMOVED,
    )
    return entries.select_related("actor").first()


def open_observations(access: Access) -> "QuerySet[ObservedBenefit]":
    """What this person may read of an organization, with all that a row shows."""
    return ObservedBenefit.objects.open_to(access).with_ties().with_open_evidence()
