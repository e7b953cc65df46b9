"""Send the mails that are due: once, or again and again until the process is asked to stop.

Several may run at once. SIGTERM and Ctrl+C end after the mail that is being sent.
"""

import logging
import signal
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from chantier.lib.french import plural
from members.notifications.rounds import run_rounds
from members.notifications.sending import Outcome, send_due

logger = logging.getLogger(__name__)


def seconds(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 3600):
        raise ArgumentTypeError("donnez un nombre de secondes, de 1 à 3600")
    return int(text)


class Command(BaseCommand):
    help = "Envoie les courriels qui sont dus, une fois, ou sans fin avec --watch."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--watch",
            type=seconds,
            metavar="SECONDES",
            help="Recommence à cet intervalle, jusqu’à SIGTERM ou Ctrl+C.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with _stop_at_signals() as stop:
            if options["watch"]:
                self._watch(options["watch"], stop)
            elif self._pass(stop):
                raise CommandError("Une ronde a échoué\u00a0: le journal dit laquelle.")

    def _watch(self, interval: int, stop: Event) -> None:
        while not stop.is_set():
            try:
                self._pass(stop)
            except Exception:
                # A database that is away for a minute, a fault of ours: neither may end the
                # process that tells people.
                logger.exception("this pass stopped; the next one follows")
            # Also gives up a connection that the server has closed.
            connection.close()
            stop.wait(interval)

    def _pass(self, stop: Event) -> int:
        """Run the rounds, then send. Return how many rounds failed."""
        failed = run_rounds(timezone.now())
        self._report(send_due(should_stop=stop.is_set))
        return failed

    def _report(self, outcome: Outcome) -> None:
        parts = {
            "envoyé": outcome.sent,
            "à réessayer": outcome.retried,
            "en échec": outcome.failed,
        }
        words = [
            f"{count} {name}{plural(count) if name == 'envoyé' else ''}"
            for name, count in parts.items()
            if count
        ]
        if words:
            self.stdout.write(f"Courriels\u00a0: {', '.join(words)}.")


@contextmanager
def _stop_at_signals() -> Iterator[Event]:
    stop = Event()
    kinds = (signal.SIGTERM, signal.SIGINT)
    before = {kind: signal.signal(kind, lambda *_: stop.set()) for kind in kinds}
    try:
        yield stop
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
