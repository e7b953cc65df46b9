"""What is acknowledged while a report is being submitted is in it, or is said not to be."""

import pytest
from django.urls import reverse

from chantier.reports.acts.cases import choose_cases
from chantier.reports.acts.submitting import ChangedMeanwhileError
from chantier.reports.acts.texts import save_text
from chantier.reports.models import AnnualReport, ReportVersion
from tests.chantier.reports.conftest import submit
from tests.chantier.reports.told import record

DRAW = "chantier.reports.acts.submitting.render_pdf"


def write(report, by):
    save_text(
        report=report, section="priorite", text="Trois EÉS de plus.", version=0, key=None, by=by
    )


def choose(report, by):
    row = record(report.organization)
    choose_cases(report=report, seen=frozenset(), ticked=frozenset([f"mesure-{row.pk}"]), by=by)


@pytest.fixture
def meanwhile(monkeypatch):
    """Call with what a colleague does while the first PDF is drawn."""

    def during(act, *args):
        acts = [lambda: act(*args)]

        def draw(*_, **__):
            if acts:
                acts.pop()()
            return b"%PDF-"

        monkeypatch.setattr(DRAW, draw)

    return during


@pytest.mark.parametrize("act", [write, choose])
def test_nothing_is_frozen_without_what_a_colleague_just_saved(
    act, report, manager, contributor, meanwhile
):
    meanwhile(act, report, contributor)
    with pytest.raises(ChangedMeanwhileError):
        submit(report, manager)
    assert not ReportVersion.objects.exists()
    assert AnnualReport.objects.get(pk=report.pk).is_written
    version = submit(report, manager)
    assert version.content["texts"]["priorite"] or len(version.content["cases"]) == 1


def test_the_report_of_the_chantier_is_not_frozen_beside_one_that_just_came(
    report, cycle, manager, coordinator, meanwhile
):
    whole = AnnualReport.objects.create(organization=None, cycle=cycle)
    meanwhile(submit, report, manager)
    with pytest.raises(ChangedMeanwhileError):
        submit(whole, coordinator)
    assert [row.report for row in ReportVersion.objects.all()] == [report]
    assert submit(whole, coordinator).content["participation"]["submitted"] == 1


def test_the_form_keeps_what_was_typed_and_says_what_to_read_again(
    report, manager, contributor, log_in_as, meanwhile
):
    meanwhile(write, report, contributor)
    address = reverse("reports:report_submit", args=[report.organization.slug, report.cycle.label])
    form = {
        "number": "1",
        "signatory_name": "Camille Responsable",
        "signatory_function": "Direction de l’approvisionnement",
        "statement": "on",
    }
    client = log_in_as(manager)
    page = client.post(address, form)
    assert "Relisez le rapport" in page.content.decode()
    assert page.context["form"]["signatory_name"].value() == "Camille Responsable"
    assert not ReportVersion.objects.exists()
    assert client.post(address, form).status_code == 302
