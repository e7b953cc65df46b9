"""What the pages of observed benefits show beside the form: totals, ties, the journal."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from benefits.models import Benefit, ObservedBenefit
from benefits.observed import actions
from benefits.observed.forms import told_purchase
from benefits.observed.units import is_added
from chantier.lib import french
from measures.actions.audit import subject_of
from measures.clauses.audit import audit_of
from measures.journal import Journal
from members.access import Access
from members.models import AuditEntry, Organization
from members.sharing import SHARED_WITH_MEMBERS, SHARED_WITH_STAFF, SharingLevel

_MOST_SHOWN = 20

TITLES = {
    actions.ADDED: "Observation notée",
    actions.CHANGED: "Observation modifiée",
    actions.REMOVED: "Observation retirée",
    actions.CONSENTED: "Choix sur la citation",
    actions.VERIFIED: "Observation vérifiée",
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
    """A purchase is told inside its organization only; a record, to whom it is shown."""
    if row.purchase is not None:
        return Tie("Achat", told_purchase(row.purchase) if is_member else "")
    record = row.implementation
    if record is None or not (is_member or record.sharing in SHARED_WITH_STAFF):
        return Tie("Mesure du registre")
    record.organization = row.organization
    return Tie("Mesure du registre", record.title, record.get_absolute_url())


def give_ties(rows: Any, *, is_member: bool) -> None:
    """Add to each row of a list what it is tied to, and the evidence that may be opened."""
    for row in rows:
        row.tie = tie_of(row, is_member=is_member)
        piece = row.evidence
        is_shown = piece is not None and (is_member or piece.sharing in SHARED_WITH_STAFF)
        if is_shown:
            piece.organization = row.organization
        row.shown_evidence = piece if is_shown else None


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
    return ObservedBenefit.objects.open_to(access).with_ties()
