"""The page of a measure: what the guide links to it, and what others shared."""

import datetime
from typing import Any

import pytest
import time_machine
from pytest_django.asserts import assertContains, assertNotContains

from measures.measure_page import Linked, dated
from measures.models import Measure
from members.models import Organization, User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import (
    BarrierEncounterFactory,
    BarrierFactory,
    ClauseUseFactory,
    ClauseVersionFactory,
    ImplementationFactory,
    IndicatorFactory,
    LegalReferenceFactory,
    MeasureFactory,
    OrganizationFactory,
    SolutionFactory,
    SourceFactory,
    TermFactory,
    ThresholdFactory,
)
from tests.html import StrictClient


@pytest.fixture
def member(log_in_as: LogIn, reader: User) -> StrictClient:
    return log_in_as(reader)


def link_everything(measure: Measure) -> None:
    """One more row of each kind, linked to the measure."""
    reference = LegalReferenceFactory(note="À relire.", to_verify=True)
    measure.legal_references.add(reference)
    ThresholdFactory(legal_reference=reference, regime=f"régime {reference.pk}")
    measure.sources.add(SourceFactory())
    measure.groups.add(TermFactory(vocabulary="organization_group"))
    barrier = BarrierFactory()
    barrier.measures.add(measure)
    SolutionFactory(barrier=barrier)
    ClauseVersionFactory().clause.measures.add(measure)
    IndicatorFactory().measures.add(measure)
    record = ImplementationFactory(
        measure=measure,
        implemented=True,
        sharing=SharingLevel.CHANTIER,
        description="Un cas.",
    )
    BarrierEncounterFactory(implementation=record, barrier=barrier)


def test_the_page_shows_all_that_is_linked(member: StrictClient) -> None:
    measure = MeasureFactory(expected_evidence="Bordereau")
    measure.groups.add(TermFactory(label="Secteur privé"))
    clause = ClauseVersionFactory(clause__title="Lots", clause__to_verify=True).clause
    clause.measures.add(measure)
    ClauseVersionFactory(clause__title="Retirée", clause__is_active=False).clause.measures.add(
        measure
    )
    indicator = IndicatorFactory(name="Part des achats", unit="%", code="I-02")
    indicator.measures.add(measure)
    barrier = BarrierFactory(title="Contrats trop gros", code="EN-04", faced_by="EÉS")
    barrier.measures.add(measure)
    SolutionFactory(barrier=barrier, text="Deuxième", order=2)
    SolutionFactory(barrier=barrier, text="Première", order=1)
    SolutionFactory(text="D’un autre enjeu")
    measure.sources.add(SourceFactory(title="Un guide", address="https://guide.example/"))
    response = member.get(measure.get_absolute_url())
    for text in ("Secteur privé", "Bordereau", "Lots", "Part des achats", "Qui le vit&nbsp;: EÉS"):
        assertContains(response, text)
    assertContains(response, f'href="{clause.get_absolute_url()}"')
    assertContains(response, 'href="/indicateurs/#I-02"')
    assertContains(response, 'href="/enjeux/#EN-04"')
    assertContains(response, 'href="https://guide.example/"')
    html = response.content.decode()
    assert html.index("Première") < html.index("Deuxième")
    assertNotContains(response, "D’un autre enjeu")
    assertNotContains(response, "Retirée")


@pytest.mark.django_db
def test_visitors_see_no_clause_that_is_to_verify(client: StrictClient) -> None:
    measure = MeasureFactory()
    for title, to_verify in (("Montrée", False), ("À confirmer", True)):
        version = ClauseVersionFactory(clause__title=title, clause__to_verify=to_verify)
        version.clause.measures.add(measure)
    response = client.get(measure.get_absolute_url())
    assertContains(response, "Montrée")
    assertNotContains(response, "À confirmer")
    assertContains(response, "Les outils s’ouvrent aux membres du chantier.")


def row(kind: str, regime: str, amount: str, year: int, until: int | None = None) -> Linked:
    """A threshold, and the year in which the next one takes its place."""
    next_year = str(until) if until else None
    return Linked("threshold", "L", kind, regime, amount, next_year, year, False, False)


def test_the_newest_amount_of_each_regime_is_the_one_to_go_by() -> None:
    rows = [
        row("appel_offres_public", "ville", "100000", 2019, 2021),
        row("appel_offres_public", "ville", "121200.00", 2021, 2024),
        row("appel_offres_public", "ville", "133800", 2024),
        row("appel_offres_public", "université", "90000", 2018),
        row("gre_a_gre_max", "ville", "25000", 2021),
    ]
    found = dated(rows, datetime.date(2021, 6, 1))
    told = {(each.regime, each.year, each.label[:4]): each for each in found}
    assert told["ville", 2021, "appe"].is_current
    assert told["ville", 2021, "appe"].confirm_for is None
    assert told["ville", 2021, "appe"].money == "121\u00a0200\u00a0$"
    assert told["ville", 2021, "gré "].is_current
    assert not told["ville", 2019, "appe"].is_current
    assert told["ville", 2024, "appe"].is_to_come
    assert not told["ville", 2024, "appe"].is_current
    assert (told["université", 2018, "appe"].is_current) is True
    assert told["université", 2018, "appe"].confirm_for == 2021


@time_machine.travel("2024-03-01 12:00", tick=False)
def test_the_page_says_which_threshold_is_in_force(member: StrictClient) -> None:
    measure, reference = MeasureFactory(), LegalReferenceFactory(to_verify=True)
    measure.legal_references.add(reference)
    for year, amount in ((2023, 121_200), (2024, 133_800), (2026, 139_000)):
        ThresholdFactory(
            legal_reference=reference, regime="organisme municipal", year=year, amount=amount
        )
    html = member.get(measure.get_absolute_url()).content.decode()
    assert html.count("En vigueur") == 1
    assert html.index("133\u00a0800") < html.index("En vigueur") < html.index("121\u00a0200")
    assert "(2024, organisme municipal)" in html
    assert html.count("À venir") == 1
    assert html.count("remplacé") == 1
    assert "À vérifier" in html


@pytest.mark.parametrize(
    ("sharing", "by_members", "by_visitors"),
    [
        (SharingLevel.PRIVATE, False, False),
        (SharingLevel.COORDINATION, False, False),
        (SharingLevel.CHANTIER, True, False),
        (SharingLevel.PUBLIC, True, True),
    ],
)
def test_what_worked_is_told_as_far_as_its_record_is_shared(
    member: StrictClient, client: StrictClient, sharing: str, by_members: bool, by_visitors: bool
) -> None:
    record = ImplementationFactory(in_progress=True, sharing=sharing)
    assert record.measure is not None
    BarrierEncounterFactory(implementation=record, what_worked="Une visite a tout changé.")
    address = record.measure.get_absolute_url()
    assert ("Une visite a tout changé." in member.get(address).content.decode()) is by_members
    assert ("Une visite a tout changé." in client.get(address).content.decode()) is by_visitors


def test_what_worked_names_only_those_who_accept_it(member: StrictClient) -> None:
    measure = MeasureFactory()
    for name, named, is_active in (
        ("Se nomme", True, True),
        ("Reste discrète", False, True),
        ("Est partie", True, False),
    ):
        organization = OrganizationFactory(name=name, may_be_named=named, is_active=is_active)
        record = ImplementationFactory(
            measure=measure, organization=organization, sharing=SharingLevel.CHANTIER
        )
        BarrierEncounterFactory(implementation=record, what_worked=f"Le truc de « {name} ».")
    response = member.get(measure.get_absolute_url())
    assertContains(response, "Le truc de « Se nomme ».")
    assertContains(response, "Se nomme, devant cet enjeu")
    assertContains(response, "Le truc de « Reste discrète ».")
    assertNotContains(response, "Reste discrète, devant")
    assertContains(response, "Un membre du chantier, devant cet enjeu")
    assertNotContains(response, "Est partie")


def test_our_own_record_is_a_click_away_and_so_is_saying_it_does_not_apply(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    measure = MeasureFactory()
    client = log_in_as(contributor)
    page = client.get(measure.get_absolute_url())
    address = f"/organisations/{organization.slug}/mesures/ajouter/?mesure={measure.slug}"
    assertContains(page, f'href="{address}"')
    assertContains(page, f'href="{address}&amp;statut=sans-objet"')
    form = client.get(f"{address}&statut=sans-objet").context["form"]
    assert form["status"].value() == "sans-objet"
    record = ImplementationFactory(organization=organization, measure=measure, planned=True)
    page = client.get(measure.get_absolute_url())
    assertContains(page, f'href="{record.get_absolute_url()}"')
    assertContains(page, "Voir notre fiche (planifiée)")
    assertNotContains(page, f'href="{address}"')


@pytest.mark.parametrize("is_known", [True, False])
def test_the_page_costs_the_same_whatever_is_linked(
    member: StrictClient,
    client: StrictClient,
    is_known: bool,
    django_assert_num_queries: Any,
) -> None:
    measure = MeasureFactory()
    for number in (1, 4):
        for _ in range(number):
            link_everything(measure)
        # session, person, membership, then for all: measure with our record, what is linked,
        # cases, what worked, stages
        with django_assert_num_queries(8 if is_known else 5):
            (member if is_known else client).get(measure.get_absolute_url())


def test_a_clause_says_what_came_of_it_to_those_who_are_logged_in(reader, log_in_as, client):
    """Three organizations used it, in four documents; a clause of another measure is not told."""
    measure = MeasureFactory()
    version = ClauseVersionFactory()
    version.clause.measures.add(measure, MeasureFactory())
    first = ClauseUseFactory(clause_version=version, awarded=True)
    ClauseUseFactory(clause_version=version, organization=first.organization, awarded=True)
    ClauseUseFactory.create_batch(2, clause_version=version, awarded=True)
    ClauseUseFactory.create_batch(3)
    address = measure.get_absolute_url()
    words = "Utilisée par 3\u00a0organisations dans 4\u00a0documents, 4\u00a0octroyés à une EÉS"
    assert words in log_in_as(reader).get(address).content.decode()
    assert "Utilisée par" not in client.get(address).content.decode()
    first.organization.is_active = False
    first.organization.save()
    assert "Utilisée par" not in log_in_as(reader).get(address).content.decode()
