"""The process that draws: reads what to print on its input, answers on its output.

It knows two settings and no app (`settings.py`): it is ready sooner, and has nothing to tell.
"""

import gc
import json
import os
import queue
import resource
import signal
import sys
import threading
import traceback
from typing import Any

from chantier.lib.rendering.frames import packed
from chantier.lib.rendering.order import Order

# Unused that long, it gives its memory back; the other side starts another when it needs one.
IDLE_SECONDS = 600.0
_MEGABYTE = 1024 * 1024


def main() -> None:
    # The other side decides when to stop; Ctrl+C of a terminal reaches us as well.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    orders: queue.SimpleQueue[Order] = queue.SimpleQueue()
    answers = os.dup(sys.stdout.fileno())
    # What a library prints goes to the journal, not among the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    threading.Thread(target=_listen, args=(orders,), daemon=True).start()
    _load()
    _answer(answers, {"outcome": "ready"})
    while True:
        try:
            order = orders.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            os._exit(0)
        _answer(answers, *_draw(order))
        # Between documents, when nobody waits.
        gc.collect()


def _listen(orders: "queue.SimpleQueue[Order]") -> None:
    """In a thread of its own: when the other side dies, so do we, even in the middle."""
    try:
        while True:
            orders.put(Order.read(sys.stdin.fileno()))
    finally:
        os._exit(0)


def _load() -> None:
    from django.conf import settings
    from django.utils.log import configure_logging

    from chantier.lib.pdf import _engine

    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)

    _engine()
    # All that a document makes lives until it is drawn: to look for garbage meanwhile finds none,
    # and takes a fifth of the time.
    gc.collect()
    gc.freeze()
    gc.disable()


def _draw(order: Order) -> tuple[dict[str, Any], bytes]:
    from chantier.lib.pdf import PdfError, draw

    try:
        _limit_memory(order.megabytes)
        return {"outcome": "done"}, draw(order.html, order.attachments)
    except MemoryError:
        return {"outcome": "memory"}, b""
    except PdfError as error:
        return {"outcome": "refused", "text": str(error)}, b""
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        return {"outcome": "failed", "text": text, "trace": traceback.format_exc()}, b""


def _limit_memory(megabytes: int) -> None:
    """Behind the other side, which watches what we really use: twice that, at once, is refused."""
    with open("/proc/self/statm") as file:
        held = int(file.read().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (held + 2 * megabytes * _MEGABYTE, hard))


def _answer(descriptor: int, header: dict[str, Any], content: bytes = b"") -> None:
    data = memoryview(packed([json.dumps(header).encode(), content]))
    while data:
        data = data[os.write(descriptor, data) :]


if __name__ == "__main__":
    main()
