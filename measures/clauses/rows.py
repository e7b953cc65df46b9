"""One row of the unions of the library: the same columns, of the same types, on both databases.

What hangs on clauses is a dozen short lists. Read one by one they would cost ten queries a page.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Cast

from measures.clauses.figures import UseFigures, figures_by_clause
from measures.models.uses import ClauseUseQuerySet

_USES = "use"


class Row(NamedTuple):
    """Columns of the union; what each holds depends on `part`."""

    part: str
    # The key of the clause that it hangs on, or 0.
    clause: int
    code: str
    text: str
    note: str
    rank: int
    documents: int
    awarded: int
    to_verify: bool
    is_inference: bool


def part(
    name: str,
    rows: QuerySet,
    *,
    text: str,
    clause: str = "",
    code: str = "",
    note: str = "",
    rank: str = "",
    marks: str = "",
) -> QuerySet:
    """One part of the union; `marks` leads to the row that says what is still to verify."""

    def words(column: str) -> Cast:
        return Cast(F(column) if column else Value(""), TextField())

    columns = {
        "a_part": Cast(Value(name), TextField()),
        "a_clause": F(clause) if clause else Value(0),
        "a_code": words(code),
        "a_text": words(text),
        "a_note": words(note),
        "a_rank": F(rank) if rank else Value(0),
        "a_documents": Value(0),
        "a_awarded": Value(0),
        "a_to_verify": F(f"{marks}to_verify"),
        "a_is_inference": F(f"{marks}is_inference"),
    }
    return rows.order_by().annotate(**columns).values_list(*columns)


def uses_part(uses: ClauseUseQuerySet) -> QuerySet:
    """The part that holds the figures of uses, one row for each clause and organization."""
    columns = {
        "a_part": Cast(Value(_USES), TextField()),
        "a_clause": F("clause_version__clause"),
        "a_code": Cast(Value(""), TextField()),
        "a_text": Cast(Value(""), TextField()),
        "a_note": Cast(Value(""), TextField()),
        "a_rank": F("organization"),
        "a_documents": F("documents"),
        "a_awarded": F("awarded_documents"),
        "a_to_verify": Value(False),
        "a_is_inference": Value(False),
    }
    return uses.tallied().annotate(**columns).values_list(*columns)


def union(*parts: QuerySet) -> QuerySet:
    return parts[0].union(*parts[1:], all=True).order_by("a_rank", "a_code", "a_text")


def read(rows: Iterable[tuple[Any, ...]]) -> list[Row]:
    return [Row(*row[:-2], *map(bool, row[-2:])) for row in rows]


def figures_in(rows: Iterable[Row]) -> dict[int, UseFigures]:
    """The figures of uses by the key of the clause."""
    return figures_by_clause(
        (row.clause, row.documents, row.awarded) for row in rows if row.part == _USES
    )
