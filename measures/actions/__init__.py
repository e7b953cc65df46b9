"""What changes several rows at once: one function, one transaction, one line of journal."""

from measures.actions.clauses import add_clause_version
from measures.actions.register import (
    IDENTITY,
    TRACKED,
    NewEvidence,
    StaleRecord,
    adopt_measures,
    create_implementation,
    line_of,
    save_implementation,
    snapshot,
    write_event,
)
from measures.actions.undo import UNDO_WITHIN, CannotUndo, Refusal, undo_events

__all__ = [
    "IDENTITY",
    "TRACKED",
    "UNDO_WITHIN",
    "CannotUndo",
    "NewEvidence",
    "Refusal",
    "StaleRecord",
    "add_clause_version",
    "adopt_measures",
    "create_implementation",
    "line_of",
    "save_implementation",
    "snapshot",
    "undo_events",
    "write_event",
]
