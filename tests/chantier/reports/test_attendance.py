"""The rate of participation in the reports: that of its page; reports of before are still read."""

from typing import Any

from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from chantier.reports.chantier_content import chantier_content
from chantier.reports.content import organization_content
from chantier.reports.models import ReportVersion
from meetings.participation.rates import counted_meetings, line_of, rate_of_all
from members.models import Cycle, Organization, User
from tests.chantier.reports.conftest import TODAY
from tests.conftest import LogIn
from tests.factories import AttendanceFactory, MeetingFactory, OrganizationFactory


def attended(cycle: Cycle, present: int, absent: int, **fields: Any) -> None:
    meeting = MeetingFactory(**({"cycle": cycle, "held": True} | fields))
    for index in range(present + absent):
        AttendanceFactory(meeting=meeting, present=index < present)


def test_reports_say_the_rate_of_the_page(year: Organization, cycle: Cycle) -> None:
    attended(cycle, 3, 1)
    meetings = counted_meetings().filter(cycle=cycle)
    own = organization_content(year, cycle, today=TODAY)["summary"]["attendance"]
    rate = line_of(year, meetings).rate
    assert (own["present"], own["expected"], own["words"]) == (
        rate.present,
        rate.expected,
        rate.in_words,
    )
    told = chantier_content(cycle, today=TODAY)["summary"]["attendance"]
    total = rate_of_all(meetings)
    assert (told["present"], told["expected"], told["rate"]) == (
        total.present,
        total.expected,
        total.percent,
    )


def test_webinars_and_what_was_cancelled_do_not_count(cycle: Cycle) -> None:
    attended(cycle, 3, 1)
    attended(cycle, 1, 3, kind="webinar", number=None)
    attended(cycle, 1, 3, held=False, state="cancelled")
    told = chantier_content(cycle, today=TODAY)
    # Those of the other meetings were members too.
    assert told["summary"]["attendance"]["present"] == 3
    assert len(told["meetings"]) == 2


def test_of_too_few_organizations_the_chantier_says_no_rate(cycle: Cycle) -> None:
    attended(cycle, 1, 1)
    told = chantier_content(cycle, today=TODAY)
    assert told["summary"]["attendance"] is None
    assert [row["attendance"] for row in told["meetings"]] == [None]
    OrganizationFactory()
    assert chantier_content(cycle, today=TODAY)["summary"]["attendance"]["words"] == (
        "1 sur 3, soit 33\u00a0%"
    )


def test_the_page_shows_the_rate_and_its_formula(
    version: ReportVersion, facilitator: User, log_in_as: LogIn
) -> None:
    page = log_in_as(facilitator).get(address(version))
    assertContains(page, "présence sur 2 rencontres, soit 50\u00a0%")
    assertContains(page, "Taux de participation&nbsp;: 1 sur 2, soit 50\u00a0%.")
    assertContains(page, "présences ÷ organisations membres")


def test_a_version_of_before_the_rate_is_still_read(
    version: ReportVersion, facilitator: User, log_in_as: LogIn
) -> None:
    content = version.content
    summary = {key: value for key, value in content["summary"].items() if key != "attendance"}
    summary |= {"meetings_attended": 1, "meetings_held": 3}
    as_it_was(version, content | {"schema": 2, "summary": summary})
    page = log_in_as(facilitator).get(address(version))
    assertContains(page, "sur 3 rencontres tenues")
    assertNotContains(page, "Taux de participation")


def test_the_report_of_the_chantier_shows_it_too(
    cycle: Cycle, five_stages: Any, coordinator: User, log_in_as: LogIn
) -> None:
    attended(cycle, 3, 1)
    there = reverse("reports:chantier_report", kwargs={"cycle": cycle.label})
    page = log_in_as(coordinator).get(there)
    assertContains(page, "organisations présentes&nbsp;: 3 sur 4, soit 75\u00a0%")
    assertContains(page, "75\u00a0% de participation")


def as_it_was(version: ReportVersion, content: dict[str, Any]) -> None:
    ReportVersion.objects.filter(pk=version.pk).update(content=content, schema_version=2)


def address(version: ReportVersion) -> str:
    label = version.report.cycle.label
    return reverse("reports:report_detail", kwargs={"org_slug": "organisation-a", "cycle": label})
