"""What changes several rows at once: one function, one transaction, one line of journal."""

from measures.actions.clauses import add_clause_version
from measures.actions.register import (
    IDENTITY,
    TRACKED,
    NewEvidence,
    StaleRecord,
    adopt_measures,
    create_implementation,
    save_implementation,
    snapshot,
    write_event,
)

__all__ = [
    "IDENTITY",
    "TRACKED",
    "NewEvidence",
    "StaleRecord",
    "add_clause_version",
    "adopt_measures",
    "create_implementation",
    "save_implementation",
    "snapshot",
    "write_event",
]
