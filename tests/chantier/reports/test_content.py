"""What a report says agrees with a count by hand, and betrays nothing."""

import datetime
import json

import pytest

from chantier.progress import Tally
from chantier.reports.content import organization_content
from measures.models import Indicator
from members.models import Cycle, Organization
from tests.chantier.reports.conftest import TODAY
from tests.factories import (
    AttendanceFactory,
    BarrierEncounterFactory,
    ClauseUseFactory,
    CycleFactory,
    EvidenceFactory,
    ImplementationFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    MeasureFactory,
    MeetingFactory,
    ObservedBenefitFactory,
    OrganizationFactory,
    SolutionFactory,
    StageFactory,
    TermFactory,
)


@pytest.fixture
def content(year: Organization, cycle: Cycle) -> dict:
    return organization_content(year, cycle, today=TODAY)


def test_the_figures_agree_with_a_count_by_hand(content):
    total = content["progress"]["total"]
    assert total["counts"] == {
        "implemented": 4,
        "in_progress": 2,
        "planned": 1,
        "to_undertake": 1,
        "abandoned": 0,
        "not_assessed": 2,
        "not_applicable": 1,
    }
    assert total["applicable"] == 10
    assert total["rate"] == 40
    # On 31 March 2020 one was implemented.
    assert total["earlier_counts"]["implemented"] == 1
    assert (total["earlier_rate"], total["points"]) == (10, 30)
    assert content["summary"]["implemented_in_period"] == 3
    # Both, shared, hidden, betraying; not the evidence of an earlier year.
    assert content["summary"]["evidence"] == 4
    # One of two: nobody noted who was at the third.
    attendance = content["summary"]["attendance"]
    assert (attendance["present"], attendance["expected"], attendance["rate"]) == (1, 2, 50)


def test_each_stage_adds_up_to_the_total(content):
    stages = [stage["figures"] for stage in content["progress"]["stages"]]
    total = content["progress"]["total"]
    for key in total["counts"]:
        assert sum(row["counts"][key] for row in stages) == total["counts"][key]
    assert sum(row["applicable"] for row in stages) == total["applicable"]
    first = stages[0]
    assert (first["applicable"], first["rate"], first["points"]) == (3, 67, 34)


def test_the_lead_says_it_in_words(content):
    assert content["summary"]["lead"] == (
        "Pendant ce cycle, l’organisation a implanté 3 mesures. Au 31\u00a0mars 2021, 4 des 10 "
        "mesures applicables sont implantées, soit 40\u00a0%, 30\u00a0points de plus qu’au "
        "31\u00a0mars 2020."
    )
    assert content["summary"]["next_step"] == "Titre 3b, pour le 1er\u00a0septembre 2021."


def test_sections_hold_the_measures_of_the_period(content):
    def titles(section):
        return [line["title"] for line in content[section]["measures"]]

    assert titles("implemented") == ["Titre 1b", "Titre 2a"]
    assert content["implemented"]["withheld"] == 1
    # Those of the guide, then the organization's own.
    assert titles("commitments")[:2] == ["Titre 1a", "Titre 1b"]
    assert len(titles("commitments")) == 3
    # What has a date comes first, by date; what was implemented later was still to come.
    assert titles("upcoming")[0] == "Titre 3b"
    assert set(titles("upcoming")) >= {"Titre 3a", "Titre 3b", "Titre 4a"}
    assert content["not_applicable"]["measures"][0]["reason"] == "Aucun achat de cette sorte."
    line = content["implemented"]["measures"][0]
    assert (line["date"], line["result"]) == ("2020-10-01", "Trois EÉS de plus.")
    assert line["evidence"] == ["Déclaration signée", "Tableau des dépenses"]
    assert line["evidence_withheld"] == 1


def test_private_records_are_counted_and_never_described(content):
    text = json.dumps(content, ensure_ascii=False)
    for secret in ("Titre 2b", "Secret gardé.", "Note interne", "Preuve qui trahit"):
        assert secret not in text
    assert [line["title"] for line in content["evidence"]["items_listed"]] == [
        "Déclaration signée",
        "Tableau des dépenses",
    ]
    # A piece that also proves a private measure does not name it.
    assert content["evidence"]["items_listed"][1]["measures"] == ["M1-b", "M2-a"]
    assert content["evidence"]["withheld"] == 2


def test_meetings_say_who_was_there(content):
    assert [(line["title"], line["presence"]) for line in content["meetings"]] == [
        ("Sujet un", "présente"),
        ("Sujet deux", "absente"),
        ("Sujet trois", "présence non notée"),
    ]


def test_another_organization_changes_nothing(year, cycle, content, other_organization):
    row = ImplementationFactory(organization=other_organization, implemented=True)
    row.evidence.add(EvidenceFactory(organization=other_organization))
    meeting = MeetingFactory(cycle=CycleFactory(start_year=2030), held=True)
    AttendanceFactory(meeting=meeting, organization=other_organization)
    again = organization_content(year, cycle, today=TODAY)
    # The measure of the guide that the other organization took up is one more to assess here.
    assert again["progress"]["total"]["counts"]["not_assessed"] == 3
    assert again["implemented"] == content["implemented"]
    assert again["evidence"] == content["evidence"]
    assert again["meetings"] == content["meetings"]


def test_an_empty_register_says_so_without_a_rate_of_its_own(cycle):
    empty = OrganizationFactory()
    content = organization_content(empty, cycle, today=TODAY)
    assert content["progress"]["total"]["rate"] is None
    assert content["progress"]["total"]["points"] is None
    assert content["summary"]["lead"] == (
        "Pendant ce cycle, l’organisation n’a implanté aucune mesure. "
        "Aucune mesure du guide ne s’applique à elle."
    )
    assert content["summary"]["next_step"] == ""


@pytest.mark.parametrize(
    ("implemented", "applicable", "expected"),
    [
        (0, 1, "la seule mesure applicable n’est pas implantée, soit 0"),
        (1, 1, "la seule mesure applicable est implantée, soit 100"),
        (0, 2, "aucune des 2 mesures applicables n’est implantée, soit 0"),
        (1, 3, "1 des 3 mesures applicables est implantée, soit 33"),
    ],
)
def test_the_lead_agrees_in_number(cycle, organization, implemented, applicable, expected):
    for index in range(applicable):
        measure = MeasureFactory(stage=StageFactory(order=1))
        if index < implemented:
            ImplementationFactory(organization=organization, measure=measure, implemented=True)
    lead = organization_content(organization, cycle, today=TODAY)["summary"]["lead"]
    assert expected in lead


def test_a_cycle_under_way_stops_today(year, cycle):
    content = organization_content(year, cycle, today=datetime.date(2020, 12, 31))
    assert content["period"]["as_of"] == "2020-12-31"
    assert content["summary"]["implemented_in_period"] == 1


def test_content_is_plain_json(content):
    assert json.loads(json.dumps(content)) == content
    assert content["schema"] == 4


def add_to_the_toolbox(organization, cycle):
    ClauseUseFactory(organization=organization, used_on=datetime.date(2020, 9, 1))
    IndicatorValueFactory(organization=organization)
    met = BarrierEncounterFactory(organization=organization, alone=True, cycle=cycle)
    met.solutions.add(*SolutionFactory.create_batch(2, barrier=met.barrier))
    ObservedBenefitFactory(
        organization=organization,
        observed_on=datetime.date(2021, 2, 15),
        purchase__sector=TermFactory(vocabulary="sector"),
    )


def test_ten_times_the_rows_cost_no_query_more(year, cycle, django_assert_num_queries):
    add_to_the_toolbox(year, cycle)
    IndicatorFactory(code="I-01")
    IndicatorFactory(computation=Indicator.Computation.PROGRESS_RATE)
    fresh = Organization.objects.get(pk=year.pk)
    # The stages, the register, its evidence, the meetings, the indicators, the purchases, their
    # words, the clauses, the barriers, the benefits, the texts, the cases.
    with django_assert_num_queries(12):
        organization_content(fresh, cycle, today=TODAY)
    for index in range(90):
        row = ImplementationFactory(
            organization=year, own=True, own_title=f"Propre {index}", implemented=True
        )
        row.evidence.add(EvidenceFactory(organization=year))
    for index in range(20):
        AttendanceFactory(
            meeting=MeetingFactory(cycle=cycle, held=True, title=f"R{index}"), organization=year
        )
    fresh = Organization.objects.get(pk=year.pk)
    for _ in range(20):
        add_to_the_toolbox(year, cycle)
    fresh = Organization.objects.get(pk=year.pk)
    with django_assert_num_queries(12):
        content = organization_content(fresh, cycle, today=TODAY)
    assert content["summary"]["implemented_in_period"] == 93
    assert len(content["toolbox"]["barriers"]) == 21
    assert {len(line["solutions"]) for line in content["toolbox"]["barriers"]} == {2}


def test_points_are_the_difference_that_a_reader_sees():
    before, now = Tally(implemented=1, planned=7), Tally(implemented=3, planned=5)
    assert (before.rate, now.rate, now.points_since(before)) == (13, 38, 25)
    assert now.points_since(Tally()) is None
