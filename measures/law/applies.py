"""Which amounts of the law hold for which organizations."""

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet

from measures.models import Threshold
from members.models import Organization

_Regime = Organization.Regime


@dataclass(frozen=True)
class Scope:
    """Who an amount holds for: organizations of a regime, of some types where it says so."""

    regime: Organization.Regime
    types: frozenset[str] = frozenset()

    def holds_for(self, organization: Organization) -> bool:
        if organization.regime != self.regime:
            return False
        return not self.types or organization.type.code in self.types


# By the words of the thresholds themselves (`measures/seed/thresholds.toml`). None: the rule of one
# organization, which holds for no other. Words that are not here are told in the legal frame only.
SCOPES: dict[str, Scope | None] = {
    "organisme municipal": Scope(_Regime.MUNICIPAL),
    "université (LCOP)": Scope(_Regime.LCOP, frozenset({"organization_type:universite"})),
    "règle interne de l’ÉTS": None,
}


def regimes_of(organization: Organization) -> list[str]:
    """The words under which the law holds for an organization; reads its type."""
    return [words for words, scope in SCOPES.items() if scope and scope.holds_for(organization)]


def thresholds_for(organization: Organization, day: datetime.date) -> QuerySet[Threshold]:
    """The amounts in force for an organization on a day, with their reference."""
    rows = Threshold.objects.in_force_on(day).filter(regime__in=regimes_of(organization))
    return rows.select_related("legal_reference")
