"""What changes several rows at once: one function, one transaction, one line of journal."""

from measures.actions.bulk import SelectionChanged, change_many
from measures.actions.catalogue import (
    CatalogueDraft,
    StaleRow,
    Wording,
    create_catalogue_row,
    restore_catalogue_text,
    save_catalogue_row,
    version_of,
    write_catalogue_event,
)
from measures.actions.clauses import add_clause_version
from measures.actions.pieces import NewEvidence
from measures.actions.register import (
    IDENTITY,
    TRACKED,
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
    "CatalogueDraft",
    "NewEvidence",
    "Refusal",
    "SelectionChanged",
    "StaleRecord",
    "StaleRow",
    "Wording",
    "add_clause_version",
    "adopt_measures",
    "change_many",
    "create_catalogue_row",
    "create_implementation",
    "line_of",
    "restore_catalogue_text",
    "save_catalogue_row",
    "save_implementation",
    "snapshot",
    "undo_events",
    "version_of",
    "write_catalogue_event",
    "write_event",
]
