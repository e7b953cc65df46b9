"""The uses of clauses of an organization as a spreadsheet, on their way out."""

from collections.abc import Iterator, Sequence
from itertools import islice

from django.db.models import QuerySet
from django.utils import timezone

from chantier.lib.spreadsheets import Column, Value, csv_chunks, xlsx_chunks
from measures.clauses.use_page import shown_record
from measures.models import ClauseUse
from members.access import Access

# Rows in memory at a time: at most some 20 MB of text.
_BATCH = 1_000

COLUMNS = (
    Column("Code", width=9),
    Column("Clause", width=40),
    Column("Version du modèle", "number", 10),
    Column("Document", width=24),
    Column("Référence du document", width=24),
    Column("Date du document", "date", 14),
    Column("Mesure du registre", width=40),
    Column("Libellé employé", width=70),
    Column("Soumissions reçues d’EÉS", "number", 14),
    Column("Octroi", width=30),
    Column("Montant du contrat, avant taxes ($)", "amount", 18),
    Column("Ce que le service juridique a changé", width=50),
    Column("Qui peut voir cet emploi", width=34),
    Column("Noté par", width=24),
    Column("Noté le", "date", 14),
)
_INSTRUCTIONS = (
    "Emplois de clauses",
    "Une ligne par clause et par document. Une case vide n’est pas un zéro\u00a0: on ne sait pas.",
    "Un document qui contient plusieurs clauses a plusieurs lignes, pour un même contrat\u00a0:",
    "n’additionnez son montant qu’une fois.",
    "Ce fichier ne s’importe pas\u00a0: un emploi se corrige dans le portail.",
)


def chunks(kind: str, uses: QuerySet[ClauseUse], access: Access) -> Iterator[bytes]:
    """The uses as a file of this kind, as it is written."""
    rows = rows_of(uses, access)
    if kind == "csv":
        return csv_chunks(COLUMNS, rows)
    return xlsx_chunks(COLUMNS, rows, title="Emplois", instructions=_INSTRUCTIONS)


def rows_of(uses: QuerySet[ClauseUse], access: Access) -> Iterator[Sequence[Value]]:
    """The uses in their order, some at a time; keys are sorted alone, as in the register."""
    keys = uses.values_list("pk", flat=True).iterator(chunk_size=_BATCH)
    while batch := list(islice(keys, _BATCH)):
        found = uses.order_by().filter(pk__in=batch)
        rows = {
            row.pk: row
            for row in found.select_related(
                "clause_version__clause", "document_kind", "implementation__measure", "created_by"
            ).defer("search_text")
        }
        # What is no longer shared, or no longer under the filter, is not sent.
        yield from (_row_of(rows[key], access) for key in batch if key in rows)


def _row_of(use: ClauseUse, access: Access) -> list[Value]:
    version, record = use.clause_version, shown_record(use, access)
    return [
        version.clause.code,
        version.clause.title,
        version.number,
        use.document_kind.label,
        use.document_reference,
        use.used_on,
        f"{record.code} – {record.title}" if record else "",
        use.wording,
        use.bids,
        _capital(use.get_outcome_display()),
        use.amount,
        use.lawyers_changed,
        _capital(use.get_sharing_display()),
        str(use.created_by),
        timezone.localtime(use.created_at).date(),
    ]


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]
