"""What reports leave to the background."""

from typing import Any

from django.dispatch import receiver

from chantier.lib.tasks import TaskResultStatus, task, task_finished
from chantier.reports.acts import batch_steps
from chantier.reports.archive import places
from chantier.reports.archive.preparing import prepare
from chantier.reports.models import ReportBatch
from members.notifications.rounds import every_pass

_GIVEN_UP = "Le travail s’est arrêté plusieurs fois sans finir."


@task()
def prepare_batch(batch_pk: int) -> None:
    """Idempotent: what is made is not made again, what has ended stays as it is."""
    prepare(batch_pk)


@receiver(task_finished, dispatch_uid="reports.batch_given_up")
def give_up(task_result: Any, **_: Any) -> None:
    """No worker will come back to it: nobody should wait for it any longer."""
    if task_result.status != TaskResultStatus.FAILED:
        return
    if task_result.task.module_path != prepare_batch.module_path:
        return
    batch = ReportBatch.objects.filter(pk=task_result.args[0]).first()
    if batch is not None:
        batch_steps.fail(batch, _GIVEN_UP)
        places.sweep()


every_pass(batch_steps.erase_old)
