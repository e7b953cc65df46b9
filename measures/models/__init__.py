"""What we do: the catalogue of the guide, and the register of each organization."""

from measures.models.catalogue import (
    Clause,
    ClauseVersion,
    LegalReference,
    Measure,
    Source,
    SourcedModel,
    Stage,
    Threshold,
)
from measures.models.evidence import Evidence, EvidenceRequest, EvidenceVersion
from measures.models.history import CatalogueEvent, ImplementationEvent
from measures.models.imports import RegisterImport
from measures.models.register import Implementation
from measures.models.results import BarrierEncounter, Comment, Result
from measures.models.toolbox import Barrier, Indicator, Solution

__all__ = [
    "Barrier",
    "BarrierEncounter",
    "CatalogueEvent",
    "Clause",
    "ClauseVersion",
    "Comment",
    "Evidence",
    "EvidenceRequest",
    "EvidenceVersion",
    "Implementation",
    "ImplementationEvent",
    "Indicator",
    "LegalReference",
    "Measure",
    "RegisterImport",
    "Result",
    "Solution",
    "Source",
    "SourcedModel",
    "Stage",
    "Threshold",
]
