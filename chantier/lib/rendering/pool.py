"""The processes that draw, kept between documents: few, and each for a while only."""

import atexit
import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from chantier.lib import pdf
from chantier.lib.pdf_archive import Attachment
from chantier.lib.rendering.errors import PdfBusyError, PdfTimeoutError
from chantier.lib.rendering.order import Order
from chantier.lib.rendering.renderer import IdleExit, Renderer

# More than there are processors would only take turns.
MOST_PROCESSES = max(1, min(4, len(os.sched_getaffinity(0))))
# Libraries keep a little of each document: a process is replaced before that counts.
DOCUMENTS_EACH = 500
MEGABYTES_KEPT = 250


class Pool:
    """Renderers that wait for work; as many at once as it was made for."""

    def __init__(self, size: int = MOST_PROCESSES, documents_each: int = DOCUMENTS_EACH) -> None:
        self._size = size
        self._documents_each = documents_each
        self._begin()

    def _begin(self) -> None:
        self._places = threading.BoundedSemaphore(self._size)
        self._lock = threading.Lock()
        self._idle: list[Renderer] = []
        self._busy: set[Renderer] = set()

    def draw(self, order: Order, *, seconds: float) -> bytes:
        """The PDF, or a PdfLimitError after `seconds`, those of waiting for a place among them."""
        deadline = time.monotonic() + seconds
        with self._place(seconds) as has_waited:
            left = max(deadline - time.monotonic(), 1.0)
            try:
                return self._draw(order, left)
            except PdfTimeoutError as error:
                if has_waited:
                    raise PdfBusyError from error
                raise

    def _draw(self, order: Order, seconds: float) -> bytes:
        try:
            return self._draw_with(self._take(), order, seconds)
        except IdleExit:
            return self._draw_with(Renderer(), order, seconds)

    def _draw_with(self, renderer: Renderer, order: Order, seconds: float) -> bytes:
        self._busy.add(renderer)
        try:
            return renderer.draw(order, seconds=seconds)
        finally:
            self._busy.discard(renderer)
            self._give_back(renderer)

    def pids(self) -> list[int]:
        """Of those that wait."""
        with self._lock:
            return [renderer.pid for renderer in self._idle]

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for renderer in idle:
            renderer.kill()

    def forget(self) -> None:
        """In the child of a fork: they are our parent's, and must not outlive it through us."""
        for renderer in (*self._idle, *self._busy):
            renderer.let_go()
        self._begin()

    @contextmanager
    def _place(self, seconds: float) -> Iterator[bool]:
        """Yield whether others were before us."""
        has_waited = not self._places.acquire(blocking=False)
        if has_waited and not self._places.acquire(timeout=seconds):
            raise PdfBusyError
        try:
            yield has_waited
        finally:
            self._places.release()

    def _take(self) -> Renderer:
        """The last one used, whose memory is warmest; a new one where none waits."""
        while True:
            with self._lock:
                if not self._idle:
                    break
                renderer = self._idle.pop()
            if renderer.is_free:
                return renderer
            renderer.kill()
        return Renderer()

    def _give_back(self, renderer: Renderer) -> None:
        is_fit = (
            renderer.is_free
            and renderer.documents < self._documents_each
            and renderer.resident_megabytes() <= MEGABYTES_KEPT
        )
        if not is_fit:
            renderer.kill()
            return
        with self._lock:
            self._idle.append(renderer)


_pool = Pool()
atexit.register(lambda: _pool.close())
os.register_at_fork(after_in_child=lambda: _pool.forget())


def render_pdf(
    template_name: str, context: Mapping[str, Any], *, attachments: Sequence[Attachment] = ()
) -> bytes:
    """Return the PDF of a template, with files inside; or a PdfLimitError past `PDF_SECONDS`.

    The page is made here, from any context; it goes to another process, which only draws. A first
    document waits in addition for the engine to load.
    """
    html = pdf.html_of(template_name, context)
    order = Order(html, tuple(attachments), settings.PDF_MEGABYTES)
    return _pool.draw(order, seconds=settings.PDF_SECONDS)
