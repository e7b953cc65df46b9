"""A later day for the report of one organization: granted with a reason, and told."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from chantier.lib.french import long_date
from chantier.reports.acts import approving
from chantier.reports.models import AnnualReport, ReportEvent
from members.models import Notification
from members.notifications.kinds import kind_of
from tests.chantier.reports.test_way import address, html
from tests.factories import AnnualReportFactory, ReportVersionFactory

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def later(days=30):
    return timezone.localdate() + datetime.timedelta(days=days)


def test_the_coordination_postpones_with_a_reason(year, cycle, coordinator, manager, log_in_as):
    client = log_in_as(coordinator)
    posted = {"seen": "", "due_on": later().isoformat(), "note": "Un congé de maladie."}
    client.post(address("report_postpone"), posted)
    assert AnnualReport.objects.get().due_on == later()
    response = client.post(address("report_postpone"), posted, follow=True)
    assert "était déjà reporté" in html(response)
    assert ReportEvent.objects.count() == 1
    page = html(log_in_as(manager).get(address("report_detail")))
    assert "Un congé de maladie." in page
    assert "Dépôt reporté au" in page


def test_two_later_days_at_once_do_not_overwrite_each_other(year, cycle, coordinator, log_in_as):
    client = log_in_as(coordinator)
    posted = {"seen": "", "due_on": later().isoformat(), "note": "Un congé."}
    client.post(address("report_postpone"), posted)
    response = client.post(address("report_postpone"), posted | {"due_on": later(60).isoformat()})
    assert response.status_code == 409
    assert "Entre-temps, le dépôt a été reporté au" in html(response)
    assert AnnualReport.objects.get().due_on == later()


def test_a_later_day_is_told_to_those_who_submit(
    cycle, organization, manager, contributor, coordinator
):
    report = AnnualReportFactory(organization=organization, cycle=cycle)
    due_on = timezone.localdate() + 30 * DAY
    given = {
        "report": report,
        "instead_of": None,
        "note": "Un congé de maladie.",
        "by": coordinator,
    }
    approving.postpone(due_on=due_on, **given)
    row = Notification.objects.get()
    assert (row.kind, row.recipient) == ("report_postponed", manager)
    message = kind_of(row.kind).compose(row)
    assert long_date(due_on) in message.paragraphs[0]
    assert message.paragraphs[1] == "Un congé de maladie."
    assert message.path == reverse("reports:report_detail", args=[organization.slug, cycle.label])
    # Postponed again, the first message has nothing left to say.
    approving.postpone(due_on=due_on + DAY, **(given | {"instead_of": due_on}))
    assert kind_of(row.kind).compose(row) is None
    second = Notification.objects.exclude(pk=row.pk).get()
    assert long_date(due_on + DAY) in kind_of(second.kind).compose(second).paragraphs[0]
    ReportVersionFactory(report=report, content={})
    assert kind_of(second.kind).compose(second) is None


def test_a_later_day_that_somebody_else_granted_tells_nobody(
    cycle, organization, manager, coordinator
):
    report = AnnualReportFactory(
        organization=organization, cycle=cycle, due_on=timezone.localdate() + DAY
    )
    with pytest.raises(approving.StepError):
        approving.postpone(
            report=report,
            due_on=timezone.localdate() + 9 * DAY,
            instead_of=None,
            note="Un congé.",
            by=coordinator,
        )
    assert not Notification.objects.exists()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"note": " "}, "Dites pourquoi"),
        ({"due_on": ""}, "Donnez la nouvelle date."),
        ({"due_on": "2021-06-30"}, "Choisissez une date après"),
    ],
)
def test_a_later_day_needs_a_reason_and_a_day_to_come(
    year, cycle, coordinator, log_in_as, changed, told
):
    posted = {"seen": "", "due_on": later().isoformat(), "note": "Un congé."} | changed
    page = html(log_in_as(coordinator).post(address("report_postpone"), posted))
    assert told in page
    assert not AnnualReport.objects.exists()
