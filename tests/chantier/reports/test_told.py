"""Purchases, benefits, texts and cases of a report agree with a count by hand, and keep secrets."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from chantier.reports.content import organization_content
from chantier.reports.models import AnnualReport
from tests.chantier.reports.conftest import TODAY
from tests.chantier.reports.told import record, story
from tests.factories import (
    AnnualReportFactory,
    BenefitFactory,
    ImplementationFactory,
    IndicatorAimFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    MeasureFactory,
    ObservedBenefitFactory,
    PurchaseFactory,
    ReportCaseFactory,
    ReportTextFactory,
    SocialEnterpriseFactory,
    TermFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def content(organization, cycle):
    return organization_content(organization, cycle, today=TODAY)


@pytest.fixture
def bought(organization, cycle, five_stages):
    """In 2020 three payments and a credit at two EÉS; one purchase the year before."""
    food, wood = (TermFactory(vocabulary="sector", label=label) for label in ("Repas", "Bois"))
    north, south = (TermFactory(vocabulary="region", label=label) for label in ("Nord", "Sud"))
    first = SocialEnterpriseFactory(region=north)
    second = SocialEnterpriseFactory(region=south)
    rows = [
        (first, food, "2020-02-01", "100.10"),
        (first, wood, "2020-06-01", "200.20"),
        (second, food, "2020-12-31", "50.00"),
        (second, None, "2020-12-31", "-10.30"),
        (second, food, "2019-12-31", "999.99"),
    ]
    for enterprise, sector, day, amount in rows:
        PurchaseFactory(
            organization=organization,
            enterprise=enterprise,
            sector=sector,
            purchased_on=datetime.date.fromisoformat(day),
            amount=Decimal(amount),
        )
    return organization


def test_purchases_add_up_by_hand(bought, cycle):
    section = content(bought, cycle)["purchases"]
    assert (section["year"], section["amount"], section["previous"]) == ("2020", "340.00", "999.99")
    assert (section["payments"], section["enterprises"]) == (3, 2)
    assert [(row["label"], row["amount"], row["payments"]) for row in section["sectors"]] == [
        ("Bois", "200.20", 1),
        ("Repas", "150.10", 2),
        ("non précisé", "-10.30", 0),
    ]
    assert [(row["label"], row["amount"]) for row in section["regions"]] == [
        ("Nord", "300.30"),
        ("Sud", "39.70"),
    ]


def test_amounts_that_an_organization_keeps_stay_out(bought, cycle):
    indicator = IndicatorFactory(code="I-01")
    IndicatorAimFactory(organization=bought, indicator=indicator, sharing="private")
    section = content(bought, cycle)["purchases"]
    assert section["is_withheld"]
    assert (section["amount"], section["sectors"], section["regions"]) == (None, [], [])


@pytest.mark.parametrize(("typed", "told"), [("500", "500\u00a0$"), ("340.00", "")])
def test_what_an_organization_declares_otherwise_is_said(bought, cycle, typed, told):
    indicator = IndicatorFactory(code="I-01", unit="$")
    IndicatorValueFactory(
        organization=bought,
        indicator=indicator,
        period_start=datetime.date(2020, 1, 1),
        period_end=datetime.date(2020, 12, 31),
        value=Decimal(typed),
    )
    assert content(bought, cycle)["purchases"]["declared"] == told


def test_no_purchase_is_not_available_and_never_zero(organization, cycle, five_stages):
    section = content(organization, cycle)["purchases"]
    assert (section["amount"], section["enterprises"]) == (None, None)


def test_benefits_of_the_period_by_hand(organization, cycle, five_stages):
    hours = BenefitFactory(title="Heures d’insertion", unit="heures")
    rate = BenefitFactory(title="Matières détournées", unit="% du poids")
    rows = [
        (hours, "2020-05-01", "120", "coordination"),
        (hours, "2021-03-31", "30.5", "coordination"),
        (hours, "2021-04-01", "999", "coordination"),
        (hours, "2020-06-01", "777", "private"),
        (rate, "2020-07-01", "40", "coordination"),
        (rate, "2020-08-01", "45", "coordination"),
    ]
    for benefit, day, value, sharing in rows:
        ObservedBenefitFactory(
            organization=organization,
            benefit=benefit,
            observed_on=datetime.date.fromisoformat(day),
            value=Decimal(value),
            sharing=sharing,
        )
    section = content(organization, cycle)["benefits"]
    found = {row["title"]: (row["value"], row["is_mean"]) for row in section["benefits"]}
    assert found == {
        "Heures d’insertion": ("150.50", False),
        "Matières détournées": ("42.5", True),
    }
    assert section["withheld"] == 1


def test_texts_are_those_of_this_report(organization, cycle, five_stages):
    report = AnnualReportFactory(organization=organization, cycle=cycle)
    ReportTextFactory(report=report, section="engagements", text="Une politique.")
    ReportTextFactory(section="engagements", text="D’une autre organisation.")
    texts = content(organization, cycle)["texts"]
    assert texts["engagements"] == "Une politique."
    assert texts["priorite"] == ""


@pytest.fixture
def report(organization, cycle, five_stages) -> AnnualReport:
    return AnnualReportFactory(organization=organization, cycle=cycle)


def chosen(report, **values):
    row = ImplementationFactory(organization=report.organization, implemented=True, **values)
    return ReportCaseFactory(report=report, implementation=row)


def test_a_case_says_what_the_chantier_may_do_with_it(report, cycle):
    organization = report.organization
    organization.may_be_named = True
    organization.save()
    chosen(report, result_story="Trois EÉS de plus.", sharing="public")
    chosen(report, result_story="Pour la coordination.", sharing="coordination")
    cases = content(organization, cycle)["cases"]
    assert {row["text"]: row["consent"] for row in cases} == {
        "Trois EÉS de plus.": "named",
        "Pour la coordination.": "not_at_all",
    }
    organization.may_be_named = False
    organization.save()
    assert {row["consent"] for row in content(organization, cycle)["cases"]} == {
        "unnamed",
        "not_at_all",
    }


def test_cases_go_by_stage_and_testimonies_come_last(report, cycle):
    testimony = story(report.organization)
    ReportCaseFactory(report=report, implementation=None, observation=testimony)
    for order in (3, 1):
        row = record(report.organization, measure=MeasureFactory(stage__order=order))
        ReportCaseFactory(report=report, implementation=row)
    cases = content(report.organization, cycle)["cases"]
    assert [case["stage"] for case in cases] == [1, 3, 0]


def test_what_was_chosen_and_is_kept_since_is_not_told(report, cycle):
    case = chosen(report, result_story="Trois EÉS de plus.", sharing="public")
    case.implementation.sharing = "private"
    case.implementation.save()
    observation = ObservedBenefitFactory(
        organization=report.organization,
        statement="Des plats chauds.",
        consent="unnamed",
        consent_at=timezone.now(),
        consent_by=UserFactory(),
    )
    testimony = ReportCaseFactory(report=report, observation=observation)
    assert [row["text"] for row in content(report.organization, cycle)["cases"]] == [
        "Des plats chauds."
    ]
    type(observation).objects.filter(pk=testimony.observation_id).update(consent="none")
    assert content(report.organization, cycle)["cases"] == []
