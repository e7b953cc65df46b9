"""Files that people send: content checked against the name, stored privately, written whole.

The name of a file proves nothing: its first bytes, and the inside of office documents, must say
the same. Accepted: PDF, PNG, JPEG, WebP, Word, Excel and OpenDocument without macros, CSV and
plain text. Knows no app.
"""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, storages
from django.template.defaultfilters import filesizeformat
from PIL import Image

MAX_SIZE = 20 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_ENTRIES = 5_000
MAX_PIXELS = 40_000_000
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class CheckedFile:
    """What an upload turned out to be."""

    content_type: str
    size: int
    sha256: str


def _refuse(message: str) -> ValidationError:
    return ValidationError(message, code="refused_file")


def _check_pdf(file: IO[bytes], name: str) -> None:
    head = file.read(1024)
    if not head.startswith(b"%PDF-"):
        raise _mismatch(name, "un PDF")


def _check_image(kind: str) -> Callable[[IO[bytes], str], None]:
    def check(file: IO[bytes], name: str) -> None:
        too_large = _refuse(
            f"«\u00a0{name}\u00a0» est une image trop grande\u00a0: "
            "40\u00a0millions de pixels au plus."
        )
        try:
            with Image.open(file, formats=[kind]) as image:
                width, height = image.size
                if width * height > MAX_PIXELS:
                    raise too_large
                image.verify()
        except Image.DecompressionBombError as error:
            raise too_large from error
        except (OSError, SyntaxError) as error:
            raise _mismatch(name, f"une image {kind}") from error

    return check


def _check_office(marker: str, forbidden: tuple[str, ...]) -> Callable[[IO[bytes], str], None]:
    """A zip that holds `marker`, no macro, and unpacks to a reasonable size."""

    def check(file: IO[bytes], name: str) -> None:
        try:
            with zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
                if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_UNPACKED:
                    raise _refuse(f"«\u00a0{name}\u00a0» se décompresse en un fichier trop gros.")
                names = [entry.filename for entry in entries]
        # What zipfile raises on a damaged archive: too new a version, names that are no text.
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
            raise _mismatch(name, "un document de bureautique") from error
        if any(part in entry.lower() for entry in names for part in forbidden):
            raise _refuse(
                f"«\u00a0{name}\u00a0» contient des macros. "
                "Enregistrez-le sans macros, puis recommencez."
            )
        if not any(entry.startswith(marker) for entry in names):
            raise _mismatch(name, "un document de bureautique")

    return check


def _check_text(file: IO[bytes], name: str) -> None:
    while chunk := file.read(_CHUNK):
        if b"\x00" in chunk:
            raise _mismatch(name, "un fichier texte")


def _mismatch(name: str, kind: str) -> ValidationError:
    return _refuse(f"«\u00a0{name}\u00a0» n’est pas {kind}, malgré son nom. Vérifiez le fichier.")


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
# Office opens the parts of a document whatever their case.
_MACROS = ("vbaproject", "macrosheets", "basic/")

ACCEPTED: dict[str, tuple[str, Callable[[IO[bytes], str], None]]] = {
    ".pdf": ("application/pdf", _check_pdf),
    ".png": ("image/png", _check_image("PNG")),
    ".jpg": ("image/jpeg", _check_image("JPEG")),
    ".jpeg": ("image/jpeg", _check_image("JPEG")),
    ".webp": ("image/webp", _check_image("WEBP")),
    ".docx": (f"{_OOXML}.wordprocessingml.document", _check_office("word/", _MACROS)),
    ".xlsx": (f"{_OOXML}.spreadsheetml.sheet", _check_office("xl/", _MACROS)),
    ".odt": (f"{_ODF}.text", _check_office("content.xml", _MACROS)),
    ".ods": (f"{_ODF}.spreadsheet", _check_office("content.xml", _MACROS)),
    ".csv": ("text/csv", _check_text),
    ".txt": ("text/plain", _check_text),
}
ACCEPT_ATTRIBUTE = ",".join(ACCEPTED)


def check_upload(file: File) -> CheckedFile:
    """Return what `file` is; raise ValidationError, in French, when it is not accepted."""
    name = PurePath(file.name or "").name
    content_type, check = _expected(name)
    if not file.size:
        raise _refuse(f"«\u00a0{name}\u00a0» est vide.")
    if file.size > MAX_SIZE:
        raise _refuse(
            f"«\u00a0{name}\u00a0» pèse {filesizeformat(file.size)}\u00a0: 20\u00a0Mo au plus. "
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
        raise _refuse(
            f"«\u00a0{name}\u00a0»\u00a0: les fichiers avec macros sont refusés. "
            "Enregistrez-le en .xlsx ou .docx."
        )
    if suffix not in ACCEPTED:
        raise _refuse(
            f"«\u00a0{name}\u00a0»\u00a0: ce type de fichier est refusé. "
            "Joignez un PDF, une image, un document de bureautique ou un texte."
        )
    return ACCEPTED[suffix]


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
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".partial-")
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, target)
            # The name is a line of its directory, which may be new itself.
            for directory in (target.parent, target.parent.parent):
                _sync(directory)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return name


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def private_storage() -> FileSystemStorage:
    """The storage of private files; a callable, so that tests can point it elsewhere."""
    return storages["private"]  # type: ignore[return-value]
