"""Figures that nobody types: the quotient of two values, and the measures of the register."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from measures import seeding
from measures.indicators.computed import Computed, computed_values
from measures.models import Implementation, Indicator, Stage
from measures.progress import History, Progress, stages_with_absent
from members import seeding as vocabulary
from members.fiscal import FiscalYear
from members.models import Organization
from tests.factories import ImplementationFactory, IndicatorFactory, MeasureFactory

DAY = datetime.date
TODAY = DAY(2021, 6, 30)
YEARS = [FiscalYear.beginning(year, 1) for year in (2019, 2020, 2021)]
C = Indicator.Computation


@pytest.fixture
def amount() -> Indicator:
    return IndicatorFactory(code="I-01", name="Achats", unit="$", decimals=2)


@pytest.fixture
def contracts() -> Indicator:
    return IndicatorFactory(code="I-03", name="Contrats", unit="nombre")


@pytest.fixture
def average(amount: Indicator, contracts: Indicator) -> Indicator:
    return IndicatorFactory(
        code="I-09",
        unit="$",
        decimals=2,
        computation=C.QUOTIENT,
        dividend=amount,
        divisor=contracts,
    )


@pytest.fixture
def rate(db: None) -> Indicator:
    return IndicatorFactory(code="I-13", computation=C.PROGRESS_RATE)


@pytest.fixture
def points(db: None) -> Indicator:
    return IndicatorFactory(code="I-14", unit="points de %", computation=C.PROGRESS_POINTS)


def quotient_of(
    organization: Organization, average: Indicator, over: Decimal | None, under: Decimal | None
) -> Computed:
    year = YEARS[1]
    assert average.dividend is not None
    assert average.divisor is not None
    values = {
        (average.dividend.pk, year.start): over,
        (average.divisor.pk, year.start): under,
    }
    rows = [average, average.dividend, average.divisor]
    found = computed_values(organization, rows, [year], values, TODAY)
    assert found.keys() == {(average.pk, year.start)}
    return found[average.pk, year.start]


def test_quotient_says_what_it_divides(organization: Organization, average: Indicator) -> None:
    found = quotient_of(organization, average, Decimal("1000.00"), Decimal(3))

    assert found.value == Decimal("333.3333")
    assert [(term.code, term.text, term.year) for term in found.terms] == [
        ("I-01", "1\u00a0000,00\u00a0$", 2020),
        ("I-03", "3", 2020),
    ]
    assert found.why == ""
    assert found.in_words == "Achats\u00a0: 1\u00a0000,00\u00a0$; Contrats\u00a0: 3"


@pytest.mark.parametrize(
    ("over", "under", "why"),
    [
        (Decimal(10), Decimal(0), "I-03 est zéro\u00a0: rien ne se divise par zéro."),
        (Decimal(10), None, "Sans valeur\u00a0: I-03."),
        (None, None, "Sans valeur\u00a0: I-01 et I-03."),
    ],
)
def test_zero_or_unknown_denominator_is_not_available(
    organization: Organization,
    average: Indicator,
    over: Decimal | None,
    under: Decimal | None,
    why: str,
) -> None:
    found = quotient_of(organization, average, over, under)

    assert found.value is None
    assert found.why == why


def test_nothing_bought_is_zero_not_unknown(organization: Organization, average: Indicator) -> None:
    assert quotient_of(organization, average, Decimal(0), Decimal(2)).value == 0


def test_quotient_out_of_its_bounds_breaks_no_page(
    organization: Organization, average: Indicator
) -> None:
    average.maximum = Decimal(100)

    found = quotient_of(organization, average, Decimal(1000), Decimal(2))

    assert found.value is None
    assert "bornes" in found.why


def test_quotient_asks_the_database_nothing(
    organization: Organization, average: Indicator, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        quotient_of(organization, average, Decimal(1000), Decimal(2))


@pytest.fixture
def register(organization: Organization, five_stages: list[Stage]) -> None:
    """Four applicable measures: one implemented in 2019, one more in 2021."""
    Organization.objects.filter(pk=organization.pk).update(joined_on="2019-02-01")
    organization.refresh_from_db()
    stage = five_stages[0]
    for day in (datetime.date(2019, 5, 1), datetime.date(2021, 2, 1)):
        measure = MeasureFactory(stage=stage)
        ImplementationFactory(
            organization=organization,
            measure=measure,
            implemented=True,
            implemented_on=day,
            started_on=None,
        )
    ImplementationFactory(
        organization=organization, measure=MeasureFactory(stage=stage), in_progress=True
    )
    ImplementationFactory(
        organization=organization, measure=MeasureFactory(stage=stage), not_applicable=True
    )
    MeasureFactory(stage=stage)


@pytest.mark.usefixtures("register")
def test_rate_is_that_of_the_register_at_the_end_of_each_year(
    organization: Organization, rate: Indicator
) -> None:
    found = computed_values(organization, [rate], YEARS, {}, TODAY)

    assert [found[rate.pk, year.start].value for year in YEARS] == [25, 25, 50]
    assert found[rate.pk, YEARS[0].start].in_words == (
        "Mesures implantées au 31\u00a0décembre 2019\u00a0: 1; Mesures applicables\u00a0: 4"
    )
    # The year under way is told as of today.
    assert "30\u00a0juin 2021" in found[rate.pk, YEARS[2].start].in_words


@pytest.mark.usefixtures("register")
def test_points_are_the_difference_of_two_rates(
    organization: Organization, points: Indicator
) -> None:
    found = computed_values(organization, [points], YEARS, {}, TODAY)

    # Nothing is known of 2018: no progress can be told.
    assert [found[points.pk, year.start].value for year in YEARS] == [None, 0, 25]
    assert "n’est pas connue" in found[points.pk, YEARS[0].start].why


@pytest.mark.usefixtures("register")
def test_all_years_are_read_in_one_query(
    organization: Organization, rate: Indicator, points: Indicator, django_assert_num_queries
) -> None:
    years = [FiscalYear.beginning(year, 4) for year in range(2011, 2021)]

    with django_assert_num_queries(1):
        found = computed_values(organization, [rate, points], years, {}, TODAY)

    assert len(found) == 20
    # Years that ended before anything is known: not zero.
    assert found[rate.pk, years[0].start] == Computed(
        None, (), "Avant l’adhésion au chantier, le registre ne dit rien."
    )


@pytest.mark.usefixtures("register")
def test_a_year_to_come_has_no_rate(organization: Organization, rate: Indicator) -> None:
    year = FiscalYear.beginning(2022, 1)

    found = computed_values(organization, [rate], [year], {}, TODAY)

    assert found[rate.pk, year.start].value is None
    assert found[rate.pk, year.start].why == "L’année n’a pas commencé."


@pytest.mark.usefixtures("register")
def test_history_says_what_progress_says_on_each_day(organization: Organization) -> None:
    ImplementationFactory(
        organization=organization, implemented=True, started_on=None, implemented_on="2018-03-01"
    )
    ImplementationFactory(implemented=True, started_on=None, implemented_on="2012-03-01")
    stages = list(Stage.objects.all())
    days = [datetime.date(year, 6, 30) for year in range(2015, 2023)]

    history = History.build(organization, days)

    expected = [Progress.build(organization, as_of=day, stages=stages).total for day in days]
    assert [history.tallies[day].rate for day in days] == [each.rate for each in expected]
    assert [history.tallies[day].applicable for day in days] == [
        each.applicable for each in expected
    ]
    assert len({each.rate for each in expected}) > 2
    # What it implemented before it joined is known.
    assert history.since == datetime.date(2018, 3, 1)


@pytest.mark.usefixtures("register")
def test_a_register_that_was_read_says_the_same(organization: Organization) -> None:
    ImplementationFactory(organization=organization, own=True, implemented=True)
    ImplementationFactory(organization=organization, not_applicable=True)
    ImplementationFactory(organization=organization, in_progress=True)
    ImplementationFactory(implemented=True)
    stages, days = stages_with_absent(organization), [DAY(2015, 6, 30), DAY(2020, 6, 30), TODAY]
    register = Implementation.objects.filter(organization=organization)

    built = Progress.build_on(days, organization, stages=stages)

    for day, expected in zip(days, built, strict=True):
        rows: Any = register.with_status_as_of(day, "then")
        statuses = [(row.stage_id, row.then) for row in rows]
        assert Progress.counted(day, stages, statuses) == expected
    assert History.counted(organization, days, stages, register) == History.build(
        organization, days
    )
    assert sum(stage.absent for stage in stages)
    assert len({each.total for each in built}) > 1


def test_nothing_applicable_is_not_available(organization: Organization, rate: Indicator) -> None:
    year = FiscalYear.of(organization, organization.joined_on)

    found = computed_values(organization, [rate], [year], {}, organization.joined_on)

    assert found[rate.pk, year.start].value is None
    assert found[rate.pk, year.start].why == "Aucune mesure applicable."


def test_reports_are_told_of_the_chantier_only(organization: Organization) -> None:
    row = IndicatorFactory(computation=C.REPORTS)

    found = computed_values(organization, [row], YEARS[:1], {}, TODAY)

    assert found[row.pk, YEARS[0].start].value is None
    assert "tout le chantier" in found[row.pk, YEARS[0].start].why


def test_seeded_indicators_are_computed_or_typed_as_their_formula_says(db: None) -> None:
    vocabulary.seed()
    seeding.seed()

    rows = {row.code: row for row in Indicator.objects.select_related("dividend", "divisor")}
    average = rows["I-09"]
    assert average.dividend is not None
    assert average.divisor is not None
    assert (average.dividend.code, average.divisor.code) == ("I-01", "I-03")
    assert {row.code: row.computation for row in rows.values() if row.is_computed} == {
        "I-09": C.QUOTIENT,
        "I-13": C.PROGRESS_RATE,
        "I-14": C.PROGRESS_POINTS,
        "I-20": C.REPORTS,
    }
    assert {code for code, row in rows.items() if row.is_ratio} == {
        "I-02",
        "I-05",
        "I-06",
        "I-07",
        "I-08",
        "I-12",
    }
    assert all(row.exclusions and row.minimum is not None for row in rows.values())


def test_seeding_again_leaves_what_staff_wrote_in_a_quotient(db: None) -> None:
    vocabulary.seed()
    seeding.seed()
    Indicator.objects.filter(code="I-09").update(exclusions="Nos mots.", decimals=0)

    seeding.seed()

    average = Indicator.objects.get(code="I-09")
    assert (average.exclusions, average.decimals) == ("Nos mots.", 0)
    assert average.dividend is not None
