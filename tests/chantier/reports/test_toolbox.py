"""What the tool box brought in the period: told where it is shared, counted where it is kept."""

import datetime
import json
from decimal import Decimal

import pytest
from django.urls import reverse

from chantier.reports.acts.submitting import submit_report
from chantier.reports.content import organization_content
from measures.models import BarrierEncounter, ClauseUse
from tests.chantier.reports.conftest import AFTER, TODAY
from tests.factories import (
    BarrierEncounterFactory,
    ClauseUseFactory,
    ClauseVersionFactory,
    CycleFactory,
    ImplementationFactory,
    IndicatorAimFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    SolutionFactory,
)

START, END = datetime.date(2020, 4, 1), datetime.date(2021, 3, 31)


def toolbox(organization, cycle):
    return organization_content(organization, cycle, today=TODAY)["toolbox"]


@pytest.fixture
def model():
    return ClauseVersionFactory(clause__code="C-90", clause__title="Formation", text="Cinq heures.")


def test_a_use_says_the_clause_the_document_and_what_came_of_it(organization, cycle, model):
    ClauseUseFactory(
        organization=organization,
        clause_version=model,
        wording="Dix heures.",
        document_reference="AO-17",
        awarded=True,
    )
    (line,) = toolbox(organization, cycle)["uses"]
    assert line == {
        "code": "C-90",
        "title": "Formation",
        "version": 1,
        "is_adapted": True,
        "document": line["document"],
        "reference": "AO-17",
        "date": "2021-03-15",
        "outcome": "ees",
        "outcome_label": "octroyé à une EÉS",
        "bids": 2,
        "amount": "48\u00a0000\u00a0$",
    }


def test_spaces_alone_adapt_nothing(organization, cycle, model):
    ClauseUseFactory(organization=organization, clause_version=model, wording="Cinq\n heures.")
    (line,) = toolbox(organization, cycle)["uses"]
    assert not line["is_adapted"]


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (START - datetime.timedelta(days=1), 0),
        (START, 1),
        (END, 1),
        (END + datetime.timedelta(days=1), 0),
    ],
)
def test_a_use_belongs_to_the_period_of_its_document(organization, cycle, day, told):
    ClauseUseFactory(organization=organization, used_on=day)
    assert len(toolbox(organization, cycle)["uses"]) == told


def test_what_is_kept_is_counted_and_never_described(organization, cycle):
    ClauseUseFactory(organization=organization, sharing="private", document_reference="Secret 1")
    BarrierEncounterFactory(
        organization=organization,
        alone=True,
        cycle=cycle,
        sharing="private",
        what_worked="Secret 2",
    )
    # Shared, on a record that is not.
    record = ImplementationFactory(organization=organization, sharing="private")
    BarrierEncounterFactory(
        implementation=record, cycle=cycle, sharing="public", what_worked="Secret 3"
    )
    content = organization_content(organization, cycle, today=TODAY)
    assert content["toolbox"]["uses_withheld"] == 1
    assert content["toolbox"]["barriers_withheld"] == 2
    assert "Secret" not in json.dumps(content)


def test_barriers_are_those_of_the_cycle(organization, cycle):
    other = CycleFactory(start_year=2015)
    met = BarrierEncounterFactory(
        organization=organization, alone=True, cycle=cycle, barrier__title="Lots trop gros"
    )
    met.solutions.add(SolutionFactory(barrier=met.barrier, text="Diviser en lots"))
    BarrierEncounterFactory(organization=organization, alone=True, cycle=other)
    # Of a record, without a year of its own: the day when it was noted.
    noted = BarrierEncounterFactory(implementation__organization=organization)
    rows = BarrierEncounter.objects.filter(pk=noted.pk)
    for day, number in [(2, 2), (1, 1)]:
        # Midnight in Québec: the evening before is still in the year before.
        moment = datetime.datetime(2020, 4, day, 1, tzinfo=datetime.UTC)
        rows.update(created_at=moment)
        lines = toolbox(organization, cycle)["barriers"]
        assert len(lines) == number
    (line,) = lines
    assert (line["title"], line["solutions"]) == ("Lots trop gros", ["Diviser en lots"])


def test_another_organization_s_are_not_told(organization, other_organization, cycle):
    ClauseUseFactory(organization=other_organization)
    BarrierEncounterFactory(organization=other_organization, alone=True, cycle=cycle)
    told = toolbox(organization, cycle)
    assert (told["uses"], told["uses_withheld"]) == ([], 0)
    assert (told["barriers"], told["barriers_withheld"]) == ([], 0)


def test_a_version_keeps_what_it_said(report, year, cycle, manager):
    use = ClauseUseFactory(organization=year, document_reference="AO-17")
    version = submit_report(
        report=report,
        signatory_name="Camille Responsable",
        signatory_function="Direction",
        submitted_at=AFTER,
        by=manager,
    )
    ClauseUse.objects.filter(pk=use.pk).update(document_reference="AO-99", outcome="annule")
    version.refresh_from_db()
    assert [line["reference"] for line in version.content["toolbox"]["uses"]] == ["AO-17"]


def test_a_version_of_before_the_tool_box_is_still_read(version, facilitator, log_in_as):
    """Staff read what was submitted, as it was written then."""
    content = {key: value for key, value in version.content.items() if key != "toolbox"}
    type(version).objects.filter(pk=version.pk).update(
        content=content | {"schema": 1}, schema_version=1
    )
    slug, label = version.report.organization.slug, version.report.cycle.label
    address = reverse("reports:report_detail", kwargs={"org_slug": slug, "cycle": label})
    page = log_in_as(facilitator).get(address).content.decode()
    assert "Participation aux rencontres" in page
    assert "Clauses utilisées" not in page
    assert "ne contient pas encore d’achats et d’indicateurs" in page


def test_figures_are_those_of_the_fiscal_year_that_ended_in_the_cycle(organization, cycle):
    """The organization counts by civil year; the cycle ends on 31 March 2021."""
    indicator = IndicatorFactory(code="I-90", name="Part", unit="%", decimals=1)
    for year, value in ((2019, "10"), (2020, "12.5"), (2021, "40")):
        IndicatorValueFactory(
            organization=organization, indicator=indicator, year=year, value=Decimal(value)
        )
    IndicatorAimFactory(organization=organization, indicator=indicator, target=Decimal(25))
    told = toolbox(organization, cycle)
    assert told["year"] == "2020"
    (line,) = told["figures"]
    assert (line["text"], line["previous"]) == ("12,5\u00a0%", "10,0\u00a0%")
    assert line["change"] == "2,5\u00a0points de plus"
    assert line["target"].startswith("25,0\u00a0%")


def test_nothing_known_is_not_zero(organization, cycle):
    IndicatorValueFactory(organization=organization, year=2020, value=None)
    IndicatorFactory()
    (line,) = toolbox(organization, cycle)["figures"]
    assert line["text"] == line["previous"] == "n.\u00a0d."


def test_figures_that_are_kept_are_counted(organization, cycle):
    value = IndicatorValueFactory(organization=organization, year=2020, source="Secret 4")
    IndicatorAimFactory(
        organization=organization, indicator=value.indicator, sharing="private", target=None
    )
    told = toolbox(organization, cycle)
    assert (told["figures"], told["figures_withheld"]) == ([], 1)
