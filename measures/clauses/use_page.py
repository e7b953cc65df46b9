"""What the page of a use shows beside its form: the model, the difference, the journal."""

from dataclasses import dataclass

from chantier.lib.diff import Piece, differs, word_diff
from measures.actions.clause_uses import ADDED, CHANGED, DELETED
from measures.clauses.audit import audit_of
from measures.journal import Journal
from measures.models import Clause, ClauseUse, ClauseVersion, Implementation
from members.access import Access
from members.sharing import SHARED_WITH_STAFF

TITLES = {ADDED: "Emploi noté", CHANGED: "Emploi modifié", DELETED: "Emploi supprimé"}


@dataclass(frozen=True)
class Comparison:
    """The wording of a document beside the model that it started from."""

    is_adapted: bool
    pieces: tuple[Piece, ...]


def comparison_of(use: ClauseUse) -> Comparison:
    """From the very version that was used: a newer one changes nothing here."""
    model = use.clause_version.text
    return Comparison(
        is_adapted=differs(model, use.wording), pieces=tuple(word_diff(model, use.wording))
    )


def newer_than(version: ClauseVersion) -> ClauseVersion | None:
    """The newest version of the clause, when it came after this one."""
    newer = ClauseVersion.objects.filter(clause=version.clause_id, number__gt=version.number)
    return newer.order_by("-number").first()


def shown_record(use: ClauseUse, access: Access) -> Implementation | None:
    """The record that a use is tied to, unless it is kept from who reads."""
    record = use.implementation
    if record is None or access.is_member or record.sharing in SHARED_WITH_STAFF:
        return record
    return None


def use_journal(use: ClauseUse, access: Access, *, whole: bool) -> Journal | None:
    """For members: it holds what the use said while it was kept to the organization."""
    return audit_of(use, TITLES, whole=whole) if access.is_member else None


def versions_of(clause: Clause) -> list[ClauseVersion]:
    """All versions of a clause, the newest first, each with its clause."""
    rows = list(clause.versions.order_by("-number"))
    for row in rows:
        row.clause = clause
    return rows


def uses_tied_to(record: Implementation, access: Access) -> list[ClauseUse]:
    """The uses tied to a record, for its page, in one query."""
    uses = ClauseUse.objects.open_to(access).filter(implementation=record)
    rows = uses.select_related("organization", "clause_version__clause")
    return list(rows.defer("wording", "search_text", "lawyers_changed", "clause_version__text"))
