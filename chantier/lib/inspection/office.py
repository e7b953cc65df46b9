"""Office documents: archives that unpack to what they say, and hold no program.

A macro is found by what it is, not by its name: the content types and the relations of Office
documents, the manifest and the scripts of OpenDocument, and the first bytes of each part.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO

from chantier.lib.inspection.markup import Element, TooLong, elements
from chantier.lib.inspection.refusals import mismatch, refuse

MAX_UNPACKED = 200 * 1024 * 1024
MAX_ENTRIES = 5_000
# A large sheet packs forty to one; what packs far better than that is made to fill a disk.
MAX_RATIO = 250
_RATIO_COUNTS_FROM = 10 * 1024 * 1024
# A document may hold a chart, which holds a workbook: no deeper.
_MAX_DEPTH = 2
_CHUNK = 256 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROGRAMS = (b"MZ", b"\x7fELF")
# Office opens the parts of a document whatever their case.
_MACRO_NAMES = ("vbaproject", "vbadata", "macrosheets", "activex", "basic/", "scripts/")
_MACRO_TYPES = ("macroenabled", "vbaproject", "vbadata", "activex", "macrosheet")
_OBJECT_TYPES = ("oleobject",)
_LOCAL = re.compile(r"^(file:///)?[a-z]:[\\/]", re.IGNORECASE)
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_SCRIPT = "urn:oasis:names:tc:opendocument:xmlns:script:1.0"
_LIBRARIES = "http://openoffice.org/2004/office"
_SCRIPTED_ADDRESSES = ("vnd.sun.star.script:", "macro:", "javascript:", "vbscript:")

_DAMAGED = (
    zipfile.BadZipFile,
    NotImplementedError,
    UnicodeDecodeError,
    EOFError,
    zlib.error,
    OSError,
    # A place before the start of the file; markup that is none is one too.
    ValueError,
)
# What office programs pack with; the others that the archive module knows may ask for gigabytes.
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class _Refused(Exception):
    """Why, in words that follow the name of the file."""


_MACROS = "contient des macros. Enregistrez-le sans macros, puis recommencez."
_OBJECT = (
    "contient un objet incorporé (OLE ou ActiveX). Enregistrez-le en PDF, puis joignez la copie."
)
_TEMPLATE = (
    "va chercher son modèle sur un autre ordinateur. Détachez le modèle, ou enregistrez-le en PDF."
)
_TOO_LARGE = "se décompresse en un fichier trop gros."
_LOCKED = "est protégé par un mot de passe. Enregistrez-le sans mot de passe, puis recommencez."


def check_office(marker: str) -> Callable[[IO[bytes], str], None]:
    """A check that a file is an office document with a part `marker`, and without a program."""

    def check(file: IO[bytes], name: str) -> None:
        if file.read(len(_OLE)) == _OLE:
            # What Office makes of a document under a password, and what it made before 2007.
            raise refuse(
                f"«\u00a0{name}\u00a0» est protégé par un mot de passe ou d’un ancien format. "
                "Enregistrez-le autrement, puis recommencez."
            )
        try:
            names = _inspect(file)
        except _Refused as refusal:
            raise refuse(f"«\u00a0{name}\u00a0» {refusal}") from refusal
        except _DAMAGED as error:
            raise mismatch(name, "un document de bureautique") from error
        if not any(entry.startswith(marker) for entry in names):
            raise mismatch(name, "un document de bureautique")

    return check


def _inspect(file: IO[bytes], depth: int = 1) -> list[str]:
    """The names of the parts; raises _Refused for what a document must not hold."""
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        _check_sizes(entries)
        for entry in entries:
            if any(part in entry.filename.lower() for part in _MACRO_NAMES):
                raise _Refused(_MACROS)
        for entry in entries:
            _check_part(archive, entry, depth)
        return [entry.filename for entry in entries]


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    """Judge by what the archive declares, before unpacking a byte of it."""
    if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_UNPACKED:
        raise _Refused(_TOO_LARGE)
    for entry in entries:
        if entry.flag_bits & 1:
            raise _Refused(_LOCKED)
        if entry.compress_type not in _PACKED:
            raise zipfile.BadZipFile(f"packed in the way {entry.compress_type}")
        packed = max(entry.compress_size, 1)
        if entry.file_size > _RATIO_COUNTS_FROM and entry.file_size / packed > MAX_RATIO:
            raise _Refused(_TOO_LARGE)


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, depth: int) -> None:
    name = entry.filename.lower()
    with archive.open(entry) as part:
        head = part.read(len(_OLE))
        if head.startswith(_OLE):
            raise _Refused(_OBJECT)
        if head.startswith(_PROGRAMS):
            raise _Refused("contient un programme. Enregistrez-le en PDF, puis joignez la copie.")
        # To its end: the archive module stops at the size that is declared, and then compares a
        # checksum, so that an entry which is longer than it says is told as damaged.
        read = len(head)
        while chunk := part.read(_CHUNK):
            read += len(chunk)
    if read != entry.file_size:
        raise zipfile.BadZipFile(f"{read} bytes instead of {entry.file_size}")
    if head.startswith(b"PK\x03\x04"):
        _check_nested(archive, entry, depth)
    elif read:
        _check_markup(archive, entry, name)


def _check_nested(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, depth: int) -> None:
    if depth >= _MAX_DEPTH:
        raise _Refused(_OBJECT)
    with archive.open(entry) as part:
        _inspect(io.BytesIO(part.read()), depth + 1)


def _check_markup(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> None:
    """Read the few parts that say what the others are."""
    judge: Callable[[Element], None] | None = None
    if name == "[content_types].xml":
        judge = _judge_content_type
    elif name.endswith(".rels"):
        judge = _judge_relation
    elif name == "meta-inf/manifest.xml":
        judge = _judge_manifest
    elif name.rpartition("/")[2] in ("content.xml", "styles.xml"):
        judge = _judge_open_document
    if judge is None:
        return
    with archive.open(entry) as part:
        for element in _elements_of(part):
            judge(element)


def _elements_of(part: IO[bytes]) -> Iterator[Element]:
    try:
        yield from elements(part)
    except TooLong as error:
        raise _Refused(_TOO_LARGE) from error


def _judge_content_type(element: Element) -> None:
    kind = element.get("ContentType").lower()
    if any(word in kind for word in _MACRO_TYPES):
        raise _Refused(_MACROS)
    if any(word in kind for word in _OBJECT_TYPES):
        raise _Refused(_OBJECT)


def _judge_relation(element: Element) -> None:
    kind = element.get("Type").lower().rpartition("/")[2]
    if kind in ("vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet"):
        raise _Refused(_MACROS)
    if kind in ("oleobject", "control", "activexcontrolbinary"):
        raise _Refused(_OBJECT)
    # A template of one's own disk is what Word writes for many; one of elsewhere is fetched, with
    # its macros, each time that the document opens.
    if kind in ("attachedtemplate", "subdocument", "frame") and (
        element.get("TargetMode").lower() == "external" and not _LOCAL.match(element.get("Target"))
    ):
        raise _Refused(_TEMPLATE)


def _judge_manifest(element: Element) -> None:
    if element.name == "encryption-data":
        raise _Refused(_LOCKED)
    path = element.get("full-path").lower()
    if path.startswith(("basic/", "scripts/", "dialogs/")):
        raise _Refused(_MACROS)


def _judge_open_document(element: Element) -> None:
    """Scripts written in the document, and buttons or events that call one."""
    if element.space == _SCRIPT and element.name == "event-listener":
        raise _Refused(_MACROS)
    # An empty container of Basic libraries is what LibreOffice writes for everybody.
    is_script = (element.space, element.name) == (_OFFICE, "script")
    if is_script and element.get("language").lower() != "ooo:basic":
        raise _Refused(_MACROS)
    if element.space == _LIBRARIES and element.name != "libraries":
        raise _Refused(_MACROS)
    if element.get("href").strip().lower().startswith(_SCRIPTED_ADDRESSES):
        raise _Refused(_MACROS)
