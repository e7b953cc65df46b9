"""The suppliers of purchases that have no EÉS, and what the directory proposes for each."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max, Sum

from benefits.matching import read_directory, supplier_key
from benefits.models import Purchase, SocialEnterprise
from benefits.purchases.matches import Offer, offers_for_all
from benefits.purchasing import confirmed_matches
from members.models import Organization


@dataclass
class Supplier:
    """One supplier, whatever the spellings of its name in the books."""

    key: str
    name: str
    neq: str
    number: int = 0
    amount: Decimal = Decimal(0)
    last_on: date | None = None
    spellings: list[str] = field(default_factory=list)
    offers: tuple[Offer, ...] = ()

    @property
    def other_spellings(self) -> list[str]:
        return [name for name in self.spellings if name != self.name]


def unmatched_suppliers(organization: Organization) -> list[Supplier]:
    """Those that nobody has said to be an EÉS or none, the largest amount first; two queries."""
    settled = {key for key, match in confirmed_matches(organization).items() if match is None}
    rows = (
        Purchase.objects.filter(organization=organization, enterprise=None)
        .order_by()
        .values_list("supplier_name", "supplier_neq")
        .annotate(rows=Count("pk"), spent=Sum("amount"), last=Max("purchased_on"))
        # The spelling that most purchases bear names the supplier.
        .order_by("-rows", "supplier_name", "supplier_neq")
    )
    found: dict[str, Supplier] = {}
    for name, neq, number, amount, last_on in rows:
        key = supplier_key(name, neq)
        if key in settled:
            continue
        supplier = found.setdefault(key, Supplier(key, name, neq))
        supplier.number += number
        supplier.amount += Decimal(amount).quantize(Decimal("0.01"))
        supplier.last_on = max(supplier.last_on or last_on, last_on)
        if name not in supplier.spellings:
            supplier.spellings.append(name)
    return sorted(found.values(), key=lambda one: (-abs(one.amount), one.name))


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
