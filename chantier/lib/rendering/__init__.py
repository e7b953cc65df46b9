"""PDF in a process of its own, which is killed when it takes too long or too much memory.

A text that somebody pasted can keep the engine busy for hours: nothing inside a process ends that.
The processes stay warm between documents, since loading the engine takes a second.
"""

from chantier.lib.pdf import PdfError
from chantier.lib.rendering.errors import (
    PdfBusyError,
    PdfLimitError,
    PdfMemoryError,
    PdfStoppedError,
    PdfTimeoutError,
)
from chantier.lib.rendering.pool import render_pdf

__all__ = [
    "PdfBusyError",
    "PdfError",
    "PdfLimitError",
    "PdfMemoryError",
    "PdfStoppedError",
    "PdfTimeoutError",
    "render_pdf",
]
