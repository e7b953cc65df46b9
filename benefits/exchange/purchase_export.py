"""Purchases as a spreadsheet, and its empty model, on their way out."""

from collections.abc import Iterator, Sequence
from itertools import islice

from benefits.exchange.purchase_columns import COLUMNS, READ, SHEET, row_of
from benefits.models import Purchase, PurchaseQuerySet
from benefits.purchasing import use_label
from chantier.lib.spreadsheets import Column, Value, csv_chunks, xlsx_chunks
from members.models import Term, Vocabulary

# Rows in memory at a time: at most some 20 MB of text.
_BATCH = 1_000


def purchase_chunks(kind: str, purchases: PurchaseQuerySet) -> Iterator[bytes]:
    """The purchases as a file of this kind, as it is written."""
    return _chunks(kind, COLUMNS, _rows(purchases))


def model_chunks(kind: str) -> Iterator[bytes]:
    """The same columns, without what the portal works out, to fill in and import."""
    return _chunks(kind, READ, iter(()))


def _chunks(
    kind: str, columns: Sequence[Column], rows: Iterator[Sequence[Value]]
) -> Iterator[bytes]:
    if kind == "csv":
        return csv_chunks(columns, rows)
    return xlsx_chunks(columns, rows, title=SHEET, instructions=instructions())


def _rows(purchases: PurchaseQuerySet) -> Iterator[Sequence[Value]]:
    """The purchases in their order, some at a time; keys are sorted alone, as in the register."""
    keys = purchases.values_list("pk", flat=True).iterator(chunk_size=_BATCH)
    while batch := list(islice(keys, _BATCH)):
        found = (
            purchases.order_by()
            .filter(pk__in=batch)
            .select_related("enterprise__region", "sector", "mode", "contract_kind")
        )
        rows = {
            row.pk: row
            for row in found.prefetch_related("clause_uses__clause_version__clause").defer(
                "search_text", "enterprise__search_text", "enterprise__offer"
            )
        }
        # What was taken away meanwhile, or left the filter, is not sent.
        yield from (_row(rows[key]) for key in batch if key in rows)


def _row(purchase: Purchase) -> list[Value]:
    enterprise = purchase.enterprise
    clauses = ", ".join(use_label(use) for use in purchase.clause_uses.all())
    return row_of(
        {
            "purchased_on": purchase.purchased_on,
            "supplier_name": purchase.supplier_name,
            "supplier_neq": purchase.supplier_neq,
            "amount": purchase.amount,
            "description": purchase.description,
            "reference": purchase.reference,
            "sector": _label(purchase.sector),
            "mode": _label(purchase.mode),
            "contract_kind": _label(purchase.contract_kind),
            "enterprise": enterprise.name if enterprise else "",
            "region": _label(enterprise.region if enterprise else None),
            "clause_uses": clauses,
        }
    )


def _label(term: Term | None) -> str:
    return term.label if term else ""


def instructions() -> list[str]:
    """The page of the workbook that says how to fill it in."""
    needed = ", ".join(f"«\u00a0{column.label}\u00a0»" for column in READ if column.is_required)
    lines = [
        "Noter des achats dans un tableur",
        (
            f"Remplissez la feuille «\u00a0{SHEET}\u00a0», une ligne par achat. "
            f"Trois colonnes sont exigées\u00a0: {needed}."
        ),
        (
            "Le montant est en dollars canadiens, avant taxes. Une note de crédit s’écrit avec le "
            "signe moins\u00a0: −250,00."
        ),
        "Dates\u00a0: 2021-04-30, ou une date du tableur.",
        (
            "Le fournisseur s’écrit comme dans vos livres\u00a0: vous direz ensuite quelle EÉS "
            "du répertoire il est. Le NEQ, s’il est connu, le dit mieux que le nom."
        ),
    ]
    terms = list(Term.objects.filter(vocabulary__in=[c.vocabulary for c in READ if c.vocabulary]))
    for column in READ:
        if column.vocabulary:
            lines.append(f"{column.label}\u00a0: {_choices(terms, column.vocabulary)}.")
    return lines


def _choices(terms: list[Term], vocabulary: Vocabulary) -> str:
    return "; ".join(term.label for term in terms if term.vocabulary == vocabulary)
