"""What the list of purchases shows beside its rows: totals of all that is filtered, and sorts."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import QueryDict

from benefits.models import PurchaseQuerySet
from benefits.purchases.filters import SORTS

_CENT = Decimal("0.01")
_HEADS = {
    "date": "Date",
    "fournisseur": "Fournisseur",
    "ees": "EÉS",
    "secteur": "Secteur",
    "montant": "Montant avant taxes",
}
# What a first click asks for: the latest day, the largest amount, else from A to Z.
_DOWNWARDS = ("date", "montant")
_DEFAULT = "-date"


@dataclass(frozen=True)
class PurchaseTotals:
    """Of all filtered purchases, whatever the page."""

    number: int
    amount: Decimal
    # Of these, what comes from EÉS of the directory, and how many of them.
    matched: int
    matched_amount: Decimal
    enterprises: int

    @property
    def unmatched(self) -> int:
        return self.number - self.matched


def totals_of(purchases: PurchaseQuerySet) -> PurchaseTotals:
    """The totals, in one query."""
    is_matched = Q(enterprise__isnull=False)
    found: dict[str, Any] = purchases.order_by().aggregate(
        number=Count("pk"),
        spent=Sum("amount"),
        matched=Count("enterprise"),
        matched_spent=Sum("amount", filter=is_matched),
        enterprises=Count("enterprise", distinct=True),
    )
    return PurchaseTotals(
        number=found["number"],
        amount=_cents(found["spent"]),
        matched=found["matched"],
        matched_amount=_cents(found["matched_spent"]),
        enterprises=found["enterprises"],
    )


def _cents(total: Decimal | None) -> Decimal:
    """SQLite adds in binary: the cents are those that were typed once rounded."""
    return Decimal(total or 0).quantize(_CENT)


@dataclass(frozen=True)
class Head:
    """The head of a column: a link that sorts by it."""

    slug: str
    label: str
    query: str
    # What `aria-sort` says; empty when the list is sorted by something else.
    sorted: str


def heads_of(data: QueryDict) -> Iterator[Head]:
    """The heads of the table, each keeping the filters of the address."""
    current = data.get("tri", "") or _DEFAULT
    for slug in SORTS:
        up, down = slug, f"-{slug}"
        first, second = (down, up) if slug in _DOWNWARDS else (up, down)
        query = QueryDict(mutable=True)
        query.update({name: str(data[name]) for name in data if data[name] and name != "page"})
        query["tri"] = second if current == first else first
        if query["tri"] == _DEFAULT:
            del query["tri"]
        state = {up: "ascending", down: "descending"}.get(current, "")
        yield Head(slug, _HEADS[slug], query.urlencode(), state)
