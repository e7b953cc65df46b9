"""What the command makes where no account may be, and on days that are unlike the others."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from benefits.models import SocialEnterprise
from chantier.demo.loading import load_demo
from chantier.demo.people import PASSWORD
from chantier.management.commands.seed import seed_all
from chantier.reports.models import ReportVersion
from measures.models import ImplementationEvent, Measure
from meetings.models import Meeting
from members.models import Organization, User
from tests.chantier.bootstrapped import bootstrap, print_quickly

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    print_quickly(monkeypatch)


def test_without_debug_there_is_content_but_no_account(settings):
    settings.DEBUG = False
    said = bootstrap()
    assert Measure.objects.count() == 46
    assert not User.objects.exists()
    assert not Organization.objects.exists()
    assert not SocialEnterprise.objects.exists()
    assert PASSWORD not in said
    assert "Pas de comptes de démonstration" in said


# The first day of a cycle, and a day that most years lack.
@pytest.mark.parametrize("day", [datetime.date(2026, 9, 1), datetime.date(2028, 2, 29)])
def test_any_day_of_the_year_will_do(day):
    with time_machine.travel(
        datetime.datetime(day.year, day.month, day.day, 15, tzinfo=datetime.UTC), tick=False
    ):
        seed_all()
        load_demo(today=day)
        assert not ImplementationEvent.objects.filter(at__gt=timezone.now()).exists()
        assert not ReportVersion.objects.filter(submitted_at__gt=timezone.now()).exists()
        assert {meeting.kind for meeting in Meeting.objects.coming(day)} == {"meeting", "webinar"}
