"""What the organizations buy together: nothing of it leads back to one of them."""

import datetime
import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from benefits.chantier_portrait import ChantierPortrait
from chantier.lib import small_groups
from measures.indicators.chantier import together
from measures.models import Indicator
from meetings.models import Meeting
from members.models import Organization, User
from tests.benefits.spent import buy, enterprise, sector
from tests.conftest import LogIn
from tests.factories import (
    CycleFactory,
    IndicatorAimFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    MembershipFactory,
    OrganizationFactory,
)
from tests.measures.sent_figures import text_of

TODAY = datetime.date(2021, 6, 15)


@pytest.fixture(autouse=True)
def in_2021():
    with time_machine.travel("2021-06-15 12:00", tick=False):
        yield


@pytest.fixture
def value(db: None) -> Indicator:
    return IndicatorFactory(code="I-01", unit="$", decimals=2)


def buyers(
    value: Indicator, amounts: Iterable[int], *, in_sector: str = "a", sharing: str = "chantier"
) -> list[Organization]:
    """One organization an amount, in one sector."""
    found: list[Any] = []
    for amount in amounts:
        owner = OrganizationFactory()
        spend(owner, amount, in_sector)
        IndicatorAimFactory(organization=owner, indicator=value, sharing=sharing)
        found.append(owner)
    return found


def spend(owner: Organization, amount: int, in_sector: str, on: str = "2020-05-01") -> None:
    from_ = enterprise(f"EÉS de {in_sector}", in_sector)
    buy(owner, from_, amount, on, sector=sector(in_sector))


def portrait(user: User, *, for_staff: bool = False, year: str = "2020") -> Any:
    return ChantierPortrait.build(user=user, for_staff=for_staff, today=TODAY, asked=year)


def test_three_organizations_are_told(value: Indicator, outsider: User) -> None:
    buyers(value, [100, 200, 300])

    found = portrait(outsider)

    assert (found.organizations, found.total, found.enterprises) == (3, 600, 3)
    assert [(line.label, line.amount, line.share) for line in found.sectors] == [
        ("Secteur a", 600, 100)
    ]


@pytest.mark.parametrize("amounts", [[100, 200], [900, 50, 50]])
def test_too_few_or_one_that_makes_nearly_all_is_not_told(
    amounts: list[int], value: Indicator, outsider: User
) -> None:
    buyers(value, amounts)

    found = portrait(outsider)

    assert (found.organizations, found.total, found.enterprises, found.regions_paid) == (None,) * 4
    assert (found.sectors, found.by_region) == ([], [])


def test_who_reads_subtracts_their_own(value: Indicator, outsider: User, reader: User) -> None:
    owners = buyers(value, [100, 200, 300])
    MembershipFactory(user=outsider, organization=owners[0])

    assert portrait(outsider).total is None
    assert portrait(reader).total == 600


def test_sector_of_too_few_joins_the_others_with_enough(value: Indicator, outsider: User) -> None:
    """Alone beside the total, the rest would be what one organization buys."""
    big = buyers(value, [100, 200, 300], in_sector="a")
    for owner in big:
        spend(owner, 50, "b")
    spend(big[0], 40, "c")

    found = portrait(outsider)

    assert [(line.label, line.amount) for line in found.sectors] == [
        ("Secteur a", 600),
        ("Autres secteurs, réunis", 190),
    ]
    assert sum(line.amount or 0 for line in found.sectors) == found.total


_GROUPS = st.dictionaries(
    st.integers(1, 8),
    st.dictionaries(st.integers(1, 7), st.integers(-900, 900).filter(bool).map(Decimal)),
)


@settings(max_examples=300, deadline=None)
@given(groups=_GROUPS, own=st.sets(st.integers(1, 7), max_size=2))
def test_nothing_told_nor_left_over_is_of_too_few(
    groups: dict[int, dict[int, Decimal]], own: set[int]
) -> None:
    told = small_groups.tellable(groups, own)

    rest = small_groups.merged(amounts for key, amounts in groups.items() if key not in told)
    for amounts in [*(groups[key] for key in told), *([rest] if told else [])]:
        others = {pk: abs(amount) for pk, amount in amounts.items() if pk not in own}
        if amounts is rest and not others:
            continue
        assert len(others) >= 3
        assert max(others.values()) <= sum(others.values()) * Decimal("0.85")


def test_what_is_kept_is_not_counted(value: Indicator, outsider: User) -> None:
    buyers(value, [100, 200, 300])
    buyers(value, [400], sharing="coordination")
    buyers(value, [500], sharing="private")

    assert portrait(outsider).total == 600
    assert portrait(outsider, for_staff=True).total == 1000


def test_years_are_years_of_reporting(value: Indicator, outsider: User) -> None:
    buyers(value, [100, 200])
    owner = OrganizationFactory(fiscal_year_start_month=4)
    IndicatorAimFactory(organization=owner, indicator=value, sharing="chantier")
    spend(owner, 300, "a", "2020-03-31")
    spend(owner, 7000, "a", "2020-04-01")

    assert portrait(outsider).total == 600


def test_total_is_that_of_the_indicator(value: Indicator, outsider: User) -> None:
    buyers(value, [100, 200, 300])

    year: Any
    [year] = together(value, for_staff=False)

    assert (year.label, year.organizations, year.value) == ("2020", 3, 600)
    assert portrait(outsider).total == 600


def test_typed_values_of_too_few_keep_the_amounts(value: Indicator, outsider: User) -> None:
    """The sum of the indicator minus ours would tell what one organization typed."""
    owners = buyers(value, [100, 200, 300])
    IndicatorValueFactory(
        organization=owners[0], indicator=value, year=2020, value=Decimal("150.00")
    )

    found = portrait(outsider)

    assert (found.only_shares, found.total) == (True, None)
    assert [(line.amount, line.share) for line in found.sectors] == [(None, 100)]
    assert together(value, for_staff=False)[0].value == 650
    # Staff read that value as it is.
    assert portrait(outsider, for_staff=True).total == 600


def test_credit_notes_of_one_keep_the_amounts(value: Indicator, outsider: User) -> None:
    """They are no value of purchases: the indicator leaves out what our total takes away."""
    buyers(value, [100, 200, 300, -50])

    found = portrait(outsider)

    assert together(value, for_staff=False)[0].value == 600
    assert (found.only_shares, found.total) == (True, None)


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        # The indicator counts the same organizations.
        (0, 6),
        # The EÉS that nobody else pays, of one organization, or of two.
        (1, None),
        (2, None),
        # Of two organizations, nothing is told.
        (3, 6),
    ],
)
def test_number_beside_its_indicator_tells_of_no_few(
    kept: int, told: int | None, value: Indicator, outsider: User
) -> None:
    active = IndicatorFactory(code="I-04", unit="nombre", decimals=0)
    owners = buyers(value, [100, 200, 300, 250, 220])
    for owner in owners[kept:]:
        IndicatorAimFactory(organization=owner, indicator=active, sharing="chantier")
    # Sold to one of them alone.
    spend(owners[0], 50, "z")

    found = portrait(outsider)

    assert found.total == 1120
    assert found.enterprises == told
    assert (found.sectors_paid, found.regions_paid) == (2, 2)


def test_number_beside_an_indicator_of_others_is_not_told(
    value: Indicator, reader: User, log_in_as: LogIn
) -> None:
    regions = IndicatorFactory(code="I-11", level="chantier", unit="régions", decimals=0)
    owners = buyers(value, [100, 200, 300])
    # It shares its regions, and not what it buys there.
    owners += buyers(value, [400], sharing="private", in_sector="b")
    for owner in owners:
        IndicatorAimFactory(organization=owner, indicator=regions, sharing="chantier")

    assert together(regions, for_staff=False)[0].value == 2
    page = text_of(log_in_as(reader).get(reverse("benefits:chantier_portrait"), {"annee": "2020"}))
    assert page.count("nombre masqué") == 1


def test_typed_value_that_agrees_keeps_nothing(value: Indicator, outsider: User) -> None:
    owners = buyers(value, [100, 200, 300])
    IndicatorValueFactory(organization=owners[0], indicator=value, year=2020, value=Decimal(100))

    assert portrait(outsider).total == 600


def test_sectors_with_an_offer_and_few_purchases_come_first(
    value: Indicator, outsider: User
) -> None:
    for index in range(3):
        enterprise(f"Arts {index}").sectors.set([sector("arts")])
    enterprise("Repas").sectors.set([sector("a")])
    enterprise("Papier").sectors.set([sector("b")])
    owners = buyers(value, [100, 200, 300], in_sector="a")
    spend(owners[0], 5, "b")

    page = portrait(outsider)
    found = page.offers.lines

    assert [(offer.label, offer.enterprises, offer.buyers) for offer in found] == [
        ("Secteur arts", 3, "aucune"),
        ("Secteur b", 1, "nombre masqué"),
        ("Secteur a", 1, "3"),
    ]
    # Five EÉS of the tests have their seat in 06 and nobody buys there.
    assert [(row.key, row.enterprises, row.buyers) for row in page.region_offers.lines] == [
        ("06", 5, "aucune"),
        ("a", 3, "3"),
        ("b", 1, "nombre masqué"),
    ]


def test_number_of_buyers_does_not_tell_who_does_not_buy(value: Indicator, outsider: User) -> None:
    enterprise("Repas").sectors.set([sector("a")])
    buyers(value, [100, 200, 300], in_sector="a")
    buyers(value, [100], in_sector="b")

    assert [offer.buyers for offer in portrait(outsider).offers.lines] == ["presque toutes"]


def test_staff_prepare_a_webinar_and_its_guests(
    value: Indicator, facilitator: User, reader: User, log_in_as: LogIn
) -> None:
    one, other = enterprise("Repas", "06"), enterprise("Scène", "03")
    one.sectors.set([sector("arts")])
    cycle = CycleFactory()
    address, add = reverse("benefits:chantier_portrait"), reverse("meetings:meeting_add")

    page = text_of(log_in_as(facilitator).get(address))
    assert '<option value="sector:arts">Secteur arts</option>' in page
    assert '<option value="region:03">Région 03</option>' in page
    assert f"{reverse('benefits:enterprise_list')}?secteur=arts" in page
    assert page.count("Préparer un webinaire") == 1
    assert "Préparer un webinaire" not in text_of(log_in_as(reader).get(address))

    staff = log_in_as(facilitator)
    form = staff.get(add, {"sujet": "region:03"}).context["form"]
    assert (form.initial["title"], form.initial["kind"]) == ("Région 03", "webinar")
    assert form.initial["guests"] == [other]
    sent = {
        "key": str(uuid.uuid4()),
        "cycle": cycle.pk,
        "kind": "webinar",
        "title": "Région 03",
        "held_on": "2021-09-12",
        "about": "region:03",
        "guests": [other.pk],
    }
    # An EÉS that the form did not offer.
    assert "guests" in staff.post(add, sent | {"guests": [one.pk]}).context["form"].errors
    staff.post(add, sent)
    made = Meeting.objects.get()
    assert list(made.guests.all()) == [other]
    assert [term.code for term in made.themes.all()] == ["region:03"]


@pytest.mark.parametrize("about", ["", "sector:inconnu", "region:03\x00", "juridique:obnl"])
def test_form_of_a_meeting_without_a_known_subject_offers_nobody(
    about: str, facilitator: User, log_in_as: LogIn
) -> None:
    CycleFactory()
    enterprise("Scène", "03")
    add = reverse("meetings:meeting_add")

    form = log_in_as(facilitator).get(add, {"sujet": about}).context["form"]

    assert ("guests" in form.fields) is (about == "region:03\x00")


def test_year_under_way_says_so(value: Indicator, reader: User, log_in_as: LogIn) -> None:
    client, address = log_in_as(reader), reverse("benefits:chantier_portrait")

    assert "Ensemble, en 2021 (en cours)" in text_of(client.get(address, {"annee": "2021"}))
    assert "(en cours)" not in text_of(client.get(address, {"annee": "2020"}))


def test_diversity_is_told_where_it_tells_of_nobody(value: Indicator, outsider: User) -> None:
    owners = buyers(value, [100, 200, 300])
    found = portrait(outsider)
    assert (found.enterprises, found.sectors_paid, found.regions_paid) == (3, 1, 1)
    # The three largest are all.
    assert found.share_of_largest is None

    # The others are those of one organization.
    buy(owners[0], enterprise("Petite"), 30, "2020-05-01", sector=sector("a"))
    assert portrait(outsider).share_of_largest is None

    shared = [enterprise(f"De tous {index}", "a") for index in range(4)]
    for owner in owners:
        for one in shared:
            buy(owner, one, 1000, "2020-05-01", sector=sector("a"))
    # 3 × 3000 of 600 + 30 + 12 000.
    assert portrait(outsider).share_of_largest == 71


def test_page_says_why_amounts_are_masked(value: Indicator, reader: User, log_in_as: LogIn) -> None:
    client, address = log_in_as(reader), reverse("benefits:chantier_portrait")
    assert "Aucun achat à montrer" in text_of(client.get(address, {"annee": "2020"}))

    owners = buyers(value, [100, 200, 300])
    for owner in owners:
        spend(owner, 50, "b")
    spend(owners[0], 40, "c")
    page = text_of(client.get(address, {"annee": "2020"}))
    assert "Montants masqués pour ne désigner aucune organisation" in page
    assert "désigner personne" not in page


def test_as_many_queries_whatever_the_organizations(
    value: Indicator, reader: User, log_in_as: LogIn, django_assert_num_queries
) -> None:
    buyers(value, [100, 200, 300])
    client = log_in_as(reader)
    address = reverse("benefits:chantier_portrait")
    client.get(address)
    # Session, user, our organization; who shares what, ours, last purchase, purchases, words,
    # typed, EÉS by sector and by region; stages.
    with django_assert_num_queries(12):
        client.get(address)
    for index in range(5):
        buyers(value, [100, 200, 300], in_sector=f"s{index}")
    with django_assert_num_queries(12):
        client.get(address)
