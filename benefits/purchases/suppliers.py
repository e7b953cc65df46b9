"""The suppliers of purchases that have no EÉS, and what the directory proposes for each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Min, QuerySet, Sum
from django.db.models.functions import Abs

from benefits.matching import read_directory
from benefits.models import Purchase, SocialEnterprise
from benefits.purchases.matches import Offer, offers_for_all
from benefits.purchasing import confirmed_matches
from members.models import Organization

_CENT = Decimal("0.01")


@dataclass
class Supplier:
    """One supplier, whatever the spellings of its name in the books."""

    key: str
    name: str = ""
    neq: str = ""
    number: int = 0
    amount: Decimal = Decimal(0)
    last_on: date | None = None
    spellings: list[str] = field(default_factory=list)
    offers: tuple[Offer, ...] = ()

    @property
    def other_spellings(self) -> list[str]:
        return [name for name in self.spellings if name != self.name]


def unmatched(organization: Organization) -> QuerySet[Purchase, Any]:
    """The suppliers that nobody has said to be an EÉS or none, the largest amount first.

    One row for each, whatever the spellings of its name; of a page, only its own are read.
    """
    return (
        Purchase.objects.filter(organization=organization)
        .of_nobody()
        .order_by()
        .values("supplier_key")
        .annotate(
            number=Count("pk"),
            spent=Sum("amount"),
            last=Max("purchased_on"),
            first_name=Min("supplier_name"),
        )
        .order_by(Abs("spent").desc(), "first_name", "supplier_key")
    )


def named(organization: Organization, rows: Iterable[Any]) -> list[Supplier]:
    """These suppliers with the spellings of their names; one query."""
    found = [
        Supplier(
            row["supplier_key"],
            number=row["number"],
            amount=Decimal(row["spent"]).quantize(_CENT),
            last_on=row["last"],
        )
        for row in rows
    ]
    by_key = {supplier.key: supplier for supplier in found}
    spellings = (
        Purchase.objects.filter(organization=organization, supplier_key__in=by_key)
        .of_nobody()
        .order_by()
        .values_list("supplier_key", "supplier_name", "supplier_neq")
        # The spelling that most purchases bear names the supplier.
        .annotate(rows=Count("pk"))
        .order_by("-rows", "supplier_name", "supplier_neq")
    )
    for key, name, neq, _ in spellings:
        supplier = by_key[key]
        if not supplier.spellings:
            supplier.name, supplier.neq = name, neq
        if name not in supplier.spellings:
            supplier.spellings.append(name)
    return found


def find_supplier(organization: Organization, key: str) -> Supplier | None:
    """One of those that wait, if it still does."""
    rows = unmatched(organization).filter(supplier_key=key.replace("\x00", ""))
    return next(iter(named(organization, rows)), None)


def with_offers(organization: Organization, suppliers: list[Supplier]) -> list[Supplier]:
    """Add what the directory proposes to some suppliers; what was confirmed before comes first."""
    directory = read_directory()
    known = confirmed_matches(organization)
    confirmed = SocialEnterprise.objects.select_related("region").in_bulk(
        {match for one in suppliers if (match := known.get(one.key))}
    )
    offers = offers_for_all([(one.name, one.neq) for one in suppliers], directory)
    for supplier, found in zip(suppliers, offers, strict=True):
        if (match := known.get(supplier.key)) and match in confirmed:
            before = Offer(confirmed[match], "confirmée auparavant par votre organisation")
            rest = tuple(offer for offer in found if offer.enterprise.pk != match)
            supplier.offers = (before, *rest)
        else:
            supplier.offers = found
    return suppliers
