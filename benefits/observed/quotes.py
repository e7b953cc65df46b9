"""What organizations accept to see quoted of what they observed, with their name or without.

Consent is read here, at each page: taken back, it has its effect at once, everywhere.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from benefits.models import ObservedBenefit, SocialEnterprise
from benefits.observed.strength import Strength
from benefits.observed.telling import stems_of, telling_words
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
    ).prefetch_related("purchase__enterprise__merged")
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
    """What, in a story, tells whose it is: its names, its region, its supplier, its own measure.

    Names and places are found whole or by a word that tells them; the others, whole.
    """
    organization, purchase, record = row.organization, row.purchase, row.implementation
    names = [organization.name, organization.short_name, organization.region.label]
    titles = []
    if purchase is not None:
        names.append(purchase.supplier_name)
        titles.append(purchase.reference)
        if purchase.enterprise is not None:
            names += _names_of(purchase.enterprise)
    if record is not None:
        titles.append(record.own_title)
    text, stems = fold(row.statement), stems_of(row.statement)
    found = [_whole(title, text) for title in titles]
    found += [_whole(name, text) or _word(name, stems) for name in names]
    return [words for words in dict.fromkeys(found) if words]


def _names_of(enterprise: SocialEnterprise) -> list[str]:
    """Those of the rows that were united with it too: people knew it by them."""
    united = [row.name for row in enterprise.merged.all()]
    return [enterprise.name, enterprise.region.label, *united]


def _whole(name: str, text: str) -> str:
    key = fold(name)
    is_there = len(key) >= _SHORTEST and re.search(rf"(?<!\w){re.escape(key)}(?!\w)", text)
    return name if is_there else ""


def _word(name: str, stems: Collection[str]) -> str:
    return next((word for word in telling_words(name) if word in stems), "")
