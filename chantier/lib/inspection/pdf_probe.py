"""Read a PDF from the standard input and say in one word what it holds.

Run by `chantier.lib.inspection.pdf` as a process of its own; imports nothing of the portal.
"""

import io
import sys
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, BinaryIO

import pikepdf
from pikepdf import settings

MAX_PAGES = 5_000
MAX_OBJECTS = 300_000
# Values looked at, whatever the number of objects that hold them.
MAX_VALUES = 3_000_000
_MEGABYTE = 1024 * 1024
_MEMORY = 1_024 * _MEGABYTE
_SECONDS = 10
_PROGRAMS = (
    *(".apk", ".app", ".bat", ".cmd", ".com", ".cpl", ".dll", ".docm", ".dotm", ".exe", ".hta"),
    *(".jar", ".js", ".jse", ".lnk", ".msc", ".msi", ".msp", ".pif", ".pptm", ".ps1", ".py"),
    *(".reg", ".scr", ".sh", ".vbe", ".vbs", ".wsf", ".wsh", ".xlam", ".xlsb", ".xlsm"),
)
_MAGIC = (b"MZ", b"\x7fELF", b"#!", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")


class Refused(Exception):
    """The word that says why."""


def examine(file: BinaryIO) -> str:
    """« sound », or why the PDF is refused."""
    try:
        with pikepdf.open(file) as document:
            if len(document.objects) > MAX_OBJECTS or len(document.pages) > MAX_PAGES:
                return "complex"
            _walk(document)
    except Refused as refusal:
        return str(refusal)
    except pikepdf.PasswordError:
        return "password"
    except MemoryError:
        return "complex"
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError):
        return "damaged"
    return "sound"


def _walk(document: pikepdf.Pdf) -> None:
    """Look at every value once: those behind a reference are objects of their own."""
    seen = 0
    for item in document.objects:
        waiting: list[Any] = [item]
        while waiting:
            holder = waiting.pop()
            for value in _values(holder):
                seen += 1
                if seen > MAX_VALUES:
                    raise Refused("complex")
                if isinstance(value, pikepdf.Object) and not value.is_indirect:
                    waiting.append(value)


def _values(holder: Any) -> Iterator[Any]:
    """What an array or a dictionary holds; raises Refused for what it must not."""
    if isinstance(holder, pikepdf.Array):
        yield from holder
    elif isinstance(holder, (pikepdf.Dictionary, pikepdf.Stream)):
        values = dict(holder.items())
        if "/JS" in values or "/JavaScript" in values or values.get("/S") == "/JavaScript":
            raise Refused("javascript")
        if values.get("/S") == "/Launch":
            raise Refused("launch")
        if "/EF" in values:
            _check_attachment(values)
        yield from values.values()


def _check_attachment(spec: dict[str, Any]) -> None:
    names = [str(spec[key]) for key in ("/F", "/UF", "/DOS", "/Unix", "/Mac") if key in spec]
    if any(PurePosixPath(name.strip().lower()).suffix in _PROGRAMS for name in names):
        raise Refused("program")
    for stream in spec["/EF"].values():
        if _head(stream).startswith(_MAGIC):
            raise Refused("program")


def _head(stream: pikepdf.Stream) -> bytes:
    """The first bytes of a stream, without unpacking the rest."""
    filters = stream.get("/Filter", pikepdf.Array())
    names = [str(each) for each in (filters if isinstance(filters, pikepdf.Array) else [filters])]
    raw = bytes(stream.read_raw_bytes())
    if not names:
        return raw[:64]
    if names != ["/FlateDecode"]:
        raise Refused("attachment")
    try:
        return zlib.decompressobj().decompress(raw, 64)
    except zlib.error as error:
        raise Refused("attachment") from error


def limit() -> None:
    """Bound what this process may take, where the system allows."""
    settings.set_qpdf_limits(
        doc_max_warnings=1_000,
        flate_max_memory=256 * _MEGABYTE,
        run_length_max_memory=64 * _MEGABYTE,
        png_max_memory=64 * _MEGABYTE,
        tiff_max_memory=64 * _MEGABYTE,
    )
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    except (ImportError, OSError, ValueError):
        # Not every system counts memory so; qpdf's own limits and the parent's clock stand.
        return


if __name__ == "__main__":
    limit()
    print(examine(io.BytesIO(sys.stdin.buffer.read())))  # noqa: T201 - its answer
