"""One process that draws, seen from the one that asks."""

import json
import logging
import os
import resource
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings

from chantier.lib.pdf import PdfError
from chantier.lib.rendering.errors import (
    PdfBusyError,
    PdfMemoryError,
    PdfStoppedError,
    PdfTimeoutError,
)
from chantier.lib.rendering.frames import unpacked
from chantier.lib.rendering.order import Order
from chantier.lib.rendering.settings import NAMES, VARIABLE

# A busy machine may take this long to load the engine; it takes a second or two.
START_SECONDS = 60.0
# How often the memory of a process that draws is looked at.
_LOOK_SECONDS = 0.05
_MEGABYTE = 1024 * 1024
_CHUNK = 1 << 20
# What Python and the libraries of the engine look at; secrets have names that nobody can list.
_KEPT = frozenset(
    ("PATH", "HOME", "TZ", "TMPDIR", "TEMP", "TMP", "LANG", "VIRTUAL_ENV", "SYSTEMROOT")
)
_KEPT_FAMILIES = ("PYTHON", "LC_", "XDG_", "LD_", "DYLD_", "WEASYPRINT_", "COVERAGE_")
_log = logging.getLogger(__name__)


def _environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k in _KEPT or k.startswith(_KEPT_FAMILIES)}
    values = {name: getattr(settings, name) for name in NAMES}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "chantier.lib.rendering.settings",
        VARIABLE: json.dumps(values, default=str),
    }


class IdleExit(Exception):
    """The process left of its own accord, before it began: another one may be asked."""


class Renderer:
    """Started at once, and ready later: `wait_until_ready` before the first document."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "chantier.lib.rendering"],
            cwd=settings.BASE_DIR,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        assert self._process.stdin  # noqa: S101
        assert self._process.stdout  # noqa: S101
        self._input, self._output = self._process.stdin, self._process.stdout
        os.set_blocking(self._input.fileno(), False)
        self.documents = 0
        self._is_ready = self._is_busy = False

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_free(self) -> bool:
        """It lives, and said all that it had to say."""
        return not self._is_busy and self._process.poll() is None

    def draw(self, order: Order, *, seconds: float) -> bytes:
        """The PDF. After a PdfLimitError or an IdleExit, the process is gone."""
        self._wait_until_ready()
        header, content = self._exchange(order.packed(), seconds, order.megabytes)
        self.documents += 1
        match header["outcome"]:
            case "done":
                return content
            case "memory":
                self.kill()
                raise PdfMemoryError
            case "refused":
                raise PdfError(header["text"])
        error = PdfError(header["text"])
        error.add_note(header["trace"])
        raise error

    def resident_megabytes(self) -> float:
        """What the process really uses; 0 once it is gone, or where the system does not tell."""
        try:
            pages = Path(f"/proc/{self.pid}/statm").read_text().split()[1]
        except (OSError, IndexError):
            return 0.0
        return int(pages) * resource.getpagesize() / _MEGABYTE

    def kill(self) -> None:
        """End the process, and wait for it: none is left as a zombie."""
        self.let_go()
        self._process.kill()
        self._process.wait()

    def let_go(self) -> None:
        """Close our ends of the pipes: the process ends when it sees it."""
        for pipe in (self._input, self._output):
            pipe.close()

    def _wait_until_ready(self) -> None:
        if self._is_ready:
            return
        try:
            self._exchange(b"", START_SECONDS, None)
        except PdfTimeoutError as error:
            raise PdfBusyError from error
        self._is_ready = True

    def _exchange(
        self, request: bytes, seconds: float, megabytes: int | None
    ) -> tuple[dict[str, Any], bytes]:
        """Send all, receive all, within the limits; the process is killed where it is not."""
        self._is_busy = True
        deadline = time.monotonic() + seconds
        waiting, received = memoryview(request), bytearray()
        poller = select.poll()
        poller.register(self._output, select.POLLIN)
        if waiting:
            poller.register(self._input, select.POLLOUT)
        while (parts := unpacked(received, 2)) is None:
            left = deadline - time.monotonic()
            if left <= 0:
                self.kill()
                raise PdfTimeoutError
            if megabytes and self.resident_megabytes() > megabytes:
                self.kill()
                raise PdfMemoryError
            ready = dict(poller.poll(min(left, _LOOK_SECONDS) * 1000))
            if waiting and self._input.fileno() in ready:
                waiting = self._send(waiting)
                if not waiting:
                    poller.unregister(self._input)
            if self._output.fileno() in ready:
                received += self._receive(bool(received))
        self._is_busy = False
        return json.loads(parts[0]), parts[1]

    def _send(self, waiting: memoryview) -> memoryview:
        try:
            return waiting[os.write(self._input.fileno(), waiting[:_CHUNK]) :]
        except BlockingIOError:
            return waiting
        except BrokenPipeError:
            # Gone; its output says so as well, and why.
            return memoryview(b"")

    def _receive(self, has_begun: bool) -> bytes:
        piece = os.read(self._output.fileno(), _CHUNK)
        if piece:
            return piece
        status = self._process.wait()
        self.let_go()
        if status == 0 and not has_begun:
            raise IdleExit
        _log.error("a process that draws ended with %s", status)
        raise PdfStoppedError
