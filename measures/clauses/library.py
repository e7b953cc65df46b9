"""The list of clauses: each with its text, where it goes, and what came of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from chantier.lib.statements import Statement
from measures.clauses.figures import UseFigures
from measures.clauses.rows import Row, figures_in, part, read, union, uses_part
from measures.models import Clause, ClauseUse, ClauseVersion, LegalReference, Stage
from members.models import Term, Vocabulary

_VOCABULARIES = (Vocabulary.DOCUMENT_KIND, Vocabulary.CONTRACT_KIND)


@dataclass(frozen=True)
class ClauseLine:
    """One clause of the list."""

    clause: Clause
    documents: list[str]
    contract_kinds: list[str]
    laws: list[Row]
    figures: UseFigures
    is_chosen: bool


@dataclass(frozen=True)
class Shelf:
    """What stands beside the texts, for all clauses of the library, read in one query.

    None of it depends on the filters: the query is written once.
    """

    rows: dict[str, list[Row]]
    figures: dict[int, UseFigures]

    @classmethod
    def read(cls) -> "Shelf":
        by_part: dict[str, list[Row]] = defaultdict(list)
        every = read(_STATEMENT.fetch())
        for row in every:
            by_part[row.part].append(row)
        return cls(dict(by_part), figures_in(every))

    def terms(self, vocabulary: Vocabulary) -> list[tuple[str, str]]:
        """The choices of a filter; the address holds « contrat » for « document_kind:contrat »."""
        prefix = f"{vocabulary}:"
        terms = [row for row in self.rows.get("term", []) if row.code.startswith(prefix)]
        return [(row.code.removeprefix(prefix), row.text) for row in terms]

    @property
    def laws(self) -> list[tuple[str, str]]:
        return [(row.code, row.text) for row in self.rows.get("law", [])]

    def lines(self, clauses: Iterable[Clause], chosen: Sequence[str]) -> list[ClauseLine]:
        """The lines of clauses read `with_text`; asks nothing more."""
        return [
            ClauseLine(
                clause=clause,
                documents=[row.text for row in self._of(clause, "of-document")],
                contract_kinds=[row.text for row in self._of(clause, "of-kind")],
                laws=self._of(clause, "of-law"),
                figures=self.figures.get(clause.pk, UseFigures()),
                is_chosen=clause.slug in chosen,
            )
            for clause in clauses
        ]

    def chosen_elsewhere(self, chosen: Sequence[str], lines: Iterable[ClauseLine]) -> list[Row]:
        """The clauses chosen that the page does not show: another search found them."""
        here = {line.clause.slug for line in lines}
        wanted = set(chosen) - here
        return [row for row in self.rows.get("clause", []) if row.note in wanted]

    def _of(self, clause: Clause, name: str) -> list[Row]:
        return [row for row in self.rows.get(name, []) if row.clause == clause.pk]


def _union() -> QuerySet:
    active = {"clause__is_active": True}
    documents = Clause.documents.through.objects.filter(**active)
    kinds = Clause.contract_kinds.through.objects.filter(**active)
    laws = Clause.legal_references.through.objects.filter(**active)
    terms = Term.objects.filter(vocabulary__in=_VOCABULARIES)
    uses = ClauseUse.objects.filter(clause_version__clause__is_active=True)
    label, rank, marks = "term__label", "term__order", "term__"
    law = "legalreference__"
    return union(
        part("term", terms, code="code", text="label", rank="order"),
        part("law", LegalReference.objects.all(), code="code", text="name", rank="order"),
        part("clause", Clause.objects.active(), code="code", text="title", note="slug"),
        part("of-document", documents, clause="clause_id", text=label, rank=rank, marks=marks),
        part("of-kind", kinds, clause="clause_id", text=label, rank=rank, marks=marks),
        part(
            "of-law",
            laws,
            clause="clause_id",
            code=f"{law}code",
            text=f"{law}name",
            rank=f"{law}order",
            marks=law,
        ),
        uses_part(uses),
    )


_STATEMENT = Statement(_union)


def dressed(clauses: Iterable[Clause], stages: Iterable[Stage]) -> list[Clause]:
    """Clauses read `with_text`, each with its stage and its newest version, without a query."""
    by_key = {stage.pk: stage for stage in stages}
    rows = list(clauses)
    for clause in rows:
        clause.stage = by_key[clause.stage_id]
        clause.latest_versions = _newest_of(clause)  # type: ignore[attr-defined]
    return rows


def _newest_of(clause: Clause) -> list[ClauseVersion]:
    number = clause.latest_number  # type: ignore[attr-defined]
    if number is None:
        return []
    text = clause.latest_text  # type: ignore[attr-defined]
    return [ClauseVersion(clause=clause, number=number, text=text)]
