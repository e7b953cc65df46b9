"""What a draft still lacks is counted by hand here; each line leads to where it is given."""

import datetime

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from chantier.reports.completeness import Completeness
from chantier.reports.frame import Period
from chantier.reports.written import texts_of
from tests.chantier.reports.conftest import TODAY
from tests.chantier.reports.told import record, story
from tests.factories import (
    AnnualReportFactory,
    EvidenceFactory,
    ImplementationFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    PurchaseFactory,
    ReportCaseFactory,
    ReportTextFactory,
    SocialEnterpriseFactory,
    TermFactory,
)

DAY = datetime.date(2020, 10, 1)


def lacks(organization, cycle):
    texts = texts_of(organization, cycle)
    return {
        lack.words: lack.address
        for lack in Completeness.build(organization, cycle, Period.of(cycle, TODAY), texts).lacks
    }


def test_an_expected_text_is_missing_until_it_is_written(organization, cycle):
    found = lacks(organization, cycle)
    address = reverse("reports:report_texts", args=[organization.slug, cycle.label])
    assert found["Texte à écrire\u00a0: Faits saillants"] == f"{address}#texte-sommaire"
    assert len(found) == 3
    report = AnnualReportFactory(organization=organization, cycle=cycle)
    ReportTextFactory(report=report, section="sommaire")
    assert "Texte à écrire\u00a0: Faits saillants" not in lacks(organization, cycle)
    assert len(lacks(organization, cycle)) == 2


def test_a_measure_of_the_period_without_evidence_leads_to_its_record(organization, cycle):
    row = ImplementationFactory(organization=organization, implemented=True, implemented_on=DAY)
    words = f"Mesure implantée sans preuve\u00a0: {row.title}"
    assert lacks(organization, cycle)[words] == row.get_absolute_url()
    row.evidence.add(EvidenceFactory(organization=organization))
    assert words not in lacks(organization, cycle)


def test_neither_another_period_nor_another_organization_is_told(organization, cycle):
    before = datetime.date(2019, 10, 1)
    ImplementationFactory(
        organization=organization, implemented=True, started_on=None, implemented_on=before
    )
    ImplementationFactory(implemented=True, implemented_on=DAY)
    PurchaseFactory(enterprise=SocialEnterpriseFactory(), sector=None, purchased_on=DAY)
    assert len(lacks(organization, cycle)) == 3


def test_many_measures_without_evidence_are_named_five_and_counted(organization, cycle):
    for _ in range(7):
        ImplementationFactory(organization=organization, implemented=True, implemented_on=DAY)
    found = lacks(organization, cycle)
    assert sum("Mesure implantée sans preuve" in words for words in found) == 5
    assert found["2\u00a0autres mesures sans preuve"].endswith("?suivi=sans-preuve")


def test_an_indicator_is_missing_until_it_has_a_value(organization, cycle):
    indicator = IndicatorFactory()
    words = "1\u00a0indicateur sans valeur pour 2020"
    assert words in lacks(organization, cycle)
    IndicatorValueFactory(
        organization=organization,
        indicator=indicator,
        period_start=datetime.date(2020, 1, 1),
        period_end=datetime.date(2020, 12, 31),
    )
    assert words not in lacks(organization, cycle)


def test_a_purchase_is_missing_its_sector(organization, cycle):
    purchase = PurchaseFactory(
        organization=organization,
        enterprise=SocialEnterpriseFactory(),
        sector=None,
        purchased_on=DAY,
    )
    words = "1\u00a0achat auprès d’EÉS sans secteur"
    assert "suivi=sans-secteur&du=2020-01-01&au=2020-12-31" in lacks(organization, cycle)[words]
    purchase.sector = TermFactory(vocabulary="sector", label="Repas")
    purchase.save()
    assert words not in lacks(organization, cycle)


def test_cases_are_missing_while_one_may_be_told_and_none_is_chosen(organization, cycle):
    words = "Aucun cas ni témoignage choisi"
    record(organization, implemented_on=datetime.date(2021, 4, 20))
    record(organization, sharing="private")
    record()
    assert words not in lacks(organization, cycle)
    told = story(organization)
    address = reverse("reports:report_cases", args=[organization.slug, cycle.label])
    assert lacks(organization, cycle)[words] == address
    report = AnnualReportFactory(organization=organization, cycle=cycle)
    case = ReportCaseFactory(report=report, implementation=record(organization))
    assert words not in lacks(organization, cycle)
    # What may no longer be told is no case.
    type(case.implementation).objects.update(sharing="private")
    assert words in lacks(organization, cycle)
    type(told).objects.update(consent="none")
    assert words not in lacks(organization, cycle)


def test_who_writes_sees_the_list_and_who_submits_too(
    organization, cycle, reader, contributor, manager, log_in_as
):
    draft = reverse("reports:report_detail", args=[organization.slug, cycle.label])
    assertContains(log_in_as(contributor).get(draft), "Ce qui manque encore")
    assertNotContains(log_in_as(reader).get(draft), "Ce qui manque encore")
    submit = reverse("reports:report_submit", args=[organization.slug, cycle.label])
    assertContains(log_in_as(manager).get(submit), "Texte à écrire")


@pytest.mark.parametrize("person", ["facilitator", "coordinator"])
def test_staff_do_not_see_the_list(organization, cycle, person, request, log_in_as):
    draft = reverse("reports:report_detail", args=[organization.slug, cycle.label])
    page = log_in_as(request.getfixturevalue(person)).get(draft)
    assertNotContains(page, "Ce qui manque encore")


def test_the_list_costs_the_same_however_long(organization, cycle, django_assert_num_queries):
    for rounds in (1, 4):
        for _ in range(rounds):
            ImplementationFactory(organization=organization, implemented=True, implemented_on=DAY)
            IndicatorFactory()
        texts = texts_of(organization, cycle)
        with django_assert_num_queries(4):
            Completeness.build(organization, cycle, Period.of(cycle, TODAY), texts)
