"""Archives that people take away: names that any computer takes, and sums to check them by.

The bytes depend on what is put in and on nothing else, the clock least of all. Files go through in
pieces: a large archive costs the memory of a small one. Knows no app.
"""

import hashlib
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Self

_CHUNK = 256 * 1024
_NO_DATE = (1980, 1, 1, 0, 0, 0)
# Their content is packed already.
_STORED = frozenset(
    (".pdf", ".xlsx", ".docx", ".odt", ".ods", ".png", ".jpg", ".jpeg", ".webp", ".zip")
)
# What Windows takes in no name; and what turns the direction of a name, or hides in it.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]+')
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|(?:COM|LPT)[0-9¹²³])(?:\.|\Z)", re.IGNORECASE)


@dataclass(frozen=True)
class Member:
    """A file of an archive, as it was put in."""

    path: str
    size: int
    sha256: str


class Archive:
    """A ZIP under way, to be entered: it can be opened once the block has ended."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w")

    def add(self, path: str, source: IO[bytes], *, size: int) -> Member:
        """Put a file in, from where `source` stands; `size` is what it should hold."""
        entry = zipfile.ZipInfo(path, _NO_DATE)
        is_packed = PurePath(path).suffix.lower() in _STORED
        entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
        # An ordinary file, as Unix writes it, whatever machine wrote it.
        entry.create_system, entry.external_attr = 3, 0o100644 << 16
        entry.file_size = size
        digest, written = hashlib.sha256(), 0
        with self._zip.open(entry, "w") as target:
            for chunk in chunks(source):
                target.write(chunk)
                digest.update(chunk)
                written += len(chunk)
        return Member(path, written, digest.hexdigest())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._zip.close()


def chunks(source: IO[bytes]) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK):
        yield chunk


def digest_of(source: IO[bytes]) -> str:
    """The SHA-256 of a file, from where it stands."""
    digest = hashlib.sha256()
    for chunk in chunks(source):
        digest.update(chunk)
    return digest.hexdigest()


def safe_name(text: str, *, most: int = 90) -> str:
    """« Bilan : 2021?.pdf » → « Bilan - 2021-.pdf »; the extension stays, whatever is cut."""
    plain = unicodedata.normalize("NFC", text)
    plain = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in plain)
    plain = " ".join(_FORBIDDEN.sub("-", plain).split()).strip(". ")
    suffix = PurePath(plain).suffix if len(PurePath(plain).suffix) <= 10 else ""
    stem = plain.removesuffix(suffix)[: most - len(suffix)].rstrip(". ")
    name = f"{stem}{suffix}" or "sans nom"
    return f"_{name}"[:most] if _RESERVED.match(name) else name


class Names:
    """The names of one folder: no two that a computer would take for the same."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, name: str) -> str:
        """« bilan.pdf », then « bilan (2).pdf »."""
        path, number, free = PurePath(name), 1, name
        while free.casefold() in self._taken:
            number += 1
            free = f"{path.stem} ({number}){path.suffix}"
        self._taken.add(free.casefold())
        return free
