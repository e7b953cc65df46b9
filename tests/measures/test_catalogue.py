"""The guide: stages, measures, and what is said of members."""

from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from members.models import Organization, User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import (
    ImplementationFactory,
    LegalReferenceFactory,
    MeasureFactory,
    OrganizationFactory,
    TermFactory,
    ThresholdFactory,
)
from tests.html import StrictClient


@pytest.mark.django_db
def test_visitors_read_the_guide_but_not_what_is_to_verify(client: StrictClient) -> None:
    shown = MeasureFactory(title="Montrée")
    hidden = MeasureFactory(title="À confirmer", to_verify=True)
    response = client.get(shown.stage.get_absolute_url())
    assertContains(response, "Montrée")
    assertNotContains(response, "À confirmer")
    assert client.get(hidden.get_absolute_url()).status_code == 404


def test_members_see_the_mark_of_what_is_to_verify(log_in_as: LogIn, reader: User) -> None:
    measure = MeasureFactory(to_verify=True, is_inference=True)
    response = log_in_as(reader).get(measure.get_absolute_url())
    assertContains(response, "À vérifier")
    assertContains(response, "Proposition à valider")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "Aucun membre ne l’a encore implantée"),
        (2, "Moins de 3 membres l’ont implantée"),
        (3, "3 membres l’ont implantée"),
    ],
)
@pytest.mark.django_db
def test_small_groups_are_not_counted_aloud(client: StrictClient, number: int, text: str) -> None:
    measure = MeasureFactory()
    ImplementationFactory.create_batch(number, measure=measure, implemented=True)
    ImplementationFactory(measure=measure, in_progress=True)
    assertContains(client.get(measure.stage.get_absolute_url()), text)


def test_the_stage_page_shows_where_we_stand(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    mine, theirs = MeasureFactory.create_batch(2)
    ImplementationFactory(organization=organization, measure=mine, implemented=True)
    ImplementationFactory(measure=theirs, implemented=True)
    response = log_in_as(contributor).get(mine.stage.get_absolute_url())
    assertContains(response, "1 implantée sur 2, soit 50\u00a0%")
    assertContains(response, f'value="{theirs.slug}"')
    assertNotContains(response, f'value="{mine.slug}"')


def test_a_reader_gets_no_boxes_to_tick(log_in_as: LogIn, reader: User) -> None:
    measure = MeasureFactory()
    assertNotContains(log_in_as(reader).get(measure.stage.get_absolute_url()), 'type="checkbox"')


def test_chips_narrow_the_list(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    easy = MeasureFactory(effort="faible", title="Facile")
    hard = MeasureFactory(effort="eleve", title="Difficile")
    hard.groups.add(
        TermFactory(code="organization_group:ailleurs", vocabulary="organization_group")
    )
    ImplementationFactory(organization=organization, measure=easy)
    client, address = log_in_as(contributor), easy.stage.get_absolute_url()
    for choice, kept in (
        ("effort-faible", ["Facile"]),
        ("pour-nous", ["Facile"]),
        ("pas-au-registre", ["Difficile"]),
        ("", ["Facile", "Difficile"]),
    ):
        response = client.get(address, {"voir": choice})
        assert [line.measure.title for line in response.context["lines"]] == kept, choice


def test_the_stage_page_costs_the_same_whatever_the_records(
    log_in_as: LogIn,
    contributor: User,
    organization: Organization,
    django_assert_num_queries: Any,
) -> None:
    measure = MeasureFactory()
    MeasureFactory.create_batch(4)
    ImplementationFactory.create_batch(5, measure=measure, implemented=True)
    client = log_in_as(contributor)
    # session, person, stages, membership, measures with our records, their groups, our progress
    with django_assert_num_queries(7):
        client.get(measure.stage.get_absolute_url())


def test_the_measure_page_shows_dated_thresholds(log_in_as: LogIn, reader: User) -> None:
    measure, reference = MeasureFactory(), LegalReferenceFactory()
    ThresholdFactory(legal_reference=reference, amount=121_200, year=2023)
    measure.legal_references.add(reference)
    response = log_in_as(reader).get(measure.get_absolute_url())
    assertContains(response, "121\u00a0200")
    assertContains(response, "(2023, lcop)")


def test_cases_are_shared_under_the_name_that_their_organization_accepts(
    log_in_as: LogIn, reader: User
) -> None:
    measure = MeasureFactory()
    for name, named, sharing in (
        ("Se nomme", True, SharingLevel.CHANTIER),
        ("Reste discrète", False, SharingLevel.CHANTIER),
        ("Ne partage pas", True, SharingLevel.COORDINATION),
    ):
        ImplementationFactory(
            measure=measure,
            organization=OrganizationFactory(name=name, may_be_named=named),
            description=f"Le cas de « {name} ».",
            sharing=sharing,
            implemented=True,
        )
    ImplementationFactory(
        measure=measure,
        organization=OrganizationFactory(is_active=False),
        description="Le cas d’une organisation partie.",
        sharing=SharingLevel.CHANTIER,
        implemented=True,
    )
    response = log_in_as(reader).get(measure.get_absolute_url())
    assertNotContains(response, "organisation partie")
    assertContains(response, "Le cas de « Se nomme ».")
    assertContains(response, "Se nomme, implantée")
    assertContains(response, "Le cas de « Reste discrète ».")
    assertContains(response, "Un membre du chantier, implantée")
    assertNotContains(response, "Reste discrète, implantée")
    assertNotContains(response, "Ne partage pas")


def test_an_unknown_stage_is_not_found(client: StrictClient, db: None) -> None:
    assert client.get(reverse("measures:stage_detail", args=["inconnue"])).status_code == 404
