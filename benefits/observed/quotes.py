"""What organizations accept to see quoted of what they observed, with their name or without.

Consent is read here, at each page: taken back, it has its effect at once, everywhere.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from benefits.models import ObservedBenefit
from benefits.observed.strength import Strength
from chantier.lib.french import fold

# Of one benefit, on its page.
_MOST = 8
# Shorter than this, a word is found in any text.
_SHORTEST = 3


@dataclass(frozen=True)
class Quote:
    """A story as others read it; without a name, nothing leads to who wrote it."""

    text: str
    who: str = ""
    year: int | None = None
    is_verified: bool = False


def quotes_by_benefit(strengths: Mapping[int, Strength]) -> dict[int, list[Quote]]:
    """The quotes of these benefits by key, those with a name first, in one query."""
    rows = ObservedBenefit.objects.quotable().filter(benefit__in=strengths)
    rows = rows.select_related(
        "organization__region", "purchase__enterprise__region", "implementation"
    )
    named: dict[int, list[Quote]] = defaultdict(list)
    unnamed: dict[int, list[Quote]] = defaultdict(list)
    for row in rows:
        if is_named(row):
            named[row.benefit_id].append(_named(row))
        elif strengths[row.benefit_id].may_quote_unnamed and not revealing_words(row):
            unnamed[row.benefit_id].append(Quote(row.statement))
    return {
        # In the order of the alphabet: that of the rows would tell when each was written.
        key: [*named[key], *sorted(unnamed[key], key=lambda quote: fold(quote.text))][:_MOST]
        for key in {*named, *unnamed}
    }


def is_named(row: ObservedBenefit) -> bool:
    """Whether the quote bears the name: the organization accepts it for this text, and at all."""
    return row.consent == ObservedBenefit.Consent.NAMED and row.organization.may_be_named


def _named(row: ObservedBenefit) -> Quote:
    return Quote(
        row.statement,
        who=row.organization.name,
        year=row.observed_on.year,
        is_verified=row.verified_at is not None,
    )


def revealing_words(row: ObservedBenefit) -> list[str]:
    """What, in a story, tells whose it is: its names, its region, its supplier, its own measure."""
    organization, purchase, record = row.organization, row.purchase, row.implementation
    names = [organization.name, organization.short_name, organization.region.label]
    if purchase is not None:
        names += [purchase.supplier_name, purchase.reference]
        if purchase.enterprise is not None:
            names += [purchase.enterprise.name, purchase.enterprise.region.label]
    if record is not None:
        names.append(record.own_title)
    text = fold(row.statement)
    return [name for name in dict.fromkeys(names) if _stands_in(fold(name), text)]


def _stands_in(name: str, text: str) -> bool:
    return len(name) >= _SHORTEST and bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text))
