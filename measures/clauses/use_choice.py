"""Which clause was used: chosen in the library, those of the measure first."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from chantier.lib.filtering import SearchFilter
from measures.models import Clause, ClauseVersion, Implementation


@dataclass(frozen=True)
class Group:
    title: str
    clauses: tuple[Clause, ...]


def clauses_to_choose(record: Implementation | None, search: str) -> list[Group]:
    """The active clauses that have a text, by stage; those of the record's measure first."""
    written = Exists(ClauseVersion.objects.filter(clause=OuterRef("pk")))
    every = Clause.objects.active().filter(written).select_related("stage").order_by("code")
    rows = SearchFilter().filter(every, search[:100])
    linked: set[int] = set()
    if record is not None and record.measure is not None:
        linked = set(record.measure.clauses.values_list("pk", flat=True))
    by_title: dict[str, list[Clause]] = {"Clauses liées à cette mesure": []} if linked else {}
    for clause in sorted(rows, key=lambda row: row.stage.order):
        own = clause.pk in linked
        title = "Clauses liées à cette mesure" if own else f"Étape {clause.stage}"
        by_title.setdefault(title, []).append(clause)
    return [Group(title, tuple(clauses)) for title, clauses in by_title.items() if clauses]


def clause_by(slug: str) -> Clause | None:
    """A clause, retired or not, with its versions."""
    # PostgreSQL compares no text that holds the NUL character.
    return Clause.objects.filter(slug=slug.replace("\x00", "")).select_related("stage").first()
