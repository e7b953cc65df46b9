"""Annual reports, their texts, their way from draft to accepted, and batches of them."""

from chantier.reports.models.batches import KEPT_FOR, UNDER_WAY, BatchItem, ReportBatch
from chantier.reports.models.reports import (
    WRITTEN_STATES,
    AnnualReport,
    ReportVersion,
    ReportVersionQuerySet,
)
from chantier.reports.models.texts import ReportCase, ReportText, ReportTextRevision
from chantier.reports.models.workflow import JUDGEMENTS, ReportComment, ReportEvent

__all__ = [
    "JUDGEMENTS",
    "KEPT_FOR",
    "UNDER_WAY",
    "WRITTEN_STATES",
    "AnnualReport",
    "BatchItem",
    "ReportBatch",
    "ReportCase",
    "ReportComment",
    "ReportEvent",
    "ReportText",
    "ReportTextRevision",
    "ReportVersion",
    "ReportVersionQuerySet",
]
