"""How an archive ends otherwise: cancelled, given up, told of, erased after a week."""

import datetime
from types import SimpleNamespace

import pytest
from django.core import mail
from django.utils import timezone

from chantier.lib.tasks import TaskResultStatus
from chantier.reports.acts import batch_steps
from chantier.reports.acts.batching import cancel_batch
from chantier.reports.archive import places, preparing
from chantier.reports.models import ReportBatch
from chantier.reports.tasks import give_up, prepare_batch
from members.models import AuditEntry, Notification
from members.notifications.rounds import run_rounds
from members.notifications.sending import send_due
from tests.chantier.reports.batch import asked, lying, prepared, states, submitted, waiting
from tests.factories import CycleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(five_stages):
    return CycleFactory()


class TestCancelling:
    def test_one_that_waits(self, cycle, coordinator):
        submitted(cycle, 1)
        batch = waiting(cycle, coordinator)
        assert cancel_batch(batch=batch, by=coordinator)
        assert not cancel_batch(batch=batch, by=coordinator)
        assert prepared(batch).state == "cancelled"
        assert lying() == []
        assert AuditEntry.objects.filter(action="report_batch_cancel").count() == 1

    @pytest.mark.parametrize("moment", ["make_files", "pack"])
    def test_one_under_way_stops_at_the_next_report_and_leaves_nothing(
        self, moment, cycle, coordinator, monkeypatch
    ):
        submitted(cycle, 3)
        batch = waiting(cycle, coordinator)
        original = getattr(preparing, moment)

        def cancel_then(*args):
            cancel_batch(batch=batch, by=coordinator)
            return original(*args)

        monkeypatch.setattr(preparing, moment, cancel_then)
        assert prepared(batch).state == "cancelled"
        assert states(batch).count("done") == (1 if moment == "make_files" else 3)
        assert lying() == []
        assert not Notification.objects.exists()

    def test_one_that_ended_stays_as_it_is(self, cycle, coordinator):
        submitted(cycle, 1)
        batch = asked(cycle, coordinator)
        assert not cancel_batch(batch=batch, by=coordinator)
        batch.refresh_from_db()
        assert batch.state == "done"

    def test_after_it_another_may_be_asked_for(self, cycle, coordinator):
        submitted(cycle, 1)
        cancel_batch(batch=waiting(cycle, coordinator), by=coordinator)
        assert asked(cycle, coordinator).state == "done"


class TestGivingUp:
    @pytest.mark.parametrize("state", ["waiting", "running"])
    def test_a_task_that_is_given_up_ends_the_batch(self, state, cycle, coordinator):
        batch = waiting(cycle, coordinator)
        ReportBatch.objects.update(state=state)
        give_up(task_result=_result(TaskResultStatus.FAILED, batch.pk))
        batch.refresh_from_db()
        assert (batch.state, batch.problem) == (
            "failed",
            "Le travail s’est arrêté plusieurs fois sans finir.",
        )

    def test_what_killed_workers_left_goes_with_it(self, cycle, coordinator):
        batch = waiting(cycle, coordinator)
        left = places.work_of(batch) / "1"
        left.mkdir(parents=True)
        (left / "rapport.pdf").write_bytes(b"%PDF-")
        give_up(task_result=_result(TaskResultStatus.FAILED, batch.pk))
        assert lying() == []

    def test_a_task_that_succeeded_ends_nothing(self, cycle, coordinator):
        batch = waiting(cycle, coordinator)
        give_up(task_result=_result(TaskResultStatus.SUCCESSFUL, batch.pk))
        batch.refresh_from_db()
        assert batch.state == "waiting"


def _result(status, *args):
    return SimpleNamespace(status=status, task=prepare_batch, args=list(args))


class TestTelling:
    def test_who_asked_is_told_once_that_it_is_ready(self, cycle, coordinator):
        submitted(cycle, 1)
        asked(cycle, coordinator)
        send_due()
        send_due()
        (message,) = mail.outbox
        assert message.to[0].endswith(f"<{coordinator.email}>")
        assert message.subject.endswith("Archive des rapports 2020-2021\u00a0: prête à télécharger")
        assert "/rapports/2020-2021/archive/" in message.body

    def test_or_that_it_failed_and_why(self, cycle, coordinator):
        batch_steps.fail(waiting(cycle, coordinator), "Le disque est plein.")
        send_due()
        assert "Le disque est plein." in mail.outbox[0].body

    def test_nobody_is_told_of_what_is_erased_or_closed_to_them(self, cycle, coordinator):
        submitted(cycle, 1)
        asked(cycle, coordinator)
        coordinator.portal_role = ""
        coordinator.save()
        send_due()
        assert mail.outbox == []


class TestErasing:
    def test_after_a_week_the_file_is_gone_and_its_line_says_so(
        self, cycle, coordinator, private_files
    ):
        submitted(cycle, 1)
        batch = asked(cycle, coordinator)
        now = timezone.now()
        run_rounds(now + datetime.timedelta(days=6))
        assert (private_files / batch.archive).exists()
        run_rounds(now + datetime.timedelta(days=7, minutes=1))
        assert not (private_files / batch.archive).exists()
        batch.refresh_from_db()
        assert batch.erased_at
        assert batch.kept_until is None

    def test_the_next_preparation_erases_too(self, cycle, coordinator):
        submitted(cycle, 1)
        old = asked(cycle, coordinator)
        week = timezone.now() - datetime.timedelta(days=8)
        ReportBatch.objects.filter(pk=old.pk).update(finished_at=week)
        batch = asked(cycle, coordinator)
        assert lying() == [f"{batch.submission_key.hex}.zip"]

    def test_past_a_week_it_may_not_be_taken_even_before_it_is_erased(self, cycle, coordinator):
        submitted(cycle, 1)
        batch = asked(cycle, coordinator)
        assert batch.kept_until
        batch.finished_at -= datetime.timedelta(days=7)
        assert batch.kept_until is None
