"""What was submitted never changes: every row that fed it is changed or deleted, and no byte moves.

The models are those that building a report really reads: a new one is in the test from the day
that a report reads it, and the test fails until the world below has a row of it.
"""

import hashlib

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from chantier.reports.chantier_content import chantier_content
from chantier.reports.content import organization_content
from chantier.reports.exchange.forms import FORMS
from chantier.reports.models import AnnualReport, ReportVersion
from members.models import Organization, User
from tests.chantier.reports.behind import fill, follow
from tests.chantier.reports.conftest import TODAY, submit
from tests.chantier.reports.mutation import delete_all, models_read, mutate
from tests.chantier.reports.told import record, story
from tests.factories import (
    AchievementFactory,
    AttendanceFactory,
    BarrierEncounterFactory,
    BenefitFactory,
    CycleObjectiveFactory,
    EvidenceFactory,
    ImplementationFactory,
    MeasureFactory,
    MeetingFactory,
    ObjectiveFactory,
    ObservedBenefitFactory,
    OrganizationFactory,
    PublishedPurchasesFactory,
    PurchaseImportFactory,
    ReportCaseFactory,
    ReportTextFactory,
    SocialEnterpriseFactory,
    SolutionFactory,
    SynthesisPointFactory,
    SynthesisVersionFactory,
    TermFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

SPARED = {
    # Whose report it is and of which cycle: that is where a version is kept, not what it says.
    AnnualReport: ("organization", "cycle"),
    # Nobody opens the pages of an organization that left.
    Organization: ("is_active",),
}


@pytest.fixture
def submitted(year, cycle, manager, coordinator):
    """The versions of an organization and of the chantier, with a row of all that they read."""
    fill(year, cycle)
    follow(year, cycle)
    report = AnnualReport.objects.create(organization=year, cycle=cycle)
    others = [OrganizationFactory(may_be_named=index == 1) for index in range(3)]
    for other in others:
        ImplementationFactory(organization=other, implemented=True)
        ReportCaseFactory(
            report=AnnualReport.objects.create(organization=other, cycle=cycle),
            implementation=record(other),
        )
    _tell(report, story(year), BarrierEncounterFactory(organization=year, alone=True, cycle=cycle))
    CycleObjectiveFactory(cycle=cycle)
    AchievementFactory(cycle=cycle)
    meeting = MeetingFactory(cycle=cycle, closed=True, title="Avec synthèse")
    following = MeetingFactory(cycle=cycle, held=True)
    ObjectiveFactory(meeting=meeting, outcome="carried_over", carried_to=following)
    published = SynthesisVersionFactory(synthesis__meeting=meeting)
    SynthesisPointFactory(synthesis=published.synthesis)
    ObjectiveFactory(meeting=following, outcome="reached")
    SynthesisVersionFactory()
    AttendanceFactory(meeting=meeting, organization=others[0])
    of_chantier = AnnualReport.objects.create(organization=None, cycle=cycle)
    ReportTextFactory(report=of_chantier, section="objectifs", text="Le mot.")
    for other in others:
        submit(AnnualReport.objects.get(organization=other), coordinator)
    return submit(report, manager), submit(of_chantier, coordinator)


def _tell(report, observation, met):
    ReportTextFactory(report=report, section="sommaire", text="Un fait saillant.")
    ReportCaseFactory(report=report, implementation=record(report.organization))
    ReportCaseFactory(report=report, implementation=None, observation=observation)
    met.solutions.add(SolutionFactory(barrier=met.barrier, text="Diviser en lots"))
    _vary(report.organization, met)
    own = MeasureFactory()
    own.groups.add(TermFactory(code=report.organization.group))
    # Other words that a field may be changed for.
    PublishedPurchasesFactory.create_batch(2)
    for vocabulary in (
        "organization_type",
        "region",
        "sector",
        "document_kind",
        "procurement_mode",
    ):
        TermFactory(vocabulary=vocabulary)


def _vary(organization, met):
    """Fields that change together: a row of either sort, so that one may become the other."""
    told = {"observed_on": TODAY.replace(2020), "organization": organization}
    ObservedBenefitFactory(
        benefit=BenefitFactory(qualitative=True), value=None, statement="Vu.", **told
    )
    ObservedBenefitFactory(verified_at=timezone.now(), verified_by=UserFactory(), **told)
    ObservedBenefitFactory(
        purchase=None, implementation=organization.implementations.first(), **told
    )
    PurchaseImportFactory(organization=organization)
    SocialEnterpriseFactory(state="merged", merged_into=SocialEnterpriseFactory())
    EvidenceFactory(organization=organization, is_file=True)
    SolutionFactory(barrier=met.barrier)


def served(client, versions):
    """All that the portal gives of versions: files, data, what they say, their public page."""
    reader = UserFactory(coordinator=True)
    found = {}
    for stored in versions:
        version = ReportVersion.objects.select_related("report__cycle").get(pk=stored.pk)
        found[stored.pk, "row"] = {
            field.name: getattr(version, field.attname) for field in version._meta.concrete_fields
        }
        client.force_login(reader)
        for kind in ("pdf", *FORMS):
            response = client.get(place(version, kind))
            assert response.status_code == 200, kind
            body = b"".join(response) if response.streaming else response.content
            found[stored.pk, kind] = hashlib.sha256(body).hexdigest()
        found[stored.pk, "read"] = read_by(client, version)
        client.logout()
        page = html.fromstring(client.get(version.get_absolute_url()).text)
        found[stored.pk, "page"] = page.xpath("//main")[0].text_content()
    return found


def read_by(client, version):
    """What the coordination reads of an organization's version; that of the chantier is a file."""
    organization = version.report.organization
    if organization is None:
        return ""
    args = [organization.slug, version.report.cycle.label]
    page = html.fromstring(client.get(reverse("reports:report_detail", args=args)).text)
    return page.xpath('//div[@class="report-text"]')[0].text_content()


def place(version, kind):
    label, organization = version.report.cycle.label, version.report.organization
    whose = "report" if organization else "chantier"
    args = [organization.slug, label] if organization else [label]
    if kind == "pdf":
        return reverse(f"reports:{whose}_version_pdf", args=[*args, version.number])
    return reverse(f"reports:{whose}_version_file", args=[*args, version.number, kind])


@pytest.fixture
def feeding(submitted, cycle):
    """The models that the contents of both reports read, and who signed for them."""
    first, _ = submitted
    organization = Organization.objects.get(pk=first.report.organization_id)

    def build():
        organization_content(organization, cycle, today=TODAY)
        chantier_content(cycle, today=TODAY)

    # The frozen versions themselves are what the report of the chantier is told from.
    return (models_read(build) | {User}) - {ReportVersion}


def test_changing_every_row_that_fed_a_report_changes_nothing_of_it(client, submitted, feeding):
    before = served(client, submitted)
    assert len(feeding) > 20
    empty = {model._meta.label for model in feeding if not model._base_manager.exists()}
    assert empty == set(), "a row of these is wanted above: a report reads them"
    untouched = [
        f"{model._meta.label}.{name}"
        for model in sorted(feeding, key=lambda each: each._meta.label)
        for name in sorted(mutate(model, spare=SPARED.get(model, ())))
    ]
    assert " ".join(untouched) == ""
    assert served(client, submitted) == before


def test_deleting_all_that_can_be_deleted_changes_nothing_of_it(client, submitted, feeding):
    before = served(client, submitted)
    gone = delete_all(feeding)
    assert len(gone) > 8
    assert served(client, submitted) == before
