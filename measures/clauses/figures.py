"""How many organizations used a clause, in how many documents, and what went to an EÉS.

The one definition of these figures, for the list, the page of a clause and the reports. Nothing is
said about fewer than three organizations.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from chantier.lib.french import number
from chantier.lib.small_groups import may_stand_with_total, shown
from measures.models import ClauseUse
from measures.models.uses import ClauseUseQuerySet

# Of one organization: its documents, and those awarded to an EÉS.
Tally = tuple[int, int]


@dataclass(frozen=True)
class UseFigures:
    """What may be said of a clause; None where it would be about fewer than three."""

    organizations: int | None = None
    documents: int | None = None
    awarded: int | None = None

    @classmethod
    def of(cls, tallies: Iterable[Tally]) -> "UseFigures":
        """The figures of one clause, from those of each organization that used it."""
        rows = [(documents, awarded) for documents, awarded in tallies if documents]
        organizations = shown(len(rows))
        if not organizations:
            return cls()
        return cls(
            organizations=organizations,
            documents=sum(documents for documents, _ in rows),
            awarded=sum(awarded for _, awarded in rows) if _may_tell_awarded(rows) else None,
        )

    def __bool__(self) -> bool:
        return self.organizations is not None

    def __str__(self) -> str:
        """« utilisée par 7 organisations dans 12 documents, 9 octroyés à une EÉS »."""
        if self.organizations is None or self.documents is None:
            return ""
        text = (
            f"utilisée par {number(self.organizations)}\u00a0organisations "
            f"dans {number(self.documents)}\u00a0documents"
        )
        if self.awarded is None:
            return text
        if not self.awarded:
            return f"{text}, aucun octroyé à une EÉS"
        return f"{text}, {number(self.awarded)}\u00a0octroyés à une EÉS"


def _may_tell_awarded(rows: list[Tally]) -> bool:
    """Whether the documents that went to an EÉS, and the others, are each of three or of none.

    Beside the total, each of the two parts tells the other.
    """
    with_award = sum(awarded > 0 for _, awarded in rows)
    with_another = sum(awarded < documents for documents, awarded in rows)
    return may_stand_with_total((with_award, with_another))


def figures_by_clause(rows: Iterable[tuple[int, int, int]]) -> dict[int, UseFigures]:
    """The figures by clause, from rows (clause, documents, awarded), one for an organization."""
    tallies: dict[int, list[Tally]] = defaultdict(list)
    for clause, documents, awarded in rows:
        tallies[clause].append((documents, awarded))
    return {clause: UseFigures.of(found) for clause, found in tallies.items()}


def use_figures(uses: ClauseUseQuerySet | None = None) -> dict[int, UseFigures]:
    """The figures of each clause by its key, in one query; `uses` narrows them to a period.

    Figures of a period and of all time must not be told together: the difference is a figure too.
    """
    every = ClauseUse.objects.all() if uses is None else uses
    return figures_by_clause(
        every.tallied().values_list("clause_version__clause", "documents", "awarded_documents")
    )
