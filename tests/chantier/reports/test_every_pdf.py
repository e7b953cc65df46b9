"""Every PDF that the portal makes: our rules on its structure, and those of the profile.

One case per address that answers a PDF, and one line per module that prints: a new one without its
case fails.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import page
import pytest
from django.conf import settings
from django.urls import reverse

from chantier.lib.rendering import render_pdf
from chantier.reports.models import AnnualReport
from meetings import actions
from tests.chantier.reports.conftest import submit
from tests.factories import (
    BenefitFactory,
    CycleObjectiveFactory,
    OrganizationFactory,
    PublicFigureFactory,
    SocialEnterpriseFactory,
    SourceFactory,
)
from tests.html import StrictClient
from tests.meetings.reviewing import in_review
from tests.meetings.test_timeline_pdf import hold
from tests.pdf_structure import problems
from tests.routes import routes

Case = Callable[[pytest.FixtureRequest], str]
CASES: dict[str, Case] = {}

# Who prints, and the address or the case that shows it.
PRINTERS = {
    "benefits/case/pdf.py": "benefits:case_pdf",
    "chantier/demo/documents.py": "demo",
    "chantier/reports/acts/submitting.py": "reports:report_version_pdf",
    "chantier/reports/views/delivery.py": "reports:report_preview_pdf",
    "meetings/timeline/pdf.py": "meetings:timeline_pdf",
    "meetings/views/reviews.py": "meetings:synthesis_pdf",
}


def case(name: str) -> Callable[[Case], Case]:
    def add(build: Case) -> Case:
        CASES[name] = build
        return build

    return add


@case("reports:report_preview_pdf")
def _draft(request: pytest.FixtureRequest) -> str:
    year, cycle = request.getfixturevalue("year"), request.getfixturevalue("cycle")
    return _address("reports:report_preview_pdf", org_slug=year.slug, cycle=cycle.label)


@case("reports:report_version_pdf")
def _submitted(request: pytest.FixtureRequest) -> str:
    version = request.getfixturevalue("version")
    report = version.report
    return _address(
        "reports:report_version_pdf",
        org_slug=report.organization.slug,
        cycle=report.cycle.label,
        number=version.number,
    )


@case("reports:chantier_preview_pdf")
def _chantier_draft(request: pytest.FixtureRequest) -> str:
    request.getfixturevalue("version")
    CycleObjectiveFactory(cycle=request.getfixturevalue("cycle"), text="Aider les membres")
    return _address("reports:chantier_preview_pdf", cycle=request.getfixturevalue("cycle").label)


@case("reports:chantier_version_pdf")
def _chantier_submitted(request: pytest.FixtureRequest) -> str:
    cycle = request.getfixturevalue("cycle")
    request.getfixturevalue("version")
    report = AnnualReport.objects.create(organization=None, cycle=cycle)
    number = submit(report, request.getfixturevalue("coordinator")).number
    return _address("reports:chantier_version_pdf", cycle=cycle.label, number=number)


@case("meetings:timeline_pdf")
def _timeline(request: pytest.FixtureRequest) -> str:
    CycleObjectiveFactory(text="Aider les membres")
    for number in range(1, 8):
        hold(number)
    return _address("meetings:timeline_pdf") + "?cycle=2020-2021"


@case("meetings:synthesis_pdf")
def _synthesis(request: pytest.FixtureRequest) -> str:
    synthesis = in_review(
        OrganizationFactory(may_be_named=True),
        texts=[f"Point {number}. Le guide aide." for number in range(60)],
    )
    actions.publish_synthesis(
        synthesis=synthesis, expected_number=1, by=request.getfixturevalue("facilitator")
    )
    return _address("meetings:synthesis_pdf", slug=synthesis.meeting.slug, number=1)


@case("benefits:case_pdf")
def _argument(request: pytest.FixtureRequest) -> str:
    figure = PublicFigureFactory()
    figure.sources.add(SourceFactory(title="Une étude", address="https://exemple.example/etude"))
    benefits = [BenefitFactory(dimension="social"), BenefitFactory(dimension="economique")]
    SocialEnterpriseFactory(eligibility="confirmee")
    picked = [("benefice", row.code) for row in benefits] + [("donnee", figure.code)]
    return f"{_address('benefits:case_pdf')}?{urlencode(picked)}"


def _address(name: str, **kwargs: Any) -> str:
    return reverse(name, kwargs=kwargs)


# The profile takes a stream whose last byte is a carriage return for one too short: counted here.
MISCOUNTED = "PDFA3A-STREAM-LENGTH-001"
STREAM = re.compile(rb"/Length (\d+)[^\n]*>>\nstream\n")


def wrong_lengths(data: bytes) -> list[str]:
    streams = list(STREAM.finditer(data))
    assert len(streams) >= data.count(b"\nendstream\n") > 0
    return [
        f"a stream at {found.start()} is not as long as it says"
        for found in streams
        if data[found.end() + int(found[1]) :][:10] != b"\nendstream"
    ]


def faults(data: bytes, tmp_path: Path) -> list[str]:
    path = tmp_path / "document.pdf"
    path.write_bytes(data)
    profiles = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A)
    found = [page.validate_pdf(str(path), profile=profile).failures for profile in profiles]
    others = [str(one) for some in found for one in some if one.rule_id != MISCOUNTED]
    return problems(data) + wrong_lengths(data) + others


@pytest.mark.parametrize("name", CASES)
def test_each_is_accessible_and_lasts(name, request, manager, coordinator, log_in_as, tmp_path):
    address = CASES[name](request)
    of_an_organization = name.startswith("reports:report_")
    client: StrictClient = log_in_as(manager if of_an_organization else coordinator)
    response = client.get(address)
    assert response.status_code == 200, address
    assert response["Content-Type"] == "application/pdf"
    assert faults(response.content, tmp_path) == []


def test_a_document_of_the_demonstration_too(tmp_path):
    context = {
        "title": "Déclaration",
        "paragraphs": ["Nous achetons autrement."],
        "head": ["Poste", "Nombre"],
        "rows": [["Traiteur", "3"]],
    }
    assert faults(render_pdf("demo/document.html", context), tmp_path) == []


def test_each_address_of_a_pdf_has_its_case():
    named = {route.name for route in routes() if "pdf" in f"{route.name} {route.pattern}"}
    assert named == set(CASES)


def test_each_module_that_prints_is_known():
    root = Path(settings.BASE_DIR)
    apps = ("benefits", "chantier", "measures", "meetings", "members")
    printing = {
        str(path.relative_to(root))
        for app in apps
        for path in (root / app).rglob("*.py")
        if re.search(r"\brender_pdf\(", path.read_text()) and "lib" not in path.parts
    }
    assert printing <= set(PRINTERS)
    assert set(PRINTERS.values()) - {"demo"} <= set(CASES)
