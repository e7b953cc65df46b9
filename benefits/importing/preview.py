"""What a spreadsheet will add to the purchases of an organization, and what it will not."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from benefits.exchange.purchase_columns import BY_NAME
from benefits.importing.rows import TERMS, WHY
from benefits.importing.suppliers import Answer, readable
from benefits.models import Purchase, PurchaseImport, PurchaseImportRow, PurchaseImportSupplier

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Sum_:
    """So many rows, of so much."""

    number: int
    amount: Decimal


@dataclass(frozen=True)
class Preview:
    """What happens to each row of a table; together, they are all its rows."""

    added: Sum_
    no_enterprise: Sum_
    known: Sum_
    twins: Sum_
    # Suppliers that nobody has answered for, with their rows.
    waiting: int
    wrong: int
    left_out: Sequence[tuple[str, int]]

    @property
    def can_be_applied(self) -> bool:
        return bool(self.added.number) and not self.wrong and not self.waiting

    @property
    def stamp(self) -> str:
        """What must not change between the preview and the click."""
        return f"{self.added.number}:{self.added.amount}"


def is_known(organization_id: int) -> Exists:
    """Whether the organization has a purchase that a row says again."""
    same = Purchase.objects.filter(
        organization_id=organization_id, fingerprint=OuterRef("fingerprint")
    )
    return Exists(same)


def to_add(table: PurchaseImport, *, keep_twins: bool) -> QuerySet[PurchaseImportRow]:
    """The rows that will become purchases."""
    rows = (
        readable(table)
        .exclude(supplier_key__in=none_of(table))
        .exclude(is_known(table.organization_id))
    )
    return rows if keep_twins else rows.filter(is_twin=False)


def none_of(table: PurchaseImport) -> QuerySet[PurchaseImportSupplier, Any]:
    return table.suppliers.filter(answer=Answer.NONE).values("supplier_key")


def build(table: PurchaseImport, *, keep_twins: bool) -> Preview:
    """In six queries, however many the rows."""
    of_ees = readable(table).exclude(supplier_key__in=none_of(table))
    unknown = of_ees.exclude(is_known(table.organization_id))
    reasons = (
        table.rows.filter(is_left_out=True)
        .order_by()
        .values_list("values__why")
        .annotate(Count("pk"))
    )
    return Preview(
        added=_sum(to_add(table, keep_twins=keep_twins)),
        no_enterprise=_sum(readable(table).filter(supplier_key__in=none_of(table))),
        known=_sum(of_ees.filter(is_known(table.organization_id))),
        twins=_sum(unknown.filter(is_twin=True)),
        waiting=table.suppliers.filter(answer=Answer.WAITING).count(),
        wrong=table.rows.filter(is_wrong=True).count(),
        left_out=sorted((WHY.get(why, why), number) for why, number in reasons),
    )


def _sum(rows: QuerySet[PurchaseImportRow]) -> Sum_:
    found = rows.aggregate(number=Count("pk"), amount=Sum("amount"))
    return Sum_(found["number"], Decimal(found["amount"] or 0).quantize(_CENT))


def by_supplier(table: PurchaseImport, *, keep_twins: bool) -> QuerySet[PurchaseImportRow, Any]:
    """The rows to add and their amount, by supplier, the largest first."""
    return (
        to_add(table, keep_twins=keep_twins)
        .order_by()
        .values("supplier_key")
        .annotate(number=Count("pk"), total=Sum("amount"))
        .order_by("-total", "supplier_key")
    )


def not_read(table: PurchaseImport) -> list[tuple[str, str, int]]:
    """What cells say that is no term of the portal: column, text, rows."""
    found = []
    for name in TERMS:
        told = (
            readable(table)
            .filter(**{f"values__unknown__{name}__isnull": False})
            .order_by()
            .values_list(f"values__unknown__{name}")
            .annotate(number=Count("pk"))
            .order_by("-number")[:5]
        )
        found += [(BY_NAME[name].label, text, number) for text, number in told]
    return found
