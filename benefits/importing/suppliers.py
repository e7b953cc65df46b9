"""The suppliers of a spreadsheet: those that need nobody, those that a person is asked about."""

from collections.abc import Iterable

from django.db.models import Count, Min, QuerySet, Sum

from benefits.matching import CERTAIN, Directory, propose, read_directory
from benefits.models import PurchaseImport, PurchaseImportRow, PurchaseImportSupplier
from benefits.purchasing import confirmed_matches

Answer = PurchaseImportSupplier.Answer
_BATCH = 500


def readable(table: PurchaseImport) -> QuerySet[PurchaseImportRow]:
    """The rows that say a purchase: neither left out, nor to be corrected."""
    return table.rows.filter(is_left_out=False, is_wrong=False).exclude(supplier_key="")


def find_suppliers(table: PurchaseImport) -> None:
    """Make the list of the suppliers of a table, with what is known or proposed for each."""
    table.suppliers.all().delete()
    known = confirmed_matches(table.organization)
    directory = read_directory()
    rows = (
        readable(table)
        .order_by()
        .values("supplier_key")
        .annotate(first=Min("number"), row_count=Count("pk"), total=Sum("amount"))
    )
    totals = {row["first"]: row for row in rows}
    found = []
    for number, values in _named(table, totals):
        total = totals[number]
        supplier = PurchaseImportSupplier(
            table=table,
            supplier_key=total["supplier_key"],
            name=values["supplier_name"],
            neq=values.get("supplier_neq", ""),
            row_count=total["row_count"],
            amount=total["total"],
        )
        _answer(supplier, known, directory)
        found.append(supplier)
    PurchaseImportSupplier.objects.bulk_create(found, batch_size=_BATCH)


def _named(table: PurchaseImport, numbers: Iterable[int]) -> Iterable[tuple[int, dict]]:
    """The values of the first row of each supplier, some at a time."""
    keys = sorted(numbers)
    for start in range(0, len(keys), _BATCH):
        batch = table.rows.filter(number__in=keys[start : start + _BATCH])
        yield from batch.order_by("number").values_list("number", "values")


def _answer(
    supplier: PurchaseImportSupplier, known: dict[str, int | None], directory: Directory
) -> None:
    """Fill in an earlier answer, or the EÉS of this NEQ; else what the name proposes."""
    if supplier.supplier_key in known:
        enterprise = known[supplier.supplier_key]
        supplier.enterprise_id = enterprise
        supplier.answer = Answer.ENTERPRISE if enterprise else Answer.NONE
        supplier.is_automatic = True
        supplier.score = CERTAIN
        return
    found = propose(supplier.name, supplier.neq, directory=directory)
    supplier.candidates = [[one.enterprise_id, one.name, one.score] for one in found]
    if found:
        supplier.score = found[0].score
    if found and found[0].is_certain:
        supplier.enterprise_id = found[0].enterprise_id
        supplier.answer, supplier.is_automatic = Answer.ENTERPRISE, True


def mark_twins(table: PurchaseImport) -> None:
    """Mark the rows that an earlier row of the file says already."""
    rows = readable(table).order_by()
    rows.update(is_twin=False)
    repeated = (
        rows.values("fingerprint")
        .annotate(times=Count("pk"), first=Min("number"))
        .filter(times__gt=1)
    )
    prints = [(row["fingerprint"], row["first"]) for row in repeated]
    for start in range(0, len(prints), _BATCH):
        batch = prints[start : start + _BATCH]
        rows.filter(fingerprint__in=[one for one, _ in batch]).exclude(
            number__in=[first for _, first in batch]
        ).update(is_twin=True)


def waiting(table: PurchaseImport) -> QuerySet[PurchaseImportSupplier]:
    return table.suppliers.filter(answer=Answer.WAITING)
