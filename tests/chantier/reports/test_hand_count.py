"""The figures of a report of the demonstration agree with a count made without the portal's rules.

And those of a small year, with numbers that a person wrote.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from benefits.models import Benefit
from chantier.lib.rendering import render_pdf
from chantier.reports.content import organization_content
from chantier.reports.models import ReportVersion
from measures.models import Implementation
from tests.chantier.bootstrapped import printed_once
from tests.chantier.reports import by_hand
from tests.chantier.reports.behind import fill
from tests.chantier.reports.conftest import TODAY
from tests.chantier.reports.test_pdf import text_of

pytestmark = pytest.mark.django_db

_ADDED_UNITS = ("$", "heures", "personnes", "unités", "tonnes", "t éq. CO₂")


@pytest.fixture
def versions(settings, monkeypatch):
    """The frozen reports of the demonstration of 2020-2021 and of last year; none is printed."""
    settings.DEBUG = True
    monkeypatch.setattr(
        "chantier.reports.acts.submitting.render_pdf", lambda *args, **options: b"%PDF-1.7"
    )
    monkeypatch.setattr("chantier.demo.documents.render_pdf", printed_once)
    call_command("bootstrap", verbosity=0)
    rows = ReportVersion.objects.filter(report__organization__isnull=False).latest_of_each()
    return list(rows.select_related("report__organization", "report__cycle").order_by("pk"))


def count(version):
    report = version.report
    day = timezone.localdate(version.submitted_at)
    return by_hand.Year(report.organization, report.cycle, day)


def check_register(content: dict[str, Any], year: by_hand.Year) -> None:
    told = [(row["id"], row["code"]) for row in year.stages.values()]
    figures = {row["code"]: row["figures"] for row in content["progress"]["stages"]}
    cases = [(None, content["progress"]["total"])] + [(pk, figures[code]) for pk, code in told]
    for stage, found in cases:
        now, before = year.counts(year.end, stage), year.counts(year.before, stage)
        assert Counter(found["counts"]) == now
        assert Counter(found["earlier_counts"]) == before
        applicable = now.total() - now["not_applicable"]
        rate = by_hand.rounded(now["implemented"], applicable)
        earlier = by_hand.rounded(before["implemented"], applicable)
        assert (found["applicable"], found["rate"]) == (applicable, rate)
        assert found["points"] == (None if rate is None else rate - (earlier or 0))
    implemented = year.implemented()
    assert content["summary"]["implemented_in_period"] == len(implemented)
    assert content["implemented"]["withheld"] == by_hand.private(implemented)
    assert len(content["implemented"]["measures"]) == len(implemented) - by_hand.private(
        implemented
    )
    status = {row["id"]: by_hand.status_on(row, year.end) for row in year.register}
    orders = {pk: row["order"] for pk, row in year.stages.items()}
    sections = {
        "implemented": year.implemented(),
        "commitments": [
            row
            for row in year.register
            if orders[row["stage_id"]] == 1 and status[row["id"]] in ("implantee", "en-cours")
        ],
        "upcoming": [
            row
            for row in year.register
            if status[row["id"]] in ("en-cours", "planifiee", "a-entreprendre")
        ],
        "not_applicable": [row for row in year.register if status[row["id"]] == "sans-objet"],
    }
    for name, rows in sections.items():
        assert content[name]["withheld"] == by_hand.private(rows), name
        assert len(content[name]["measures"]) == len(rows) - by_hand.private(rows), name
    assert content["summary"]["evidence"] == len(year.evidence())
    attendance = content["summary"]["attendance"]
    assert (attendance["present"], attendance["expected"]) == year.attendance()


def check_purchases(content: dict[str, Any], year: by_hand.Year) -> None:
    told, rows = content["purchases"], year.purchases()
    assert told["is_withheld"] == ("I-01" in year.kept_indicators())
    if told["is_withheld"]:
        return
    if not rows:
        assert told["amount"] is None
        return
    assert Decimal(told["amount"]) == sum(row["amount"] for row in rows)
    before = year.purchases(back=1)
    amount = sum((row["amount"] for row in before), Decimal(0)) if before else None
    assert (told["previous"] and Decimal(told["previous"])) == amount
    paid = [row for row in rows if row["amount"] > 0]
    assert told["payments"] == len(paid)
    assert told["enterprises"] == len({row["enterprise_id"] for row in paid})
    for name in ("sectors", "regions"):
        lines = {line["label"]: (Decimal(line["amount"]), line["payments"]) for line in told[name]}
        assert lines == year.parts(name)


def check_toolbox(content: dict[str, Any], year: by_hand.Year) -> None:
    told = content["toolbox"]
    uses, met = year.uses(), year.barriers()
    records = {row["id"]: row["sharing"] for row in by_hand.rows_of(Implementation)}
    kept = [
        row for row in met if "private" in (row["sharing"], records.get(row["implementation_id"]))
    ]
    assert (len(told["uses"]), told["uses_withheld"]) == (
        len(uses) - by_hand.private(uses),
        by_hand.private(uses),
    )
    assert (len(told["barriers"]), told["barriers_withheld"]) == (len(met) - len(kept), len(kept))
    lines = {line["code"]: line["text"] for line in told["figures"]}
    values = year.indicators()
    for code in values.keys() - year.kept_indicators():
        read = plain(lines[code])
        assert read == values[code].quantize(read, ROUND_HALF_UP), code
    assert not lines.keys() & year.kept_indicators()


def check_benefits(content: dict[str, Any], year: by_hand.Year) -> None:
    rows = year.observations()
    told = [row for row in rows if row["sharing"] != "private"]
    assert content["benefits"]["withheld"] == len(rows) - len(told)
    names = {row["id"]: (row["title"], row["unit"]) for row in by_hand.rows_of(Benefit)}
    found: dict[str, list[Any]] = {}
    for row in told:
        found.setdefault(names[row["benefit_id"]][0], []).append(row)
    lines = {line["title"]: line for line in content["benefits"]["benefits"]}
    assert lines.keys() == found.keys()
    for title, observed in found.items():
        line = lines[title]
        values = [row["value"] for row in observed if row["value"] is not None]
        assert line["observations"] == len(observed)
        assert line["verified"] == sum(row["verified_at"] is not None for row in observed)
        if not values:
            assert line["value"] is None
            continue
        total = sum(values)
        if line["unit"] not in _ADDED_UNITS and len(values) > 1:
            total = (total / len(values)).quantize(Decimal("0.1"))
        assert Decimal(line["value"]) == total


def plain(text: str) -> Decimal:
    """« 1 234,50 $ » as a number."""
    number = re.match(r"[−\d\s\u00a0]+(,\d+)?", text)
    assert number, text
    return Decimal(re.sub(r"\s", "", number[0]).replace(",", ".").replace("−", "-"))


def money(amount: Decimal) -> str:
    text = f"{amount:,.2f}".replace(",", " ").replace(".", ",").replace("-", "−")
    return f"{text} $"


def test_reports_of_the_demonstration_agree_with_a_count_by_hand(versions):
    assert len(versions) >= 8
    seen: Counter[str] = Counter()
    for version in versions:
        year = count(version)
        check_register(version.content, year)
        check_purchases(version.content, year)
        check_toolbox(version.content, year)
        check_benefits(version.content, year)
        seen.update(
            implemented=len(year.implemented()),
            purchases=len(year.purchases()),
            uses=len(year.uses()),
            barriers=len(year.barriers()),
            observations=len(year.observations()),
            indicators=len(year.indicators()),
            evidence=len(year.evidence()),
            present=year.attendance()[0],
        )
    # Nothing agrees because there was nothing to count.
    assert min(seen.values()) > 0, seen
    years = [(count(version), version) for version in versions]
    bought, version = max(years, key=lambda pair: len(pair[0].purchases()))
    check_paper(bought, version, purchases_said(bought))
    attended, version = max(years, key=lambda pair: pair[0].attendance())
    present, expected = attended.attendance()
    rate = by_hand.rounded(present, expected)
    check_paper(attended, version, [f"{present} sur {expected}, soit {rate} %"])


def purchases_said(year: by_hand.Year) -> Iterator[str]:
    yield money(sum((row["amount"] for row in year.purchases()), Decimal(0)))
    for name in ("sectors", "regions"):
        yield from (money(amount) for amount, _ in year.parts(name).values())


def check_paper(year: by_hand.Year, version: ReportVersion, more: Iterable[str]) -> None:
    """What the PDF says, in the words that one reads: the rates, and `more`."""
    template = "reports/pdf/organization.html"
    text = text_of(render_pdf(template, {"content": version.content})).replace("\u00a0", " ")
    text = re.sub(r"\s+", " ", text.replace("\u00ad", ""))
    now = year.counts(year.end)
    applicable = now.total() - now["not_applicable"]
    states = [
        ("implemented", "implantées"),
        ("in_progress", "en cours"),
        ("planned", "planifiées"),
        ("to_undertake", "à entreprendre"),
        ("abandoned", "abandonnées"),
        ("not_assessed", "non évaluées"),
        ("not_applicable", "sans objet"),
    ]
    # « s » for two and more alone; none says nothing.
    numbers = [
        f"{now[name]} {words if now[name] > 1 else words.replace('ées', 'ée')}"
        for name, words in states
        if now[name]
    ]
    said = [
        f"{now['implemented']} des {applicable} mesures applicables",
        f"soit {by_hand.rounded(now['implemented'], applicable)} %",
        f"Total {', '.join(numbers)}",
        f"{now['implemented']} sur {applicable}",
        *more,
    ]
    assert [words for words in said if words not in text] == []


def test_a_small_year_says_the_numbers_that_a_person_wrote(year, cycle):
    fill(year, cycle)
    content = organization_content(year, cycle, today=TODAY)
    total, summary = content["progress"]["total"], content["summary"]
    assert total["counts"] == {
        "implemented": 4,
        "in_progress": 2,
        "planned": 1,
        "to_undertake": 1,
        "abandoned": 0,
        "not_assessed": 2,
        "not_applicable": 1,
    }
    assert (total["applicable"], total["rate"], total["points"]) == (10, 40, 30)
    assert (summary["implemented_in_period"], summary["evidence"]) == (3, 4)
    assert summary["attendance"]["words"] == "1 sur 2, soit 50\u00a0%"
    purchases = content["purchases"]
    assert (purchases["amount"], purchases["previous"]) == ("360.00", "999.99")
    assert (purchases["payments"], purchases["contracts"], purchases["enterprises"]) == (4, 3, 2)
    assert [(row["label"], row["amount"], row["payments"]) for row in purchases["sectors"]] == [
        ("Bois", "195.20", 1),
        ("Repas", "150.10", 2),
        ("non précisé", "14.70", 1),
    ]
    assert [(row["label"], row["amount"], row["payments"]) for row in purchases["regions"]] == [
        ("Nord", "300.30", 2),
        ("Sud", "59.70", 2),
    ]
    benefits = {
        row["title"]: (row["value"], row["observations"]) for row in content["benefits"]["benefits"]
    }
    assert benefits == {"Heures d’insertion": ("150.50", 3), "Matières détournées": ("42.5", 2)}
    assert content["benefits"]["withheld"] == 1
    toolbox = content["toolbox"]
    assert (len(toolbox["uses"]), toolbox["uses_withheld"]) == (1, 1)
    assert (len(toolbox["barriers"]), toolbox["barriers_withheld"]) == (1, 1)
