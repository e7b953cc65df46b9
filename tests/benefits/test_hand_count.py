"""A dozen purchases counted by hand, and every place that tells of them."""

import csv
import datetime
import io
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings

from benefits.chantier_portrait import ChantierPortrait
from benefits.feeds import values_of
from benefits.portrait import Portrait
from chantier.public.datasets import DATASETS
from measures.actions.figures import save_figure
from measures.models import Indicator
from members.fiscal import FiscalYear
from members.models import Organization, User
from tests.benefits.bought import url
from tests.benefits.spent import buy, enterprise, sector
from tests.conftest import LogIn
from tests.factories import IndicatorAimFactory, IndicatorFactory, OrganizationFactory
from tests.measures.sent_figures import at, text_of

TODAY = datetime.date(2021, 6, 15)
FIRST, SECOND = FiscalYear.beginning(2019, 4), FiscalYear.beginning(2020, 4)
N = "\u00a0"
# What the content says of each, and the count of both fiscal years by hand.
COUNTED = {
    "I-01": ("Σ montants facturés par des EÉS dans la période, avant taxes", "1550.50", "1180.00"),
    "I-03": ("Nombre de contrats et bons de commande distincts", "2", "5"),
    "I-04": ("EÉS distinctes ayant au moins un paiement dans la période", "2", "3"),
    "I-05": (
        "EÉS sans paiement aux deux périodes précédentes ÷ EÉS actives × 100",
        None,
        "66.6667",
    ),
    "I-10": ("Secteurs distincts des EÉS payées; option : 1 − Σ(part du secteur)²", "2", "2"),
    "I-11": ("Régions administratives distinctes des EÉS payées", "2", "2"),
}


@pytest.fixture(autouse=True)
def in_june():
    with time_machine.travel("2021-06-15 12:00", tick=False):
        yield


@pytest.fixture
def bought(organization: Organization) -> Organization:
    """Fiscal years from April; an EÉS of two sectors, credit notes, a purchase without sector."""
    organization.fiscal_year_start_month = 4
    organization.save()
    food, print_ = sector("alimentation"), sector("impression")
    one, two = enterprise("Une", "06"), enterprise("Deux", "03")
    three, four = enterprise("Trois", "12"), enterprise("Quatre", "06")
    one.sectors.set([food, print_])
    # Two years before the second: what makes the new EÉS known.
    buy(organization, one, "10", "2018-04-01", sector=food)
    # 2019-2020: 1550.50 in two contracts.
    buy(organization, one, "1000.00", "2019-04-01", sector=food, reference="C-1")
    buy(organization, one, "250.50", "2020-03-31", sector=food, reference="C-1")
    buy(organization, two, "300.00", "2019-09-09", sector=print_, reference="C-2")
    # 2020-2021: C-3, two without a number, C-4 and C-5; the credit note of C-2 pays nobody.
    buy(organization, one, "400.10", "2020-04-01", sector=food, reference="C-3")
    buy(organization, one, "99.90", "2020-05-01", sector=print_, reference="C-3")
    buy(organization, one, "200.00", "2020-06-01", sector=food)
    buy(organization, one, "100.00", "2020-07-01", sector=food)
    buy(organization, two, "-50.00", "2020-08-01", sector=print_, reference="C-2")
    buy(organization, three, "150.00", "2020-12-31", reference="C-4")
    buy(organization, four, "300.00", "2021-01-15", sector=print_, reference="C-5")
    buy(organization, four, "-20.00", "2021-03-31", sector=print_, reference="C-5")
    # The day after, nobody known, somebody else.
    buy(organization, one, "7000", "2021-04-01", sector=food)
    buy(organization, None, "5000", "2020-10-10")
    buy(OrganizationFactory(fiscal_year_start_month=4), one, "9000", "2020-10-10")
    return organization


@pytest.mark.parametrize("code", COUNTED)
def test_indicator_is_what_its_definition_counts(code: str, bought: Organization) -> None:
    content = Path(settings.BASE_DIR) / "measures/seed/indicators.toml"
    items = {item["code"]: item for item in tomllib.loads(content.read_text())["item"]}
    formula, *numbers = COUNTED[code]
    found = values_of([bought], [FIRST, SECOND])

    assert items[code]["formula"].replace(N, " ") == formula
    assert [found[bought.pk, code, year.start].value for year in (FIRST, SECOND)] == [
        None if number is None else Decimal(number) for number in numbers
    ]


def test_average_of_a_contract_is_the_value_over_the_contracts(
    bought: Organization, reader: User, log_in_as: LogIn
) -> None:
    amount = IndicatorFactory(code="I-01", unit="$", decimals=2)
    contracts = IndicatorFactory(code="I-03", unit="nombre", decimals=0)
    IndicatorFactory(
        code="I-09",
        unit="$",
        decimals=2,
        computation="quotient",
        dividend=amount,
        divisor=contracts,
    )
    client = log_in_as(reader)
    for year, average in ((2019, "775,25 $"), (2020, "236,00 $")):
        page = text_of(client.get(at("indicator_value", bought, code="I-09", year=year)))
        assert average in page


def test_portrait_agrees_with_the_count(
    bought: Organization, reader: User, log_in_as: LogIn
) -> None:
    answer = log_in_as(reader).get(url("purchase_portrait", bought), {"annee": "2020"})
    found, page = answer.context["portrait"], text_of(answer)

    assert [line.text for line in found.headlines] == [
        f"1{N}180{N}$",
        "5",
        "3",
        f"67{N}%",
        "2",
        "2",
    ]
    assert [line.before for line in found.headlines][:3] == [f"1{N}550,50{N}$", "2", "2"]
    assert [(part.label, part.amount, part.share) for part in found.sectors] == [
        ("Secteur alimentation", Decimal("700.10"), Decimal("59.3")),
        ("Secteur impression", Decimal("329.90"), Decimal("28.0")),
        ("Secteur non précisé", Decimal("150.00"), Decimal("12.7")),
    ]
    # 1 − (0.5933² + 0.2796² + 0.1271²).
    assert found.diversity == Decimal("0.55")
    assert [(part.label, part.amount) for part in found.suppliers] == [
        ("Une", Decimal("800.00")),
        ("Quatre", Decimal("280.00")),
        ("Trois", Decimal("150.00")),
        ("Deux", Decimal("-50.00")),
    ]
    assert "Année financière 2020-2021" in page
    assert "1 achat de 2020-2021 (5 000 $) ne compte pas ici" in page


def test_supplier_of_two_sectors_counts_once_wherever_totals_are_told(
    bought: Organization, outsider: User, reader: User, log_in_as: LogIn
) -> None:
    value: Any = IndicatorFactory(code="I-01", name="Valeur", unit="$", decimals=2)
    one = enterprise("De deux secteurs", "06")
    one.sectors.set([sector("alimentation"), sector("impression")])
    owners: list[Any] = [bought, *OrganizationFactory.create_batch(3)]
    for owner in owners:
        IndicatorAimFactory(organization=owner, indicator=value, sharing="public")
        if owner != bought:
            buy(owner, one, "600", "2021-02-01", sector=sector("alimentation"))
            buy(owner, one, "500", "2021-02-02", sector=sector("impression"))
            buy(owner, one, "-40", "2021-02-03")
    spent = Decimal("1180.00") + 3 * Decimal(1060)

    # The page and its spreadsheet.
    portrait = Portrait.build(bought, today=TODAY, asked="2020")
    answer = log_in_as(reader).get(
        url("purchase_portrait_export", bought, kind="csv"), {"annee": "2020"}
    )
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))[1:]
    for word in ("Secteur", "Région", "EÉS"):
        amounts = [Decimal(row[2].replace(",", ".")) for row in table if row[0] == word]
        assert sum(amounts) == portrait.total == Decimal("1180.00")
    # The chantier.
    together = ChantierPortrait.build(
        user=outsider, for_staff=False, today=TODAY, asked=str(SECOND.end.year)
    )
    assert together.total == spent
    for lines in (together.sectors, together.by_region):
        assert sum(line.amount or 0 for line in lines) in (0, spent)
    assert together.sectors
    # Open data, once each has noted what its purchases say.
    _note(value, owners, outsider)
    [row] = [
        row
        for row in DATASETS["agregats"].records()
        if row["sujet"] == "indicateur" and row["libelle"] == "Valeur"
    ]
    assert (row["periode"], row["organisations"], row["valeur"]) == ("2021", 4, spent)


def _note(value: Indicator, owners: list[Organization], by: User) -> None:
    for owner in owners:
        year = FiscalYear.of(owner, datetime.date(2021, 2, 1))
        fed = values_of([owner], [year])[owner.pk, "I-01", year.start]
        save_figure(
            organization=owner,
            indicator=value,
            year=year,
            figure=fed.figure(value),
            version=0,
            by=by,
        )
