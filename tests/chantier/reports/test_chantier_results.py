"""Results of the chantier agree with a count by hand, and no subtraction tells of a few."""

import random
from decimal import Decimal
from itertools import combinations
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string

from benefits.models import ObservedBenefit
from chantier.lib.small_groups import MINIMUM, MOST_OF_ONE
from chantier.reports import basis, chantier_results, schemas
from chantier.reports.chantier_content import chantier_content
from chantier.reports.chantier_results import _lines
from chantier.reports.content import organization_content
from chantier.reports.models import AnnualReport, ReportVersion
from tests.chantier.reports.conftest import AFTER, TODAY, submit
from tests.chantier.reports.told import story
from tests.factories import (
    AnnualReportFactory,
    BenefitFactory,
    ImplementationFactory,
    MeasureFactory,
    OrganizationFactory,
    ReportCaseFactory,
    ReportTextFactory,
)


@pytest.fixture(autouse=True)
def no_pdf(monkeypatch):
    monkeypatch.setattr(
        "chantier.reports.acts.submitting.render_pdf", lambda *args, **kwargs: b"%PDF-"
    )


def purchases(amount, **sectors):
    rows = [
        {"label": label, "amount": str(value), "payments": 1} for label, value in sectors.items()
    ]
    return {
        "year": "2020",
        "is_withheld": False,
        "amount": str(amount),
        "declared": "",
        "previous": None,
        "payments": 2,
        "contracts": 1,
        "enterprises": 1,
        "sectors": rows,
        "regions": [],
    }


@pytest.fixture
def told(cycle, five_stages, coordinator):
    """Call with what an organization froze: it submits, and its frozen content says that."""

    def make(report=None, **said):
        if report is None:
            organization = OrganizationFactory(may_be_named=True)
            report = AnnualReport.objects.create(organization=organization, cycle=cycle)
        number = report.versions.count() + 1
        organization = report.organization
        content = {**organization_content(organization, cycle, today=TODAY), **said}
        return ReportVersion.objects.create(
            report=report,
            number=number,
            schema_version=4,
            content=content,
            pdf=b"%PDF-",
            sha256="0",
            verification_code=f"{report.pk}-{number}",
            signatory_name="X",
            signatory_function="Y",
            reason="Correction." if number > 1 else "",
            submitted_by=coordinator,
            submitted_at=AFTER,
        )

    return make


@pytest.fixture
def of_chantier(cycle, coordinator):
    report = AnnualReport.objects.create(organization=None, cycle=cycle)

    def make():
        reason = "Autres rapports." if report.versions.exists() else ""
        return submit(report, coordinator, reason=reason).content

    return make


FOUR = (
    purchases("100.10", Repas="60.10", Bois="40.00"),
    purchases("200.20", Repas="200.20"),
    purchases("300.00", Repas="100.00", Bois="200.00"),
    purchases("50.70", Bois="50.70"),
)


def test_four_organizations_by_hand(cycle, told):
    for found in FOUR:
        told(purchases=found)
    results = chantier_content(cycle, today=TODAY)["results"]
    assert results["amount"] == {"value": "651.00", "number": 4}
    assert results["payments"] == {"value": "8", "number": 4}
    assert results["contracts"] == {"value": "4", "number": 4}
    assert [(row["label"], row["value"], row["number"]) for row in results["sectors"]] == [
        ("Repas", "360.30", 3),
        ("Bois", "290.70", 3),
    ]


def test_reports_of_an_older_schema_count_in_no_amount(cycle, told):
    for found in FOUR[:3]:
        told(purchases=found)
    old = told()
    content = {key: value for key, value in old.content.items() if key != "purchases"}
    ReportVersion.objects.filter(pk=old.pk).update(content=content)
    results = chantier_content(cycle, today=TODAY)["results"]
    assert results["amount"] == {"value": "600.30", "number": 3}


@pytest.mark.parametrize("amounts", [("10", "10"), ("860", "70", "70")])
def test_too_few_or_nearly_of_one_is_not_told(cycle, told, amounts):
    for amount in amounts:
        told(purchases=purchases(amount, Repas=amount))
    results = chantier_content(cycle, today=TODAY)["results"]
    assert (results["amount"], results["sectors"]) == (None, [])


def test_a_fourth_organization_is_not_the_difference_of_two_versions(cycle, told, of_chantier):
    for found in FOUR[:3]:
        told(purchases=found)
    first = of_chantier()
    told(purchases=FOUR[3])
    second = of_chantier()
    assert second["participation"]["submitted"] == 4
    assert second["results"] == first["results"]
    assert second["progress"] == first["progress"]
    assert second["bases"]["purchases"] == {"version": 1, "told_on": "2021-06-15", "reports": 3}
    told(purchases=FOUR[1])
    told(purchases=FOUR[2])
    third = of_chantier()
    # Repas changed for two of the three only.
    assert third["results"]["sectors"] == first["results"]["sectors"]
    assert third["results"]["amount"] == {"value": "1151.20", "number": 6}
    assert third["bases"]["purchases"] == {"version": 3, "told_on": None, "reports": 6}


def test_a_version_is_weighed_against_each_earlier_one(cycle, told, of_chantier):
    """Three join, then three correct theirs back: the first and the third differ by one."""
    for found in FOUR[:3]:
        told(purchases=found)
    first = of_chantier()
    joined = [told(purchases=purchases(amount)) for amount in ("100", "110", "120")]
    second = of_chantier()
    assert second["results"]["amount"]["number"] == 6
    for version in joined[:2]:
        told(version.report, purchases=None)
    third = of_chantier()
    assert third["results"]["amount"] == second["results"]["amount"] != first["results"]["amount"]


@pytest.mark.parametrize("seed", range(40))
def test_lines_make_their_total_and_are_of_three_and_of_no_single_one(seed):
    rng = random.Random(seed)  # noqa: S311 - a fixed draw
    groups = {
        label: {
            owner: Decimal(rng.randint(1, 100)) for owner in rng.sample(range(8), rng.randint(1, 6))
        }
        for label in "abcdef"
    }
    lines = _lines(groups)
    if not lines:
        return
    total = sum(sum(amounts.values()) for amounts in groups.values())
    assert sum(line.value for line in lines) == total
    assert all(line.number >= MINIMUM for line in lines)
    for line in lines:
        most = max(groups.get(line.label, {0: Decimal(0)}).values())
        assert most <= line.value * MOST_OF_ONE


@pytest.mark.parametrize("seed", range(40))
def test_no_two_successive_versions_differ_by_fewer_than_three(seed):
    """Organizations come and correct theirs at random; each pair of tellings is subtracted."""
    rng = random.Random(seed)  # noqa: S311 - a fixed draw
    now, states, rows, told = {}, {}, [], []
    for number in range(1, 9):
        now = dict(now)
        for owner in rng.sample(range(12), rng.randint(1, 6)):
            amounts = {label: rng.randint(1, 50) for label in rng.sample("abc", 2)}
            now[owner] = {"purchases": purchases(sum(amounts.values()), **amounts)}
        states[number] = now
        found = basis._basis(basis.SECTORS, now, states, rows)
        told.append({key: basis.parts_of(row, "sectors") for key, row in found.contents.items()})
        content = {"kind": "chantier", "bases": {"sectors": {"version": found.version}}}
        rows.append(SimpleNamespace(number=number, submitted_at=AFTER, content=content))
    for one, other in combinations(told, 2):
        for label in "abc":
            changed = [
                key
                for key in {*one, *other}
                if one.get(key, {}).get(label) != other.get(key, {}).get(label)
            ]
            assert not changed or len(changed) >= MINIMUM


@pytest.fixture
def two_others(told):
    """Who may be the one of a case without a name."""
    return [told(), told()]


@pytest.fixture
def case(cycle, five_stages, coordinator):
    organization = OrganizationFactory(name="Ville du Lac", may_be_named=True)
    report = AnnualReport.objects.create(organization=organization, cycle=cycle)
    record = ImplementationFactory(
        organization=organization,
        measure=MeasureFactory(title="Acheter des repas"),
        implemented=True,
        result_story="Trois EÉS de plus.",
        sharing="chantier",
    )
    chosen = ReportCaseFactory(report=report, implementation=record)
    submit(report, coordinator)
    return chosen


def who(cycle):
    return [row["who"] for row in chantier_content(cycle, today=TODAY)["cases"]]


def test_a_case_is_named_while_its_organization_accepts_it(cycle, case, two_others):
    assert who(cycle) == ["Ville du Lac"]
    organization = case.report.organization
    organization.may_be_named = False
    organization.save()
    assert who(cycle) == [""]


def test_a_case_taken_back_since_is_told_no_longer(cycle, case):
    case.implementation.sharing = "coordination"
    case.implementation.save()
    assert who(cycle) == []
    case.implementation.sharing = "chantier"
    case.implementation.save()
    case.delete()
    assert who(cycle) == []


def test_two_stories_of_a_benefit_are_told_once_each_and_only_in_their_own_words(
    cycle, five_stages, coordinator, two_others
):
    report = AnnualReportFactory(cycle=cycle, organization__may_be_named=True)
    benefit = BenefitFactory(title="Écoute")
    rows = [
        story(report.organization, benefit=benefit, statement=statement)
        for statement in ("Un premier menu.", "Un second menu.")
    ]
    chosen = [ReportCaseFactory(report=report, observation=row) for row in rows]
    submit(report, coordinator)

    def told():
        return [row["text"] for row in chantier_content(cycle, today=TODAY)["cases"]]

    assert told() == ["Un premier menu.", "Un second menu."]
    chosen[0].delete()
    assert told() == ["Un second menu."]
    ObservedBenefit.objects.filter(pk=rows[1].pk).update(statement="Un tout autre menu.")
    assert told() == []


def test_of_too_many_cases_each_organization_and_each_stage_has_one_first(
    cycle, five_stages, coordinator, monkeypatch
):
    for number, stages in enumerate(([1, 1], [1], [2, 3])):
        report = AnnualReportFactory(cycle=cycle, organization__may_be_named=True)
        for index, order in enumerate(stages):
            record = ImplementationFactory(
                organization=report.organization,
                measure=MeasureFactory(title=f"Cas {number}{index}", stage=five_stages[order - 1]),
                implemented=True,
                result_story="Trois EÉS de plus.",
                sharing="chantier",
            )
            ReportCaseFactory(report=report, implementation=record)
        submit(report, coordinator)
    for most, expected in (
        (2, ["00", "20"]),
        (4, ["00", "01", "10", "20"]),
    ):
        monkeypatch.setattr(chantier_results, "MOST_CASES", most)
        content = chantier_content(cycle, today=TODAY)
        assert [row["title"] for row in content["cases"]] == [f"Cas {each}" for each in expected]
        assert content["cases_left"] == 5 - most
    page = render_to_string("reports/sections/_chantier_cases.html", {"content": content})
    assert "Les organisations ont choisi 1 autre cas. Ce rapport en raconte 4, un par" in page


def test_barriers_that_three_met_with_their_solutions(cycle, told):
    rows = [("Montants", ["Lots"]), ("Montants", []), ("Montants", ["Seuils"]), ("Délais", [])]
    for title, solutions in rows:
        line = {"title": title, "solutions": solutions, "what_worked": "Secret."}
        told(toolbox={"barriers": [line]})
    assert chantier_content(cycle, today=TODAY)["barriers"] == [
        {"title": "Montants", "number": 3, "solutions": ["Lots", "Seuils"]}
    ]


def test_texts_are_those_of_the_chantier(cycle, five_stages):
    report = AnnualReport.objects.create(organization=None, cycle=cycle)
    ReportTextFactory(report=report, section="objectifs", text="Une belle année.")
    texts = chantier_content(cycle, today=TODAY)["texts"]
    assert (texts["objectifs"], texts["enjeux"]) == ("Une belle année.", "")


def test_an_older_version_of_the_chantier_is_read_without_results():
    content = schemas.read({"kind": "chantier", "schema": 3})
    assert (content["results"], content["bases"]) == (None, {})
    assert content["texts"]["objectifs"] == ""
