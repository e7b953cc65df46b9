"""What we do: the catalogue of the guide, and the register of each organization."""

from measures.models.catalogue import (
    Barrier,
    Clause,
    ClauseVersion,
    Indicator,
    LegalReference,
    Measure,
    Solution,
    Source,
    SourcedModel,
    Stage,
    Threshold,
)
from measures.models.register import Evidence, Implementation, ImplementationEvent

__all__ = [
    "Barrier",
    "Clause",
    "ClauseVersion",
    "Evidence",
    "Implementation",
    "ImplementationEvent",
    "Indicator",
    "LegalReference",
    "Measure",
    "Solution",
    "Source",
    "SourcedModel",
    "Stage",
    "Threshold",
]
