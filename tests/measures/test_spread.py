"""What is told of the others, its day, and how it is computed."""

import datetime

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from measures import spread
from measures.models import Stage
from measures.progress import Progress, rates_of_all
from measures.spread import published
from measures.statuses import Status
from members.models import Organization
from tests.factories import (
    ImplementationEventFactory,
    ImplementationFactory,
    MeasureFactory,
    MembershipFactory,
    OrganizationFactory,
    StageFactory,
    TermFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2021, 3, 31, 12, tzinfo=datetime.UTC)


def chantier(rates):
    """Organizations of one group, with that many of the ten measures of stage 1 implemented."""
    if not Stage.objects.filter(order=1).exists():
        MeasureFactory.create_batch(10, stage=StageFactory(order=1))
    stage = Stage.objects.get(order=1)
    made = []
    for done in rates:
        organization = OrganizationFactory()
        for measure in stage.measures.all()[:done]:
            ImplementationFactory(organization=organization, measure=measure, implemented=True)
        made.append(organization)
    return made


def numbers(stage=None, group=""):
    pieces = published(Stage.objects.all())[stage].pieces(group)
    return [(piece.low, piece.high, piece.number) for piece in pieces]


def test_rates_of_all_are_those_of_each(five_stages):
    """The page of one and the spread of all cannot disagree: statuses, groups, own measures."""
    municipal = TermFactory(code="organization_group:municipal")
    for order in (1, 1, 2, 3, 3, 3):
        MeasureFactory(stage=StageFactory(order=order))
    MeasureFactory(stage=five_stages[0]).groups.add(municipal)
    MeasureFactory(stage=five_stages[1], is_active=False)
    statuses = ["implemented", "in_progress", "not_applicable", "abandoned", "to_undertake"]
    measures = [row for stage in five_stages for row in stage.measures.order_by("pk")]
    for index in range(8):
        organization = OrganizationFactory(municipal=bool(index % 2), stakeholder=index == 5)
        for number, measure in enumerate(measures[index % 3 : index + 1]):
            status = statuses[(index + number) % len(statuses)]
            ImplementationFactory(organization=organization, measure=measure, **{status: True})
        ImplementationFactory(organization=organization, own=True, implemented=bool(index % 2))
    # A measure that changed stage since it was recorded.
    measures[0].stage = five_stages[4]
    measures[0].save()
    day, checked = datetime.date(2021, 3, 31), set()
    for rates in rates_of_all(as_of=day):
        organization = Organization.objects.get(pk=rates.organization_id)
        progress = Progress.build(organization, as_of=day, stages=five_stages)
        assert rates.by_stage[None] == progress.total.rate
        for row in progress.stages:
            assert rates.by_stage.get(row.stage.pk) == row.tally.rate, (organization, row.stage)
            checked.add(row.tally.rate)
    assert len(checked) > 4


def test_observers_and_those_who_left_do_not_count():
    chantier([0, 0, 0, 0, 9, 9, 9, 9])
    chantier([5])
    Organization.objects.filter(pk=chantier([5])[0].pk).update(kind="observateur")
    assert len(rates_of_all(as_of=NOW.date())) == 9
    Organization.objects.filter(pk=Organization.objects.latest("pk").pk - 1).update(is_active=False)
    assert len(rates_of_all(as_of=NOW.date())) == 8


@pytest.mark.parametrize("number", range(1, 8))
def test_a_small_chantier_tells_nothing(number):
    chantier([0, 9, 0, 9, 5, 0, 9][:number])
    assert numbers() == []


def test_eight_organizations_make_two_pieces():
    chantier([0, 0, 1, 1, 6, 6, 9, 10])
    assert numbers() == [(0, 19, 4), (20, 100, 4)]
    assert numbers(Stage.objects.get().pk) == numbers()
    # Of one group, they are all there is: the group tells as much.
    assert numbers(group="organization_group:public") == numbers()


def test_somebody_of_two_organizations_raises_the_minimum():
    organizations = chantier([0, 0, 1, 1, 6, 6, 9, 10])
    person = UserFactory()
    for organization in organizations[:2]:
        MembershipFactory(user=person, organization=organization)
    assert numbers() == []


def test_what_is_kept_holds_no_organization():
    """Numbers by piece, by group and by measure: none of them is of one organization."""
    organizations = chantier([0, 0, 1, 1, 6, 6, 9, 10])
    numbers()
    kept = cache.get(spread.KEY)
    assert set(kept) == {None, Stage.objects.get().pk}
    for told in kept.values():
        assert set(told) == {"at", "everyone", "groups", "implemented"}
        assert set(told["groups"]) == {organizations[0].group}
        assert {piece["number"] for piece in told["everyone"]} == {4}
        assert all(number >= 3 for row in told["implemented"].values() for number in row.values())


def change(organizations):
    for organization in organizations:
        row = organization.implementations.first() or ImplementationFactory(
            organization=organization, measure=Stage.objects.get().measures.first()
        )
        ImplementationEventFactory(
            implementation=row, status_before=Status.IN_PROGRESS, status_after=Status.IMPLEMENTED
        )
        row.status, row.implemented_on = Status.IMPLEMENTED, timezone.localdate()
        row.save()


def test_the_difference_of_two_days_is_about_enough_organizations():
    """A single change is not published: what changed between two days would be its own."""
    with time_machine.travel(NOW, tick=False):
        organizations = chantier([0] * 6 + [9] * 6)
        first = numbers()
        assert first == [(0, 9, 6), (10, 100, 6)]
    with time_machine.travel(NOW + datetime.timedelta(days=8), tick=False):
        change(organizations[:3])
        assert numbers() == first
        # Changes that touch no status count for nothing.
        ImplementationEventFactory(implementation=organizations[8].implementations.first())
        assert numbers() == first
    with time_machine.travel(NOW + datetime.timedelta(days=9), tick=False):
        change(organizations[9:10])
        # Three now stand one tenth further: too few below for a piece.
        assert numbers() == [(0, 19, 6), (20, 100, 6)]


def test_it_is_renewed_once_a_week_at_most():
    with time_machine.travel(NOW, tick=False):
        organizations = chantier([0] * 6 + [9] * 6)
        first = numbers()
    with time_machine.travel(NOW + datetime.timedelta(days=6), tick=False):
        change(organizations[:5])
        assert numbers() == first
    with time_machine.travel(NOW + datetime.timedelta(days=8), tick=False):
        assert numbers() != first


def test_publishing_asks_as_often_for_few_as_for_many(django_assert_num_queries):
    """Who is active, the guide of one group, the register, measures, memberships; the cache."""
    asked = []
    for number in (8, 30):
        chantier([index % 10 for index in range(number)])
        cache.clear()
        stages = list(Stage.objects.all())
        with CaptureQueriesContext(connection) as captured:
            assert published(stages)[None].everyone
        asked.append(len([query for query in captured if "shared_cache" not in query["sql"]]))
        with django_assert_num_queries(1):
            published(stages)
    assert asked[0] == asked[1]
    assert asked[0] <= 9
