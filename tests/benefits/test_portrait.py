"""Where the purchases of an organization go, on its page and in its spreadsheet."""

import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from benefits import spending
from benefits.portrait import NO_SECTOR, Portrait, lines
from benefits.spending import Cell
from members.models import Organization, User
from tests.benefits.spent import buy, enterprise, sector
from tests.conftest import LogIn
from tests.measures.sent_figures import text_of

N = "\u00a0"
START, TODAY = datetime.date(2020, 1, 1), datetime.date(2021, 6, 15)
_AMOUNTS = st.decimals(
    min_value=Decimal("-99999999999.99"), max_value=Decimal("99999999999.99"), places=2
).filter(bool)
_CELLS = st.lists(
    st.builds(
        Cell,
        organization=st.integers(1, 4),
        start=st.just(START),
        enterprise=st.integers(1, 6),
        region=st.integers(1, 17),
        sector=st.none() | st.integers(1, 9),
        amount=_AMOUNTS,
        count=st.integers(1, 9),
        payments=st.integers(0, 9),
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None)
@given(cells=_CELLS)
def test_every_way_of_parting_adds_to_what_was_spent(cells: list[Cell]) -> None:
    whole = sum((cell.amount for cell in cells), Decimal(0))
    for key in ("sector", "region", "enterprise", "organization"):
        groups = spending.by(cells, attrgetter(key))
        parts = lines([("", "")] * len(groups), list(groups.values()), [[]] * len(groups))
        assert sum((part.amount for part in parts), Decimal(0)) == whole
        assert all(type(part.amount) is Decimal for part in parts)
        shares = [part.share for part in parts]
        if whole > 0:
            assert all(type(share) is Decimal for share in shares)
            assert sum(share for share in shares if share is not None) == 100
        else:
            assert set(shares) <= {None}


@settings(max_examples=200, deadline=None)
@given(cells=_CELLS)
def test_diversity_is_a_share_of_one(cells: list[Cell]) -> None:
    value = spending.diversity(cells)

    assert value is None or (type(value) is Decimal and 0 <= value < 1)


def test_shares_take_the_largest_remainders() -> None:
    assert spending.shares([Decimal(1)] * 3) == [Decimal("33.4"), Decimal("33.3"), Decimal("33.3")]


@pytest.fixture(autouse=True)
def in_2021():
    with time_machine.travel("2021-06-15 12:00", tick=False):
        yield


@pytest.fixture
def bought(organization: Organization) -> Organization:
    """An EÉS of two sectors; one without any; a year before; a supplier of nobody known."""
    food, print_ = sector("alimentation"), sector("impression")
    one, two = enterprise("Une", "06"), enterprise("Deux", "03")
    one.sectors.set([food, print_])
    buy(organization, one, "600", "2020-02-01", sector=food)
    buy(organization, one, "100.50", "2020-02-02", sector=print_)
    buy(organization, two, "299.50", "2020-03-01")
    buy(organization, two, "50", "2019-03-01", sector=print_)
    buy(organization, None, "75", "2020-03-01")
    return organization


def at(organization: Organization) -> str:
    return reverse("benefits:purchase_portrait", kwargs={"org_slug": organization.slug})


def export(organization: Organization, kind: str) -> str:
    kwargs = {"org_slug": organization.slug, "kind": kind}
    return reverse("benefits:purchase_portrait_export", kwargs=kwargs)


def test_supplier_of_two_sectors_makes_no_total_exceed_what_was_spent(
    bought: Organization,
) -> None:
    found: Any = Portrait.build(bought, today=TODAY)

    assert found.year.label == "2020"
    assert [(part.label, part.amount, part.share) for part in found.sectors] == [
        ("Secteur alimentation", Decimal(600), Decimal("60.0")),
        (NO_SECTOR, Decimal("299.50"), Decimal("30.0")),
        ("Secteur impression", Decimal("100.50"), Decimal("10.0")),
    ]
    assert found.total == sum(part.amount for part in found.sectors) == Decimal(1000)
    assert found.total == sum(part.amount for part in found.regions)
    assert [(part.label, part.amount) for part in found.suppliers] == [
        ("Une", Decimal("700.50")),
        ("Deux", Decimal("299.50")),
    ]
    assert (found.total_before, found.unmatched.count, found.unmatched.amount) == (50, 1, 75)


def test_past_ten_the_other_suppliers_are_one_line(organization: Organization) -> None:
    for index in range(12):
        buy(organization, enterprise(f"EÉS {index}"), 100 - index, "2020-02-01")

    found: Any = Portrait.build(organization, today=TODAY).suppliers

    assert (len(found), found[-1].label, found[-1].amount) == (11, f"2{N}autres EÉS", 179)


def test_page_shows_the_year_that_the_address_asks_for(
    bought: Organization, reader: User, log_in_as: LogIn
) -> None:
    client = log_in_as(reader)

    page = text_of(client.get(at(bought)))
    assert "1 000 $" in page
    assert "1 achat de 2020 (75 $) ne compte pas ici" in page
    assert "n. d." in page

    earlier = client.get(at(bought), {"annee": "2019"})
    assert earlier.context["portrait"].total == 50
    # A year without purchases, or no year at all: the last one with some.
    for asked in ("2015", "x", "\x00"):
        assert client.get(at(bought), {"annee": asked}).context["portrait"].year.label == "2020"


def test_page_without_purchases_says_what_to_do(
    organization: Organization, reader: User, log_in_as: LogIn
) -> None:
    assert "Pas encore d’achat à montrer" in text_of(log_in_as(reader).get(at(organization)))


def test_year_under_way_is_compared_with_the_same_months(
    bought: Organization, reader: User, log_in_as: LogIn
) -> None:
    """Today is 15 June 2021: of 2020, the months up to 15 June, and the whole year beside."""
    one = enterprise("Tardive", "12")
    buy(bought, one, "40", "2021-06-15", sector=sector("alimentation"))
    buy(bought, one, "8", "2020-06-15", sector=sector("alimentation"))
    buy(bought, one, "5000", "2020-06-16", sector=sector("impression"))
    client = log_in_as(reader)

    answer = client.get(at(bought), {"annee": "2021"})
    found = answer.context["portrait"]
    page = text_of(answer)

    assert (found.total, found.total_before) == (40, 1008)
    assert sum(part.before for part in found.sectors) == 1008
    assert sum(part.before for part in found.suppliers) == 1008
    amount, contracts = found.headlines[:2]
    assert (amount.text, amount.before, amount.whole_before) == (
        f"40{N}$",
        f"1{N}008{N}$",
        f"6{N}008{N}$",
    )
    assert (contracts.before, contracts.whole_before) == ("4", "5")
    assert "Année financière 2021 (en cours)" in page
    assert "2020, mêmes mois : 1 008 $" in page
    assert "2020 entière : 6 008 $" in page
    assert "jusqu’au 15 juin 2020" in page
    whole = client.get(at(bought), {"annee": "2020"})
    assert whole.context["portrait"].total_before == 50
    assert "2021 (en cours)" in text_of(whole)
    assert "mêmes mois" not in text_of(whole)


def test_same_day_of_the_year_before_a_29_february(organization: Organization) -> None:
    one = enterprise("Une")
    buy(organization, one, "1", "2019-02-28")
    buy(organization, one, "2", "2019-03-01")
    buy(organization, one, "4", "2020-02-29")

    found: Any = Portrait.build(organization, today=datetime.date(2020, 2, 29))

    assert (found.total, found.total_before) == (4, 1)


def test_year_before_without_a_purchase_is_not_zero(
    organization: Organization, reader: User, log_in_as: LogIn
) -> None:
    buy(organization, enterprise("Une"), "10", "2020-02-01")
    client = log_in_as(reader)

    answer = client.get(at(organization))
    page = text_of(answer)

    assert {line.before for line in answer.context["portrait"].headlines} == {f"n.{N}d."}
    assert "2019 : n. d." in page
    assert ">0,00 $<" not in page
    table = client.get(export(organization, "csv")).content.decode("utf-8-sig")
    assert table.splitlines()[1].endswith(";10,00;100,0;1;1;")


def test_credit_notes_that_exceed_the_purchases_have_no_share(
    organization: Organization, reader: User, log_in_as: LogIn
) -> None:
    one, two = enterprise("Une"), enterprise("Deux", "03")
    buy(organization, one, "10", "2020-02-01", sector=sector("a"))
    buy(organization, two, "-10", "2020-03-01")
    client = log_in_as(reader)

    for amount in (None, "-5"):
        if amount:
            buy(organization, two, amount, "2020-03-02")
        answer = client.get(at(organization))
        found, page = answer.context["portrait"], text_of(answer)
        assert {part.share for part in found.sectors} == {None}
        assert found.diversity is None
        assert found.total == sum(part.amount for part in found.sectors)
        assert "0 %)" not in page
        assert ">100 %<" not in page
        assert ">n. d.<" in page


def test_data_of_each_chart_are_folded_and_every_table_has_its_total(
    bought: Organization, reader: User, log_in_as: LogIn
) -> None:
    page = text_of(log_in_as(reader).get(at(bought)))

    assert page.count("Voir les données") == 4
    assert page.count("<tfoot>") == 3
    # What a chart shows is said in words too.
    assert "Secteur alimentation</span>" in page
    assert "; 2019 : 50 $" in page


def test_staff_read_no_portrait(bought: Organization, coordinator: User, log_in_as: LogIn) -> None:
    assert log_in_as(coordinator).get(at(bought)).status_code == 403


def test_export_holds_what_the_page_shows(
    bought: Organization, reader: User, log_in_as: LogIn
) -> None:
    client = log_in_as(reader)

    table = client.get(export(bought, "csv")).content.decode("utf-8-sig")

    assert "Secteur;Secteur alimentation;600,00;60,0;1;1;0,00" in table
    assert f"Secteur;{NO_SECTOR};299,50;30,0;1;1;0,00" in table
    assert ";700,50;70,1;2;1;0,00\r\nRégion;Région 03;299,50" in table
    assert "EÉS;Deux;299,50" in table
    assert client.get(export(bought, "xlsx")).status_code == 200
    assert client.get(export(bought, "pdf")).status_code == 404


def test_eight_queries_whatever_the_purchases(
    bought: Organization, reader: User, log_in_as: LogIn, django_assert_num_queries
) -> None:
    client = log_in_as(reader)
    client.get(at(bought))
    for index in range(15):
        buy(
            bought,
            enterprise(f"N {index}", f"r{index}"),
            5,
            "2020-05-01",
            sector=sector(f"{index}"),
        )

    # Session, user, membership; purchases, words, EÉS, what is unmatched; stages.
    with django_assert_num_queries(8):
        client.get(at(bought))
