"""A worker says that it lives, from a thread of its own: its task may take minutes."""

import datetime
import logging
import os
import threading
from types import TracebackType
from typing import Self

from django.db import Error, connection
from django.utils import timezone

from chantier.background.models import WorkerProcess
from chantier.background.processes import birth, place
from chantier.background.reaping import reap

logger = logging.getLogger(__name__)

BEAT = datetime.timedelta(seconds=10)
REAP_EVERY = 6


def say_alive(worker_id: str) -> None:
    pid = os.getpid()
    WorkerProcess.objects.update_or_create(
        worker_id=worker_id,
        defaults={
            "place": place(),
            "pid": pid,
            "birth": birth(pid),
            "seen_at": timezone.now(),
        },
    )


class Heartbeat:
    """While it is entered: a sign of life every ten seconds, a look for the dead every minute."""

    def __init__(self, worker_id: str, *, beat: datetime.timedelta = BEAT) -> None:
        self.worker_id = worker_id
        self._beat = beat.total_seconds()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        say_alive(self.worker_id)
        reap()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()
        if kind is None or issubclass(kind, SystemExit):
            WorkerProcess.objects.filter(worker_id=self.worker_id).delete()

    def _run(self) -> None:
        beats = 0
        while not self._stop.wait(self._beat):
            beats += 1
            try:
                say_alive(self.worker_id)
                if beats % REAP_EVERY == 0:
                    reap()
            except Error:
                # A database that is busy, or away for a minute: the next beat tells.
                logger.exception("a sign of life was not written")
            finally:
                # Also gives up a connection that the server has closed.
                connection.close()
