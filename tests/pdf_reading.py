"""A PDF as a program reads it: its tags in order, and the text of each with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf

_SHOWS = ("Tj", "TJ", "'", '"')
PAINTS = frozenset(
    [*_SHOWS, "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "INLINE IMAGE"]
)
# In points: more than an exponent rises, less than two lines of small letters are apart.
_A_LINE = 6
_SILENT = dict.fromkeys(map(ord, "\u00ad\u200b"))


@dataclass
class Run:
    """What one sequence of marked content draws; `mcid` is None for an artifact."""

    page: int
    tag: str
    mcid: int | None
    text: str = ""
    # Where its text begins, in points from the bottom left of the sheet.
    places: list[tuple[float, float]] = field(default_factory=list)


@dataclass
class Element:
    """One element of the tree of tags."""

    kind: str
    raw: Any
    parent: "Element | None"
    children: list["Element"] = field(default_factory=list)
    # (page, mcid) of what it holds itself.
    content: list[tuple[int, int]] = field(default_factory=list)
    annotations: list[Any] = field(default_factory=list)

    def walk(self) -> Iterator["Element"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def below(self, *kinds: str) -> Iterator["Element"]:
        return (element for element in self.walk() if element.kind in kinds)

    def ancestors(self) -> Iterator["Element"]:
        if self.parent:
            yield self.parent
            yield from self.parent.ancestors()

    def attribute(self, key: str) -> Any:
        given = self.raw.get("/A", pikepdf.Dictionary())
        for one in given if isinstance(given, pikepdf.Array) else [given]:
            if key in one:
                return one[key]
        return None


class Reading:
    """A document, opened; `loose` tells what is drawn outside any marked content."""

    def __init__(self, data: bytes) -> None:
        # Its objects are whatever the file says: no types to check.
        self.document: Any = pikepdf.open(BytesIO(data))
        self.pages = list(self.document.pages)
        self._numbers: dict[Any, int] = {
            page.objgen: number for number, page in enumerate(self.pages)
        }
        self.runs: list[Run] = []
        self.loose: list[str] = []
        self.nested: list[str] = []
        self.undrawable: list[str] = []
        self.fonts: dict[tuple[int, int], Any] = {}
        self._maps: dict[tuple[int, int], dict[int, str]] = {}
        for number, page in enumerate(self.pages):
            self._read(number, page)
        self.by_mcid = {(run.page, run.mcid): run for run in self.runs if run.mcid is not None}
        tree = self.document.Root.get("/StructTreeRoot")
        self.tree = Element("/Root", tree, None)
        if tree is not None:
            self._grow(self.tree, tree.get("/K", []), None)

    def __enter__(self) -> "Reading":
        return self

    def __exit__(self, *_: Any) -> None:
        self.document.close()

    # The tree.

    def _grow(self, parent: Element, kids: Any, page: int | None) -> None:
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if not isinstance(kid, pikepdf.Dictionary):
                assert page is not None, "content without a page"
                parent.content.append((page, int(kid)))
                continue
            mine = self._numbers[kid.Pg.objgen] if "/Pg" in kid else page
            if kid.get("/Type") == "/OBJR":
                parent.annotations.append(kid.Obj)
            elif kid.get("/Type") == "/MCR":
                assert mine is not None
                parent.content.append((mine, int(kid.MCID)))
            else:
                child = Element(str(kid.S), kid, parent)
                parent.children.append(child)
                self._grow(child, kid.get("/K", []), mine)

    def text(self, element: Element) -> str:
        """What it says, as one line; the space where a line breaks is not drawn."""
        said, below = "", None
        for place in (place for one in element.walk() for place in one.content):
            run = self.by_mcid.get(place)
            if run and run.places:
                line = (run.page, run.places[0][1])
                if below and (line[0] != below[0] or abs(line[1] - below[1]) > _A_LINE):
                    said += " "
                below = line
            said += run.text if run else ""
        return plain(said)

    def top(self, element: Element) -> tuple[int, float] | None:
        """The page and the height of the first line of an element; None without text."""
        places = [
            (place[0], y)
            for one in element.walk()
            for place in one.content
            for _, y in self.by_mcid[place].places
        ]
        return min(places, key=lambda it: (it[0], -it[1])) if places else None

    def headings(self) -> list[tuple[int, str, Element]]:
        return [
            (int(element.kind[2]), self.text(element), element)
            for element in self.tree.below("/H1", "/H2", "/H3", "/H4", "/H5", "/H6")
        ]

    # The pages.

    def _read(self, number: int, page: Any) -> None:
        stack: list[Run | None] = []
        font: Any = None
        place = (0.0, 0.0)
        matrix = pikepdf.Matrix()
        saved: list[Any] = []
        text_matrix = pikepdf.Matrix()
        instructions: Any = pikepdf.parse_content_stream(page)
        for operands, operator in instructions:
            name = str(operator)
            if name in ("BMC", "BDC"):
                stack.append(self._begin(number, operands, stack))
            elif name == "EMC":
                stack.pop()
            elif name == "q":
                saved.append(matrix)
            elif name == "Q":
                matrix = saved.pop()
            elif name == "cm":
                matrix = pikepdf.Matrix(operands) @ matrix
            elif name == "BT":
                text_matrix = pikepdf.Matrix()
            elif name == "Tm":
                text_matrix = pikepdf.Matrix(operands)
            elif name in ("Td", "TD"):
                text_matrix = pikepdf.Matrix().translated(*map(float, operands)) @ text_matrix
            elif name == "Tf":
                font = page.Resources.Font[str(operands[0])]
                self.fonts[font.objgen] = font
            elif name in PAINTS:
                current = next((run for run in reversed(stack) if run), None)
                if current is None:
                    self.loose.append(f"page {number + 1}, {name}")
                if name in _SHOWS:
                    said = self._decode(font, operands[-1])
                    both = text_matrix @ matrix
                    place = (both.e, both.f)
                    if current:
                        current.text += said
                        if plain(said):
                            current.places.append(place)

    def _begin(self, page: int, operands: Any, stack: list[Run | None]) -> Run | None:
        tag = str(operands[0])
        properties = operands[1] if len(operands) > 1 else pikepdf.Dictionary()
        mcid = properties.get("/MCID") if isinstance(properties, pikepdf.Dictionary) else None
        if tag != "/Artifact" and mcid is None:
            return None
        run = Run(page, tag, None if mcid is None else int(mcid))
        outer = next((one for one in reversed(stack) if one), None)
        if outer and (outer.mcid is None) != (run.mcid is None):
            self.nested.append(f"page {page + 1}, {tag} in {outer.tag}")
        self.runs.append(run)
        return run

    def _decode(self, font: Any, shown: Any) -> str:
        if font.objgen not in self._maps:
            self._maps[font.objgen] = _to_unicode(font)
        codes = self._maps[font.objgen]
        said = ""
        for part in shown if isinstance(shown, pikepdf.Array) else [shown]:
            if not isinstance(part, pikepdf.String):
                # What is moved by more than a quarter of a letter is read as a space by nobody:
                # the spaces of a line are written.
                continue
            raw = bytes(part)
            for code in (int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)):
                if not codes.get(code) or codes[code] in "\ufffd\ufffe":
                    self.undrawable.append(f"{font.get('/BaseFont')} {code}")
                said += codes.get(code, "")
        return said


def plain(text: str) -> str:
    """Without what is not seen, and with one kind of space."""
    return " ".join(text.translate(_SILENT).split())


_BLOCK = re.compile(r"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_HEX = re.compile(r"<([0-9A-Fa-f]*)>")


def _to_unicode(font: Any) -> dict[int, str]:
    found: dict[int, str] = {}
    if "/ToUnicode" not in font:
        return found
    for kind, block in _BLOCK.findall(font.ToUnicode.read_bytes().decode("ascii")):
        codes = _HEX.findall(block)
        if kind == "bfchar":
            for code, value in zip(codes[::2], codes[1::2], strict=True):
                found[int(code, 16)] = _utf16(value)
        else:
            for first, last, value in zip(codes[::3], codes[1::3], codes[2::3], strict=True):
                for step in range(int(last, 16) - int(first, 16) + 1):
                    found[int(first, 16) + step] = chr(ord(_utf16(value)) + step)
    return found


def _utf16(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be")
