"""Files that people send: content checked against the name, stored privately, written whole.

The name of a file proves nothing: its content must say the same (`chantier.lib.inspection`).
Accepted: PDF without scripts, PNG, JPEG, WebP, Word, Excel and OpenDocument without macros, CSV
and plain text. Knows no app.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, storages
from django.http import FileResponse

from chantier.lib import french
from chantier.lib.inspection.office import check_office
from chantier.lib.inspection.pdf import check_pdf
from chantier.lib.inspection.pictures import check_image
from chantier.lib.inspection.refusals import mismatch, refuse

MAX_SIZE = 20 * 1024 * 1024
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class CheckedFile:
    """What an upload turned out to be."""

    content_type: str
    size: int
    sha256: str


def _check_text(file: IO[bytes], name: str) -> None:
    while chunk := file.read(_CHUNK):
        if b"\x00" in chunk:
            raise mismatch(name, "un fichier texte")


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
ACCEPTED: dict[str, tuple[str, Callable[[IO[bytes], str], None]]] = {
    ".pdf": ("application/pdf", check_pdf),
    ".png": ("image/png", check_image("PNG")),
    ".jpg": ("image/jpeg", check_image("JPEG")),
    ".jpeg": ("image/jpeg", check_image("JPEG")),
    ".webp": ("image/webp", check_image("WEBP")),
    ".docx": (f"{_OOXML}.wordprocessingml.document", check_office("word/")),
    ".xlsx": (f"{_OOXML}.spreadsheetml.sheet", check_office("xl/")),
    ".odt": (f"{_ODF}.text", check_office("content.xml")),
    ".ods": (f"{_ODF}.spreadsheet", check_office("content.xml")),
    ".csv": ("text/csv", _check_text),
    ".txt": ("text/plain", _check_text),
}
ACCEPT_ATTRIBUTE = ",".join(ACCEPTED)


def check_upload(file: File) -> CheckedFile:
    """Return what `file` is; raise ValidationError, in French, when it is not accepted."""
    name = PurePath(file.name or "").name
    content_type, check = _expected(name)
    if not file.size:
        raise refuse(f"«\u00a0{name}\u00a0» est vide.")
    if file.size > MAX_SIZE:
        raise refuse(
            f"«\u00a0{name}\u00a0» pèse {french.file_size(file.size)}\u00a0: 20\u00a0Mo au plus. "
            "Réduisez-le ou joignez un lien."
        )
    file.seek(0)
    check(file.file, name)  # type: ignore[arg-type]
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return CheckedFile(content_type, file.size, digest.hexdigest())


def _expected(name: str) -> tuple[str, Callable[[IO[bytes], str], None]]:
    """What a file of this name must be, and the check that it is."""
    suffix = PurePath(name).suffix.lower()
    if suffix in (".docm", ".xlsm", ".pptm", ".xlsb"):
        raise refuse(
            f"«\u00a0{name}\u00a0»\u00a0: les fichiers avec macros sont refusés. "
            "Enregistrez-le en .xlsx ou .docx."
        )
    if suffix not in ACCEPTED:
        raise refuse(
            f"«\u00a0{name}\u00a0»\u00a0: ce type de fichier est refusé. "
            "Joignez un PDF, une image, un document de bureautique ou un texte."
        )
    return ACCEPTED[suffix]


def content_type_of(name: str) -> str:
    """The type of a file that was accepted under this name: its content says the same."""
    known = ACCEPTED.get(PurePath(name).suffix.lower())
    return known[0] if known else "application/octet-stream"


def as_download(file: File, *, name: str, content_type: str) -> FileResponse:
    """A private file as an attachment, never rendered under our address."""
    response = FileResponse(
        file.open("rb"), as_attachment=True, filename=name, content_type=content_type
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


class WholeFileStorage(FileSystemStorage):
    """Private files, written to a temporary name, synced, then renamed.

    A full disk or a kill leaves no truncated file under a final name. Nothing here has an
    address: files are served by views that check who asks.
    """

    def __init__(self, **options: Any) -> None:
        options.setdefault("location", settings.PRIVATE_ROOT)
        super().__init__(base_url=None, **options)

    def url(self, name: str | None) -> str:
        raise ValueError("Private files have no URL: a view serves them.")

    def _save(self, name: str, content: File) -> str:
        with whole_file(Path(self.path(name))) as file:
            for chunk in content.chunks():
                file.write(chunk)
        return name


@contextmanager
def whole_file(target: Path) -> Iterator[IO[bytes]]:
    """Write a file that is there, synced, once the block has ended well, and not at all before."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".partial-")
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
        # The name is a line of its directory, which may be new itself.
        for directory in (target.parent, target.parent.parent):
            _sync(directory)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def private_storage() -> FileSystemStorage:
    """The storage of private files; a callable, so that tests can point it elsewhere."""
    return storages["private"]  # type: ignore[return-value]
