"""Tasks for those who test the queue."""

import time
from pathlib import Path

from chantier.lib.tasks import task


@task()
def note(path: str) -> str:
    """Idempotent: the line is there once, however many times it runs."""
    Path(path).write_text("noté\n")
    return "noté"


@task()
def hold(path: str) -> None:
    """Write that it began, and wait until somebody lets it go on."""
    place = Path(path)
    with place.open("a") as file:
        file.write("commencé\n")
    while not place.with_suffix(".go").exists():
        time.sleep(0.05)


@task()
def fail() -> None:
    raise ValueError("cette tâche échoue")
