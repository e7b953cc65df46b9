"""What is done each time the queue is looked at: reminders that only the calendar causes.

A round is called every few seconds, by several workers at once: what it queues carries a key.
"""

import datetime
import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError

logger = logging.getLogger(__name__)
Round = Callable[[datetime.datetime], None]
_rounds: list[Round] = []


def every_pass(*rounds: Round) -> None:
    """Add rounds; called from `AppConfig.ready`."""
    _rounds.extend(each for each in rounds if each not in _rounds)


def run_rounds(now: datetime.datetime) -> int:
    """Run them all; one that fails stops no other. Return how many failed."""
    failed = 0
    for each in _rounds:
        try:
            each(now)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("round %s.%s", each.__module__, each.__qualname__)
            failed += 1
    return failed
