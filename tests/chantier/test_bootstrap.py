"""One command makes a portal to look at; the accounts of the demonstration stay in development."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from benefits.models import SocialEnterprise
from chantier.demo.people import ACCOUNTS, PASSWORD
from chantier.reports.chantier_content import chantier_content
from chantier.reports.models import AnnualReport, ReportText, ReportVersion
from measures.models import (
    Comment,
    Evidence,
    EvidenceRequest,
    Implementation,
    ImplementationEvent,
    Result,
    Stage,
)
from measures.statuses import Status
from meetings.acts.convening import heard_of
from meetings.models import Commitment, Meeting
from members.models import Membership, Notification, Organization, User
from tests.chantier.bootstrapped import bootstrap, print_quickly
from tests.chantier.test_seed import rows_of_everything
from tests.conftest import move_private_files

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def private_files(private_places: Iterator[Path]) -> Iterator[Path]:
    """The files of the demonstration last as long as it does."""
    place = next(private_places)
    with pytest.MonkeyPatch.context() as patch:
        move_private_files(place, patch)
        yield place


@pytest.fixture(scope="module")
def loaded(
    private_files: Path,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[tuple[str, int]]:
    """What the command said and the mails that it sent: the tests read what it left, once made.

    Each of them takes back what it writes itself.
    """
    mail.outbox = []
    with pytest.MonkeyPatch.context() as patch, override_settings(DEBUG=True):
        print_quickly(patch)
        with django_db_blocker.unblock():
            said = bootstrap()
        yield said, len(mail.outbox)
        with django_db_blocker.unblock():
            call_command("flush", interactive=False, verbosity=0)
            cache.clear()


@pytest.fixture
def demo(loaded: tuple[str, int], db: None) -> str:
    return loaded[0]


def test_the_accounts_are_announced_and_open(demo):
    assert len(ACCOUNTS) == 7
    assert PASSWORD in demo
    for account in ACCOUNTS:
        assert account.email in demo
        client = Client()
        client.post(reverse("account_login"), {"login": account.email, "password": PASSWORD})
        assert "_auth_user_id" in client.session, account.email


def test_everybody_is_fictional_and_only_seven_can_log_in(demo):
    assert Organization.objects.count() == 12
    assert not Organization.objects.filter(is_fictional=False).exists()
    assert not SocialEnterprise.objects.filter(is_fictional=False).exists()
    assert {user.email for user in User.objects.all() if user.has_usable_password()} == {
        account.email for account in ACCOUNTS
    }
    assert not User.objects.exclude(email__endswith="@demo.example").exists()
    assert not User.objects.filter(is_superuser=True).exists()
    assert Membership.objects.filter(organization__slug="mrc-deux-collines").count() == 2


def test_a_second_run_changes_nothing(demo):
    before = rows_of_everything()
    versions = list(ReportVersion.objects.values())
    bootstrap()
    assert rows_of_everything() == before
    assert list(ReportVersion.objects.values()) == versions


def test_no_register_is_empty_and_every_record_is_valid(demo):
    today = timezone.localdate()
    for organization in Organization.objects.all():
        rows = organization.implementations.all()
        assert 10 <= rows.count() <= 31
        assert rows.values("stage").distinct().order_by().count() == Stage.objects.count()
    for row in Implementation.objects.select_related("measure", "stage", "organization"):
        row.full_clean()
        if row.status == Status.IMPLEMENTED:
            assert row.description
            assert row.implemented_on <= today
    city = Implementation.objects.filter(organization__slug="val-clement")
    assert set(city.values_list("status", flat=True)) == set(Status)
    assert Implementation.objects.to_review(today).exists()
    assert Implementation.objects.upcoming().filter(planned_for__lt=today).exists()


def test_the_journal_goes_back_to_the_first_year(demo):
    assert not ImplementationEvent.objects.filter(at__gt=timezone.now()).exists()
    entered = Implementation.objects.filter(created_at__year__lte=2021).count()
    assert 0.4 < entered / Implementation.objects.count() < 0.6
    for row in Implementation.objects.prefetch_related("events"):
        events = list(row.events.all())
        assert events[-1].kind == ImplementationEvent.Kind.CREATED
        assert row.created_at == events[-1].at
        # What happens to what hangs on a record is told, and leaves the record as it is.
        saves = [event for event in events if event.kind not in ("evidence", "result", "barrier")]
        assert row.updated_at == saves[0].at


def test_evidence_is_real(demo):
    files = Evidence.objects.filter(kind=Evidence.Kind.FILE)
    assert files.count() >= 5
    for piece in files:
        with piece.file.open() as file:
            stored = file.read()
        assert hashlib.sha256(stored).hexdigest() == piece.sha256
        assert len(stored) == piece.size
    assert Evidence.objects.filter(kind=Evidence.Kind.LINK).count() > 20


def test_the_library_shows_what_it_can_do(demo):
    today = timezone.localdate()
    city = Evidence.objects.filter(organization__slug="val-clement")
    assert city.expired(today).count() == 1
    assert city.expiring(today).count() == 1
    assert city.unjoined().count() == 1
    table = city.get(version=2)
    assert table.implementations.count() == 3
    assert table.versions.count() == 1
    requests = EvidenceRequest.objects.all()
    assert requests.waiting().open_to_staff().count() == 2
    assert [request.is_late for request in requests.waiting()].count(True) == 1
    assert requests.filter(outcome="answered").count() == 1


def test_records_have_figures_barriers_and_discussions(demo):
    city = Implementation.objects.get(organization__slug="val-clement", measure__code="M2-04")
    assert city.results.count() == 3
    encounter = city.encounters.get()
    assert encounter.solutions.count() == 2
    assert encounter.what_worked
    firsts = city.comments.filter(parent=None)
    assert set(firsts.values_list("sharing", flat=True)) == {"private", "coordination"}
    assert firsts.waiting().count() == 2
    now = timezone.now()
    for row in Result.objects.all():
        row.full_clean()
        assert city.created_at < row.created_at <= now
    assert not Comment.objects.filter(created_at__gt=now).exists()
    for comment in Comment.objects.exclude(parent=None).select_related("parent"):
        assert comment.parent.created_at <= comment.created_at


def test_meetings_and_reports_around_today(demo):
    today = timezone.localdate()
    counted = Meeting.objects.with_present_count().filter(code__startswith="R").order_by("code")
    assert [meeting.present_count for meeting in counted] == [9, 11, 12, 10, 12]
    webinars = Meeting.objects.filter(kind=Meeting.Kind.WEBINAR)
    assert webinars.get(held_on__lt=today).guests.count() == 5
    # Visitors read what it is about.
    assert webinars.coming(today).get().public_text
    held = Meeting.objects.get(state=Meeting.State.HELD)
    assert held.synthesis.points.exists()
    assert not held.synthesis.versions.exists()
    coming = Meeting.objects.coming(today)
    assert all(meeting.title.endswith(" (démonstration)") for meeting in coming)
    told = AnnualReport.objects.filter(cycle__label="2020-2021", versions__number=1)
    states = sorted(told.values_list("state", flat=True))
    assert states == ["accepted"] * 8 + ["submitted"]
    assert not ReportVersion.objects.filter(submitted_at__gt=timezone.now()).exists()
    # Each report tells cases, and the chantier may name some, take some without a name, or none.
    versions = ReportVersion.objects.filter(
        report__cycle__label="2020-2021", report__organization__isnull=False
    )
    assert all(version.content["cases"] for version in versions)
    consents = {case["consent"] for row in versions for case in row.content["cases"]}
    assert consents == {"named", "unnamed", "not_at_all"}
    told_by_all = chantier_content(versions[0].report.cycle, today=today)["cases"]
    assert {bool(case["who"]) for case in told_by_all} == {True, False}
    assert_the_first_year_is_told()


def assert_the_first_year_is_told():
    """What eight members reported is added up; what two of them said alone is not."""
    version = ReportVersion.objects.get(report__organization=None)
    told, results = version.content, version.content["results"]
    assert results["amount"]["number"] == results["contracts"]["number"] == 8
    assert len(results["sectors"]) >= 3
    assert results["sectors"][-1]["label"] == "autres, réunis faute de nombre"
    assert len(results["dimensions"]) == 3
    assert [(row["title"], row["number"]) for row in told["barriers"]] == [
        ("Offre peu connue ou difficile à repérer", 4)
    ]
    assert all(told["texts"].values())
    written = ReportText.objects.filter(report__versions__isnull=False)
    assert written.filter(section="sommaire").distinct().count() == 10
    assert not written.filter(updated_at__gt=timezone.now()).exists()


def test_a_promise_is_noted_then_sent_then_answered(demo):
    rows = list(Commitment.objects.filter(entry__meeting__code="DEMO-TENUE"))
    sent = [row for row in rows if row.is_received]
    assert len(sent) == len(rows) - 1 == 5
    for row in sent:
        assert row.created_at <= row.sent_at <= (row.answered_at or timezone.now())
    # Nobody hears by mail of what is invented.
    assert not Notification.objects.waiting().exists()


def test_those_who_are_invited_would_hear_of_a_cancellation(demo, loaded, mailoutbox):
    meeting = Meeting.objects.coming(timezone.localdate()).get(kind=Meeting.Kind.MEETING)
    assert len(heard_of(meeting)) == meeting.answers.count() > 10
    assert loaded[1] == 0
    assert not mailoutbox
