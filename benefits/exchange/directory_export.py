"""The directory, filtered, on its way out."""

from collections.abc import Iterator, Sequence
from itertools import islice

from django.db.models import QuerySet

from benefits.exchange.columns import COLUMNS, ELIGIBILITIES, SHEET, joined, row_of
from benefits.models import SocialEnterprise
from chantier.lib.spreadsheets import Value, csv_chunks, xlsx_chunks

# Rows in memory at a time.
_BATCH = 1_000
_PLAIN = (
    "code",
    "name",
    "neq",
    "mission",
    "offer",
    "certification",
    "website",
    "contact_name",
    "contact_role",
    "contact_email",
    "contact_phone",
    "eligibility_on",
)


def chunks(kind: str, rows: Iterator[Sequence[Value]]) -> Iterator[bytes]:
    """A table of the directory as a file of this kind, as it is written."""
    if kind == "csv":
        return csv_chunks(COLUMNS, rows)
    return xlsx_chunks(COLUMNS, rows, title=SHEET, instructions=instructions())


def directory_rows(enterprises: QuerySet[SocialEnterprise]) -> Iterator[Sequence[Value]]:
    """The enterprises in their order, some at a time; what was merged meanwhile is not sent."""
    keys = enterprises.values_list("pk", flat=True).iterator(chunk_size=_BATCH)
    while batch := list(islice(keys, _BATCH)):
        found = SocialEnterprise.objects.listed().with_terms().prefetch_related("served_regions")
        rows = found.in_bulk(batch)
        yield from (row_of(_cells(rows[key])) for key in batch if key in rows)


def _cells(row: SocialEnterprise) -> dict[str, Value]:
    cells: dict[str, Value] = {name: getattr(row, name) for name in _PLAIN}
    return cells | {
        "legal_form": row.legal_form.label,
        "region": row.region.label,
        "served_regions": joined(term.label for term in row.served_regions.all()),
        "sectors": joined(term.label for term in row.sectors.all()),
        "tags": joined(term.label for term in row.tags.all()),
        "eligibility": ELIGIBILITIES[row.eligibility],
    }


def instructions() -> list[str]:
    """The page of the workbook that says what the columns hold."""
    return [
        "Le répertoire des EÉS dans un tableur",
        "Une ligne par entreprise d’économie sociale (EÉS) que vos filtres montraient.",
        (
            "«\u00a0Code\u00a0» reconnaît une entreprise déjà au répertoire, même si son nom a "
            "changé. N’y touchez pas; laissez-le vide pour une entreprise à ajouter."
        ),
        (
            "Plusieurs régions, secteurs ou étiquettes dans une case sont séparés par des "
            "points-virgules. Les régions desservies s’ajoutent à celle du siège."
        ),
        (
            "L’admissibilité et sa date viennent du dernier examen noté au portail\u00a0: les "
            "changer ici ne les change pas au répertoire."
        ),
        (
            "Les coordonnées sont celles d’une fonction de travail. Ne les conservez pas plus "
            "longtemps qu’il ne faut\u00a0: une personne peut demander leur retrait."
        ),
    ]
