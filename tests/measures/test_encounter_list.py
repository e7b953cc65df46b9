"""All the barriers that an organization met, and who may see those of its records."""

from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from measures.models import BarrierEncounter
from members.models import Organization, User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import (
    BarrierEncounterFactory,
    BarrierFactory,
    CycleFactory,
    ImplementationFactory,
    MembershipFactory,
    SolutionFactory,
    StageFactory,
)
from tests.measures.attached import encounter_at, sent_encounter
from tests.measures.marks import add_at, list_at, mark_at, sent
from tests.measures.sent import url

pytestmark = pytest.mark.usefixtures("in_2021")


# The sharing of what hangs on a record


def test_what_is_noted_on_a_record_is_seen_as_far_as_it_unless_its_author_says_less(
    log_in_as: LogIn, contributor: User, facilitator: User, organization: Organization
) -> None:
    record = ImplementationFactory(organization=organization, sharing=SharingLevel.CHANTIER)
    barrier = BarrierFactory()
    address = f"{url('encounter_create', organization, pk=record.pk)}?enjeu={barrier.code}"
    client = log_in_as(contributor)
    assert client.get(address).context["form"]["sharing"].value() == SharingLevel.CHANTIER
    client.post(address, sent_encounter(what_worked="Entre nous.", sharing="private"))
    assert record.encounters.get().sharing == SharingLevel.PRIVATE
    assertContains(client.get(record.get_absolute_url()), "Entre nous.")
    assertNotContains(log_in_as(facilitator).get(record.get_absolute_url()), "Entre nous.")


def test_the_journal_says_that_the_sharing_moved(
    log_in_as: LogIn, contributor: User, encounter: BarrierEncounter
) -> None:
    client = log_in_as(contributor)
    client.post(encounter_at(encounter), sent_encounter(encounter, sharing="private"))
    assert encounter.implementation is not None
    page = client.get(encounter.implementation.get_absolute_url())
    (change,) = page.context["journal"][0].changes
    assert (change.label, change.before, change.after) == (
        "Qui peut le voir",
        "mon organisation et la coordination",
        "mon organisation seulement",
    )


# The list


def listed(page: Any) -> list[tuple[str, str]]:
    return [(row.year, row.barrier.title) for row in page.context["listing"].page]


def test_the_list_holds_those_of_records_and_those_without(
    log_in_as: LogIn, reader: User, mark: BarrierEncounter
) -> None:
    record = ImplementationFactory(organization=mark.organization)
    BarrierEncounterFactory(implementation=record, barrier__title="Sur une fiche")
    BarrierEncounterFactory(
        alone=True,
        organization=mark.organization,
        barrier__title="Plus ancien",
        cycle=CycleFactory(start_year=2019),
    )
    BarrierEncounterFactory(alone=True, barrier__title="Ailleurs")
    page = log_in_as(reader).get(list_at(mark.organization))
    # On a record, the year is the one in which it was noted.
    assert listed(page) == [
        ("2020-2021", "Sur une fiche"),
        ("2020-2021", "Contrats trop gros"),
        ("2019-2020", "Plus ancien"),
    ]
    assertContains(page, record.get_absolute_url())
    assertNotContains(page, "Modifier")
    assert not page.context["shows_filters"]


def test_the_list_is_filtered_by_stage_year_and_barrier(
    log_in_as: LogIn, contributor: User, mark: BarrierEncounter, five_stages: Any
) -> None:
    old = CycleFactory(start_year=2019)
    for order in range(1, 6):
        BarrierEncounterFactory(
            alone=True,
            organization=mark.organization,
            barrier__title=f"Enjeu d’étape {order}",
            stage=StageFactory(order=order),
            cycle=old,
        )
    client, address = log_in_as(contributor), list_at(mark.organization)
    assert client.get(address).context["shows_filters"]
    for query, expected in (
        ({"annee": "2020-2021"}, ["Contrats trop gros"]),
        ({"etape": "etape-2"}, ["Enjeu d’étape 2"]),
        ({"enjeu": "EN-01"}, ["Contrats trop gros"]),
        ({"etape": "etape-2", "annee": "2020-2021"}, []),
        ({"annee": "jamais", "enjeu": "EN-01"}, ["Contrats trop gros"]),
    ):
        assert [title for _, title in listed(client.get(address, query))] == expected, query
    assertContains(
        client.get(address, {"etape": "etape-2", "annee": "2020-2021"}), "Aucun enjeu ne correspond"
    )


def test_an_empty_list_says_what_to_do(
    log_in_as: LogIn, contributor: User, reader: User, organization: Organization
) -> None:
    page = log_in_as(contributor).get(list_at(organization))
    assertContains(page, "Aucun enjeu noté")
    assertContains(page, f'href="{url("barrier_mark", organization)}"')
    assertNotContains(log_in_as(reader).get(list_at(organization)), "Noter un enjeu")


def test_a_person_of_two_organizations_marks_each(
    log_in_as: LogIn, contributor: User, other_organization: Organization, mark: BarrierEncounter
) -> None:
    MembershipFactory(user=contributor, organization=other_organization, contributor=True)
    client = log_in_as(contributor)
    assert client.post(add_at(other_organization), sent()).status_code == 302
    assert mark_at(mark) not in client.get(list_at(other_organization)).content.decode()


def test_the_list_costs_the_same_whatever_was_met(
    log_in_as: LogIn, contributor: User, mark: BarrierEncounter, django_assert_num_queries: Any
) -> None:
    client = log_in_as(contributor)
    for size in (1, 9):
        record = ImplementationFactory(organization=mark.organization)
        for row in BarrierEncounterFactory.create_batch(size, implementation=record):
            row.solutions.add(SolutionFactory(barrier=row.barrier))
        BarrierEncounterFactory.create_batch(size, alone=True, organization=mark.organization)
        # session, person, membership with its organization, choices of the filters, how many, rows,
        # solutions, stages
        with django_assert_num_queries(8):
            client.get(list_at(mark.organization))
