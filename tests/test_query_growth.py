"""A page costs the same queries with ten times the rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures.models import Implementation
from meetings.models import Synthesis
from tests.addresses import build_world
from tests.growth import grow

FEW, MANY = 2, 20

PAGES = [
    "home:index",
    "home:dashboard",
    "home:calendar",
    "home:calendar_feed",
    "public:about",
    "public:webinar_list",
    "public:webinar_calendar",
    "public:dataset_list",
    "public:dataset_csv",
    "public:dataset_json",
    "public:sitemap",
    "members:organization_detail",
    "members:mail_preferences",
    "measures:stage_list",
    "measures:stage_detail",
    "measures:measure_list",
    "measures:measure_detail",
    "measures:clause_list",
    "measures:clause_detail",
    "measures:clause_fill",
    "measures:clause_version",
    "measures:clause_use_list",
    "measures:clause_use_create",
    "measures:clause_use_detail",
    "measures:clause_use_export",
    "measures:clause_propose",
    "measures:indicator_list",
    "measures:indicator_detail",
    "measures:indicator_grid",
    "measures:indicator_trend",
    "measures:indicator_value",
    "measures:indicator_aim",
    "measures:indicator_export",
    "measures:indicator_import",
    "measures:barrier_list",
    "measures:barrier_detail",
    "measures:encounter_list",
    "measures:barrier_mark",
    "measures:barrier_mark_edit",
    "measures:legal_reference_list",
    "measures:implementation_list",
    "measures:quality_list",
    "measures:implementation_create",
    "measures:implementation_export",
    "measures:import_template",
    "measures:import_create",
    "measures:import_detail",
    "measures:implementation_detail",
    "measures:result_create",
    "measures:result_edit",
    "measures:encounter_create",
    "measures:encounter_edit",
    "measures:evidence_list",
    "measures:evidence_create",
    "measures:evidence_detail",
    "measures:benchmark",
    "benefits:benefit_list",
    "benefits:benefit_detail",
    "benefits:case",
    "benefits:observation_list",
    "benefits:observation_create",
    "benefits:observation_edit",
    "benefits:observation_consent",
    "benefits:enterprise_list",
    "benefits:enterprise_detail",
    "benefits:enterprise_export",
    "benefits:removal_ask",
    "benefits:own_proposal_list",
    "benefits:enterprise_propose",
    "benefits:purchase_list",
    "benefits:purchase_create",
    "benefits:purchase_edit",
    "benefits:purchase_delete",
    "benefits:purchase_export",
    "benefits:purchase_suggest",
    "benefits:purchase_import_create",
    "benefits:purchase_import_detail",
    "benefits:purchase_import_errors",
    "benefits:purchase_portrait",
    "benefits:purchase_portrait_export",
    "benefits:chantier_portrait",
    "benefits:supplier_list",
    "meetings:meeting_list",
    "meetings:timeline_pdf",
    "meetings:participation",
    "meetings:meeting_detail",
    "meetings:meeting_answer",
    "meetings:meeting_calendar",
    "meetings:synthesis_detail",
    "meetings:proposal_list",
    "meetings:proposal_answer",
    "meetings:topic_list",
    "meetings:meeting_digest",
    "meetings:synthesis_review",
    "meetings:amendment_create",
    "meetings:synthesis_version",
    "reports:report_list",
    "reports:report_detail",
    "reports:figure_rows",
    "reports:report_version_file",
    "reports:report_draft_file",
    "reports:report_texts",
    "reports:report_cases",
]
STAFF_PAGES = [
    "benefits:observation_list",
    "benefits:observation_review_list",
    "benefits:enterprise_create",
    "benefits:enterprise_edit",
    "benefits:enterprise_review",
    "benefits:duplicate_list",
    "benefits:enterprise_merge",
    "benefits:directory_import",
    "benefits:directory_import_detail",
    "benefits:proposal_list",
    "benefits:proposal_answer",
    "benefits:removal_list",
    "members:mail_list",
    "members:mail_detail",
    "measures:encounter_list",
    "measures:legal_reference_list",
    "measures:threshold_create",
    "meetings:meeting_add",
    "meetings:meeting_prepare",
    "meetings:meeting_barriers",
    "benefits:chantier_portrait",
    "measures:clause_use_list",
    "measures:clause_use_detail",
    "measures:clause_proposal_list",
    "measures:clause_proposal_answer",
    "home:dashboard",
    "measures:implementation_detail",
    "measures:evidence_list",
    "measures:evidence_detail",
    "measures:indicator_detail",
    "measures:indicator_grid",
    "measures:indicator_trend",
    "measures:indicator_value",
    "measures:indicator_export",
    "measures:catalogue_index",
    "measures:catalogue_list",
    "measures:catalogue_edit",
    "meetings:meeting_list",
    "meetings:participation",
    "meetings:meeting_convene",
    "meetings:meeting_run",
    "meetings:meeting_screen",
    "meetings:run_state",
    "meetings:commitment_table",
    "meetings:commitment_create",
    "meetings:document_add",
    "meetings:meeting_digest",
    "meetings:topic_table",
    "meetings:topic_answer",
    "meetings:synthesis_edit",
    "meetings:synthesis_detail",
    "meetings:synthesis_review",
    "meetings:synthesis_publish",
    "meetings:amendment_answer",
    "reports:report_matrix",
    "reports:report_examine",
    "reports:report_postpone",
    "reports:report_reminders",
    "reports:chantier_report",
    "reports:report_batch",
    "reports:chantier_texts",
    "reports:chantier_version_file",
    "reports:chantier_draft_file",
]


@pytest.fixture
def world(organization, other_organization, manager):
    built = build_world(organization, other_organization)
    built.synthesis = Synthesis.objects.get()
    return built


def queries(client, address):
    client.get(address)  # what a process reads once is not the page's
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def assert_constant(client, world, names):
    grow(world, FEW)
    before = {name: queries(client, world.address(name)) for name in names}
    grow(world, MANY - FEW)
    grown = {}
    for name in names:
        after = queries(client, world.address(name))
        if len(after) != len(before[name]):
            grown[name] = f"{len(before[name])} → {len(after)}: {after[-1][:200]}"
    assert grown == {}
    assert all(before.values())


def test_pages_of_members_do_not_grow(world, manager, log_in_as):
    assert_constant(log_in_as(manager), world, PAGES)


def test_pages_of_staff_do_not_grow(world, coordinator, log_in_as):
    assert_constant(log_in_as(coordinator), world, STAFF_PAGES)


def test_a_page_that_grows_is_seen(world, manager, log_in_as, monkeypatch):
    """The canary: a query for each row of the register."""
    title = Implementation.title

    def asking_again(row):
        Implementation.objects.filter(pk=row.pk).exists()
        return title.fget(row)

    monkeypatch.setattr(Implementation, "title", property(asking_again))
    with pytest.raises(AssertionError, match="implementation_list"):
        assert_constant(log_in_as(manager), world, ["measures:implementation_list"])
