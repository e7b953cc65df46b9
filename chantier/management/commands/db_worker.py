"""Run the tasks that wait, one after the other, until the process is asked to stop.

It stands for the command of the library that has this name: that one tells nobody that it lives,
so that a task it was killed in would stay « running » for ever.
"""

import logging
import os
import signal
from argparse import ArgumentParser, ArgumentTypeError
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from chantier.background.heartbeat import Heartbeat

logger = logging.getLogger(__name__)


def seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0.05 <= number <= 60:
        raise ArgumentTypeError("donnez un nombre de secondes, de 0.05 à 60")
    return number


class PatientWorker(Worker):
    """SIGTERM waits for the end of the task; a second Ctrl+C does not."""

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        if self.running or not self.running_task:
            super().shutdown(signum, frame)
        elif signum == signal.SIGINT:
            # Not by an exception, which would make the task a failed one: killed, it is queued
            # again by the next worker.
            os.kill(os.getpid(), signal.SIGKILL)


class Command(BaseCommand):
    help = "Exécute les tâches en attente, jusqu’à SIGTERM ou Ctrl+C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--interval",
            type=seconds,
            default=1.0,
            metavar="SECONDES",
            help="Attente entre deux regards sur une file vide (1 par défaut).",
        )
        parser.add_argument(
            "--batch", action="store_true", help="S’arrête quand plus rien n’attend."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        worker = PatientWorker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=options["interval"],
            batch=options["batch"],
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
        )
        worker.configure_signals()
        with Heartbeat(worker.worker_id):
            worker.run()
