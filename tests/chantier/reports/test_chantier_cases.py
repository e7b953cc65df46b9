"""The chantier tells of each frozen case what its own source still allows."""

import pytest

from chantier.reports.chantier_content import chantier_content
from chantier.reports.models import AnnualReport
from tests.chantier.reports.conftest import TODAY, submit
from tests.chantier.reports.told import record
from tests.factories import (
    AnnualReportFactory,
    OrganizationFactory,
    ReportCaseFactory,
    ReportVersionFactory,
)

TEXTS = ("Des repas chauds.", "Des bancs remis à neuf.")


@pytest.fixture(autouse=True)
def no_pdf(monkeypatch):
    monkeypatch.setattr(
        "chantier.reports.acts.submitting.render_pdf", lambda *args, **kwargs: b"%PDF-"
    )


@pytest.fixture
def others(cycle):
    """Enough of them to be one among others."""
    return [
        ReportVersionFactory(report=AnnualReportFactory(cycle=cycle, submitted=True))
        for _ in range(2)
    ]


@pytest.fixture
def report(cycle, five_stages, others):
    return AnnualReport.objects.create(organization=OrganizationFactory(), cycle=cycle)


def told(cycle):
    return [row["text"] for row in chantier_content(cycle, today=TODAY)["cases"]]


def test_of_two_own_measures_of_one_title_each_speaks_for_itself(
    cycle, report, coordinator, five_stages
):
    own = {"measure": None, "own_title": "Une mesure", "stage": five_stages[0]}
    rows = [record(report.organization, result_story=text, **own) for text in TEXTS]
    for row in rows:
        ReportCaseFactory(report=report, implementation=row)
    submit(report, coordinator)
    assert sorted(told(cycle)) == sorted(TEXTS)
    rows[0].sharing = "coordination"
    rows[0].save()
    assert told(cycle) == [TEXTS[1]]


def test_a_result_that_was_erased_since_is_told_no_longer(cycle, report, coordinator):
    row = record(report.organization)
    ReportCaseFactory(report=report, implementation=row)
    submit(report, coordinator)
    assert told(cycle) == [row.result_story]
    row.result_story = ""
    row.save()
    assert told(cycle) == []


def test_of_two_organizations_none_is_told_without_its_name(cycle, five_stages, coordinator):
    first, second = (
        AnnualReportFactory(cycle=cycle, organization__may_be_named=may_be_named)
        for may_be_named in (True, False)
    )
    for report, text in zip((first, second), TEXTS, strict=True):
        row = record(report.organization, result_story=text)
        ReportCaseFactory(report=report, implementation=row)
        submit(report, coordinator)
    assert told(cycle) == [TEXTS[0]]
    ReportVersionFactory(report=AnnualReportFactory(cycle=cycle, submitted=True))
    assert sorted(told(cycle)) == sorted(TEXTS)


def test_the_next_version_does_not_tell_whose_case_came_since(cycle, report, coordinator):
    def join(text):
        joining = AnnualReportFactory(cycle=cycle)
        row = record(joining.organization, result_story=text)
        ReportCaseFactory(report=joining, implementation=row)
        submit(joining, coordinator)

    submit(report, coordinator)
    whole = AnnualReportFactory(cycle=cycle, organization=None)
    submit(whole, coordinator)
    for text in TEXTS:
        join(text)
        assert told(cycle) == []
    join("Trois de plus.")
    assert len(told(cycle)) == 3
