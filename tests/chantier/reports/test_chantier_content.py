"""The report of the chantier: submitted reports only, and nothing about a small group."""

import json

import pytest

from chantier.reports.chantier_content import Group, chantier_content, grouped
from chantier.reports.models import AnnualReport
from meetings.models import Objective
from members.models import Organization
from tests.chantier.reports.conftest import TODAY, submit
from tests.factories import (
    AchievementFactory,
    AttendanceFactory,
    CycleObjectiveFactory,
    ImplementationFactory,
    MeasureFactory,
    MeetingFactory,
    ObjectiveFactory,
    OrganizationFactory,
    StageFactory,
    SynthesisPointFactory,
    SynthesisVersionFactory,
)


@pytest.fixture(autouse=True)
def no_pdf(monkeypatch):
    """The content is what matters here; test_pdf.py prints."""
    monkeypatch.setattr(
        "chantier.reports.acts.submitting.render_pdf", lambda *args, **kwargs: b"%PDF-"
    )


@pytest.fixture
def submitted(cycle, five_stages, coordinator):
    """Call with a number: so many organizations submit; each implemented one measure of two."""

    def make(count):
        one, two = (MeasureFactory(stage=StageFactory(order=order)) for order in (1, 2))
        made = []
        for index in range(count):
            organization = OrganizationFactory(name=f"Organisation {index}", may_be_named=index < 2)
            ImplementationFactory(organization=organization, measure=one, implemented=True)
            ImplementationFactory(organization=organization, measure=two, in_progress=True)
            report = AnnualReport.objects.create(organization=organization, cycle=cycle)
            submit(report, coordinator)
            made.append(organization)
        return made

    return make


def test_it_adds_up_the_submitted_reports(cycle, submitted):
    submitted(3)
    late = OrganizationFactory(name="Sans rapport")
    ImplementationFactory(organization=late, implemented=True)
    content = chantier_content(cycle, today=TODAY)
    total = content["progress"]["total"]
    assert (total["counts"]["implemented"], total["applicable"], total["rate"]) == (3, 6, 50)
    assert total["earlier_counts"]["implemented"] == 0
    stages = [stage["figures"] for stage in content["progress"]["stages"]]
    assert [row["counts"]["implemented"] for row in stages] == [3, 0, 0, 0, 0]
    assert content["summary"]["implemented_in_period"] == 3
    assert content["participation"]["coverage"] == "3 organisations sur 4"
    assert content["summary"]["lead"] == (
        "3 organisations sur 4 ont déposé un rapport pour ce cycle. Au 31\u00a0mars 2021, "
        "ces organisations ont implanté 3 mesures sur 6 applicables, soit 50\u00a0%."
    )


def test_later_edits_of_a_register_change_nothing(cycle, submitted):
    organizations = submitted(3)
    before = chantier_content(cycle, today=TODAY)
    for organization in organizations:
        organization.implementations.all().delete()
    assert chantier_content(cycle, today=TODAY)["progress"] == before["progress"]


def test_nothing_is_said_under_three_organizations(cycle, submitted):
    submitted(2)
    content = chantier_content(cycle, today=TODAY)
    assert content["progress"] is None
    assert content["summary"]["implemented_in_period"] is None
    assert content["participation"]["types"] == []
    assert content["participation"]["type_count"] is None
    assert content["summary"]["lead"] == (
        "2 organisations sur 2 ont déposé un rapport pour ce cycle."
    )


def test_only_those_who_accept_it_are_named(cycle, submitted):
    submitted(3)
    content = chantier_content(cycle, today=TODAY)
    assert content["participation"]["named"] == ["Organisation 0", "Organisation 1"]
    assert content["participation"]["unnamed"] == 1
    assert "Organisation 2" not in json.dumps(content)


def test_the_version_in_force_counts_once(cycle, submitted, coordinator):
    first = submitted(3)[0]
    first.implementations.filter(status="en-cours").delete()
    report = AnnualReport.objects.get(organization=first)
    submit(report, coordinator, reason="Une fiche en trop.")
    content = chantier_content(cycle, today=TODAY)
    assert content["participation"]["submitted"] == 3
    assert content["progress"]["total"]["counts"]["in_progress"] == 2


def test_observers_and_latecomers_owe_no_report(cycle, submitted):
    submitted(1)
    OrganizationFactory(kind=Organization.Kind.OBSERVER)
    OrganizationFactory(is_active=False)
    OrganizationFactory(joined_on="2021-04-01")
    assert (
        chantier_content(cycle, today=TODAY)["participation"]["coverage"] == "1 organisation sur 1"
    )


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("", []),
        ("aa", []),
        ("aaa", [("a", 3)]),
        ("aaabb", []),
        ("aabbcc", []),
        ("aaaabbb" + "c", [("a", 4), (None, 4)]),
        ("aaaabbb" + "ccd", [("a", 4), ("b", 3), (None, 3)]),
    ],
)
def test_no_small_group_can_be_found_by_subtraction(labels, expected):
    rest = "autres ou trop peu nombreux pour être montrés"
    assert grouped(labels) == tuple(Group(label or rest, number) for label, number in expected)


def test_meetings_tell_objectives_and_what_was_published(cycle, five_stages):
    CycleObjectiveFactory(cycle=cycle, text="Aider les membres")
    AchievementFactory(cycle=cycle, text="Un inventaire")
    meeting = MeetingFactory(cycle=cycle, held=True, title="Sujet", number=1)
    following = MeetingFactory(cycle=cycle, held=True, number=2, held_on="2021-03-01")
    MeetingFactory(cycle=cycle, title="À venir")
    MeetingFactory(cycle=cycle, held=True, kind="webinar", held_on="2021-04-01")
    ObjectiveFactory(meeting=meeting, reached=True, text="Choisir", order=1)
    ObjectiveFactory(
        meeting=meeting,
        text="Compter",
        order=2,
        outcome=Objective.Outcome.CARRIED_OVER,
        carried_to=following,
    )
    AttendanceFactory(meeting=meeting)
    AttendanceFactory(meeting=meeting, present=False)
    point = SynthesisPointFactory(synthesis__meeting=meeting, text="Un gabarit", kind="decision")
    SynthesisVersionFactory(synthesis=point.synthesis)
    SynthesisPointFactory(synthesis=point.synthesis, text="Pas encore publié")
    content = chantier_content(cycle, today=TODAY)
    assert content["objectives"] == ["Aider les membres"]
    assert content["achievements"] == ["Un inventaire"]
    first, second, webinar = content["meetings"]
    assert webinar["kind"] == "webinar"
    assert content["summary"]["meetings_held"] == 2
    assert first["objectives"] == [
        {"text": "Choisir", "outcome": "atteint"},
        {"text": "Compter", "outcome": "reporté à la rencontre\u00a02"},
    ]
    assert (first["present"], first["synthesis_version"]) == (1, 1)
    assert first["points"] == [{"label": "décision", "text": "Un gabarit"}]
    assert second["synthesis_version"] is None
    assert "Pas encore publié" not in json.dumps(content, ensure_ascii=False)


def test_more_organizations_and_meetings_cost_no_query_more(
    cycle, submitted, django_assert_num_queries
):
    submitted(3)
    point = SynthesisPointFactory(synthesis__meeting=MeetingFactory(cycle=cycle, held=True))
    SynthesisVersionFactory(synthesis=point.synthesis)
    with django_assert_num_queries(13):
        chantier_content(cycle, today=TODAY)
    for index in range(12):
        organization = OrganizationFactory(name=f"Autre {index}")
        report = AnnualReport.objects.create(organization=organization, cycle=cycle)
        version = AnnualReport.objects.filter(versions__isnull=False).first().versions.get()
        version.pk = None
        version._state.adding = True
        version.report, version.verification_code = report, f"autre-{index}"
        version.save()
        point = SynthesisPointFactory(
            synthesis__meeting=MeetingFactory(cycle=cycle, held=True, title=f"R{index}")
        )
        SynthesisVersionFactory(synthesis=point.synthesis)
    with django_assert_num_queries(13):
        content = chantier_content(cycle, today=TODAY)
    assert content["participation"]["submitted"] == 15
