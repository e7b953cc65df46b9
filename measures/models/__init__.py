"""What we do: the catalogue of the guide, and the register of each organization."""

from measures.models.catalogue import (
    Clause,
    ClauseVersion,
    Measure,
    Stage,
)
from measures.models.evidence import Evidence, EvidenceRequest, EvidenceVersion
from measures.models.figures import IndicatorAim, IndicatorRevision, IndicatorValue
from measures.models.history import CatalogueEvent, ImplementationEvent
from measures.models.imports import RegisterImport
from measures.models.legal import LegalReference, Threshold
from measures.models.register import Implementation
from measures.models.results import BarrierEncounter, Comment, Result
from measures.models.sources import Source, SourcedModel
from measures.models.toolbox import Barrier, Indicator, Solution
from measures.models.uses import ClauseProposal, ClauseUse

__all__ = [
    "Barrier",
    "BarrierEncounter",
    "CatalogueEvent",
    "Clause",
    "ClauseProposal",
    "ClauseUse",
    "ClauseVersion",
    "Comment",
    "Evidence",
    "EvidenceRequest",
    "EvidenceVersion",
    "Implementation",
    "ImplementationEvent",
    "Indicator",
    "IndicatorAim",
    "IndicatorRevision",
    "IndicatorValue",
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
