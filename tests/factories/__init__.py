"""The smallest valid object of each model; what a test is about, the test writes.

No random values: sequences and constants. Terms are shared by code (« region:06 »).
"""

from tests.factories.benefits import (
    BenefitFactory,
    PublicFigureFactory,
    SocialEnterpriseFactory,
)
from tests.factories.measures import (
    BarrierFactory,
    ClauseFactory,
    ClauseVersionFactory,
    EvidenceFactory,
    ImplementationEventFactory,
    ImplementationFactory,
    IndicatorFactory,
    LegalReferenceFactory,
    MeasureFactory,
    SolutionFactory,
    SourceFactory,
    StageFactory,
    ThresholdFactory,
)
from tests.factories.meetings import (
    AttendanceFactory,
    MeetingFactory,
    ObjectiveFactory,
    SynthesisFactory,
    SynthesisPointFactory,
    SynthesisVersionFactory,
)
from tests.factories.members import (
    PASSWORD,
    AchievementFactory,
    AuditEntryFactory,
    CycleFactory,
    CycleObjectiveFactory,
    MembershipFactory,
    OrganizationFactory,
    TermFactory,
    UserFactory,
)
from tests.factories.reports import AnnualReportFactory, ReportVersionFactory

__all__ = [
    "PASSWORD",
    "AchievementFactory",
    "AnnualReportFactory",
    "AttendanceFactory",
    "AuditEntryFactory",
    "BarrierFactory",
    "BenefitFactory",
    "ClauseFactory",
    "ClauseVersionFactory",
    "CycleFactory",
    "CycleObjectiveFactory",
    "EvidenceFactory",
    "ImplementationEventFactory",
    "ImplementationFactory",
    "IndicatorFactory",
    "LegalReferenceFactory",
    "MeasureFactory",
    "MeetingFactory",
    "MembershipFactory",
    "ObjectiveFactory",
    "OrganizationFactory",
    "PublicFigureFactory",
    "ReportVersionFactory",
    "SocialEnterpriseFactory",
    "SolutionFactory",
    "SourceFactory",
    "StageFactory",
    "SynthesisFactory",
    "SynthesisPointFactory",
    "SynthesisVersionFactory",
    "TermFactory",
    "ThresholdFactory",
    "UserFactory",
]
