"""A small world in which every address of the portal leads somewhere."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from benefits.models import Purchase, PurchaseImport, SupplierMatch
from chantier.reports.models import ReportComment, ReportVersion
from measures.models import (
    BarrierEncounter,
    ClauseProposal,
    ClauseUse,
    Comment,
    Evidence,
    EvidenceRequest,
    Implementation,
    IndicatorValue,
    RegisterImport,
    Result,
)
from meetings.models import Meeting, Synthesis
from members.models import Organization
from tests.benefits.kept import directory_kwargs
from tests.benefits.world import observed_addresses
from tests.chantier.reports.addresses import report_addresses
from tests.factories import (
    AmendmentFactory,
    AnnualReportFactory,
    AttendanceFactory,
    BarrierEncounterFactory,
    BenefitFactory,
    CalendarFeedFactory,
    ClauseProposalFactory,
    ClauseUseFactory,
    CommentFactory,
    CommitmentFactory,
    CycleFactory,
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
    MeetingDocumentFactory,
    MeetingFactory,
    MembershipFactory,
    NotificationFactory,
    ObjectiveFactory,
    PurchaseFactory,
    PurchaseImportFactory,
    PurchaseImportRowFactory,
    RegisterImportFactory,
    ReportCommentFactory,
    ReportVersionFactory,
    ResultFactory,
    RoundTableEntryFactory,
    StageFactory,
    SupplierMatchFactory,
    SynthesisFactory,
    SynthesisPointFactory,
    SynthesisVersionFactory,
    TopicFactory,
)
from tests.routes import OF_A_MEETING


@dataclass
class Belongings:
    """What one organization owns."""

    organization: Organization
    implementation: Implementation
    evidence: Evidence
    result: Result
    encounter: BarrierEncounter
    comment: Comment
    request: EvidenceRequest
    table: RegisterImport
    version: ReportVersion
    report_comment: ReportComment
    clause_use: ClauseUse
    proposal: ClauseProposal
    figure: IndicatorValue
    met: BarrierEncounter
    purchase: Purchase
    sent: PurchaseImport
    match: SupplierMatch


@dataclass
class World:
    """Organizations A and B with the same belongings, and what all share."""

    a: Belongings
    b: Belongings
    kwargs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def address(self, name: str, **changes: Any) -> str:
        """An address of A, or with `changes` of something else."""
        return reverse(name, kwargs=self.kwargs.get(name, {}) | changes)


def build_world(a: Organization, b: Organization) -> World:
    stages = [StageFactory(order=order) for order in range(1, 6)]
    measure = MeasureFactory(stage=stages[0])
    MeasureFactory(stage=stages[1])
    indicator = IndicatorFactory()
    shared = {"measure": measure, "indicator": indicator}
    world = World(_belongings(a, **shared), _belongings(b, **shared))
    meeting = MeetingFactory(held=True, slug="rencontre")
    announced = MeetingFactory(
        webinar=True, held_on=datetime.date(2099, 1, 1), public_text="Une offre à découvrir."
    )
    ObjectiveFactory(meeting=meeting)
    for membership in a.memberships.select_related("user"):
        MeetingAnswerFactory(meeting=meeting, user=membership.user, organization=a)
    # In review, among those who attended: A and not B.
    AttendanceFactory(meeting=meeting, organization=a)
    synthesis = SynthesisFactory(
        meeting=meeting, state="in_review", review_until=datetime.date(2099, 1, 1)
    )
    SynthesisPointFactory(synthesis=synthesis)
    SynthesisVersionFactory(synthesis=synthesis)
    of_chantier = AnnualReportFactory(of_chantier=True, submitted=True)
    chantier_version = ReportVersionFactory(report=of_chantier)
    clause = world.a.clause_use.clause_version.clause
    world.kwargs = _kwargs(world.a, chantier_version)
    for name in OF_A_MEETING:
        world.kwargs[f"meetings:{name}"] = {"slug": meeting.slug}
    world.kwargs |= _of_the_meeting(meeting, synthesis, a)
    world.kwargs |= {
        "measures:stage_detail": {"slug": stages[0].slug},
        "measures:measure_detail": {"slug": measure.slug},
        "measures:clause_detail": {"slug": clause.slug},
        "measures:clause_fill": {"slug": clause.slug},
        "measures:clause_version": {"slug": clause.slug, "number": 1},
        "measures:indicator_detail": {"code": indicator.code},
        "measures:barrier_detail": {"code": world.a.met.barrier.code},
        "measures:threshold_create": {"code": LegalReferenceFactory().code},
        "measures:clause_proposal_answer": {"pk": world.a.proposal.pk},
        "measures:catalogue_list": {"kind": "mesures"},
        "measures:catalogue_create": {"kind": "mesures"},
        "measures:catalogue_edit": {"kind": "mesures", "code": measure.code},
        "meetings:participation_export": {"kind": "csv"},
        "benefits:benefit_detail": {"slug": BenefitFactory().slug},
        **directory_kwargs(a),
        **observed_addresses(a, b),
        "home:calendar_feed": {"token": _calendar_of(a)},
        "public:webinar_calendar": {"slug": announced.slug},
        "public:dataset_csv": {"key": "mesures"},
        "public:dataset_json": {"key": "entreprises"},
        "public:dataset_schema": {"key": "mesures"},
        **_mail_to(a),
    }
    return world


def _mail_to(organization: Organization) -> dict[str, dict[str, Any]]:
    """A mail to somebody who works there, that could not leave."""
    person = MembershipFactory(organization=organization).user
    mail = MailFactory(recipient=person, state="failed", text=f"Secret de {organization.name}")
    NotificationFactory(recipient=person, mail=mail, state="failed", organization=organization)
    return {name: {"pk": mail.pk} for name in ("members:mail_detail", "members:mail_retry")}


def _calendar_of(organization: Organization) -> str:
    """The token of the calendar of somebody who works there."""
    token = "jeton-de-la-visite"
    feed = CalendarFeedFactory(token=token)
    MembershipFactory(user=feed.user, organization=organization)
    return token


def _of_the_meeting(
    meeting: Meeting, synthesis: Synthesis, organization: Organization
) -> dict[str, dict[str, Any]]:
    """What hangs on the meeting, with a card and a promise of the organization."""
    slug = {"slug": meeting.slug}
    entry = RoundTableEntryFactory(meeting=meeting, organization=organization)
    commitment = CommitmentFactory(entry=entry)
    return {
        "meetings:entry_save": slug | {"pk": entry.pk},
        "meetings:commitment_withdraw": {"pk": commitment.pk},
        "meetings:proposal_list": {"org_slug": organization.slug},
        "meetings:proposal_answer": {"org_slug": organization.slug, "pk": commitment.pk},
        **_topics(organization),
        **_document(meeting),
        "meetings:amendment_answer": slug | {"pk": AmendmentFactory(synthesis=synthesis).pk},
        "meetings:synthesis_version": slug | {"number": 1},
        "meetings:synthesis_pdf": slug | {"number": 1},
    }


def _document(meeting: Meeting) -> dict[str, dict[str, Any]]:
    document = {"pk": MeetingDocumentFactory(meeting=meeting, is_file=True).pk}
    return {"meetings:document_download": document, "meetings:document_remove": document}


def _topics(organization: Organization) -> dict[str, dict[str, Any]]:
    """A topic that waits for its answer."""
    topic = {"pk": TopicFactory(organization=organization).pk}
    org = {"org_slug": organization.slug}
    return {
        "meetings:topic_list": org,
        "meetings:topic_withdraw": org | topic,
        "meetings:topic_answer": topic,
    }


# What is done with a spreadsheet of purchases that was sent.
_OF_IMPORTS = (*("detail", "check", "columns", "forget", "suppliers", "errors", "apply", "undo"),)


def _sent(organization: Organization) -> PurchaseImport:
    """A spreadsheet of purchases whose columns are not told yet."""
    table: PurchaseImport = PurchaseImportFactory(
        organization=organization,
        file_name=f"Secret de {organization.name}.csv",
        headings=["Date", "Fournisseur", "Montant"],
        row_count=1,
    )
    PurchaseImportRowFactory(table=table, cells=["2021-01-04", "Fournisseur", "12"])
    return table


def _belongings(organization: Organization, measure: Any, indicator: Any) -> Belongings:
    implementation = ImplementationFactory(
        organization=organization,
        measure=measure,
        implemented=True,
        description=f"Secret de {organization.name}",
    )
    ImplementationEventFactory(implementation=implementation)
    evidence = EvidenceFactory(
        organization=organization,
        is_file=True,
        content=f"Secret de {organization.name}".encode(),
    )
    implementation.evidence.add(evidence)
    report = AnnualReportFactory(organization=organization, submitted=True)
    version = ReportVersionFactory(report=report, signatory_name=f"Secret de {organization.name}")
    EvidenceVersionFactory(evidence=evidence, title=f"Secret de {organization.name}")
    figure = IndicatorValueFactory(
        organization=organization, indicator=indicator, note=f"Secret de {organization.name}"
    )
    IndicatorRevisionFactory(indicator_value=figure)
    IndicatorAimFactory(organization=organization, indicator=indicator)
    return Belongings(
        organization=organization,
        implementation=implementation,
        evidence=evidence,
        result=ResultFactory(implementation=implementation, name=f"Secret de {organization.name}"),
        encounter=BarrierEncounterFactory(
            implementation=implementation, what_worked=f"Secret de {organization.name}"
        ),
        comment=CommentFactory(
            implementation=implementation, body=f"Secret de {organization.name}"
        ),
        request=EvidenceRequestFactory(
            implementation=implementation, message=f"Secret de {organization.name}"
        ),
        table=RegisterImportFactory(organization=organization),
        version=version,
        report_comment=ReportCommentFactory(version=version, text=f"Secret de {organization.name}"),
        clause_use=ClauseUseFactory(
            organization=organization, wording=f"Secret de {organization.name}"
        ),
        proposal=ClauseProposalFactory(
            organization=organization, text=f"Secret de {organization.name}"
        ),
        figure=figure,
        met=BarrierEncounterFactory(
            organization=organization,
            alone=True,
            what_worked=f"Secret de {organization.name}",
        ),
        purchase=PurchaseFactory(
            organization=organization,
            enterprise=None,
            supplier_name=f"Secret de {organization.name}",
        ),
        sent=_sent(organization),
        match=SupplierMatchFactory(
            organization=organization, supplier_name=f"Secret de {organization.name}"
        ),
    )


def _kwargs(mine: Belongings, chantier_version: ReportVersion) -> dict[str, dict[str, Any]]:
    org = {"org_slug": mine.organization.slug}
    record = org | {"pk": mine.implementation.pk}
    result = record | {"result_pk": mine.result.pk}
    encounter = record | {"encounter_pk": mine.encounter.pk}
    asked = record | {"request_pk": mine.request.pk}
    evidence = org | {"pk": mine.evidence.pk}
    used = org | {"pk": mine.clause_use.pk}
    met = org | {"pk": mine.met.pk}
    indicator = org | {"code": mine.figure.indicator.code}
    bought = org | {"pk": mine.purchase.pk}
    sent = {"pk": mine.sent.pk}
    return {
        "members:organization_detail": org,
        "measures:clause_use_list": org,
        "measures:clause_use_create": org,
        "measures:clause_use_detail": used,
        "measures:clause_use_delete": used,
        "measures:clause_use_export": org | {"kind": "csv"},
        "measures:clause_propose": org,
        "measures:indicator_grid": org,
        "measures:indicator_cell": org,
        "measures:indicator_export": org | {"kind": "xlsx"},
        "measures:indicator_import": org,
        "measures:indicator_trend": indicator,
        "measures:indicator_aim": indicator,
        "measures:indicator_value": indicator | {"year": mine.figure.period_start.year},
        "measures:indicator_take_over": indicator | {"year": mine.figure.period_start.year},
        "measures:encounter_list": org,
        "measures:barrier_mark": org,
        "measures:barrier_mark_edit": met,
        "measures:barrier_mark_delete": met,
        "measures:implementation_list": org,
        "measures:implementation_create": org,
        "measures:implementation_adopt": org,
        "measures:implementation_bulk": org,
        "measures:change_undo": org,
        "measures:quality_list": org,
        "measures:benchmark": org,
        "measures:implementation_export": org | {"kind": "csv"},
        "measures:import_template": org | {"kind": "csv"},
        "measures:import_create": org,
        "measures:import_detail": org | {"pk": mine.table.pk},
        "measures:implementation_detail": record,
        "measures:text_restore": record,
        "measures:implementation_link": record,
        "measures:result_create": record,
        "measures:result_edit": result,
        "measures:result_delete": result,
        "measures:encounter_create": record,
        "measures:encounter_edit": encounter,
        "measures:encounter_delete": encounter,
        "measures:comment_create": record,
        "measures:comment_resolve": record | {"comment_pk": mine.comment.pk},
        "measures:evidence_request_create": record,
        "measures:evidence_request_answer": asked,
        "measures:evidence_request_withdraw": asked,
        "measures:evidence_list": org,
        "measures:evidence_create": org,
        "measures:evidence_detail": evidence,
        "measures:evidence_download": evidence,
        "measures:evidence_version_download": evidence | {"number": 1},
        "benefits:purchase_list": org,
        "benefits:purchase_create": org,
        "benefits:purchase_edit": bought,
        "benefits:purchase_delete": bought,
        "benefits:purchase_export": org | {"kind": "csv"},
        "benefits:purchase_model": org | {"kind": "csv"},
        "benefits:purchase_suggest": org,
        "benefits:purchase_import_create": org,
        **{f"benefits:purchase_import_{name}": org | sent for name in _OF_IMPORTS},
        "benefits:purchase_portrait": org,
        "benefits:purchase_portrait_export": org | {"kind": "csv"},
        "benefits:supplier_list": org,
        "benefits:supplier_reopen": org | {"pk": mine.match.pk},
        **report_addresses(mine, chantier_version, CycleFactory().label),
        "account_reset_password_from_key": {"uidb36": "1", "key": "abc-def"},
    }
