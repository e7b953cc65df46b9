"""The register, and its empty template, on their way out."""

from collections.abc import Iterator, Sequence
from itertools import islice

from django.db.models import QuerySet
from django.utils import timezone

from chantier.lib.spreadsheets import Value, csv_chunks, xlsx_chunks
from measures.exchange.columns import BY_NAME, COLUMNS, READ, SHEET, row_of, stage_label
from measures.models import Implementation, Measure
from members.models import Organization

# Rows in memory at a time: at most some 20 MB of text.
_BATCH = 1_000


def chunks(kind: str, rows: Iterator[Sequence[Value]]) -> Iterator[bytes]:
    """A table of the register as a file of this kind, as it is written."""
    if kind == "csv":
        return csv_chunks(COLUMNS, rows)
    return xlsx_chunks(COLUMNS, rows, title=SHEET, instructions=instructions())


def file_name(stem: str, organization: Organization, kind: str) -> str:
    return f"{stem}-{organization.slug}-{timezone.localdate():%Y-%m-%d}.{kind}"


def register_rows(records: QuerySet[Implementation]) -> Iterator[Sequence[Value]]:
    """The records in their order, some at a time.

    Keys are sorted alone: SQLite sorts in our memory, and would hold there the texts of them all.
    A row is read whole, with its version, so that what is saved meanwhile is never half in it.
    """
    keys = records.values_list("pk", flat=True).iterator(chunk_size=_BATCH)
    while batch := list(islice(keys, _BATCH)):
        found = records.order_by().filter(pk__in=batch).values_list(*READ)
        rows = {values[0]: values for values in found}
        # What is no longer shared, or no longer under the filter, is not sent.
        yield from (row_of(rows[key]) for key in batch if key in rows)


def template_rows(organization: Organization) -> Iterator[Sequence[Value]]:
    """A row to fill in for each measure of the guide that the register does not have yet."""
    measures = (
        Measure.objects.active()
        .for_group(organization.group)
        .exclude(implementations__organization=organization)
        .select_related("stage")
    )
    for measure in measures:
        stage = stage_label(measure.stage.order, measure.stage.short_name)
        named = {"code": measure.code, "title": measure.title, "stage": stage}
        yield [named.get(column.name) for column in COLUMNS]


def instructions() -> list[str]:
    """The page of the workbook that says how to fill it in."""
    statuses = ", ".join(BY_NAME["status"].choices)
    levels = "; ".join(BY_NAME["sharing"].choices)
    return [
        "Remplir le registre dans un tableur",
        (
            f"Remplissez la feuille «\u00a0{SHEET}\u00a0», puis importez ce fichier dans le "
            "portail\u00a0: vous verrez ce qui changera avant que rien ne soit enregistré."
        ),
        (
            "«\u00a0Fiche\u00a0» et «\u00a0Version\u00a0» reconnaissent une mesure déjà au "
            "registre. N’y touchez pas; laissez-les vides pour une mesure à ajouter."
        ),
        (
            "Mesure du guide à ajouter\u00a0: son code et un statut suffisent. Une ligne du modèle "
            "dont le statut reste vide est ignorée."
        ),
        "Mesure de votre cru\u00a0: laissez le code vide; donnez un titre, une étape et un statut.",
        "Le titre et l’étape d’une mesure déjà au registre ne se changent pas ici.",
        f"Statuts\u00a0: {statuses}.",
        "Une mesure implantée porte une date d’implantation; une mesure sans objet dit pourquoi.",
        (
            "Dates\u00a0: 2021-04-30, ou une date du tableur. 30/04/2021 est accepté quand le jour "
            "et le mois ne peuvent pas être confondus."
        ),
        f"Qui peut voir la fiche\u00a0: {levels}.",
        (
            "Effacer une case d’une fiche exportée efface ce qu’elle disait. Supprimer une ligne "
            "ne supprime rien du registre."
        ),
    ]
