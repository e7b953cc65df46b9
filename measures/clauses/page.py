"""What the page of a clause shows: all that hangs on it, its figures, and how others worded it."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F, QuerySet

from chantier.lib.diff import Piece, differs, word_diff
from chantier.lib.statements import ANY, Statement
from measures.clauses.figures import UseFigures
from measures.clauses.rows import Row, figures_in, part, read, union, uses_part
from measures.models import Clause, ClauseUse, Measure
from members.models import Organization

_MOST_SHARED = 6


@dataclass(frozen=True)
class ClausePage:
    """The lists of the page, each in its order."""

    documents: list[Row]
    contract_kinds: list[Row]
    laws: list[Row]
    measures: list[Row]
    sources: list[Row]
    figures: UseFigures

    @classmethod
    def build(cls, clause: Clause) -> "ClausePage":
        """Read everything that is linked to `clause`, in one query."""
        by_part: dict[str, list[Row]] = defaultdict(list)
        every = read(_STATEMENT.fetch(clause.pk))
        for row in every:
            by_part[row.part].append(row)
        return cls(
            documents=by_part["document"],
            contract_kinds=by_part["kind"],
            laws=by_part["law"],
            measures=by_part["measure"],
            sources=by_part["source"],
            figures=figures_in(every).get(clause.pk, UseFigures()),
        )


def _union() -> QuerySet:
    clause = Clause(pk=ANY)
    measures = Measure.objects.active().filter(clauses=clause)
    return union(
        part("document", clause.documents.all(), text="label", rank="order"),
        part("kind", clause.contract_kinds.all(), text="label", rank="order"),
        part("law", clause.legal_references.all(), code="code", text="name", rank="order"),
        part("measure", measures, code="code", text="title", note="slug", rank="stage__order"),
        part("source", clause.sources.all(), code="code", text="title", note="address"),
        uses_part(ClauseUse.objects.filter(clause_version__clause=clause.pk)),
    )


_STATEMENT = Statement(_union)


@dataclass(frozen=True)
class Variant:
    """How an organization worded the clause, against the model that it used."""

    # Set where the use is the reader's own: its page is theirs to open.
    own_use: int | None
    who: str
    document: str
    used_on: datetime.date
    number: int
    pieces: list[Piece]
    is_as_is: bool
    outcome: str
    lawyers_changed: str


def variants_of(clause: Clause, own: Organization | None) -> list[Variant]:
    """The newest wordings that a person of `own` may read, in one query."""
    rows = (
        ClauseUse.objects.filter(clause_version__clause=clause)
        .shared_with_members(own)
        # What was taken as it stands teaches no other wording.
        .exclude(wording=F("clause_version__text"))
        .select_related("clause_version", "document_kind", "organization")
        .order_by("-used_on", "-pk")[:_MOST_SHARED]
    )
    return [_variant(row, own) for row in rows]


def _variant(row: ClauseUse, own: Organization | None) -> Variant:
    is_own = own is not None and row.organization_id == own.pk
    model = row.clause_version
    named = row.organization.name if row.organization.may_be_named else "Un membre du chantier"
    return Variant(
        own_use=row.pk if is_own else None,
        who="Votre organisation" if is_own else named,
        document=row.document_kind.label,
        used_on=row.used_on,
        number=model.number,
        pieces=word_diff(model.text, row.wording),
        is_as_is=not differs(model.text, row.wording),
        outcome=str(row.get_outcome_display()),
        lawyers_changed=row.lawyers_changed,
    )
