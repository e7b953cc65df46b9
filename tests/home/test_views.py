"""The front page, the dashboard, help, health and the pages of errors."""

import datetime
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import (
    CycleFactory,
    EvidenceFactory,
    ImplementationFactory,
    MeasureFactory,
    MeetingFactory,
    ObjectiveFactory,
    PublicFigureFactory,
    ReportVersionFactory,
    UserFactory,
)
from tests.html import StrictClient

TODAY = datetime.date(2021, 11, 15)
DASHBOARD = "/tableau-de-bord/"


@pytest.fixture
def frozen_day() -> Any:
    with time_machine.travel(datetime.datetime(2021, 11, 15, 12, tzinfo=datetime.UTC), tick=False):
        yield


@pytest.mark.django_db
def test_the_front_page_is_public_and_shows_current_figures(client: StrictClient) -> None:
    PublicFigureFactory(code="F01", value=11360, unit="entreprises", year=2022)
    PublicFigureFactory(code="F04", value=11200, unit="entreprises", year=2016, is_current=False)
    response = client.get("/")
    assertContains(response, "11\u00a0360")
    assertNotContains(response, "11\u00a0200")


@pytest.mark.django_db
def test_a_figure_still_to_verify_is_not_shown_to_visitors(
    client: StrictClient, log_in_as: LogIn
) -> None:
    PublicFigureFactory(code="F01", value=11360, unit="entreprises", year=2022, to_verify=True)
    assertNotContains(client.get("/"), "11\u00a0360")
    assertContains(log_in_as(UserFactory()).get("/"), "11\u00a0360")


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen_day")
def test_the_dashboard_lists_what_waits(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    organization.joined_on = datetime.date(2020, 9, 1)
    organization.save()
    review = ImplementationFactory(
        organization=organization, implemented=True, review_on=datetime.date(2021, 11, 1)
    )
    review.evidence.add(EvidenceFactory(organization=organization))
    late = ImplementationFactory(organization=organization, planned=True)
    bare = ImplementationFactory(organization=organization, implemented=True)
    ImplementationFactory(implemented=True)
    CycleFactory(
        label="2020-2021",
        starts_on=datetime.date(2020, 9, 1),
        ends_on=datetime.date(2021, 8, 31),
        report_due_on=datetime.date(2021, 9, 30),
    )
    response = log_in_as(contributor).get(DASHBOARD)
    tasks = [(task.title, task.late) for task in response.context["member"].tasks]
    assert tasks == [
        ("Déposer le rapport annuel 2020-2021", True),
        (f"Faire avancer «\u00a0{late.title}\u00a0»", True),
        (f"Réviser «\u00a0{review.title}\u00a0»", True),
        (f"Joindre une preuve\u00a0: «\u00a0{bare.title}\u00a0»", False),
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen_day")
def test_a_late_record_is_listed_once_whatever_its_evidence(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    late = ImplementationFactory(organization=organization, planned=True)
    for _ in range(3):
        late.evidence.add(EvidenceFactory(organization=organization))
    response = log_in_as(contributor).get(DASHBOARD)
    titles = [task.title for task in response.context["member"].tasks]
    assert titles == [f"Faire avancer «\u00a0{late.title}\u00a0»"]


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen_day")
def test_a_submitted_report_no_longer_waits(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    cycle = CycleFactory(
        label="2020-2021",
        starts_on=datetime.date(2020, 9, 1),
        ends_on=datetime.date(2021, 8, 31),
        report_due_on=datetime.date(2021, 9, 30),
    )
    organization.joined_on = datetime.date(2020, 9, 1)
    organization.save()
    ReportVersionFactory(report__organization=organization, report__cycle=cycle, content={})
    assert not log_in_as(contributor).get(DASHBOARD).context["member"].tasks


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen_day")
def test_the_next_meeting_shows_its_objectives(log_in_as: LogIn, contributor: User) -> None:
    meeting = MeetingFactory(held_on=datetime.date(2021, 12, 1), state="convened")
    ObjectiveFactory(meeting=meeting, text="Partager les indicateurs")
    MeetingFactory(held_on=datetime.date(2021, 11, 20), state="draft")
    response = log_in_as(contributor).get(DASHBOARD)
    assertContains(response, "1er\u00a0décembre 2021")
    assertContains(response, "Partager les indicateurs")


def test_the_dashboard_costs_a_fixed_number_of_queries(
    log_in_as: LogIn,
    contributor: User,
    organization: Organization,
    django_assert_num_queries: Any,
) -> None:
    MeasureFactory()
    ImplementationFactory.create_batch(10, organization=organization, implemented=True)
    client = log_in_as(contributor)
    # session, person, membership, stages, cycles with their report, proposals, syntheses to
    # review, pressing records, evidence asked for, progress, tools (three), next meeting with
    # its objectives, last events
    CycleFactory()
    with django_assert_num_queries(15):
        client.get(DASHBOARD)


def test_staff_without_organization_see_what_waits_across_the_chantier(
    log_in_as: LogIn, facilitator: User
) -> None:
    MeetingFactory(
        title="Sans synthèse", number=7, held_on=datetime.date(2021, 1, 28), state="held"
    )
    MeetingFactory(
        title="Webinaire", kind="webinar", held_on=datetime.date(2021, 2, 1), state="held"
    )
    response = log_in_as(facilitator).get(DASHBOARD)
    assertContains(response, "Publier la synthèse")
    assertNotContains(response, "Webinaire")
    assertContains(response, "Sans synthèse")


def test_a_person_without_organization_is_told_what_to_do(log_in_as: LogIn, db: None) -> None:
    response = log_in_as(UserFactory()).get(DASHBOARD)
    assertContains(response, "n’est rattaché à aucune organisation")


@pytest.mark.django_db
def test_health_answers_visitors_with_nothing_else(client: StrictClient) -> None:
    assert client.get(reverse("home:health")).json() == {"status": "ok"}


def test_an_unknown_page_says_so_in_french(log_in_as: LogIn, reader: User) -> None:
    response = log_in_as(reader).get("/rencontres/inconnue/")
    assertContains(response, "Cette page n’existe pas", status_code=404)


@pytest.mark.parametrize("path", ["/rencontres/inconnue/", "/nulle-part/", "/nulle-part"])
def test_debug_shows_the_same_page(
    log_in_as: LogIn, reader: User, settings: Any, path: str
) -> None:
    settings.DEBUG = True
    response = log_in_as(reader).get(path)
    assertContains(response, "Cette page n’existe pas", status_code=404)


def test_debug_still_adds_a_missing_slash(log_in_as: LogIn, reader: User, settings: Any) -> None:
    settings.DEBUG = True
    assert log_in_as(reader).get("/tableau-de-bord")["Location"] == "/tableau-de-bord/"


def test_a_fault_of_ours_is_told_plainly(
    log_in_as: LogIn, reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("chantier.home.views.MemberDashboard.build", fail)
    client = log_in_as(reader)
    client.raise_request_exception = False
    response = client.get(DASHBOARD)
    assertContains(response, "Quelque chose a mal fonctionné", status_code=500)
    assertNotContains(response, "boom", status_code=500)


@pytest.mark.parametrize(("cookie", "attribute"), [("dark", 'data-theme="dark"'), ("x<y", "")])
@pytest.mark.django_db
def test_the_theme_cookie_is_honoured_and_checked(
    client: StrictClient, cookie: str, attribute: str
) -> None:
    client.cookies["theme"] = cookie
    html = client.get("/").content.decode()
    assert ("data-theme=" in html.partition(">")[2].partition("<head")[0]) == bool(attribute)
    assert attribute in html
    assert "x<y" not in html
