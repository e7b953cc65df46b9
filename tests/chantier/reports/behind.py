"""A year with rows of every sort behind its figures: shared, kept, and out on either side."""

import datetime
from decimal import Decimal

from benefits.models import Benefit
from members.models import Cycle, Organization, Term
from tests.factories import (
    BarrierEncounterFactory,
    BenefitFactory,
    ClauseUseFactory,
    CycleFactory,
    EvidenceFactory,
    IndicatorAimFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    MeetingFactory,
    ObservedBenefitFactory,
    PurchaseFactory,
    SocialEnterpriseFactory,
    SupplierMatchFactory,
    TermFactory,
)

DAY = datetime.date.fromisoformat
# The fiscal year that the cycle of 2020-2021 reports is 2020.
FISCAL = {"period_start": DAY("2020-01-01"), "period_end": DAY("2020-12-31")}


def fill(organization: Organization, cycle: Cycle) -> None:
    _purchases(organization)
    _benefits(organization)
    _toolbox(organization, cycle)
    EvidenceFactory(organization=organization, title="Sans mesure")


def _purchases(organization: Organization) -> None:
    food, wood = (_term("sector", label) for label in ("Repas", "Bois"))
    north, south = (_term("region", label) for label in ("Nord", "Sud"))
    first = SocialEnterpriseFactory(region=north, name="Atelier du Nord")
    second = SocialEnterpriseFactory(region=south, name="Cuisine du Sud")
    third = SocialEnterpriseFactory(region=south, name="Remboursée")
    rows = [
        (first, food, "2020-01-01", "100.10", "C-1"),
        (first, wood, "2020-06-01", "200.20", "C-1"),
        (second, food, "2020-12-31", "50.00", ""),
        (second, None, "2020-12-31", "25.00", "C-2"),
        (second, None, "2020-12-31", "-10.30", "C-2"),
        (third, wood, "2020-07-07", "-5.00", ""),
        # Out of the year, on either side.
        (second, food, "2019-12-31", "999.99", "C-0"),
        (first, food, "2021-01-01", "777.77", "C-3"),
        # Years before, so that who is new is known.
        (second, food, "2018-01-01", "1.00", ""),
        # Nobody said who it is; and one that is no EÉS.
        (None, food, "2020-05-05", "321.00", ""),
    ]
    for enterprise, sector, day, amount, reference in rows:
        PurchaseFactory(
            organization=organization,
            enterprise=enterprise,
            sector=sector,
            purchased_on=DAY(day),
            amount=Decimal(amount),
            reference=reference,
        )
    known = PurchaseFactory(
        organization=organization,
        enterprise=None,
        supplier_name=f"Grande surface {organization.purchases.count()}",
        purchased_on=DAY("2020-05-06"),
        amount=Decimal(12),
    )
    SupplierMatchFactory(
        organization=organization, supplier_key=known.supplier_key, enterprise=None
    )


def _term(vocabulary: str, label: str) -> Term:
    return TermFactory(vocabulary=vocabulary, label=label, code=f"{vocabulary}:{label}")


def _benefits(organization: Organization) -> None:
    hours, rate = (
        Benefit.objects.filter(title=title).first() or BenefitFactory(title=title, unit=unit)
        for title, unit in (
            ("Heures d’insertion", "heures"),
            ("Matières détournées", "% du poids"),
        )
    )
    rows = [
        (hours, "2020-04-01", "120", "coordination"),
        (hours, "2021-03-31", "30.5", "public"),
        (hours, "2020-07-01", None, "coordination"),
        (hours, "2020-03-31", "998", "coordination"),
        (hours, "2021-04-01", "999", "coordination"),
        (hours, "2020-06-01", "777", "private"),
        (rate, "2020-07-01", "40", "coordination"),
        (rate, "2020-08-01", "45", "coordination"),
    ]
    for benefit, day, value, sharing in rows:
        ObservedBenefitFactory(
            organization=organization,
            benefit=benefit,
            observed_on=DAY(day),
            value=value and Decimal(value),
            statement="Vu sur place.",
            sharing=sharing,
        )


def _toolbox(organization: Organization, cycle: Cycle) -> None:
    for day, sharing in [
        ("2020-03-31", "coordination"),
        ("2020-04-01", "coordination"),
        ("2021-03-31", "private"),
        ("2021-04-01", "coordination"),
    ]:
        ClauseUseFactory(organization=organization, used_on=DAY(day), sharing=sharing)
    BarrierEncounterFactory(organization=organization, alone=True, cycle=cycle)
    BarrierEncounterFactory(organization=organization, alone=True, cycle=cycle, sharing="private")
    other = Cycle.objects.filter(label="2015-2016").first() or CycleFactory(start_year=2015)
    BarrierEncounterFactory(organization=organization, alone=True, cycle=other)


def follow(organization: Organization, cycle: Cycle) -> None:
    """What all organizations share: indicators, whose values are its own, and one more webinar."""
    MeetingFactory(cycle=cycle, held=True, webinar=True, title="Un webinaire")
    fed = ["I-01", "I-03", "I-04", "I-05", "I-10", "I-11"]
    rows = {code: IndicatorFactory(code=code, unit="nombre") for code in fed}
    IndicatorFactory(
        code="I-09", computation="quotient", dividend=rows["I-01"], divisor=rows["I-03"], decimals=2
    )
    IndicatorFactory(code="I-20", computation="progress_rate", unit="%")
    IndicatorFactory(code="I-21", computation="progress_points", unit="points")
    typed, kept = IndicatorFactory(code="I-30"), IndicatorFactory(code="I-31")
    IndicatorFactory(code="I-32")
    for indicator in (typed, kept):
        IndicatorValueFactory(
            organization=organization, indicator=indicator, value=Decimal(7), **FISCAL
        )
    IndicatorAimFactory(organization=organization, indicator=kept, sharing="private")
