"""What purchases say of a value: it stands where nobody typed, and is told where somebody did."""

import datetime
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from measures.indicators.chantier import together
from measures.indicators.coverage import noted_in
from measures.indicators.lines import figure_lines
from measures.indicators.published import published
from measures.models import Indicator, IndicatorRevision, IndicatorValue
from members.fiscal import FiscalYear
from members.models import Organization, User
from tests.benefits.spent import buy, enterprise
from tests.conftest import LogIn
from tests.factories import (
    IndicatorAimFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    OrganizationFactory,
)
from tests.html import StrictClient
from tests.measures.grid import grid_at, in_2021  # noqa: F401 - the day of all tests
from tests.measures.sent_figures import at, text_of

YEAR = FiscalYear.beginning(2020, 1)


@pytest.fixture
def amount(db: None) -> Indicator:
    return IndicatorFactory(code="I-01", unit="$", decimals=2, minimum=0, kind="resultat")


@pytest.fixture
def average(amount: Indicator) -> Indicator:
    contracts = IndicatorFactory(code="I-03", unit="nombre", decimals=0, kind="resultat")
    return IndicatorFactory(
        code="I-09",
        unit="$",
        decimals=2,
        kind="resultat",
        computation="quotient",
        dividend=amount,
        divisor=contracts,
    )


@pytest.fixture
def bought(organization: Organization) -> Organization:
    one = enterprise("Une")
    buy(organization, one, "1000.50", "2020-03-01")
    buy(organization, one, "500.00", "2020-04-01")
    return organization


@pytest.fixture
def member(contributor: User, log_in_as: LogIn) -> StrictClient:
    return log_in_as(contributor)


def type_over(organization: Organization, indicator: Indicator, value: str | None) -> Any:
    number = None if value is None else Decimal(value)
    return IndicatorValueFactory(
        organization=organization, indicator=indicator, year=2020, value=number
    )


def value_at(organization: Organization, code: str = "I-01") -> str:
    return at("indicator_value", organization, code=code, year=2020)


def taken(**changed: Any) -> dict[str, Any]:
    form = {"version": 1, "seen": "1\u00a0500,50\u00a0$", "submission_key": uuid.uuid4()}
    return form | changed


def take_over(client: StrictClient, organization: Organization, **changed: Any) -> str:
    address = at("indicator_take_over", organization, code="I-01", year=2020)
    return text_of(client.post(address, taken(**changed), follow=True))


def test_purchases_stand_where_nobody_typed(
    bought: Organization, amount: Indicator, member: StrictClient
) -> None:
    page = text_of(member.get(value_at(bought)))

    assert "1 500,50 $" in page
    assert "D’après 2 achats" in page
    assert f"/organisations/{bought.slug}/achats/?annee=2020&amp;suivi=rapproches" in page
    assert "D’après 2 achats".lower() in text_of(
        member.get(at("indicator_trend", bought, code="I-01"))
    )
    assert "<b>1 500,50 $</b> d’après 2 achats" in text_of(member.get(grid_at(bought)))


def test_staff_read_the_value_and_not_the_purchases(
    bought: Organization, amount: Indicator, coordinator: User, log_in_as: LogIn
) -> None:
    client = log_in_as(coordinator)

    page = text_of(client.get(value_at(bought)))

    assert "1 500,50 $" in page
    assert "2 achats" not in page
    assert "achats/" not in page
    assert "2 achats" not in text_of(client.get(grid_at(bought)))


def test_what_is_kept_is_kept_from_staff(
    bought: Organization, amount: Indicator, coordinator: User, log_in_as: LogIn
) -> None:
    IndicatorAimFactory(organization=bought, indicator=amount, sharing="private")
    client = log_in_as(coordinator)

    assert client.get(value_at(bought)).status_code == 404
    assert "1 500,50" not in text_of(client.get(grid_at(bought)))


@pytest.mark.parametrize(("typed", "shown"), [("1400", "1 400,00 $"), (None, "n. d.")])
def test_typed_value_stands_and_both_are_told(
    typed: str | None, shown: str, bought: Organization, amount: Indicator, member: StrictClient
) -> None:
    type_over(bought, amount, typed)

    page = text_of(member.get(value_at(bought)))

    assert f"Valeur notée : <b>{shown}</b>. Selon les achats : <b>1 500,50 $</b>" in page
    assert "Reprendre la valeur des achats" in page
    assert "<b>1 500,50 $</b> selon les achats" in text_of(member.get(grid_at(bought)))


def test_typed_value_that_agrees_is_told_once(
    bought: Organization, amount: Indicator, member: StrictClient
) -> None:
    type_over(bought, amount, "1500.5")

    assert "Les achats disent autre chose" not in text_of(member.get(value_at(bought)))
    assert "selon les achats" not in text_of(member.get(grid_at(bought)))


def test_value_of_purchases_is_taken_over(
    bought: Organization, amount: Indicator, member: StrictClient, contributor: User
) -> None:
    type_over(bought, amount, "1400")

    page = take_over(member, bought)

    row = IndicatorValue.objects.get()
    assert (row.value, row.source, row.version) == (
        Decimal("1500.5"),
        "Calculée des achats du portail",
        2,
    )
    kept = IndicatorRevision.objects.get(number=2)
    assert (kept.author, kept.reason) == (
        contributor,
        "Valeur reprise des achats, d’après 2\u00a0achats",
    )
    assert "La valeur de 2020 est maintenant celle des achats." in page
    # The second click.
    assert "est maintenant celle des achats" in take_over(member, bought)
    assert IndicatorRevision.objects.filter(number__gt=1).count() == 1


def test_ratio_is_taken_over_with_its_terms(
    organization: Organization, member: StrictClient
) -> None:
    new = IndicatorFactory(code="I-05", unit="%", decimals=1, minimum=0, maximum=100)
    one, two, three = (enterprise(name) for name in ("Une", "Deux", "Trois"))
    buy(organization, one, "1", "2018-02-01")
    for each in (one, two, three):
        buy(organization, each, "1", "2020-02-01")
    type_over(organization, new, "10")

    address = at("indicator_take_over", organization, code="I-05", year=2020)
    member.post(address, taken(seen="66,7\u00a0%"))

    row: Any = IndicatorValue.objects.get()
    assert (row.value, row.numerator, row.denominator) == (Decimal("66.6667"), 2, 3)


def test_what_changed_in_between_is_told_and_nothing_is_stored(
    bought: Organization, amount: Indicator, member: StrictClient
) -> None:
    type_over(bought, amount, "1400")

    assert "Les achats ont changé : ils disent maintenant 1 500,50 $." in take_over(
        member, bought, seen="12,00\u00a0$"
    )
    assert "Une autre personne vient de changer la valeur" in take_over(member, bought, version=7)
    assert IndicatorValue.objects.get().value == 1400


def test_computed_value_is_noted_in_one_click_and_may_be_published(
    bought: Organization, amount: Indicator, member: StrictClient, contributor: User
) -> None:
    for owner in (bought, *OrganizationFactory.create_batch(3)):
        IndicatorAimFactory(organization=owner, indicator=amount, sharing="public")
        if owner != bought:
            type_over(owner, amount, "1000")
    # Of three organizations, each of which knows its own: what is computed nobody publishes.
    assert published() == []
    page = text_of(member.get(value_at(bought)))
    assert "Noter 1 500,50 $" in page
    assert "les totaux publics des indicateurs ne la comptent pas" in page

    key = uuid.uuid4()
    said = take_over(member, bought, version=0, submission_key=key)
    assert "La valeur de 2020 est maintenant celle des achats." in said
    take_over(member, bought, version=0, submission_key=key)

    row = IndicatorValue.objects.get(organization=bought)
    assert (row.value, row.source) == (Decimal("1500.5"), "Calculée des achats du portail")
    kept = IndicatorRevision.objects.get(indicator_value=row)
    assert (kept.author, kept.reason) == (
        contributor,
        "Valeur calculée des achats, d’après 2\u00a0achats",
    )
    [(indicator, [year])] = published()
    assert (indicator, year.organizations, year.value) == (amount, 4, Decimal("4500.5"))
    assert "Noter 1 500,50" not in text_of(member.get(value_at(bought)))
    # It follows the purchases no more, and says so.
    buy(bought, enterprise("Deux"), "100", "2020-05-01")
    page = text_of(member.get(value_at(bought)))
    assert "Valeur notée : <b>1 500,50 $</b>. Selon les achats : <b>1 600,50 $</b>" in page


def test_who_only_reads_notes_nothing(
    bought: Organization, amount: Indicator, reader: User, log_in_as: LogIn
) -> None:
    client = log_in_as(reader)

    assert "Noter 1 500,50 $" not in text_of(client.get(value_at(bought)))
    address = at("indicator_take_over", bought, code="I-01", year=2020)
    assert client.post(address, taken(version=0)).status_code == 403
    assert not IndicatorValue.objects.exists()


def test_unknown_value_is_not_noted_in_the_place_of_nothing(
    organization: Organization, amount: Indicator, member: StrictClient
) -> None:
    buy(organization, enterprise("Une"), "-10", "2020-03-01")

    assert "Noter n. d." not in text_of(member.get(value_at(organization)))
    assert "Rien n’est à reprendre" in take_over(member, organization, seen="n.\u00a0d.", version=0)
    assert not IndicatorValue.objects.exists()


def test_page_of_an_indicator_says_what_visitors_read(
    average: Indicator, amount: Indicator, member: StrictClient
) -> None:
    for _ in range(3):
        owner = OrganizationFactory()
        buy(owner, enterprise("Une"), "10", "2020-03-01")
        for each in (amount, average, average.divisor):
            IndicatorAimFactory(organization=owner, indicator=each, sharing="chantier")

    for code, words in (
        ("I-01", "ne comptent que des valeurs notées"),
        ("I-09", "elle se calcule"),
    ):
        page = text_of(member.get(reverse("measures:indicator_detail", kwargs={"code": code})))
        assert words in page


def test_average_divides_what_stands(
    bought: Organization, average: Indicator, amount: Indicator, member: StrictClient
) -> None:
    page = text_of(member.get(value_at(bought, "I-09")))
    assert "750,25 $" in page

    type_over(bought, amount, "3000")
    assert "1 500,00 $" in text_of(member.get(value_at(bought, "I-09")))


def test_exported_grid_comes_back_unchanged(
    bought: Organization, average: Indicator, member: StrictClient
) -> None:
    answer: Any = member.get(at("indicator_export", bought, kind="csv"))
    table = b"".join(answer.streaming_content)
    assert b"1500,50" in table

    address = at("indicator_import", bought)
    plan = member.post(address, {"table": SimpleUploadedFile("grille.csv", table)}).context["plan"]

    assert (plan.changes, plan.errors) == ([], [])
    assert not IndicatorValue.objects.exists()


def test_report_says_that_the_value_is_that_of_purchases(
    bought: Organization, amount: Indicator, django_assert_num_queries: Any
) -> None:
    today = datetime.date(2021, 6, 30)
    with django_assert_num_queries(2):
        [line] = figure_lines(bought, YEAR, today=today, with_private=False)

    assert (line.value, line.text) == (Decimal("1500.5"), "1\u00a0500,50\u00a0$")
    assert line.source == "Calculée des achats du portail"


def test_value_of_purchases_is_counted_as_noted(bought: Organization, amount: Indicator) -> None:
    IndicatorFactory(code="I-02")
    noted = noted_in(bought, YEAR)
    assert (noted.known, noted.total) == (1, 2)

    type_over(bought, amount, None)
    assert noted_in(bought, YEAR).known == 0


def test_chantier_adds_what_stands(bought: Organization, amount: Indicator) -> None:
    IndicatorAimFactory(organization=bought, indicator=amount, sharing="chantier")
    for typed in ("1400", None, "1600"):
        owner = OrganizationFactory()
        IndicatorAimFactory(organization=owner, indicator=amount, sharing="chantier")
        buy(owner, enterprise("Une"), "1000", "2020-03-01")
        if typed:
            type_over(owner, amount, typed)

    [year] = together(amount, for_staff=False)

    assert (year.organizations, year.value) == (4, Decimal("5500.5"))


def test_chantier_counts_a_region_once(db: None) -> None:
    regions = IndicatorFactory(code="I-11", unit="régions sur 17", level="chantier")
    for index in range(3):
        owner = OrganizationFactory()
        buy(owner, enterprise("Ici", "06"), "10", "2020-03-01")
        buy(owner, enterprise(f"Là {index}", f"0{index + 1}"), "10", "2020-03-01")

    year: Any
    [year] = together(regions, for_staff=True)

    assert (year.organizations, year.value) == (3, 4)


def test_grid_costs_one_query_more_whatever_the_purchases(
    bought: Organization, amount: Indicator, member: StrictClient, django_assert_num_queries: Any
) -> None:
    member.get(grid_at(bought))
    for index in range(20):
        buy(bought, enterprise(f"N {index}"), "10", "2019-03-01")

    # Session, person, access; indicators with their values, purchases; stages.
    with django_assert_num_queries(6):
        member.get(grid_at(bought), {"annees": 10})


def test_grid_of_who_bought_nothing_does_not_ask_for_purchases(
    organization: Organization,
    amount: Indicator,
    member: StrictClient,
    django_assert_num_queries: Any,
) -> None:
    buy(OrganizationFactory(), enterprise("Ailleurs"), "10", "2019-03-01")
    member.get(grid_at(organization))

    # Session, person, access; indicators with their values; stages.
    with django_assert_num_queries(5):
        member.get(grid_at(organization), {"annees": 10})


@pytest.mark.parametrize("typed", [None, "1400"])
def test_each_form_of_the_page_carries_its_token(
    typed: str | None, bought: Organization, amount: Indicator, member: StrictClient
) -> None:
    if typed:
        type_over(bought, amount, typed)

    page = text_of(member.get(value_at(bought)))

    assert "/reprendre/" in page
    assert page.count("csrfmiddlewaretoken") == page.count('method="post"')
