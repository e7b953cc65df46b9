"""The entry grid posted as one form, without JavaScript: what it stores, and what it refuses."""

import re
from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertRedirects

from measures.models import Indicator, IndicatorRevision, IndicatorValue
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import IndicatorFactory, IndicatorValueFactory
from tests.html import StrictClient
from tests.measures.grid import N, form_of, grid_at, in_2021, value_of

__all__ = ["in_2021"]
C = Indicator.Computation


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


@pytest.fixture
def share(db: None) -> Indicator:
    return IndicatorFactory(
        code="I-02", name="Part", unit="%", decimals=1, minimum=0, maximum=100, kind="processus"
    )


@pytest.fixture
def contracts(db: None) -> Indicator:
    return IndicatorFactory(code="I-03", name="Contrats", unit="nombre")


def test_the_form_stores_what_changed_and_only_that(
    member: StrictClient,
    organization: Organization,
    share: Indicator,
    contracts: Indicator,
    contributor: User,
) -> None:
    kept = IndicatorValueFactory(organization=organization, indicator=share)
    address = f"{grid_at(organization)}?annees=10"
    form = form_of(member, address)
    assert len([name for name in form if "." in name]) == 20
    form |= {"I-03.2013-01-01": "1 234", "I-03.2021-01-01": "0"}
    response = member.post(address, form, follow=True)
    assertRedirects(response, address)
    assertContains(response, "2 valeurs enregistrées.")
    stored = IndicatorValue.objects.filter(indicator=contracts).order_by("period_start")
    assert [row.value for row in stored] == [1234, 0]
    assert [row.updated_by for row in stored] == [contributor] * 2
    kept.refresh_from_db()
    assert kept.version == 1
    assert not kept.revisions.exists()


def test_nothing_that_changed_is_said(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    IndicatorValueFactory(organization=organization, indicator=share)
    response = member.post(
        grid_at(organization), form_of(member, grid_at(organization)), follow=True
    )
    assertContains(response, "Rien n’avait changé")
    assert not IndicatorRevision.objects.exists()


def test_errors_are_at_their_cells_and_the_rest_is_stored(
    member: StrictClient, organization: Organization, share: Indicator, contracts: Indicator
) -> None:
    form = form_of(member, grid_at(organization))
    form |= {
        "I-02.2020-01-01": "beaucoup",
        "I-02.2021-01-01": "140",
        "I-03.2020-01-01": "12",
    }
    response = member.post(grid_at(organization), form)
    body = response.content.decode()
    assert response.status_code == 200
    assertContains(response, "2 cellules à revoir")
    assertContains(response, "1 valeur enregistrée.")
    assertContains(
        response, f'<li id="n-I-02-2021"><b>2021{N}:</b> Au plus 100{N}%.</li>', html=True
    )
    assert re.search(r'id="c-I-02-2020"[^>]*aria-invalid="true"[^>]*value="beaucoup"', body)
    assert 'aria-describedby="n-I-02-2020"' in body
    assertContains(response, '<a href="#c-I-02-2021">Part, 2021</a>')
    assert IndicatorValue.objects.get().value == 12
    # What was refused is corrected in the same form, and the rest is not written twice.
    again = dict(re.findall(r'<input[^>]*? name="([^"]+)" value="([^"]*)"', body))
    again |= {"I-02.2020-01-01": "12,5", "I-02.2021-01-01": "14"}
    assert member.post(grid_at(organization), again).status_code == 302
    assert IndicatorRevision.objects.count() == 3


def test_an_emptied_cell_says_not_available(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    row: Any = IndicatorValueFactory(organization=organization, indicator=share)
    form = form_of(member, grid_at(organization)) | {"I-02.2020-01-01": ""}
    member.post(grid_at(organization), form)
    row.refresh_from_db()
    assert (row.value, row.version) == (None, 2)
    assert value_of(member.get(grid_at(organization)).content.decode(), "I-02.2020-01-01") == (
        f"n.{N}d."
    )


def test_a_second_click_stores_once(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    form = form_of(member, grid_at(organization))
    form |= {"I-02.2020-01-01": "12", "I-02.2021-01-01": "14"}
    for _ in range(2):
        assert member.post(grid_at(organization), form).status_code == 302
    assert IndicatorRevision.objects.count() == 2


def test_two_people_with_the_whole_grid_lose_nothing(
    member: StrictClient,
    log_in_as: LogIn,
    organization: Organization,
    share: Indicator,
    contracts: Indicator,
    manager: User,
) -> None:
    """One cell typed by both, one by each; what one only saw is not put back over the other’s."""
    form = form_of(member, grid_at(organization)) | {"I-03.2019-01-01": "5"}
    member.post(grid_at(organization), form)
    other = log_in_as(manager)
    mine, theirs = form_of(member, grid_at(organization)), form_of(other, grid_at(organization))
    theirs |= {"I-02.2020-01-01": "40", "I-02.2021-01-01": "41", "I-03.2019-01-01": "6"}
    other.post(grid_at(organization), theirs)
    mine |= {"I-02.2020-01-01": "60", "I-03.2021-01-01": "7"}
    response = member.post(grid_at(organization), mine)
    assertContains(response, f"{manager.full_name} a noté «{N}40{N}»", status_code=409)
    assertContains(response, "Deux personnes ont écrit au même endroit", status_code=409)
    body = response.content.decode()
    assert value_of(body, "I-02.2020-01-01") == "60"
    assert value_of(body, "I-02.2021-01-01") == "41"
    assert value_of(body, "I-03.2019-01-01") == "6"
    values = {
        (row.indicator.code, row.period_start.year): row.value
        for row in IndicatorValue.objects.select_related("indicator")
    }
    assert values == {("I-02", 2020): 40, ("I-02", 2021): 41, ("I-03", 2019): 6, ("I-03", 2021): 7}
    again = dict(re.findall(r'<input[^>]*? name="([^"]+)" value="([^"]*)"', body))
    assert member.post(grid_at(organization), again).status_code == 302
    row = IndicatorValue.objects.get(indicator=share, period_start__year=2020)
    assert row.value == 60
    assert list(row.revisions.values_list("value", flat=True)) == [60, 40]


def test_cells_that_are_not_in_the_grid_are_not_written(
    member: StrictClient, organization: Organization, share: Indicator
) -> None:
    rate = IndicatorFactory(code="I-13", computation=C.PROGRESS_RATE)
    data = {
        f"{rate.code}.2021-01-01": "12",
        "I-02.2022-01-01": "12",
        "I-02.2010-01-01": "12",
        "I-99.2021-01-01": "12",
        "seen": "I-02.2021-01-01:x :: 5 I-02.2021-01-01:99999999999999",
        "submission_key": "rien",
    }
    assert member.post(grid_at(organization), data).status_code == 302
    assert not IndicatorValue.objects.exists()


def test_a_session_that_ends_gives_the_texts_back(
    member: StrictClient, organization: Organization, share: Indicator, contributor: User
) -> None:
    IndicatorValueFactory(organization=organization, indicator=share, year=2019)
    form = form_of(member, grid_at(organization)) | {"I-02.2021-01-01": "14"}
    visitor = StrictClient()
    referer = f"http://testserver{grid_at(organization)}"
    sent = visitor.post(grid_at(organization), form, HTTP_REFERER=referer)
    assert sent.status_code == 302
    contributor.set_password("mot-de-passe-de-test")
    contributor.save()
    visitor.post("/connexion/", {"login": contributor.email, "password": "mot-de-passe-de-test"})
    response = visitor.get(grid_at(organization))
    assertContains(response, "Votre session avait pris fin")
    assert value_of(response.content.decode(), "I-02.2021-01-01") == "14"
    assert not IndicatorValue.objects.filter(period_start__year=2021).exists()
    # Once.
    assert value_of(visitor.get(grid_at(organization)).content.decode(), "I-02.2021-01-01") == ""
