"""Tasks whose process died in the middle: queued again, a bounded number of times.

The library marks a task as running and hears no more of it when its process is killed. A task
keeps the identifiers of those who began it: as many as it was begun times.
"""

import datetime
import logging

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from chantier.background.models import WorkerProcess
from chantier.background.processes import birth, place
from chantier.lib.tasks import TaskResultStatus, task_finished

logger = logging.getLogger(__name__)

# On a machine that we cannot look at: silence of six signs of life.
SILENCE = datetime.timedelta(seconds=60)
MOST_ATTEMPTS = 3
_FORGET_AFTER = datetime.timedelta(days=1)


class WorkerDiedError(RuntimeError):
    """Why a task is given up: no process came to its end."""


def reap() -> int:
    """Queue again, or give up, what dead workers left; return how many tasks that is."""
    with transaction.atomic():
        left = _running_without_worker()
        given_up = [result for result in left if len(result.worker_ids) >= MOST_ATTEMPTS]
        for result in left:
            if result in given_up:
                _give_up(result)
            else:
                _queue_again(result)
        WorkerProcess.objects.filter(seen_at__lt=timezone.now() - _FORGET_AFTER).delete()
    for result in given_up:
        _tell(result)
    return len(left)


def _running_without_worker() -> list[DBTaskResult]:
    running: QuerySet[DBTaskResult] = DBTaskResult.objects.running()
    # Two workers reap at once: each takes what the other does not hold.
    results = list(running.select_for_update(skip_locked=True, of=("self",)).order_by("pk"))
    # After the tasks: a worker says that it lives before it takes one.
    workers = WorkerProcess.objects.in_bulk()
    now = timezone.now()
    return [result for result in results if not _is_held(result, workers, now)]


def _is_held(
    result: DBTaskResult, workers: dict[str, WorkerProcess], now: datetime.datetime
) -> bool:
    worker = workers.get(result.worker_ids[-1]) if result.worker_ids else None
    if worker is None:
        # Of one who never said a word, silence counts from the moment it began.
        return now - (result.started_at or result.enqueued_at) <= SILENCE
    if worker.birth and worker.place == place():
        return birth(worker.pid) == worker.birth
    return now - worker.seen_at <= SILENCE


def _queue_again(result: DBTaskResult) -> None:
    logger.warning("task %s is queued again: its worker died", result.pk)
    result.status = TaskResultStatus.READY
    result.started_at = None
    result.run_after = timezone.now()
    result.save(update_fields=["status", "started_at", "run_after"])


def _give_up(result: DBTaskResult) -> None:
    logger.error("task %s is given up: %s workers died of it", result.pk, MOST_ATTEMPTS)
    result.set_failed(
        WorkerDiedError(
            f"Le processus qui exécutait cette tâche s’est arrêté {MOST_ATTEMPTS} fois "
            "sans la finir."
        )
    )


def _tell(result: DBTaskResult) -> None:
    """Whoever listens to the end of tasks hears of this one as of any other."""
    try:
        backend = type(result.task.get_backend())
    except ImportError:
        # Its code is gone with a newer version of the portal: nobody listens.
        return
    task_finished.send(sender=backend, task_result=result.task_result)
