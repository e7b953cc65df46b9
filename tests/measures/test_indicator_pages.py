"""The pages of an indicator: what it counts, and its trend in one organization."""

import datetime
from decimal import Decimal

import pytest

from measures.models import Indicator
from members.models import Organization, User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import (
    ImplementationFactory,
    IndicatorAimFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    MeasureFactory,
    SourceFactory,
    TermFactory,
)
from tests.measures.sent_figures import at, text_of

TODAY = datetime.date(2021, 6, 30)
C = Indicator.Computation


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to(datetime.datetime(2021, 6, 30, 12, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def share(db: None) -> Indicator:
    return IndicatorFactory(
        code="I-02",
        name="Part des achats",
        decimals=1,
        minimum=0,
        maximum=100,
        numerator_label="achats auprès d’EÉS",
        denominator_label="achats admissibles",
        exclusions="Les dons.",
    )


def test_definition_says_what_counts_and_what_does_not(
    share: Indicator, reader: User, log_in_as: LogIn
) -> None:
    share.sources.add(SourceFactory(title="Communiqué de 2020"))
    share.measures.add(MeasureFactory(title="Fixer une cible annuelle"))
    share.measures.add(MeasureFactory(title="Mesure retirée", is_active=False))
    TermFactory(code="computation_rule:01", vocabulary="computation_rule", label="Jamais 0.")

    page = text_of(log_in_as(reader).get(at("indicator_detail", code="I-02")))

    for words in (
        "Part des achats",
        "Les dons.",
        "Achats admissibles",
        "Plus haut vaut mieux",
        "Communiqué de 2020",
        "Fixer une cible annuelle",
        "Jamais 0.",
        "Voir nos valeurs",
    ):
        assert words in page
    assert "Mesure retirée" not in page


def test_quotient_names_the_two_it_divides(reader: User, log_in_as: LogIn) -> None:
    over, under = IndicatorFactory(code="A-1", name="Achats"), IndicatorFactory(code="A-2")
    IndicatorFactory(code="A-3", computation=C.QUOTIENT, dividend=over, divisor=under)

    page = text_of(log_in_as(reader).get(at("indicator_detail", code="A-3")))

    assert "Personne ne le saisit" in page
    assert at("indicator_detail", code="A-1") in page
    assert at("indicator_detail", code="A-2") in page


@pytest.mark.parametrize("code", ["RIEN", "I-02%00"])
def test_unknown_indicator_is_not_found(
    code: str, share: Indicator, reader: User, organization: Organization, log_in_as: LogIn
) -> None:
    client = log_in_as(reader)

    assert client.get(f"/indicateurs/{code}/").status_code == 404
    assert client.get(at("indicator_trend", organization, code="RIEN")).status_code == 404


def test_trend_leaves_a_gap_where_nothing_is_known(
    organization: Organization, share: Indicator, reader: User, log_in_as: LogIn
) -> None:
    for year, value in ((2017, "2"), (2018, None), (2019, "3"), (2020, "4.5")):
        IndicatorValueFactory(
            organization=organization,
            indicator=share,
            year=year,
            value=None if value is None else Decimal(value),
        )

    response = log_in_as(reader).get(at("indicator_trend", organization, code="I-02"))

    chart = response.context["chart"]
    assert len(chart.dots) == 3
    # Neither across the gap, nor to the year under way, of which nothing is noted.
    assert len(chart.segments) == 1
    page = text_of(response)
    assert "4,5 %" in page
    assert "1,5 point de plus par rapport à l’année d’avant, dans le sens souhaité" in page
    assert "Rien de noté" in page


def test_trend_says_how_far_the_target_is(
    organization: Organization, share: Indicator, reader: User, log_in_as: LogIn
) -> None:
    IndicatorValueFactory(organization=organization, indicator=share, value=Decimal("12.5"))
    IndicatorAimFactory(organization=organization, indicator=share)

    response = log_in_as(reader).get(at("indicator_trend", organization, code="I-02"))

    assert "Il manque 12,5 points pour atteindre la cible de 25,0 % en 2022." in text_of(response)
    assert {level.kind for level in response.context["chart"].levels} == {"target", "baseline"}
    assert "10,0 % (2018)" in text_of(response)


@pytest.mark.parametrize(
    ("direction", "value", "words"),
    [
        ("up", "25", "La cible de 25,0 % en 2022 est atteinte."),
        ("down", "25", "La cible de 25,0 % en 2022 est atteinte."),
        ("down", "30.5", "C’est 5,5 points de trop pour la cible de 25,0 % en 2022."),
        ("neutral", "20", "C’est à 5,0 points de la cible de 25,0 % en 2022."),
    ],
)
def test_target_is_read_in_the_direction_of_the_indicator(
    direction: str,
    value: str,
    words: str,
    organization: Organization,
    share: Indicator,
    reader: User,
    log_in_as: LogIn,
) -> None:
    Indicator.objects.update(direction=direction)
    IndicatorValueFactory(organization=organization, indicator=share, value=Decimal(value))
    IndicatorAimFactory(organization=organization, indicator=share)

    page = text_of(log_in_as(reader).get(at("indicator_trend", organization, code="I-02")))

    assert words in page


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("%", "2,0 points de plus"),
        ("points de\u00a0%", "2,0 points de plus"),
        ("$", "2,0 $ de plus"),
        ("jours", "2,0 jours de plus"),
        ("note sur 5", "2,0 de plus"),
    ],
)
def test_difference_has_the_unit_that_is_said(
    unit: str, words: str, organization: Organization, reader: User, log_in_as: LogIn
) -> None:
    row = IndicatorFactory(code="I-18", unit=unit, decimals=1)
    for year, value in ((2019, 1), (2020, 3)):
        IndicatorValueFactory(organization=organization, indicator=row, year=year, value=value)

    page = text_of(log_in_as(reader).get(at("indicator_trend", organization, code="I-18")))

    assert words in page


def test_trend_is_told_to_those_who_do_not_see_it(
    organization: Organization, share: Indicator, reader: User, log_in_as: LogIn
) -> None:
    IndicatorValueFactory(organization=organization, indicator=share, value=Decimal("12.5"))

    page = text_of(log_in_as(reader).get(at("indicator_trend", organization, code="I-02")))

    assert '<desc id="trend-texte">2017 : n. d.; 2018 : n. d.; 2019 : n. d.; 2020 : 12,5 %' in page


def test_years_of_before_the_fiscal_year_began_elsewhere_stay(
    organization: Organization, share: Indicator, reader: User, log_in_as: LogIn
) -> None:
    IndicatorValueFactory(organization=organization, indicator=share, year=2018)
    Organization.objects.filter(pk=organization.pk).update(fiscal_year_start_month=4)
    client = log_in_as(reader)

    series = client.get(at("indicator_trend", organization, code="I-02")).context["series"]

    assert [point.year.label for point in series.points if not point.is_empty] == ["2018"]
    page = text_of(client.get(at("indicator_value", organization, code="I-02", year=2018)))
    assert "Du 1er janvier 2018 au 31 décembre 2018" in page


def test_rate_of_the_register_has_its_trend(
    organization: Organization, reader: User, log_in_as: LogIn
) -> None:
    IndicatorFactory(code="I-13", computation=C.PROGRESS_RATE)
    Organization.objects.filter(pk=organization.pk).update(joined_on="2019-01-01")
    ImplementationFactory(organization=organization, implemented=True)

    response = log_in_as(reader).get(at("indicator_trend", organization, code="I-13"))

    points = response.context["series"].points
    assert [(point.year.label, point.value) for point in points] == [
        ("2017", None),
        ("2018", None),
        ("2019", 0),
        ("2020", 100),
        ("2021", 100),
    ]
    assert "Mesures implantées au 31 décembre 2020 : 1" in text_of(response)


def test_indicator_of_the_whole_chantier_has_no_trend_of_one(
    organization: Organization, reader: User, log_in_as: LogIn
) -> None:
    IndicatorFactory(code="I-20", level="chantier", computation=C.REPORTS)
    client = log_in_as(reader)

    assert client.get(at("indicator_trend", organization, code="I-20")).status_code == 404
    page = text_of(client.get(at("indicator_detail", code="I-20")))
    assert "Voir nos valeurs" not in page


@pytest.mark.parametrize("name", ["indicator_trend", "indicator_value"])
@pytest.mark.parametrize(
    ("level", "status"),
    [(SharingLevel.PRIVATE, 404), (SharingLevel.COORDINATION, 200), (SharingLevel.CHANTIER, 200)],
)
def test_staff_read_what_is_shared_with_them(
    name: str,
    level: str,
    status: int,
    organization: Organization,
    share: Indicator,
    coordinator: User,
    reader: User,
    log_in_as: LogIn,
) -> None:
    IndicatorAimFactory(organization=organization, indicator=share, sharing=level)
    IndicatorValueFactory(organization=organization, indicator=share)
    more = {"year": 2020} if name == "indicator_value" else {}
    address = at(name, organization, code="I-02", **more)

    assert log_in_as(coordinator).get(address).status_code == status
    assert log_in_as(reader).get(address).status_code == 200


def test_staff_read_no_quotient_of_what_is_kept(
    organization: Organization, share: Indicator, coordinator: User, log_in_as: LogIn
) -> None:
    other = IndicatorFactory(code="I-03")
    IndicatorFactory(code="I-09", computation=C.QUOTIENT, dividend=share, divisor=other)
    client = log_in_as(coordinator)
    address = at("indicator_trend", organization, code="I-09")
    assert client.get(address).status_code == 200

    IndicatorAimFactory(organization=organization, indicator=other, sharing="private")

    assert client.get(address).status_code == 404


def test_list_shows_the_last_value_of_ones_own(
    organization: Organization,
    other_organization: Organization,
    share: Indicator,
    reader: User,
    facilitator: User,
    log_in_as: LogIn,
) -> None:
    for year, value in ((2018, "1.5"), (2019, "2.5"), (2020, None)):
        number = None if value is None else Decimal(value)
        IndicatorValueFactory(organization=organization, indicator=share, year=year, value=number)
    IndicatorValueFactory(organization=other_organization, indicator=share, value=Decimal(99))

    page = text_of(log_in_as(reader).get(at("indicator_list")))
    of_staff = text_of(log_in_as(facilitator).get(at("indicator_list")))

    assert "2,5 %" in page
    assert "99,0" not in page
    assert at("indicator_trend", organization, code="I-02") in page
    assert "Notre dernière valeur" not in of_staff
