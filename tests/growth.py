"""A small world with more of everything that a list shows, each row with what hangs on it."""

import datetime

from django.db.models import Max
from django.utils import timezone

from benefits.models import SocialEnterprise
from measures.actions.audit import subject_of
from measures.models import Implementation, LegalReference
from members.models import Cycle, Mail
from tests.benefits.kept import grow_directory
from tests.benefits.world import grow_observations
from tests.chantier.reports.told import grow_cases
from tests.factories import (
    AchievementFactory,
    AgendaItemFactory,
    AmendmentFactory,
    AnnualReportFactory,
    AttendanceFactory,
    AuditEntryFactory,
    BarrierEncounterFactory,
    BarrierFactory,
    BatchItemFactory,
    BenefitFactory,
    CatalogueEventFactory,
    ClauseProposalFactory,
    ClauseUseFactory,
    ClauseVersionFactory,
    CommentFactory,
    CycleFactory,
    CycleObjectiveFactory,
    EligibilityReviewFactory,
    EvidenceFactory,
    EvidenceRequestFactory,
    EvidenceVersionFactory,
    ImplementationEventFactory,
    ImplementationFactory,
    IndicatorAimFactory,
    IndicatorFactory,
    IndicatorRevisionFactory,
    IndicatorValueFactory,
    LegalReferenceFactory,
    MailFactory,
    MeasureFactory,
    MeetingAnswerFactory,
    MeetingFactory,
    MembershipFactory,
    NotificationFactory,
    ObjectiveFactory,
    OrganizationFactory,
    PublicFigureFactory,
    PurchaseFactory,
    PurchaseImportFactory,
    PurchaseImportRowFactory,
    RegisterImportFactory,
    ReportBatchFactory,
    ReportCommentFactory,
    ReportEventFactory,
    ReportVersionFactory,
    ResultFactory,
    RoundTableEntryFactory,
    SocialEnterpriseFactory,
    SolutionFactory,
    SourceFactory,
    StageFactory,
    SupplierMatchFactory,
    SynthesisFactory,
    SynthesisPointFactory,
    SynthesisVersionFactory,
    TermFactory,
    ThresholdFactory,
    TopicFactory,
    UserFactory,
)
from tests.meetings.room import grow_promises, grow_room
from tests.meetings.topics import grow_topics

STATUSES = ["implemented", "in_progress", "planned", "to_undertake", "not_applicable"]


def grow(world, times):
    """Add `times` rows of everything that a list shows, each with what hangs on it."""
    for index in range(times):
        _grow_guide(world, index)
        _grow_register(world, index)
        _grow_attached(world.a.implementation)
        _grow_uses(world)
        _grow_barriers(world)
        _grow_benefits(index)
        grow_directory(world, index)
        grow_observations(world)
        _grow_purchases(world, index)
        _grow_meetings(world, index)
        grow_promises(world.a.implementation)
        grow_topics(world.a.organization, world.synthesis.meeting)
        _grow_calendars(world, index)
        _grow_reports(world, index)
        grow_cases(world)
        _grow_mails(world)


def _grow_mails(world):
    """One more mail, and one more thing that the mail of the page tells."""
    mail = MailFactory()
    shown = Mail.objects.get(pk=world.kwargs["members:mail_detail"]["pk"])
    for each in (mail, shown):
        NotificationFactory(recipient=each.recipient, mail=each)


def _grow_guide(world, index):
    stage = StageFactory(order=index % 5 + 1)
    source = SourceFactory()
    reference = LegalReferenceFactory()
    reference.sources.add(source)
    ThresholdFactory(legal_reference=reference, regime=f"regime-{reference.pk}")
    measure = MeasureFactory(stage=world.a.implementation.stage)
    # And the measure of the page itself: all that hangs on it.
    shown = world.a.implementation.measure
    for each in (measure, shown):
        each.legal_references.add(reference)
        each.sources.add(source)
    version = ClauseVersionFactory(clause__stage=stage)
    version.clause.documents.add(TermFactory(code=f"document_kind:{index}"))
    version.clause.legal_references.add(reference)
    ClauseVersionFactory(clause=version.clause, number=2)
    version.clause.measures.add(shown)
    # The clause of the page itself: its versions, and how others worded it.
    clause = world.a.clause_use.clause_version.clause
    newer = ClauseVersionFactory(clause=clause, number=clause.versions.count() + 1)
    ClauseUseFactory(clause_version=newer, sharing="chantier", wording="Autrement.")
    indicator = IndicatorFactory()
    indicator.sources.add(source)
    indicator.measures.add(shown)
    # The indicator of the page itself: its measures, and its years in this organization and others.
    mine = world.a.figure.indicator
    mine.measures.add(measure)
    mine.sources.add(source)
    year = 1900 + mine.values.count()
    IndicatorValueFactory(organization=world.a.organization, indicator=mine, year=year)
    other = IndicatorAimFactory(indicator=mine, sharing="chantier").organization
    IndicatorValueFactory(organization=other, indicator=mine)
    known = world.a.figure.revisions.aggregate(last=Max("number"))["last"] or 1
    IndicatorRevisionFactory(indicator_value=world.a.figure, number=known + 1)
    barrier = BarrierFactory()
    barrier.measures.add(measure, shown)
    barrier.sources.add(source)
    SolutionFactory(barrier=barrier)
    CatalogueEventFactory(code=shown.code)


def _grow_register(world, index):
    for belongings in (world.a, world.b):
        row = ImplementationFactory(
            organization=belongings.organization,
            measure=MeasureFactory(stage=StageFactory(order=index % 5 + 1)),
            **{STATUSES[index % len(STATUSES)]: True},
        )
        ImplementationEventFactory(implementation=row)
        RegisterImportFactory(organization=belongings.organization, applied_at=timezone.now())
        row.evidence.add(EvidenceFactory(organization=belongings.organization))
        EvidenceRequestFactory(implementation=row)
        IndicatorValueFactory(organization=belongings.organization, year=timezone.now().year)
    # The record of the page itself: its journal and its evidence.
    ImplementationEventFactory(implementation=world.a.implementation)
    extra = EvidenceFactory(organization=world.a.organization)
    world.a.implementation.evidence.add(extra)
    asked = {"outcome": "answered", "closed_by": extra.created_by, "closed_at": extra.created_at}
    EvidenceRequestFactory(implementation=world.a.implementation, **asked)
    # The piece of evidence of the page itself: its versions and its records.
    piece = world.a.evidence
    EvidenceVersionFactory(evidence=piece, number=piece.versions.count() + 1)
    piece.implementations.add(ImplementationFactory(organization=world.a.organization))
    review = datetime.date(2020, 12, 1)
    Implementation.objects.filter(status="implantee").update(review_on=review)
    MembershipFactory(organization=world.a.organization)


def _grow_attached(record):
    """What hangs on the record of the page."""
    ResultFactory(implementation=record)
    encounter = BarrierEncounterFactory(implementation=record)
    encounter.solutions.add(SolutionFactory(barrier=encounter.barrier))
    first = CommentFactory(implementation=record)
    CommentFactory(implementation=record, parent=first)
    settled = {"resolved_by": first.author, "resolved_at": first.created_at}
    CommentFactory(implementation=record, **settled)


def _grow_barriers(world):
    """The barrier of the page: what answers it, and those who met it, shared and not."""
    barrier = world.a.met.barrier
    solution = SolutionFactory(barrier=barrier)
    barrier.measures.add(MeasureFactory())
    barrier.clauses.add(ClauseVersionFactory().clause)
    record = ImplementationFactory(organization=world.a.organization)
    for values in (
        {"alone": True, "sharing": "chantier"},
        {"alone": True, "organization": world.a.organization, "barrier": BarrierFactory()},
        {"implementation": record},
    ):
        row = BarrierEncounterFactory(**({"barrier": barrier} | values))
        row.solutions.add(solution)
        ObjectiveFactory(meeting__held_on=datetime.date(2020, 1, 1), barrier=row.barrier)
    # The reference of the page of a new amount.
    reference = LegalReference.objects.get(code=world.kwargs["measures:threshold_create"]["code"])
    ThresholdFactory(legal_reference=reference, regime=f"régime {solution.pk}")


def _grow_uses(world):
    """Clauses used and proposed by the organization of the page, and the journal of one use."""
    for record in (world.a.implementation, None):
        ClauseUseFactory(organization=world.a.organization, implementation=record)
    AuditEntryFactory(subject=subject_of(world.a.clause_use))
    for state in ({}, {"state": "declined", "answer": "Non.", "answered_at": timezone.now()}):
        answered_by = UserFactory() if state else None
        ClauseProposalFactory(organization=world.a.organization, answered_by=answered_by, **state)


def _grow_benefits(index):
    benefit = BenefitFactory(qualitative=bool(index % 2))
    benefit.figures.add(PublicFigureFactory())
    benefit.sources.add(SourceFactory())
    enterprise = SocialEnterpriseFactory()
    enterprise.tags.add(TermFactory(code=f"enterprise_tag:{index}"))
    enterprise.sectors.add(TermFactory(code=f"sector:{index}"))
    # The enterprise of the page itself: its terms, and why it is believed to be one.
    shown = SocialEnterprise.objects.get(slug="entreprise-de-la-visite")
    shown.tags.set(enterprise.tags.all())
    shown.sectors.add(*enterprise.sectors.all())
    shown.served_regions.add(TermFactory(code=f"region:{index}"))
    EligibilityReviewFactory(enterprise=shown)


def _grow_purchases(world, index):
    """What A bought, from EÉS and from others, some with clauses; suppliers known and unknown."""
    organization = world.a.organization
    bought = PurchaseFactory(
        organization=organization, sector=TermFactory(code=f"sector:achat-{index}")
    )
    bought.clause_uses.add(ClauseUseFactory(organization=organization))
    SocialEnterpriseFactory(name=f"Atelier du Ruisseau {index}")
    PurchaseFactory(
        organization=organization, enterprise=None, supplier_name=f"ATELIER DU RUISSEAU {index}"
    )
    SupplierMatchFactory(organization=organization)
    PurchaseImportFactory(organization=organization, row_count=1)
    PurchaseImportRowFactory(table=world.a.sent, cells=["2021-01-05", "Fournisseur", "14"])
    world.a.purchase.clause_uses.add(bought.clause_uses.get())
    AuditEntryFactory(subject=subject_of(world.a.purchase))


def _grow_meetings(world, index):
    cycle = CycleFactory()
    AchievementFactory(cycle=cycle)
    objective = CycleObjectiveFactory(cycle=cycle)
    coming = MeetingFactory(cycle=cycle, held_on=datetime.date(2099, 1, 1))
    meeting = MeetingFactory(cycle=cycle, closed=True)
    ObjectiveFactory(meeting=meeting, cycle_objective=objective)
    ObjectiveFactory(meeting=meeting, outcome="carried_over", carried_to=coming)
    ObjectiveFactory(meeting=coming)
    meeting.guests.add(SocialEnterpriseFactory())
    for row in (meeting, world.synthesis.meeting):
        AttendanceFactory(meeting=row)
        MeetingAnswerFactory(meeting=row)
    synthesis = SynthesisFactory(meeting=meeting)
    SynthesisPointFactory(synthesis=synthesis)
    SynthesisVersionFactory(synthesis=synthesis)
    own = ObjectiveFactory(meeting=world.synthesis.meeting)
    for row in (meeting, world.synthesis.meeting):
        AgendaItemFactory(meeting=row, objective=own, topic=TopicFactory())
    _grow_review(world)


def _grow_review(world):
    """Cards, the points drawn from them, what A proposes there, and earlier versions."""
    synthesis = world.synthesis
    entry = RoundTableEntryFactory(meeting=synthesis.meeting)
    point = SynthesisPointFactory(synthesis=synthesis, entry=entry)
    for each in (point, synthesis.points.first()):
        AmendmentFactory(synthesis=synthesis, point=each, organization=world.a.organization)
    SynthesisVersionFactory(synthesis=synthesis, number=synthesis.versions.count() + 1)
    grow_room(entry)


def _grow_calendars(world, index):
    """What falls within the two cycles that a calendar tells of."""
    soon = timezone.localdate() + datetime.timedelta(days=index)
    MeetingFactory(held_on=soon)
    for _ in range(2):
        ImplementationFactory(
            organization=world.a.organization,
            measure=MeasureFactory(),
            planned=True,
            planned_for=soon,
        )


def _grow_reports(world, index):
    cycle = CycleFactory(start_year=1990 + Cycle.objects.count())
    report = AnnualReportFactory(organization=world.a.organization, cycle=cycle, submitted=True)
    ReportVersionFactory(report=report)
    mine = world.a.version.report
    version = ReportVersionFactory(report=mine, number=mine.versions.count() + 1)
    ReportCommentFactory(version=version)
    ReportEventFactory(report=mine, version=version, kind="submitted")
    other = AnnualReportFactory(organization=OrganizationFactory(), submitted=True)
    BatchItemFactory(
        batch=ReportBatchFactory(cycle=mine.cycle, state="cancelled"),
        version=ReportVersionFactory(report=other),
        state="failed",
    )
