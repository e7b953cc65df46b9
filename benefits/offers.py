"""Where the directory has an offer and few organizations buy: guests for the next webinar."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from benefits import spending
from benefits.models import SocialEnterprise
from benefits.spending import Cell
from benefits.together import NEARLY_ALL, NONE, UNTOLD, by_organization, number_of
from members.models import Term

# The lines that a page shows before one asks for more.
_FIRST = 5


@dataclass(frozen=True)
class Offer:
    """A sector or a region of the directory, beside how many organizations buy there."""

    code: str
    key: str
    label: str
    enterprises: int
    buyers: str
    rank: tuple[float, int, str]


@dataclass(frozen=True)
class Offers:
    """The lines of one table, those with the most EÉS for the fewest buyers first."""

    lines: list[Offer]

    @property
    def first(self) -> list[Offer]:
        return self.lines[:_FIRST]

    @property
    def more(self) -> list[Offer]:
        return self.lines[_FIRST:]


def offers(
    cells: Collection[Cell], own: Collection[int], terms: Mapping[int, Term]
) -> tuple[Offers, Offers]:
    """By sector, then by region of the seat; in two queries."""
    listed = SocialEnterprise.objects.listed().order_by()
    of_sectors = listed.filter(sectors__isnull=False).values_list("sectors")
    of_regions = listed.values_list("region")
    return (
        _table(
            of_sectors.annotate(number=Count("pk")), lambda cell: cell.sector, cells, own, terms
        ),
        _table(
            of_regions.annotate(number=Count("pk")), lambda cell: cell.region, cells, own, terms
        ),
    )


def _table(
    counts: Any,
    key: Callable[[Cell], Any],
    cells: Collection[Cell],
    own: Collection[int],
    terms: Mapping[int, Term],
) -> Offers:
    everyone = len(by_organization(cells))
    buyers = {
        pk: {cell.organization for cell in group} for pk, group in spending.by(cells, key).items()
    }
    found = [
        _offer(terms[pk], count, buyers.get(pk, set()), everyone, own)
        for pk, count in counts
        if pk in terms
    ]
    return Offers(sorted(found, key=lambda offer: offer.rank))


def _offer(
    term: Term, enterprises: int, buyers: set[int], everyone: int, own: Collection[int]
) -> Offer:
    words = number_of(buyers, everyone, own)
    # What may not be told sorts nothing either.
    known = {NONE: 0, UNTOLD: 1, NEARLY_ALL: everyone}
    rank = (-enterprises / (known.get(words, len(buyers)) + 1), -enterprises, term.label)
    return Offer(term.code, term.key, term.label, enterprises, words, rank)
