"""The figures of a report that open on their rows, by the code that an address bears."""

from __future__ import annotations

from collections.abc import Callable

from chantier.reports.behind import benefits, indicators, measures, proofs, purchases, toolbox
from chantier.reports.behind.shape import Asked, Behind
from measures.statuses import Status

# The codes are in addresses that people keep: they never change. None for an unknown part.
FIGURES: dict[str, Callable[[Asked], Behind | None]] = {
    "taux": measures.rate,
    "ecart": measures.difference,
    "applicables": measures.applicable,
    **{status.value: measures.of_status(status) for status in Status},
    "implantees-periode": measures.implemented,
    "engagements": measures.commitments,
    "a-venir": measures.upcoming,
    "preuves": proofs.evidence,
    "rencontres": proofs.meetings,
    "clauses": toolbox.clauses,
    "enjeux": toolbox.barriers,
    "indicateurs": indicators.indicators,
    "indicateur": indicators.indicator,
    "indicateur-precedent": indicators.previous,
    "achats": purchases.amount,
    "achats-precedents": purchases.previous,
    "achats-secteur": purchases.of_sector,
    "achats-region": purchases.of_region,
    "ees": purchases.enterprises,
    "benefices": benefits.observations,
    "benefice": benefits.benefit,
}
FIRST = "taux"


def behind(code: str, asked: Asked) -> Behind | None:
    """None for a code that no figure bears, or a part that the report does not tell."""
    build = FIGURES.get(code)
    return build(asked) if build else None
