"""The directory, filtered, on its way out."""

from collections.abc import Iterator, Sequence
from itertools import islice

from django.db.models import Prefetch, QuerySet

from benefits.exchange.columns import COLUMNS, CRITERIA, ELIGIBILITIES, SHEET, joined, row_of
from benefits.models import EligibilityReview, SocialEnterprise
from chantier.lib.spreadsheets import Value, csv_chunks, xlsx_chunks
from members.models import Term, Vocabulary

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
)
# The row that shows how to fill in the model: read back with this code and this name, it is left.
EXAMPLE_CODE = "EXEMPLE"
EXAMPLE_NAME = "Exemple\u00a0: cette ligne n’est pas importée"


def chunks(kind: str, rows: Iterator[Sequence[Value]]) -> Iterator[bytes]:
    """A table of the directory as a file of this kind, as it is written."""
    if kind == "csv":
        return csv_chunks(COLUMNS, rows)
    return xlsx_chunks(COLUMNS, rows, title=SHEET, instructions=instructions())


def directory_rows(enterprises: QuerySet[SocialEnterprise]) -> Iterator[Sequence[Value]]:
    """The enterprises in their order, some at a time; what was merged meanwhile is not sent."""
    keys = enterprises.values_list("pk", flat=True).iterator(chunk_size=_BATCH)
    while batch := list(islice(keys, _BATCH)):
        found = SocialEnterprise.objects.listed().with_terms()
        rows = found.prefetch_related("served_regions", newest_reviews()).in_bulk(batch)
        yield from (row_of(_cells(rows[key])) for key in batch if key in rows)


def newest_reviews() -> Prefetch:
    """The examinations of enterprises, the one that counts first."""
    return Prefetch("reviews", EligibilityReview.objects.order_by("-examined_on", "-pk"))


def _cells(row: SocialEnterprise) -> dict[str, Value]:
    cells: dict[str, Value] = {name: getattr(row, name) for name in _PLAIN}
    if review := next(iter(row.reviews.all()), None):
        shown = [label for code, label in CRITERIA.items() if code in review.criteria]
        cells |= {"criteria": joined(shown), "evidence": review.evidence}
        cells["source_url"] = review.source_url
    return cells | {
        "legal_form": row.legal_form.label,
        "region": row.region.label,
        "served_regions": joined(term.label for term in row.served_regions.all()),
        "sectors": joined(term.label for term in row.sectors.all()),
        "tags": joined(term.label for term in row.tags.all()),
        "eligibility": ELIGIBILITIES[row.eligibility],
        "examined_on": row.eligibility_on,
    }


def model_chunks(kind: str) -> Iterator[bytes]:
    """The same columns, to fill in: one row shows how."""
    return chunks(kind, iter([row_of(_example())]))


def _example() -> dict[str, Value]:
    """What each column may hold, in the words of the lists as they are now."""
    first: dict[str, str] = {}
    for term in Term.objects.all():
        first.setdefault(term.vocabulary, term.label)
    return {
        "code": EXAMPLE_CODE,
        "name": EXAMPLE_NAME,
        "neq": "1143920115",
        "legal_form": first.get(Vocabulary.LEGAL_FORM),
        "region": first.get(Vocabulary.REGION),
        "served_regions": first.get(Vocabulary.REGION),
        "sectors": first.get(Vocabulary.SECTOR),
        "tags": first.get(Vocabulary.ENTERPRISE_TAG),
        "mission": "La mission sociale, en une phrase",
        "offer": "Les produits et les services",
        "certification": "Facultative",
        "website": "https://www.exemple.example",
        "contact_name": "Facultative; personne à joindre au travail",
        "contact_role": "Sa fonction",
        "contact_email": "ventes@exemple.example",
        "contact_phone": "514 555-0100",
        "eligibility": ELIGIBILITIES[SocialEnterprise.Eligibility.GREY_ZONE],
        "examined_on": "2021-04-30",
        "criteria": joined(CRITERIA.values()),
        "evidence": "Ce qui a été lu\u00a0: lettres patentes, statuts, règlements, site",
        "source_url": "https://www.exemple.example/statuts",
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
            "L’admissibilité, sa date, ses critères et sa preuve sont ceux du dernier "
            "examen\u00a0: les changer note un nouvel examen, les vider n’efface rien."
        ),
        f"Critères\u00a0: {joined(CRITERIA.values())}. Confirmée, il les faut tous les sept.",
        "La ligne d’exemple du modèle, si elle y reste telle quelle, n’est pas importée.",
        (
            "Les coordonnées sont celles d’une fonction de travail. Ne les conservez pas plus "
            "longtemps qu’il ne faut\u00a0: une personne peut demander leur retrait."
        ),
    ]
