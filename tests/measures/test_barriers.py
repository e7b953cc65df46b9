"""The catalogue of barriers: what answers each, how many met it, and what worked for whom."""

from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from measures.encounters.figures import told
from measures.models import Barrier, BarrierEncounter
from members.models import User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import (
    BarrierEncounterFactory,
    BarrierFactory,
    ClauseFactory,
    CycleFactory,
    ImplementationFactory,
    MeasureFactory,
    OrganizationFactory,
    SolutionFactory,
    SourceFactory,
)
from tests.html import StrictClient

LIST = "/enjeux/"


@pytest.fixture
def member(log_in_as: LogIn, reader: User) -> StrictClient:
    return log_in_as(reader)


@pytest.fixture
def barrier(db: None) -> Barrier:
    return BarrierFactory(code="EN-01", title="Contrats trop gros")


def marked(barrier: Barrier, number: int, **values: Any) -> list[BarrierEncounter]:
    """As many organizations that met the barrier."""
    return BarrierEncounterFactory.create_batch(number, alone=True, barrier=barrier, **values)


def told_of(barrier: Barrier) -> Any:
    (line,) = told(Barrier.objects.with_met_by().with_answers().filter(pk=barrier.pk))
    return line


# Figures


@pytest.mark.parametrize(
    ("number", "expected"), [(0, None), (1, None), (2, None), (3, 3), (12, 12)]
)
def test_fewer_than_three_organizations_are_not_told(
    barrier: Barrier, number: int, expected: int | None
) -> None:
    marked(barrier, number)
    assert told_of(barrier).met_by == expected


def test_organizations_are_counted_once_and_only_while_they_are_members(barrier: Barrier) -> None:
    rows = marked(barrier, 3)
    again = {"organization": rows[0].organization, "barrier": barrier}
    BarrierEncounterFactory(alone=True, cycle=CycleFactory(start_year=2021), **again)
    BarrierEncounterFactory(
        implementation=ImplementationFactory(organization=rows[0].organization), barrier=barrier
    )
    marked(barrier, 1, organization=OrganizationFactory(is_active=False))
    assert told_of(barrier).met_by == 3


def test_what_is_kept_to_an_organization_is_not_counted(barrier: Barrier) -> None:
    """Staff read the rest: a count of all would tell them of the one that is hidden."""
    marked(barrier, 3)
    marked(barrier, 1, sharing=SharingLevel.PRIVATE)
    hidden = ImplementationFactory(sharing=SharingLevel.PRIVATE)
    # Never wider than its record.
    BarrierEncounterFactory(implementation=hidden, barrier=barrier, sharing=SharingLevel.CHANTIER)
    assert told_of(barrier).met_by == 3


@pytest.mark.parametrize(
    ("met", "worked", "expected"),
    [
        (6, 3, 3),
        (6, 6, 6),
        # Two did not say so: what is left would be told by subtraction.
        (5, 3, None),
        (6, 2, None),
        (6, 0, None),
        (2, 2, None),
    ],
)
def test_a_solution_is_told_when_neither_it_nor_the_rest_is_a_small_group(
    barrier: Barrier, met: int, worked: int, expected: int | None
) -> None:
    solution = SolutionFactory(barrier=barrier)
    for row in marked(barrier, met)[:worked]:
        row.solutions.add(solution)
    (line,) = told_of(barrier).solutions
    assert line.worked_for == expected


def test_the_list_and_the_page_say_the_same(member: StrictClient, barrier: Barrier) -> None:
    solution = SolutionFactory(barrier=barrier, text="Lots")
    for row in marked(barrier, 4):
        row.solutions.add(solution)
    for address in (LIST, barrier.get_absolute_url()):
        response = member.get(address)
        assertContains(response, "Vécu par 4 organisations")
        assertContains(response, "A fonctionné chez 4 organisations")


def test_a_small_group_is_told_nowhere(member: StrictClient, barrier: Barrier) -> None:
    solution = SolutionFactory(barrier=barrier, text="Lots")
    for row in marked(barrier, 2):
        row.solutions.add(solution)
    for address in (LIST, barrier.get_absolute_url()):
        response = member.get(address)
        assertNotContains(response, "Vécu par")
        assertNotContains(response, "A fonctionné chez")


# The pages


def test_a_barrier_leads_to_what_answers_it(member: StrictClient, barrier: Barrier) -> None:
    SolutionFactory(barrier=barrier, text="Des lots")
    barrier.measures.add(MeasureFactory(title="Découper"), MeasureFactory(is_active=False))
    clause, gone = ClauseFactory(title="Lots"), ClauseFactory(title="Retirée", is_active=False)
    barrier.clauses.add(clause, gone)
    barrier.sources.add(SourceFactory(title="Étude"))
    for address in (LIST, barrier.get_absolute_url()):
        response = member.get(address)
        for text in ("Des lots", "Découper", clause.get_absolute_url(), "Étude"):
            assertContains(response, text)
        assertNotContains(response, "Retirée")


def test_stories_are_shared_under_the_name_that_their_organization_accepts(
    member: StrictClient, barrier: Barrier
) -> None:
    for name, named, sharing, is_active in (
        ("Se nomme", True, SharingLevel.CHANTIER, True),
        ("Reste discrète", False, SharingLevel.PUBLIC, True),
        ("Ne partage pas", True, SharingLevel.COORDINATION, True),
        ("Est partie", True, SharingLevel.CHANTIER, False),
    ):
        organization = OrganizationFactory(name=name, may_be_named=named, is_active=is_active)
        text = f"Le récit de «\u00a0{name}\u00a0»"
        marked(barrier, 1, organization=organization, sharing=sharing, what_worked=text)
    response = member.get(barrier.get_absolute_url())
    assert [(story.text, story.who) for story in response.context["stories"]] == [
        ("Le récit de «\u00a0Reste discrète\u00a0»", "Un membre du chantier"),
        ("Le récit de «\u00a0Se nomme\u00a0»", "Se nomme"),
    ]
    assertNotContains(response, "Ne partage pas")
    assertNotContains(response, "Est partie")


def test_a_story_on_a_record_is_never_wider_than_the_record(
    member: StrictClient, barrier: Barrier
) -> None:
    for level in (SharingLevel.COORDINATION, SharingLevel.CHANTIER):
        BarrierEncounterFactory(
            implementation=ImplementationFactory(sharing=level),
            barrier=barrier,
            sharing=SharingLevel.PUBLIC,
            what_worked=f"Fiche {level.value}",
        )
    response = member.get(barrier.get_absolute_url())
    assert [story.text for story in response.context["stories"]] == ["Fiche chantier"]


def test_the_six_newest_stories_are_told(member: StrictClient, barrier: Barrier) -> None:
    marked(barrier, 1, sharing=SharingLevel.CHANTIER, what_worked="")
    rows = marked(barrier, 8, sharing=SharingLevel.CHANTIER)
    for number, row in enumerate(rows):
        BarrierEncounter.objects.filter(pk=row.pk).update(
            what_worked=f"Récit {number}", updated_at=f"2021-01-{number + 1:02d}T12:00Z"
        )
    stories = member.get(barrier.get_absolute_url()).context["stories"]
    assert [story.text for story in stories] == [f"Récit {number}" for number in range(7, 1, -1)]


def test_those_who_write_say_that_they_met_it(
    log_in_as: LogIn, contributor: User, reader: User, facilitator: User, barrier: Barrier
) -> None:
    address = f"{reverse('measures:barrier_mark', args=['organisation-a'])}?enjeu=EN-01"
    assertContains(log_in_as(contributor).get(barrier.get_absolute_url()), f'href="{address}"')
    for user in (reader, facilitator):
        response = log_in_as(user).get(barrier.get_absolute_url())
        assertNotContains(response, "Nous l’avons vécu")


def test_a_member_finds_their_own_on_the_page(
    log_in_as: LogIn, contributor: User, outsider: User, barrier: Barrier
) -> None:
    organization = contributor.memberships.get().organization
    (mine,) = marked(barrier, 1, organization=organization, sharing=SharingLevel.PRIVATE)
    response = log_in_as(contributor).get(barrier.get_absolute_url())
    assertContains(
        response, reverse("measures:barrier_mark_edit", args=[organization.slug, mine.pk])
    )
    assertNotContains(log_in_as(outsider).get(barrier.get_absolute_url()), "Chez nous")


@pytest.mark.parametrize("code", ["INCONNU", "en-01", "EN-01%00"])
def test_an_unknown_barrier_is_not_found(member: StrictClient, barrier: Barrier, code: str) -> None:
    assert member.get(f"/enjeux/{code}/").status_code == 404


def test_the_page_of_a_barrier_costs_the_same_whatever_was_said(
    log_in_as: LogIn, contributor: User, barrier: Barrier, django_assert_num_queries: Any
) -> None:
    client = log_in_as(contributor)
    solution = SolutionFactory(barrier=barrier)
    organization = contributor.memberships.get().organization
    for size in (1, 9):
        for row in marked(barrier, size, sharing=SharingLevel.CHANTIER):
            row.solutions.add(solution)
        for number in range(size):
            cycle = CycleFactory(start_year=2000 + size + number)
            marked(barrier, 1, organization=organization, cycle=cycle)
        barrier.measures.add(*MeasureFactory.create_batch(size))
        barrier.clauses.add(*ClauseFactory.create_batch(size))
        # session, person, barrier with its count, solutions with theirs, measures with stages,
        # clauses, sources, membership with its organization, stories, their solutions, ours, stages
        with django_assert_num_queries(12):
            client.get(barrier.get_absolute_url())


def test_a_story_without_a_record_is_told_on_the_measures_that_answer_its_barrier(
    member: StrictClient, barrier: Barrier
) -> None:
    measure, other = MeasureFactory(), MeasureFactory()
    barrier.measures.add(measure)
    marked(barrier, 1, sharing=SharingLevel.CHANTIER, what_worked="Avec des lots.")
    marked(barrier, 1, sharing=SharingLevel.COORDINATION, what_worked="Entre nous.")
    # Told on its own measure only.
    BarrierEncounterFactory(
        implementation=ImplementationFactory(measure=other, sharing=SharingLevel.CHANTIER),
        barrier=barrier,
        what_worked="Sur une fiche.",
    )
    response = member.get(measure.get_absolute_url())
    assert [tip.text for tip in response.context["tips"]] == ["Avec des lots."]
    response = member.get(other.get_absolute_url())
    assert [tip.text for tip in response.context["tips"]] == ["Sur une fiche."]
