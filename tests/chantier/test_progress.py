"""Figures of progress, counted by hand, with a second organization that must not count."""

import datetime

import pytest

from chantier.lib.bars import KINDS
from chantier.progress import Progress, Tally
from measures.models import Stage
from measures.statuses import Status
from tests.factories import (
    ImplementationFactory,
    MeasureFactory,
    OrganizationFactory,
    StageFactory,
    TermFactory,
)

pytestmark = pytest.mark.django_db
DAY = datetime.date(2021, 3, 31)


def progress(organization, day=DAY):
    return Progress.build(organization, as_of=day, stages=Stage.objects.all())


@pytest.fixture
def register(five_stages, organization, other_organization):
    """Stage 1: 2 implemented, 1 in progress, 1 planned, 1 not applicable, 1 not in the register.
    Stage 2: 1 to undertake, 1 abandoned, 1 not assessed. Stage 3: an own measure, implemented.
    Stage 4: one measure of the guide, not in the register. Stage 5: nothing.
    """
    one, two, three, four, _ = five_stages
    traits = [
        (one, "implemented"),
        (one, "implemented"),
        (one, "in_progress"),
        (one, "planned"),
        (one, "not_applicable"),
        (two, "to_undertake"),
        (two, "abandoned"),
    ]
    for stage, trait in traits:
        measure = MeasureFactory(stage=stage)
        ImplementationFactory(organization=organization, measure=measure, **{trait: True})
        ImplementationFactory(organization=other_organization, measure=measure, implemented=True)
    ImplementationFactory(organization=organization, measure__stage=two)
    ImplementationFactory(organization=organization, own=True, stage=three, implemented=True)
    ImplementationFactory(organization=other_organization, own=True, stage=three)
    MeasureFactory(stage=one)
    MeasureFactory(stage=four)
    return organization


def test_the_figures_of_each_stage(register):
    tallies = [row.tally for row in progress(register).stages]
    assert tallies == [
        Tally(implemented=2, in_progress=1, planned=1, not_applicable=1, not_assessed=1),
        Tally(to_undertake=1, abandoned=1, not_assessed=1),
        Tally(implemented=1),
        Tally(not_assessed=1),
        Tally(),
    ]
    assert [tally.applicable for tally in tallies] == [5, 3, 1, 1, 0]
    assert [tally.rate for tally in tallies] == [40, 0, 100, 0, None]


def test_the_total_is_the_sum_of_the_stages(register):
    total = progress(register).total
    assert total == Tally(
        implemented=3,
        in_progress=1,
        planned=1,
        to_undertake=1,
        abandoned=1,
        not_assessed=3,
        not_applicable=1,
    )
    assert (total.applicable, total.rate) == (10, 30)


def test_the_other_organization_has_its_own_figures(register, other_organization):
    total = progress(other_organization).total
    assert total == Tally(implemented=7, not_assessed=4)
    assert total.rate == 64


def test_an_empty_register_has_every_measure_of_the_guide_to_assess(register):
    assert progress(OrganizationFactory()).total == Tally(not_assessed=10)


def test_an_empty_portal_has_no_rate(five_stages, organization):
    result = progress(organization)
    assert result.total == Tally()
    assert result.total.rate is None
    assert len(result.stages) == 5


def test_a_day_before_the_dates_counts_as_it_stood(five_stages, organization):
    """Started on 1 June, implemented on 1 October."""
    ImplementationFactory(organization=organization, implemented=True)
    as_of = {
        datetime.date(2020, 10, 1): "implemented",
        datetime.date(2020, 9, 30): "in_progress",
        datetime.date(2020, 6, 1): "in_progress",
        datetime.date(2020, 5, 31): "planned",
    }
    for day, name in as_of.items():
        assert progress(organization, day).total == Tally(**{name: 1}), day


def test_what_is_in_progress_was_planned_before_it_started(five_stages, organization):
    ImplementationFactory(organization=organization, in_progress=True)
    assert progress(organization, datetime.date(2020, 5, 31)).total == Tally(planned=1)


def test_a_measure_written_for_another_group_does_not_count(five_stages, organization):
    MeasureFactory().groups.add(TermFactory(code="organization_group:municipal"))
    MeasureFactory().groups.add(TermFactory(code="organization_group:public"))
    MeasureFactory()
    assert progress(organization).total == Tally(not_assessed=2)
    assert progress(OrganizationFactory(municipal=True)).total == Tally(not_assessed=2)
    assert progress(OrganizationFactory(stakeholder=True)).total == Tally(not_assessed=1)


def test_a_measure_for_others_that_was_taken_up_counts(five_stages, organization):
    measure = MeasureFactory()
    measure.groups.add(TermFactory(code="organization_group:municipal"))
    ImplementationFactory(organization=organization, measure=measure, implemented=True)
    assert progress(organization).total == Tally(implemented=1)


def test_a_measure_out_of_the_catalogue_counts_only_where_it_is_in_the_register(
    five_stages, organization
):
    measure = MeasureFactory(is_active=False)
    MeasureFactory(is_active=False)
    ImplementationFactory(organization=organization, measure=measure, implemented=True)
    assert progress(organization).total == Tally(implemented=1)


@pytest.mark.parametrize(
    ("implemented", "applicable", "rate"),
    [(1, 8, 13), (1, 3, 33), (2, 3, 67), (1, 200, 1), (199, 200, 100), (0, 7, 0), (7, 7, 100)],
)
def test_half_points_go_up(implemented, applicable, rate):
    assert Tally(implemented=implemented, not_assessed=applicable - implemented).rate == rate


def test_what_is_not_applicable_is_not_in_the_rate():
    assert Tally(implemented=1, not_assessed=1, not_applicable=98).rate == 50
    assert Tally(not_applicable=3).rate is None


def test_every_status_is_counted_once():
    for status in Status:
        tally = Tally.of({status: 1})
        assert sum(tally.blocks.values()) == 1, status
        assert tally.applicable == (0 if status == Status.NOT_APPLICABLE else 1)
        assert set(tally.blocks) == set(KINDS)


def test_the_figures_in_words():
    assert Tally().in_words == "aucune mesure"
    tally = Tally(implemented=2, in_progress=2, planned=1, to_undertake=2, not_applicable=2)
    assert tally.in_words == (
        "2 implantées, 2 en cours, 1 planifiée, 2 à entreprendre, 2 sans objet"
    )


def test_one_query_whatever_the_numbers(register, django_assert_num_queries):
    stages = list(Stage.objects.all())
    with django_assert_num_queries(1):  # the register by stage and status, and the guide without it
        Progress.build(register, as_of=DAY, stages=stages)
    for _ in range(30):
        ImplementationFactory(organization=register, measure__stage=StageFactory(order=5))
    with django_assert_num_queries(1):
        Progress.build(register, as_of=DAY, stages=stages)
