"""Real processes that run tasks: what they do when they are stopped, or killed in the middle."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django_tasks_db.models import DBTaskResult

from chantier.background.models import WorkerProcess
from chantier.background.reaping import MOST_ATTEMPTS
from chantier.lib.tasks import TaskResultStatus
from tests.queue import DATABASE_QUEUE, until, worker
from tests.queued import fail, hold, note

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def database_queue(settings):
    settings.TASKS = DATABASE_QUEUE


def states():
    return sorted(DBTaskResult.objects.values_list("status", flat=True))


def begun(path, times):
    return lambda: path.exists() and path.read_text().count("commencé") == times


def test_a_worker_runs_what_waits_and_a_failure_stops_nothing(tmp_path):
    fail.enqueue()
    note.enqueue(str(tmp_path / "a"))
    with worker(tmp_path, "--batch") as process:
        assert process.wait(60) == 0
    assert states() == [TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL]
    assert "cette tâche échoue" in DBTaskResult.objects.failed().get().traceback
    assert not WorkerProcess.objects.exists()


def test_a_task_killed_in_the_middle_is_begun_again_by_the_next_worker(tmp_path):
    place = tmp_path / "a"
    hold.enqueue(str(place))
    with worker(tmp_path) as first:
        until(begun(place, 1))
        first.kill()
        first.wait()
    assert states() == [TaskResultStatus.RUNNING]
    place.with_suffix(".go").touch()
    with worker(tmp_path, "--batch") as second:
        assert second.wait(60) == 0
    assert place.read_text() == "commencé\n" * 2
    result = DBTaskResult.objects.get()
    assert result.status == TaskResultStatus.SUCCESSFUL
    assert len(set(result.worker_ids)) == 2


def test_a_task_that_kills_every_worker_is_given_up(tmp_path):
    place = tmp_path / "a"
    hold.enqueue(str(place))
    for attempt in range(1, MOST_ATTEMPTS + 1):
        with worker(tmp_path) as process:
            until(begun(place, attempt))
            process.kill()
    with worker(tmp_path, "--batch") as process:
        assert process.wait(60) == 0
    assert states() == [TaskResultStatus.FAILED]
    assert "sans la finir" in DBTaskResult.objects.get().traceback
    assert place.read_text().count("commencé") == MOST_ATTEMPTS


def test_a_worker_that_works_keeps_its_task_from_another(tmp_path):
    place = tmp_path / "a"
    hold.enqueue(str(place))
    with worker(tmp_path) as first:
        until(begun(place, 1))
        with worker(tmp_path, "--batch") as second:
            assert second.wait(60) == 0
        place.with_suffix(".go").touch()
        until(lambda: states() == [TaskResultStatus.SUCCESSFUL])
        assert first.poll() is None
    assert place.read_text() == "commencé\n"


def test_sigterm_waits_for_the_task_and_a_second_one_as_well(tmp_path):
    place = tmp_path / "a"
    hold.enqueue(str(place))
    note.enqueue(str(tmp_path / "b"))
    with worker(tmp_path) as process:
        until(begun(place, 1))
        process.terminate()
        until(lambda: "shutting down" in (tmp_path / "worker.log").read_text())
        process.terminate()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        place.with_suffix(".go").touch()
        assert process.wait(30) == 0
    # The one that it had not begun is for the next worker.
    assert states() == [TaskResultStatus.READY, TaskResultStatus.SUCCESSFUL]


def test_a_second_ctrl_c_does_not_wait_and_loses_no_task(tmp_path):
    place = tmp_path / "a"
    hold.enqueue(str(place))
    with worker(tmp_path) as process:
        until(begun(place, 1))
        process.send_signal(signal.SIGINT)
        until(lambda: "shutting down" in (tmp_path / "worker.log").read_text())
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == -signal.SIGKILL
    assert states() == [TaskResultStatus.RUNNING]


@pytest.mark.parametrize("text", ["0", "-1", "deux", "61", "nan"])
def test_an_interval_that_is_none(text):
    with pytest.raises(CommandError, match="donnez un nombre de secondes"):
        call_command("db_worker", "--interval", text)


class TestKeepAlive:
    """The program of `make run` that starts a dead worker again."""

    def script(self, tmp_path, text):
        path = tmp_path / "travail"
        path.write_text(f"#!/bin/bash\necho un >> {tmp_path}/fois\n{text}\n")
        path.chmod(0o755)
        return [ROOT / ".ci" / "keep-alive", path]

    def test_what_dies_is_started_again(self, tmp_path):
        command = self.script(tmp_path, f"[ $(wc -l < {tmp_path}/fois) = 2 ] || exit 7")
        ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert ended.returncode == 0
        assert (tmp_path / "fois").read_text() == "un\nun\n"
        assert "s’est arrêté (code 7) : il repart dans 1 s." in ended.stderr

    def test_what_always_dies_is_given_up_in_a_sentence(self, tmp_path):
        command = self.script(tmp_path, "exit 3")
        # Without the pauses.
        (tmp_path / "sleep").write_text("#!/bin/bash\n")
        (tmp_path / "sleep").chmod(0o755)
        ended = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        )
        assert ended.returncode == 3
        assert (tmp_path / "fois").read_text() == "un\n" * 10
        assert "n’est plus relancé" in ended.stderr

    def test_when_it_is_stopped_so_is_what_it_keeps(self, tmp_path):
        command = self.script(tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 60")
        keeper = subprocess.Popen(command)
        until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
        kept = int((tmp_path / "pid").read_text())
        keeper.terminate()
        assert keeper.wait(10) == 0
        assert not Path(f"/proc/{kept}").exists()
