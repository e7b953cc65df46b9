"""The page « Comparaison »: our place, what is not told and why, and ideas from others."""

import re

import pytest
from django.core.cache import cache
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.models import Implementation, Stage
from members.models import Organization
from members.sharing import SharingLevel
from tests.factories import (
    ImplementationFactory,
    MeasureFactory,
    OrganizationFactory,
    StageFactory,
    TermFactory,
)
from tests.measures.sent import url

pytestmark = pytest.mark.django_db
MEASURES = 10


@pytest.fixture
def guide(five_stages):
    TermFactory(code="organization_group:public", label="Organismes publics")
    TermFactory(code="organization_group:municipal", label="Organismes municipaux")
    return MeasureFactory.create_batch(MEASURES, stage=five_stages[0])


def implement(organization, measures, **traits):
    for measure in measures:
        ImplementationFactory(
            organization=organization, measure=measure, implemented=True, **traits
        )


def others(guide, rates, **traits):
    made = OrganizationFactory.create_batch(len(rates), **traits)
    for organization, done in zip(made, rates, strict=True):
        implement(organization, guide[:done], sharing=SharingLevel.PRIVATE)
    return made


def page(client, organization, query=""):
    response = client.get(url("benchmark", organization) + query)
    assert response.status_code == 200
    return response


def text_of(response):
    html = response.content.decode().partition("<main")[2].partition("</main")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&nbsp;", " ").split())


def sentence(response, place=0):
    benchmark = response.context["benchmark"]
    return (benchmark.total, *benchmark.stages)[place].sentence


@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        (0, "Dans la même tranche que 4 des 12 organisations; les 8 autres sont plus avancées."),
        (4, "Plus avancée que le tiers des organisations."),
        (8, "Plus avancée que les deux tiers des organisations, dans la tranche la plus haute."),
    ],
)
def test_our_place_is_said_in_words(mine, expected, guide, organization, reader, log_in_as):
    rates = {0: [0] * 3 + [4] * 4 + [8] * 4, 4: [0] * 4 + [4] * 3 + [8] * 4}
    others(guide, rates.get(mine, [0] * 4 + [4] * 4 + [8] * 3))
    implement(organization, guide[:mine])
    assert sentence(page(log_in_as(reader), organization)) == expected


def test_a_rank_moves_only_from_piece_to_piece(guide, organization, reader, log_in_as):
    """A rank within a piece would let somebody feel for the rate of another, one by one."""
    others(guide, [0, 0, 0, 0, 3, 4, 5, 6, 7, 8, 9])
    client, told = log_in_as(reader), set()
    for done in range(3, MEASURES + 1):
        Implementation.objects.filter(organization=organization).delete()
        implement(organization, guide[:done])
        # What is published does not move: only our own rate does.
        response = page(client, organization)
        pieces = [row.label for row in response.context["benchmark"].total.rows]
        told.add((sentence(response), tuple(pieces)))
    assert len({pieces for _, pieces in told}) == 1
    assert len(told) <= len(pieces)


def test_the_table_says_what_the_drawing_shows(guide, organization, reader, log_in_as):
    others(guide, [0] * 4 + [8] * 4)
    implement(organization, guide[:8])
    response = page(log_in_as(reader), organization)
    total = response.context["benchmark"].total
    assert [(row.label, row.number, row.is_ours) for row in total.rows] == [
        ("0 à 9\u00a0%", 4, False),
        ("10 à 100\u00a0%", 5, True),
    ]
    assert total.marker == 80
    first, second = total.columns
    assert first.height == 100
    # Nine times as wide, hardly more organizations.
    assert second.height == pytest.approx(100 * (5 / 90) / (4 / 10), abs=0.01)
    assertContains(response, '<title id="t-total">Organisations par taux. 0 à 9\u00a0%\u00a0: 4;')
    assert sum(row.number for row in total.rows) == Organization.objects.count()


@pytest.mark.parametrize("number", [0, 1, 2, 5])
def test_a_small_chantier_is_told_why_nothing_is_shown(
    number, guide, organization, reader, log_in_as
):
    others(guide, [1, 4, 6, 8, 9][:number])
    response = page(log_in_as(reader), organization)
    assertContains(response, "on pourrait y reconnaître une organisation")
    assertContains(response, "Trop peu d’organisations pour situer la vôtre")
    assertNotContains(response, '<svg class="spread')
    assert "10 %" not in text_of(response)


def test_without_an_applicable_measure_there_is_no_place(
    five_stages, organization, reader, log_in_as
):
    assertContains(
        page(log_in_as(reader), organization), "Aucune mesure ne s’applique à votre organisation"
    )


def test_a_group_is_told_apart_only_when_the_rest_is_large_enough(
    guide, organization, reader, log_in_as
):
    others(guide, [0] * 5 + [8] * 5)
    client = log_in_as(reader)
    others(guide, [0, 0, 8], municipal=True)
    response = page(client, organization, "?parmi=groupe")
    assertContains(response, "compte trop peu d’organisations pour être montré à part")
    assertNotContains(response, '<svg class="spread')
    assertContains(page(client, organization), '<svg class="spread')
    others(guide, [0, 0, 8, 8, 8, 8], municipal=True)
    cache.clear()
    response = page(client, organization, "?parmi=groupe")
    total = response.context["benchmark"].total
    assert [row.number for row in total.rows] == [6, 5]
    assertContains(response, "Organismes publics")


def test_the_page_is_the_same_when_two_others_exchange_their_rates(
    guide, organization, reader, log_in_as
):
    """So nothing on it is of one of them."""
    rates = [0, 1, 1, 2, 5, 6, 8, 9]
    made = others(guide, rates)
    client = log_in_as(reader)
    before = text_of(page(client, organization))
    for row, done in zip(made, reversed(rates), strict=True):
        row.implementations.all().delete()
        implement(row, guide[:done])
    cache.clear()
    assert text_of(page(client, organization)) == before
    assert "tranche" in before


def test_staff_do_not_see_what_counts_private_records(organization, facilitator, log_in_as):
    assert log_in_as(facilitator).get(url("benchmark", organization)).status_code == 403


# --- Ideas ------------------------------------------------------------------------------


def codes(response):
    return [line.measure.code for line in response.context["benchmark"].ideas]


def test_ideas_are_what_three_others_implemented_the_most_frequent_first(
    guide, organization, reader, log_in_as
):
    made = others(guide, [0] * 7)
    for organization_, number in zip(made, (3, 3, 3, 2, 2, 1, 0), strict=True):
        implement(organization_, [guide[4], guide[7], guide[1]][:number])
    response = page(log_in_as(reader), organization)
    assert codes(response) == [guide[4].code, guide[7].code, guide[1].code]
    assert [line.in_group for line in response.context["benchmark"].ideas] == [6, 5, 3]
    assertContains(response, "5 membres l’ont implantée, dont 5 de votre groupe")
    assertContains(response, "Effort faible")
    made[0].implementations.get(measure=guide[1]).delete()
    cache.clear()
    assert guide[1].code not in codes(page(log_in_as(reader), organization))


def test_what_we_considered_is_no_idea(guide, organization, reader, log_in_as):
    for organization_ in others(guide, [0] * 4):
        implement(organization_, guide[:6])
    for measure, trait in zip(guide, ("abandoned", "planned", "not_applicable"), strict=False):
        ImplementationFactory(organization=organization, measure=measure, **{trait: True})
    # Not assessed: it is in the register, and nobody has looked at it.
    ImplementationFactory(organization=organization, measure=guide[3])
    guide[4].groups.add(TermFactory(code="organization_group:municipal"))
    guide[5].is_active = False
    guide[5].save()
    response = page(log_in_as(reader), organization)
    assert codes(response) == [guide[3].code]
    assertContains(response, "Non évaluée")


def test_ideas_of_our_group_come_first(guide, organization, reader, log_in_as):
    for organization_ in others(guide, [0] * 5):
        implement(organization_, guide[2:3])
    for organization_ in others(guide, [0] * 8, municipal=True):
        implement(organization_, guide[6:7])
    OrganizationFactory()
    response = page(log_in_as(reader), organization)
    assert codes(response) == [guide[2].code, guide[6].code]
    assertContains(response, "8 membres l’ont implantée</span>")


def test_ideas_are_adopted_where_they_stand(guide, organization, contributor, log_in_as):
    for organization_ in others(guide, [0] * 4):
        implement(organization_, guide[:2])
    client = log_in_as(contributor)
    response = page(client, organization)
    assertContains(response, f'value="{guide[0].slug}"')
    address = url("benchmark", organization)
    data = {"from_ideas": "1", "measures": [guide[0].slug], "status": "planifiee"}
    response = client.post(url("implementation_adopt", organization), data)
    assertRedirects(response, address)
    assert organization.implementations.get().measure == guide[0]
    assert codes(page(client, organization)) == [guide[1].code]
    nothing = client.post(url("implementation_adopt", organization), {"from_ideas": "1"})
    assertRedirects(nothing, address, fetch_redirect_response=False)
    assertContains(client.get(address), "Cochez au moins une mesure.")


def test_readers_have_no_boxes(guide, organization, reader, log_in_as):
    for organization_ in others(guide, [0] * 4):
        implement(organization_, guide[:2])
    response = page(log_in_as(reader), organization)
    assert len(codes(response)) == 2
    assertNotContains(response, 'type="checkbox"')


def test_without_ideas_the_page_says_what_to_do(guide, organization, reader, log_in_as):
    assertContains(page(log_in_as(reader), organization), "Aucune idée nouvelle pour l’instant")


def test_the_page_is_linked_from_where_one_looks_for_it(
    guide, organization, reader, facilitator, log_in_as
):
    address = url("benchmark", organization)
    client = log_in_as(reader)
    pages = [url("implementation_list", organization), organization.get_absolute_url()]
    for place in [*pages, "/tableau-de-bord/"]:
        assertContains(client.get(place), f'href="{address}"')
    for place in pages:
        assertNotContains(log_in_as(facilitator).get(place), address)


def test_queries_do_not_depend_on_the_chantier(
    guide, organization, reader, log_in_as, django_assert_num_queries
):
    client = log_in_as(reader)
    for number in (8, 30):
        for organization_ in others(guide, [index % 9 for index in range(number)]):
            implement(organization_, [MeasureFactory(stage=StageFactory(order=2))])
        cache.clear()
        page(client, organization)
        # Session, person, organization, stages, what is published, progress, group, ideas twice.
        with django_assert_num_queries(9):
            page(client, organization)
    assert Stage.objects.count() == 5
