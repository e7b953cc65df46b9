"""The queue of a deployment, and real processes that work it off, on the database of the test.

A test that starts one commits what it makes: mark it `django_db(transaction=True)`.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from tests.live import database_url

DATABASE_QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def until(is_true: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@contextmanager
def worker(data: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of `manage.py db_worker`; ended with the block if it still lives."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CHANTIER_", "DATABASE_"))}
    environment = kept | {
        "DJANGO_SETTINGS_MODULE": "chantier.settings",
        "CHANTIER_DATA": str(data),
        "DATABASE_URL": database_url(),
    }
    command = [sys.executable, "manage.py", "db_worker", "--interval", "0.1", *options]
    with (data / "worker.log").open("a") as log:
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log
        )
        try:
            yield process
        except BaseException as error:
            error.add_note((data / "worker.log").read_text()[-3000:])
            raise
        finally:
            process.kill()
            process.wait()
