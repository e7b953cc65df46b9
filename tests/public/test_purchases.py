"""Yearly totals of purchases that visitors read: who consented, and what no subtraction tells."""

import datetime
from decimal import Decimal

import pytest
import time_machine
from pytest_django.asserts import assertContains, assertNotContains

from benefits.models import PublishedPurchases
from chantier.public.purchases import _keep, published_purchases
from measures.indicators.chantier import together
from measures.models import Indicator, IndicatorAim
from tests.factories import (
    IndicatorAimFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    MembershipFactory,
    OrganizationFactory,
    PurchaseFactory,
    SocialEnterpriseFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2022, 3, 1, 15, tzinfo=datetime.UTC)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def frozen_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def value():
    return IndicatorFactory(code="I-01", unit="$", name="Valeur des achats")


def bought(value, amount, sharing="public", day=datetime.date(2021, 5, 1), typed=None):
    organization = OrganizationFactory(fiscal_year_start_month=1)
    IndicatorAimFactory(organization=organization, indicator=value, sharing=sharing)
    if amount:
        enterprise = SocialEnterpriseFactory()
        PurchaseFactory(
            organization=organization, enterprise=enterprise, purchased_on=day, amount=amount
        )
    if typed is not None:
        IndicatorValueFactory(
            organization=organization,
            indicator=value,
            value=None if typed == "n. d." else typed,
            period_start=datetime.date(2021, 1, 1),
            period_end=datetime.date(2021, 12, 31),
        )
    return organization


def told():
    return [(year.label, year.organizations, year.amount) for year in published_purchases(TODAY)]


def test_organizations_that_opened_their_purchases_are_told_together(client, value):
    for amount in ("100.10", "200.20", "300.30", "400.40"):
        bought(value, Decimal(amount))
    assert told() == [("2021", 4, Decimal("1001.00"))]
    response = client.get("/chantier/")
    assertContains(response, "Les achats auprès d’EÉS ouverts au public")
    assertContains(response, "1\u00a0001\u00a0$")
    lines = b"".join(client.get("/donnees/agregats.csv")).decode()
    assert "achats-2021,achats," in lines


@pytest.mark.parametrize("sharing", ["private", "coordination", "chantier"])
def test_nobody_is_counted_who_did_not_open_them_to_everybody(client, value, sharing):
    for _ in range(5):
        bought(value, 100, sharing=sharing)
    assert told() == []
    assertNotContains(client.get("/chantier/"), "Les achats auprès d’EÉS ouverts")


def test_too_few_are_not_told_even_to_one_who_knows_their_own(value):
    for _ in range(3):
        bought(value, 100)
    # One of the three would read of two.
    assert told() == []
    bought(value, 100)
    assert len(told()) == 1


def test_one_person_of_two_organizations_raises_the_minimum(value):
    rows = [bought(value, 100) for _ in range(4)]
    user = UserFactory()
    for organization in rows[:2]:
        MembershipFactory(user=user, organization=organization)
    assert told() == []


def test_an_amount_that_one_makes_nearly_alone_is_not_told(value):
    for amount in (100_000, 1, 1, 1):
        bought(value, amount)
    assert told() == []


def test_what_members_read_tells_nobody_by_subtraction(value):
    for _ in range(5):
        bought(value, 100)
    assert len(told()) == 1
    bought(value, 70, sharing="chantier")
    assert told() == []
    for _ in range(3):
        bought(value, 70, sharing="chantier")
    assert told() == [("2021", 5, Decimal("500.00"))]


def test_what_was_typed_tells_nobody_by_subtraction(value):
    for _ in range(4):
        bought(value, 100, typed=100)
    assert len(told()) == 1
    # The indicator counts this one, and purchases do not.
    bought(value, 0, typed=90)
    assert told() == []


def test_what_is_noted_late_is_not_the_difference_of_two_days(client, value):
    owners = [bought(value, amount) for amount in (100, 200, 300, 250)]
    assert told() == [("2021", 4, Decimal(850))]
    late(owners[0], 77)
    assert told() == []
    assert "achats-2021" not in b"".join(client.get("/donnees/agregats.csv")).decode()
    # Taken back, it is as it was.
    owners[0].purchases.get(amount=77).delete()
    assert told() == [("2021", 4, Decimal(850))]
    for owner, amount in zip(owners, (77, 60, 50, 40), strict=True):
        late(owner, amount)
    assert told() == [("2021", 4, Decimal(1077))]


def late(organization, amount):
    PurchaseFactory(
        organization=organization,
        enterprise=SocialEnterpriseFactory(),
        purchased_on=datetime.date(2021, 11, 30),
        amount=amount,
    )


def test_who_takes_its_purchases_back_is_not_found_between_two_days(value):
    owners = [bought(value, amount) for amount in (100, 200, 300, 250, 120)]
    assert told() == [("2021", 5, Decimal(970))]
    aim = IndicatorAim.objects.get(organization=owners[0])
    aim.sharing = "coordination"
    aim.save()
    assert told() == []
    aim.sharing = "public"
    aim.save()
    assert told() == [("2021", 5, Decimal(970))]


def test_of_two_first_readers_both_read_the_same(value):
    for _ in range(4):
        bought(value, 100)
    rows = [
        PublishedPurchases(year=2021, at=NOW, amounts={"1": str(number)}, enterprises=1)
        for number in range(3)
    ]
    first = _keep(rows[0], None)
    assert _keep(rows[1], None) == first
    kept = PublishedPurchases.objects.get()
    assert _keep(rows[2], kept).amounts == {"1": "2"}
    # Who read before that one is told what stands.
    kept.at -= datetime.timedelta(days=1)
    assert _keep(rows[1], kept).amounts == {"1": "2"}


@pytest.mark.parametrize(("amount", "typed"), [(-50, None), (90, "n. d.")])
def test_purchases_that_the_indicator_leaves_out_are_not_found_beside_it(value, amount, typed):
    """Credit notes that exceed the purchases are no value of them; « n. d. » stands for them."""
    for each in (100, 200, 300, 250):
        bought(value, each)
    bought(value, amount, typed=typed)
    assert [row.value for row in together(value, for_staff=False)] == [850]
    assert told() == []


def test_a_year_that_is_not_over_is_not_told(value):
    for _ in range(4):
        bought(value, 100, day=datetime.date(2022, 2, 1))
    assert told() == []


def test_totals_cost_the_same_whatever_the_rows(value, django_assert_num_queries):
    for _ in range(4):
        bought(value, 100, typed=100)
    # The first reader also keeps what is told.
    assert told()
    with django_assert_num_queries(5):
        assert told()
    for _ in range(6):
        bought(value, 100, typed=100)
    assert told()
    with django_assert_num_queries(5):
        assert told()


def test_without_consent_nothing_more_is_asked(django_assert_num_queries):
    assert not Indicator.objects.exists()
    with django_assert_num_queries(1):
        assert told() == []
