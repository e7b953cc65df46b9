"""What came of the clauses of one organization, in a few figures. One definition for all pages."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from measures.models import ClauseUse
from measures.models.uses import ClauseUseQuerySet
from members.models import Organization


@dataclass(frozen=True)
class UseSummary:
    """Counted by document: one contract counts once, however many clauses its document holds."""

    documents: int
    # Of these, those awarded to a social enterprise, and those whose amount is known.
    awarded: int
    amounts_known: int
    # None when no amount, or no number of bids, is known: never zero.
    amount: Decimal | None
    bids: int | None


def summarize(uses: ClauseUseQuerySet) -> UseSummary:
    """The figures of some uses, in one query."""
    found: dict[str, Any] = uses.by_document().aggregate(
        documents=Count("document_reference"),
        awarded=Sum("document_awarded"),
        amounts_known=Count("document_amount"),
        amount=Sum("document_amount"),
        bids=Sum("document_bids"),
    )
    amount = found["amount"]
    return UseSummary(
        documents=found["documents"],
        awarded=found["awarded"] or 0,
        amounts_known=found["amounts_known"],
        amount=None if amount is None else Decimal(amount).quantize(Decimal("0.01")),
        bids=found["bids"],
    )


def summary_of(organization: Organization) -> UseSummary:
    """All that an organization has noted, whatever its sharing: for its own members."""
    return summarize(ClauseUse.objects.filter(organization=organization))
