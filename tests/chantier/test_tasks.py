"""The queue: what a transaction does to a task, and tasks whose worker is dead."""

import datetime
import os

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from chantier.background import processes
from chantier.background.heartbeat import say_alive
from chantier.background.models import WorkerProcess
from chantier.background.processes import birth, place
from chantier.background.reaping import MOST_ATTEMPTS, SILENCE, WorkerDiedError, reap
from chantier.lib.tasks import TaskResultStatus, task_finished
from tests.queue import DATABASE_QUEUE
from tests.queued import fail, note

RUNNING, READY = TaskResultStatus.RUNNING, TaskResultStatus.READY


@pytest.fixture
def database_queue(settings):
    settings.TASKS = DATABASE_QUEUE


def test_in_tests_a_task_runs_where_it_is_asked_for(tmp_path):
    result = note.enqueue(str(tmp_path / "a"))
    assert result.status == TaskResultStatus.SUCCESSFUL
    assert (tmp_path / "a").read_text() == "noté\n"


@pytest.mark.usefixtures("database_queue")
class TestTransaction:
    @pytest.mark.django_db(transaction=True)
    def test_a_task_waits_for_the_end_of_the_transaction(self):
        from concurrent.futures import ThreadPoolExecutor

        from django.db import connection

        def seen_by_another():
            try:
                return DBTaskResult.objects.count()
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as other:
            with transaction.atomic():
                note.enqueue("x")
                assert other.submit(seen_by_another).result() == 0
            assert other.submit(seen_by_another).result() == 1

    @pytest.mark.django_db(transaction=True)
    def test_what_is_rolled_back_asks_for_nothing(self):
        with transaction.atomic():
            note.enqueue("x")
            transaction.set_rollback(True)
        assert not DBTaskResult.objects.exists()


def running(worker_id, *, attempts=1, minutes=5, task=note):
    result = DBTaskResult.objects.get(pk=task.enqueue(*(["x"] if task is note else [])).id)
    result.status = RUNNING
    result.started_at = timezone.now() - datetime.timedelta(minutes=minutes)
    result.worker_ids = ["before"] * (attempts - 1) + [worker_id]
    result.save()
    return result


def worker_row(worker_id="w", **changes):
    row = {"place": "ailleurs", "pid": 1, "birth": "1", "seen_at": timezone.now()} | changes
    return WorkerProcess.objects.create(worker_id=worker_id, **row)


@pytest.mark.django_db
@pytest.mark.usefixtures("database_queue")
class TestReaping:
    def test_the_task_of_a_living_worker_is_left_alone(self):
        say_alive("w")
        running("w", minutes=600)
        # This machine answers, however long the worker was silent.
        WorkerProcess.objects.update(seen_at=timezone.now() - datetime.timedelta(hours=1))
        assert reap() == 0

    def test_a_number_given_to_another_process(self):
        say_alive("w")
        WorkerProcess.objects.update(birth="1")
        result = running("w", minutes=0)
        assert reap() == 1
        result.refresh_from_db()
        assert (result.status, result.started_at, result.worker_ids) == (READY, None, ["w"])

    def test_a_process_that_ended(self):
        child = os.fork()
        if not child:
            os._exit(0)
        # A zombie: it ended, and nobody asked how.
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert birth(child) == ""
        os.waitpid(child, 0)
        assert birth(child) == ""
        assert birth(os.getpid()).isdecimal()

    @pytest.mark.parametrize(("silence", "number"), [(SILENCE / 2, 0), (SILENCE * 2, 1)])
    def test_on_another_machine_silence_tells(self, silence, number):
        worker_row(seen_at=timezone.now() - silence)
        running("w")
        assert reap() == number

    @pytest.mark.parametrize(("silence", "number"), [(SILENCE / 2, 0), (SILENCE * 2, 1)])
    def test_where_the_system_does_not_tell_silence_does(self, silence, number, monkeypatch):
        worker_row(place=place(), birth="", seen_at=timezone.now() - silence)
        running("w")
        assert reap() == number

    @pytest.mark.parametrize(("minutes", "number"), [(0, 0), (5, 1)])
    def test_a_worker_that_never_said_a_word(self, minutes, number):
        running("w", minutes=minutes)
        assert reap() == number

    def test_a_task_that_kills_its_workers_is_given_up_with_a_reason(self):
        heard = []

        def listen(task_result, **_):
            heard.append(task_result.status)

        task_finished.connect(listen)
        try:
            last = running("w", attempts=MOST_ATTEMPTS)
            other = running("w", attempts=MOST_ATTEMPTS - 1)
            assert reap() == 2
        finally:
            task_finished.disconnect(listen)
        last.refresh_from_db()
        other.refresh_from_db()
        assert (last.status, other.status) == (TaskResultStatus.FAILED, READY)
        assert last.exception_class_path.endswith(WorkerDiedError.__name__)
        assert "s’est arrêté 3 fois sans la finir" in last.traceback
        assert heard == [TaskResultStatus.FAILED]
        assert reap() == 0

    def test_a_task_whose_code_is_gone_is_given_up_as_well(self):
        result = running("w", attempts=MOST_ATTEMPTS)
        DBTaskResult.objects.filter(pk=result.pk).update(task_path="chantier.gone.task")
        assert reap() == 1
        result.refresh_from_db()
        assert result.status == TaskResultStatus.FAILED

    def test_a_worker_is_forgotten_after_a_day(self):
        worker_row("old", seen_at=timezone.now() - datetime.timedelta(days=2))
        worker_row("new")
        reap()
        assert [row.worker_id for row in WorkerProcess.objects.all()] == ["new"]

    def test_what_ended_or_waits_is_nobodys_to_reap(self, django_assert_num_queries):
        note.enqueue("x")
        running("w", task=fail)
        DBTaskResult.objects.filter(status=RUNNING).update(status=TaskResultStatus.FAILED)
        with django_assert_num_queries(5):
            assert reap() == 0


def test_without_proc_no_place_is_known(monkeypatch, tmp_path):
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    assert processes.place.__wrapped__() == ""
    assert processes.birth(os.getpid()) == ""


@pytest.mark.django_db
@pytest.mark.usefixtures("database_queue")
class TestHealth:
    def waits(self, client, minutes, **changes):
        result = DBTaskResult.objects.get(pk=note.enqueue("x").id)
        moment = timezone.now() - datetime.timedelta(minutes=minutes)
        DBTaskResult.objects.filter(pk=result.pk).update(enqueued_at=moment, **changes)
        response = client.get(reverse("home:health"))
        assert response.status_code == 200
        return response.json()

    def test_a_task_that_waits_for_a_moment(self, client):
        assert self.waits(client, 4) == {"status": "ok"}

    def test_a_task_that_waits_too_long(self, client):
        answer = self.waits(client, 6)
        assert 360 <= answer["waiting_task_seconds"] < 420

    def test_one_that_was_queued_again_waits_since_then(self, client):
        assert self.waits(client, 60, run_after=timezone.now()) == {"status": "ok"}

    def test_one_that_is_for_later_does_not_wait(self, client):
        later = timezone.now() + datetime.timedelta(hours=1)
        assert self.waits(client, 60, run_after=later) == {"status": "ok"}
