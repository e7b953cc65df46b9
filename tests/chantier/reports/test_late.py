"""States of the matrix, filters, reminders of those who are late, and what mails say."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from chantier.reports.acts import approving
from chantier.reports.acts.reminding import remind_late
from chantier.reports.acts.submitting import submit_report
from chantier.reports.late import late_reports
from chantier.reports.models import AnnualReport, ReportVersion
from chantier.reports.states import WORDS, in_state, state_of
from members.models import AuditEntry, MailTopic, Membership, Notification, Organization
from members.notifications.kinds import kind_of
from tests.factories import (
    AnnualReportFactory,
    CycleFactory,
    MembershipFactory,
    OrganizationFactory,
    ReportVersionFactory,
)
from tests.members.mails import pass_at, sent, text_of

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def html(response):
    return response.content.decode()


@pytest.fixture
def cycle():
    """Ended two months ago, reports due a month ago."""
    today = timezone.localdate()
    return CycleFactory(
        start_year=2022,
        starts_on=today - 400 * DAY,
        ends_on=today - 60 * DAY,
        report_due_on=today - 30 * DAY,
    )


@pytest.fixture
def reminders(cycle):
    return reverse("reports:report_reminders", args=[cycle.label])


def manager_of(organization):
    return MembershipFactory(organization=organization, role="manager").user


def of_each_state(cycle, today):
    """One organization in each state, by the word of its state."""
    old = today - 500 * DAY
    rows = {
        "attendu": {"due_on": today + DAY},
        "a-approuver": {"due_on": today + DAY, "state": "to_approve"},
        "en-retard": {"state": "to_approve"},
        "non-depose": {"due_on": old},
        "depose": {"state": "submitted"},
        "accepte": {"state": "accepted"},
        "retourne": {"state": "sent_back"},
        "correction": {"state": "draft"},
    }
    for slug, values in rows.items():
        report = AnnualReportFactory(cycle=cycle, organization__name=slug, **values)
        if slug in ("depose", "accepte", "retourne", "correction"):
            ReportVersionFactory(report=report, content={})
    corrected = AnnualReportFactory(
        cycle=cycle, organization__name="a-approuver", state="to_approve"
    )
    ReportVersionFactory(report=corrected, content={})
    OrganizationFactory(name="en-retard")
    OrganizationFactory(name="pas-membre", joined_on=cycle.ends_on + DAY)


def test_each_state_has_its_word_and_the_filter_finds_the_same(cycle):
    today = timezone.localdate()
    of_each_state(cycle, today)
    for row in Organization.objects.all():
        report = AnnualReport.objects.filter(organization=row).first()
        version = ReportVersion.objects.filter(report=report).first() if report else None
        found = state_of(row, cycle, version, report=report, today=today)
        assert found.slug == row.name
    seen = 0
    for slug in WORDS:
        names = [row.name for row in in_state(Organization.objects.all(), cycle, slug, today=today)]
        assert names
        assert set(names) == {slug}
        seen += len(names)
    assert seen == Organization.objects.count()


def test_the_day_of_the_deadline_is_not_late(cycle):
    today = cycle.report_due_on
    row = OrganizationFactory()
    assert state_of(row, cycle, None, report=None, today=today).slug == "attendu"
    assert state_of(row, cycle, None, report=None, today=today + DAY).slug == "en-retard"
    assert list(in_state(Organization.objects.all(), cycle, "en-retard", today=today)) == []


def test_the_matrix_filters_by_state_and_leads_to_what_is_to_do(cycle, coordinator, log_in_as):
    of_each_state(cycle, timezone.localdate())
    client = log_in_as(coordinator)
    page = html(client.get("/rapports/", {"etat": "depose"}))
    waiting = Organization.objects.get(name="depose")
    assert reverse("reports:report_examine", args=[waiting.slug, cycle.label]) in page
    assert 'class="t" href="/organisations/' in page
    assert page.count('scope="row" class="head"') == 2
    page = html(client.get("/rapports/", {"etat": "en-retard"}))
    assert page.count("Reporter<span") == 2
    assert page.count('scope="row" class="head"') == 3
    assert html(client.get("/rapports/", {"etat": "inconnu"})).count('scope="row"') == 12


# Reminders


def test_a_reminder_is_read_first_then_leaves_once(
    cycle, reminders, organization, manager, contributor, coordinator, log_in_as
):
    lonely = OrganizationFactory(name="Sans responsable")
    client = log_in_as(coordinator)
    page = html(client.get(reminders))
    assert manager.email in page
    assert contributor.email not in page
    assert "pas encore déposé" in page
    assert "Personne n’y est responsable" in page
    posted = {"organisation": [organization.pk, lonely.pk, "999999", "x"]}
    assert "Rappel envoyé à 1\u00a0organisation." in html(
        client.post(reminders, posted, follow=True)
    )
    assert "Aucun rappel n’est parti" in html(client.post(reminders, posted, follow=True))
    row = Notification.objects.get()
    assert (row.kind, row.recipient) == ("report_late", manager)
    assert AuditEntry.objects.get().after == {"organizations": [organization.slug]}
    page = html(client.get(reminders))
    assert "Rappel envoyé le" in page
    assert "Aucun rappel ne peut partir aujourd’hui." in page


def test_five_days_part_two_reminders(cycle, organization, manager, coordinator):
    asked = {"cycle": cycle, "organizations": [organization.pk], "by": coordinator}
    assert remind_late(**asked)
    Notification.objects.update(created_at=timezone.now() - 5 * DAY + DAY / 24)
    assert not remind_late(**asked)
    Notification.objects.update(created_at=timezone.now() - 5 * DAY - DAY / 24)
    assert remind_late(**asked)
    assert Notification.objects.count() == 2


def test_nobody_ticked_nobody_reminded(
    cycle, reminders, organization, manager, coordinator, log_in_as
):
    page = html(log_in_as(coordinator).post(reminders, {}, follow=True))
    assert "Cochez au moins une organisation" in page
    assert not Notification.objects.exists()


def test_only_those_who_owe_are_reminded(cycle, organization, manager, coordinator):
    for values in ({"kind": "observateur"}, {"is_active": False}):
        manager_of(OrganizationFactory(**values))
    submitted = ReportVersionFactory(report__cycle=cycle, content={})
    manager_of(submitted.report.organization)
    granted = AnnualReportFactory(cycle=cycle, due_on=timezone.localdate() + DAY)
    manager_of(granted.organization)
    assert [row.organization for row in late_reports(cycle, now=timezone.now())] == [organization]


def test_no_reminder_leaves_once_it_is_submitted_or_postponed(
    cycle, organization, manager, coordinator
):
    remind_late(cycle=cycle, organizations=[organization.pk], by=coordinator)
    row, report = Notification.objects.get(), AnnualReport.objects.get()
    message = kind_of(row.kind).compose(row)
    assert message.path == reverse("reports:report_detail", args=[organization.slug, cycle.label])
    AnnualReport.objects.update(due_on=timezone.localdate() + DAY)
    assert kind_of(row.kind).compose(row) is None
    AnnualReport.objects.update(due_on=None)
    ReportVersionFactory(report=report, content={})
    assert kind_of(row.kind).compose(row) is None


def test_late_reports_cost_four_queries(cycle, django_assert_num_queries):
    for _ in range(3):
        manager_of(AnnualReportFactory(cycle=cycle).organization)
    with django_assert_num_queries(4):
        assert len(late_reports(cycle, now=timezone.now())) == 3


def test_reminders_are_for_the_coordination(reminders, manager, facilitator, log_in_as):
    for person in (manager, facilitator):
        assert log_in_as(person).get(reminders).status_code == 403
        assert log_in_as(person).post(reminders).status_code == 403


# What mails say


@pytest.fixture
def version(cycle, organization):
    return ReportVersionFactory(report__cycle=cycle, report__organization=organization)


def leave():
    """What leaves in one pass: text by recipient."""
    mail.outbox.clear()
    pass_at(timezone.now() + datetime.timedelta(minutes=1))
    return {message["To"].addresses[0].addr_spec: text_of(message) for message in sent()}


def test_the_coordination_is_told_of_what_is_submitted(
    cycle, organization, manager, facilitator, coordinator, monkeypatch
):
    monkeypatch.setattr(
        "chantier.reports.acts.submitting.render_pdf", lambda *args, **named: b"%PDF-"
    )
    report = AnnualReportFactory(cycle=cycle, organization=organization)
    given = {"signatory_name": "Camille", "signatory_function": "Direction", "by": manager}
    submit_report(report=report, **given)
    assert list(Notification.objects.values_list("recipient", "kind")) == [
        (coordinator.pk, "report_submitted")
    ]
    told = leave()
    assert set(told) == {coordinator.email}
    assert "a déposé la version 1" in told[coordinator.email]
    assert (
        f"/organisations/{organization.slug}/rapports/{cycle.label}/examen/"
        in told[coordinator.email]
    )


def test_what_is_brought_in_afterwards_is_told_to_nobody(
    cycle, organization, manager, coordinator, monkeypatch
):
    monkeypatch.setattr(
        "chantier.reports.acts.submitting.render_pdf", lambda *args, **named: b"%PDF-"
    )
    report = AnnualReportFactory(cycle=cycle, organization=organization)
    submit_report(
        report=report,
        signatory_name="Camille",
        signatory_function="Direction",
        submitted_at=timezone.now() - DAY,
        by=manager,
    )
    assert not Notification.objects.exists()


def test_managers_read_what_is_to_correct(version, manager, contributor, coordinator):
    approving.send_back(
        version=version,
        comments={"achats": "Quelle source?"},
        note="Presque prêt.",
        by=coordinator,
    )
    told = leave()
    assert set(told) == {manager.email}
    for words in ("Presque prêt.", "Achats et indicateurs\u00a0: Quelle source?"):
        assert words in told[manager.email]
    assert kind_of("report_sent_back").is_open_to_staff is False


def test_managers_read_that_it_is_accepted(version, manager, coordinator):
    approving.accept(version=version, note="Beau travail.", by=coordinator)
    told = leave()
    assert "a accepté le rapport annuel" in told[manager.email]
    assert "Beau travail." in told[manager.email]


def test_what_is_no_longer_true_does_not_leave(version, manager, coordinator):
    approving.send_back(version=version, comments={}, note="À revoir.", by=coordinator)
    approving.say_ready(report=version.report, by=manager)
    assert leave() == {}
    assert Notification.objects.get().state == "dropped"


def test_who_no_longer_submits_is_not_told(version, manager, coordinator):
    approving.accept(version=version, by=coordinator)
    Membership.objects.filter(user=manager).update(role="reader")
    assert leave() == {}


def test_a_step_that_is_refused_tells_nobody(version, manager, coordinator):
    AnnualReport.objects.update(state="accepted")
    with pytest.raises(approving.StepError):
        approving.send_back(version=version, comments={"achats": "Quoi?"}, by=coordinator)
    assert not Notification.objects.exists()


def test_kinds_are_of_the_topic_of_reports():
    codes = (
        "report_submitted",
        "report_sent_back",
        "report_accepted",
        "report_postponed",
        "report_late",
    )
    assert {kind_of(code).topic for code in codes} == {MailTopic.REPORTS}
    assert kind_of("report_late").is_reminder


# À faire


def tasks_of(client):
    return html(client.get(reverse("home:dashboard")))


@pytest.mark.parametrize(
    ("state", "person", "words", "shown"),
    [
        ("sent_back", "manager", "Corriger le rapport annuel", True),
        ("sent_back", "contributor", "Corriger le rapport annuel", True),
        ("sent_back", "reader", "Corriger le rapport annuel", False),
        ("to_approve", "manager", "Approuver et déposer le rapport annuel", True),
        ("to_approve", "contributor", "Approuver et déposer le rapport annuel", False),
        ("accepted", "manager", "le rapport annuel", False),
    ],
)
def test_members_find_what_to_do(version, request, log_in_as, state, person, words, shown):
    AnnualReport.objects.update(state=state)
    page = tasks_of(log_in_as(request.getfixturevalue(person)))
    assert (words in page) == shown
    assert "Déposer le rapport annuel" not in page


def test_a_later_day_is_that_of_the_task(cycle, organization, manager, log_in_as):
    day = timezone.localdate() + 3 * DAY
    AnnualReportFactory(cycle=cycle, organization=organization, due_on=day)
    page = tasks_of(log_in_as(manager))
    assert "Déposer le rapport annuel" in page
    assert str(day.year) in page
    assert "En retard" not in page


def test_the_coordination_finds_the_oldest_to_examine(version, cycle, coordinator, log_in_as):
    ReportVersionFactory(
        report__cycle=cycle,
        report__organization__name="Déposé avant",
        submitted_at=version.submitted_at - DAY,
    )
    ReportVersionFactory(report__cycle=cycle, report__state="accepted")
    client = log_in_as(coordinator)
    page = tasks_of(client)
    assert "2\u00a0rapports annuels à examiner" in page
    assert "Le plus ancien\u00a0: Déposé avant" in page
    AnnualReport.objects.update(state="accepted")
    assert "à examiner" not in tasks_of(client)


# What everybody may verify


def test_verification_tells_the_state_of_this_very_version(version, coordinator, client):
    address = version.get_absolute_url()
    assert "Déposé</" in html(client.get(address)).replace("\n", "")
    approving.accept(version=version, by=coordinator)
    page = html(client.get(address))
    assert "par la coordination, le" in page
    assert "Accepté" in page
    later = ReportVersionFactory(report=version.report, number=2)
    page = html(client.get(address))
    assert later.get_absolute_url() in page
    assert later.verification_code in page
    assert "Accepté" in page
    assert "Accepté" not in html(client.get(later.get_absolute_url()))


def test_versions_say_what_was_declared_and_who_clicked(version, reader, log_in_as):
    page = html(
        log_in_as(reader).get(
            reverse(
                "reports:report_detail",
                args=[version.report.organization.slug, version.report.cycle.label],
            )
        )
    )
    assert "J’atteste que ce rapport est fidèle à nos dossiers." in page
    assert f"Déposée par {version.submitted_by}." in page
