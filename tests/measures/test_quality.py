"""What would make a register solid: each check, its count, and the field it leads to."""

import datetime
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from chantier.home.dashboard import MemberDashboard
from measures.models import Implementation
from measures.quality import BY_SLUG, CHECKS, MOST_RECORDS, checklist, review
from measures.statuses import Status
from members.access import get_access
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import EvidenceFactory, ImplementationFactory
from tests.measures.sent import url

PAST, FUTURE = datetime.date(2021, 1, 1), datetime.date(2999, 1, 1)


def solid(organization: Organization, **changes: Any) -> Implementation:
    """An implemented record that lacks nothing, but for `changes`."""
    values: dict[str, Any] = {
        "implemented": True,
        "lead": "Approvisionnement",
        "description": "Ce que nous avons fait.",
        "result_story": "Ce que cela a changé.",
        "review_on": FUTURE,
    }
    record = ImplementationFactory(organization=organization, **values | changes)
    record.evidence.add(EvidenceFactory(organization=organization))
    return record


def failed_by(record: Implementation) -> set[str]:
    found = review(Implementation.objects.filter(pk=record.pk)).findings
    assert all(finding.records == (record,) for finding in found)
    return {finding.check.slug for finding in found}


@pytest.mark.parametrize(
    ("changes", "slugs"),
    [
        ({}, set()),
        ({"lead": ""}, {"sans-responsable"}),
        ({"description": ""}, {"sans-recit"}),
        ({"result_story": ""}, {"sans-effet"}),
        ({"review_on": None}, {"sans-revision"}),
        ({"review_on": PAST}, {"a-revoir"}),
        ({"implemented": False, "in_progress": True, "review_on": PAST}, {"sans-echeance"}),
        ({"implemented": False, "planned": True, "planned_for": PAST}, {"en-retard"}),
        ({"implemented": False, "planned": True, "planned_for": None}, {"sans-echeance"}),
        ({"implemented": False, "planned": True, "planned_for": FUTURE, "description": ""}, set()),
        ({"implemented": False, "abandoned": True, "planned_for": PAST, "lead": ""}, set()),
        ({"implemented": False, "not_applicable": True, "lead": ""}, set()),
        ({"implemented": False, "lead": ""}, {"sans-evaluation"}),
    ],
)
def test_each_check_finds_what_it_is_for(
    organization: Organization, changes: dict[str, Any], slugs: set[str]
) -> None:
    assert failed_by(solid(organization, **changes)) == slugs


def test_evidence_is_asked_for_once_and_again_when_it_expires(organization: Organization) -> None:
    record = solid(organization)
    old = EvidenceFactory(organization=organization, expires_on=PAST)
    record.evidence.set([old])
    assert failed_by(record) == {"preuve-echue"}
    record.evidence.clear()
    assert failed_by(record) == {"sans-preuve"}


def test_a_date_passes_the_day_after(organization: Organization) -> None:
    today = timezone.localdate()
    record = solid(organization, review_on=today)
    assert (failed_by(record), record.is_to_review) == (set(), False)
    record = solid(organization, review_on=today - datetime.timedelta(days=1))
    assert (failed_by(record), record.is_to_review) == ({"a-revoir"}, True)


@pytest.mark.parametrize("status", list(Status))
def test_a_record_in_hand_says_what_the_database_says(
    organization: Organization, status: Status
) -> None:
    """The marks of a list are properties; its filters are conditions of the database."""
    record = ImplementationFactory(
        organization=organization,
        status=status,
        planned_for=PAST,
        review_on=PAST,
        implemented_on=PAST if status == Status.IMPLEMENTED else None,
        not_applicable_reason="Sans objet chez nous.",
    )
    found = failed_by(record)
    assert record.is_to_review == ("a-revoir" in found)
    assert record.is_overdue == ("en-retard" in found)


def test_the_checklist_of_a_record_asks_the_same_questions(organization: Organization) -> None:
    record = solid(organization, lead="", review_on=PAST)
    advice = checklist(record)
    missing = {line.label for line in advice if not line.met}
    assert missing == {BY_SLUG[slug].advice for slug in ("sans-responsable", "a-revoir")}
    met = {line.label for line in advice if line.met}
    assert BY_SLUG["sans-preuve"].advice in met
    # Nothing to praise in a review that has not come.
    assert BY_SLUG["preuve-echue"].advice not in met


def test_the_page_counts_and_leads_to_the_very_field(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    record = solid(organization, lead="")
    ImplementationFactory(implemented=True)
    client = log_in_as(contributor)
    response = client.get(url("quality_list", organization))
    (finding,) = response.context["review"].findings
    assert (finding.check.slug, finding.number) == ("sans-responsable", 1)
    assertContains(response, f'href="{record.get_absolute_url()}#id_lead"')
    assertContains(client.get(record.get_absolute_url()), 'id="id_lead"')


@pytest.mark.parametrize("field", sorted({check.field for check in CHECKS}))
def test_every_field_that_a_check_leads_to_is_on_the_page(
    log_in_as: LogIn, contributor: User, record: Implementation, field: str
) -> None:
    page = log_in_as(contributor).get(record.get_absolute_url())
    assertContains(page, f'id="id_{field}"')


def test_a_long_list_is_cut_and_leads_to_the_filtered_register(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    for _ in range(MOST_RECORDS + 2):
        solid(organization, lead="")
    client = log_in_as(contributor)
    response = client.get(url("quality_list", organization))
    (finding,) = response.context["review"].findings
    assert (finding.number, len(finding.records)) == (7, 5)
    address = f"{url('implementation_list', organization)}?suivi=sans-responsable"
    assertContains(response, f'href="{address}">Voir les 7 dans le registre')
    assert client.get(address).context["listing"].number_found == 7


@pytest.mark.parametrize("slug", sorted(BY_SLUG))
def test_the_register_filters_by_each_check(
    log_in_as: LogIn, reader: User, organization: Organization, slug: str
) -> None:
    solid(organization)
    ImplementationFactory(organization=organization, implemented=True, review_on=PAST)
    ImplementationFactory(organization=organization, planned=True, planned_for=PAST)
    ImplementationFactory(organization=organization, planned=True, planned_for=None)
    ImplementationFactory(organization=organization)
    records = Implementation.objects.filter(organization=organization)
    expected = {finding.check.slug: finding.number for finding in review(records).findings}
    page = log_in_as(reader).get(url("implementation_list", organization), {"suivi": slug})
    assert page.context["listing"].number_found == expected.get(slug, 0)


def test_nothing_missing_is_congratulated_and_an_empty_register_is_not(
    log_in_as: LogIn, reader: User, organization: Organization
) -> None:
    client = log_in_as(reader)
    assertContains(client.get(url("quality_list", organization)), "Ce registre est encore vide")
    solid(organization)
    assertContains(client.get(url("quality_list", organization)), "Bravo, rien ne manque")


def test_what_a_register_lacks_is_its_members_affair(
    log_in_as: LogIn, coordinator: User, reader: User, organization: Organization
) -> None:
    address = url("quality_list", organization)
    assert log_in_as(coordinator).get(address).status_code == 403
    solid(organization, lead="")
    # Who only reads finds no field to land on.
    assertNotContains(log_in_as(reader).get(address), "#id_lead")


def test_the_page_costs_six_queries(
    log_in_as: LogIn,
    contributor: User,
    organization: Organization,
    django_assert_num_queries: Any,
) -> None:
    for _ in range(3):
        solid(organization, lead="", review_on=PAST)
    client = log_in_as(contributor)
    # session, person, membership with its organization, numbers, records, stages of the spine
    with django_assert_num_queries(6):
        client.get(url("quality_list", organization))


def test_the_dashboard_asks_the_same_questions(
    contributor: User, organization: Organization
) -> None:
    late = solid(organization, review_on=PAST)
    solid(organization)
    access = get_access(contributor, organization.slug)
    board = MemberDashboard.build(access, today=timezone.localdate(), stages=[])
    assert [task.title for task in board.tasks] == [f"Réviser «\u00a0{late.title}\u00a0»"]
