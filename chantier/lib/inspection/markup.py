"""The elements of an XML part, read as a stream: no entity, no document type, bounded length."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

MAX_LENGTH = 64 * 1024 * 1024
MAX_SHEET_LENGTH = 160 * 1024 * 1024
_CHUNK = 256 * 1024


class NotMarkup(ValueError):
    """This is no XML, or XML that no office program writes."""


class TooLong(ValueError):
    """More than anybody writes by hand or by program."""


@dataclass(frozen=True, slots=True)
class Element:
    """A start tag: its name, its name space, and its attributes by their local names."""

    name: str
    space: str
    attributes: dict[str, str]

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")


def elements(file: IO[bytes]) -> Iterator[Element]:
    """Each start tag, in order."""
    found: list[Element] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        by_name = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        found.append(Element(local, space, by_name))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_type
    length = 0
    try:
        while chunk := file.read(_CHUNK):
            length += len(chunk)
            if length > MAX_LENGTH:
                raise TooLong
            parser.Parse(chunk, False)
            yield from found
            found.clear()
        parser.Parse(b"", True)
        yield from found
    except expat.ExpatError as error:
        raise NotMarkup(str(error)) from error


def count_cells(file: IO[bytes], *, most: int, may_stand: Callable[[str], bool]) -> int:
    """The start tags of a sheet; raises TooLong where there are more, or a cell stands outside.

    A program that draws a sheet makes room up to its last cell, wherever that one says it is.
    """
    number = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal number
        number += 1
        if number > most or (
            "r" in attributes
            and name.rpartition(":")[2] in ("c", "row")
            and not may_stand(attributes["r"])
        ):
            raise TooLong

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_type
    length = 0
    try:
        while chunk := file.read(_CHUNK):
            length += len(chunk)
            if length > MAX_SHEET_LENGTH:
                raise TooLong
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise NotMarkup(str(error)) from error
    return number


def _refuse_type(*_: object) -> None:
    raise NotMarkup("a document type may define entities that grow without end")
