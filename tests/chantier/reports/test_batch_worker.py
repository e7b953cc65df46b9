"""A real worker that prepares an archive, killed in the middle: the next one goes on from there."""

import io
import uuid
import zipfile

import pytest
from django_tasks_db.models import DBTaskResult

from chantier.lib.tasks import TaskResultStatus
from chantier.reports.acts.batching import ask_batch
from chantier.reports.models import ReportBatch
from members.models import Notification
from tests.chantier.reports.batch import submitted
from tests.factories import CycleFactory, StageFactory, UserFactory
from tests.queue import DATABASE_QUEUE, until, worker

pytestmark = pytest.mark.django_db(transaction=True)
REPORTS = 12


@pytest.fixture
def batch(settings):
    settings.TASKS = DATABASE_QUEUE
    cycle = CycleFactory()
    StageFactory(order=1)
    submitted(cycle, REPORTS)
    made, _ = ask_batch(cycle=cycle, submission_key=uuid.uuid4(), by=UserFactory(coordinator=True))
    return made


def done(batch):
    return batch.items.filter(state="done").count()


def test_killed_in_the_middle_it_goes_on_and_makes_nothing_twice(batch, tmp_path):
    with worker(tmp_path) as first:
        until(lambda: done(batch) >= 2)
        first.kill()
        first.wait()
    batch.refresh_from_db()
    begun = done(batch)
    assert batch.state == "running"
    assert 2 <= begun < REPORTS
    work = tmp_path / "private" / "archives" / batch.submission_key.hex
    made = {path: path.stat().st_ino for path in work.glob("[0-9]*/rapport.pdf")}
    assert len(made) >= begun
    with worker(tmp_path) as second:
        # Of what is made, nothing is made again: the same files, still there.
        until(lambda: done(batch) > begun)
        still = {path: path.stat().st_ino for path in made if path.exists()}
        assert still == made
        until(lambda: ReportBatch.objects.get().state == "done")
        second.terminate()
        assert second.wait(60) == 0
    batch.refresh_from_db()
    assert batch.packed == REPORTS
    # One try each, and one more for the one that it was killed in.
    tries = sorted(batch.items.values_list("attempts", flat=True))
    assert tries[: REPORTS - 1] == [1] * (REPORTS - 1)
    assert not work.exists()
    data = (tmp_path / "private" / batch.archive).read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        paths = archive.namelist()
        assert archive.testzip() is None
    assert len(set(paths)) == len(paths)
    assert sum(path.endswith(".pdf") for path in paths) == REPORTS
    assert Notification.objects.filter(kind="report_batch_ended").count() == 1
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL


def test_cancelled_while_a_worker_prepares_it_leaves_nothing(batch, tmp_path):
    with worker(tmp_path) as process:
        until(lambda: done(batch) >= 1)
        ReportBatch.objects.update(state="cancelled")
        until(lambda: DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL)
        process.terminate()
        assert process.wait(60) == 0
    assert done(batch) < REPORTS
    assert list((tmp_path / "private" / "archives").iterdir()) == []
