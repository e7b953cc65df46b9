"""Our own rules for every PDF of the portal, beside those of the PDF/UA-1 profile.

`problems(data)` gives one line a fault, that begins with the name of its rule.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import pikepdf

from tests.pdf_reading import Element, Reading, plain

Rule = Callable[[Reading], Iterator[str]]
RULES: dict[str, Rule] = {}

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
_UA = "http://www.aiim.org/pdfua/ns/id/"
_EXTENSION = "{http://www.aiim.org/pdfa/ns/schema#}namespaceURI"
_GROUPS = ("/Document", "/Part", "/Art", "/Sect", "/Div", "/BlockQuote", "/Caption", "/NonStruct")
_BLOCKS = ("/P", "/H1", "/H2", "/H3", "/H4", "/H5", "/H6", "/L", "/LI", "/Lbl", "/LBody")
_TABLES = ("/Table", "/TR", "/TH", "/TD", "/THead", "/TBody", "/TFoot")
_STANDARD = frozenset([*_GROUPS, *_BLOCKS, *_TABLES, "/Span", "/Link", "/Figure"])
_NOTHING = pikepdf.Dictionary()
_ACTIONS = (
    *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/Movie", "/Sound"),
)


def problems(data: bytes) -> list[str]:
    with Reading(data) as reading:
        return [f"{name}: {fault}" for name, rule in RULES.items() for fault in rule(reading)]


def rule(check: Rule) -> Rule:
    RULES[check.__name__.removeprefix("_")] = check
    return check


# What the file says of itself.


@rule
def _marked(reading: Reading) -> Iterator[str]:
    root = reading.document.Root
    if not bool(root.get("/MarkInfo", _NOTHING).get("/Marked", False)):
        yield "the file does not say that it is tagged"
    if bool(root.get("/MarkInfo", _NOTHING).get("/Suspects", False)):
        yield "the file doubts its own tags"
    if [element.kind for element in reading.tree.children] != ["/Document"]:
        yield "the tree does not begin with one document"


@rule
def _language(reading: Reading) -> Iterator[str]:
    language = str(reading.document.Root.get("/Lang", ""))
    if not re.fullmatch(r"(fr|en)(-[A-Z]{2})?", language):
        yield f"no language: {language!r}"


@rule
def _title(reading: Reading) -> Iterator[str]:
    title = str(reading.document.docinfo.get("/Title", ""))
    if not title.strip():
        yield "no title"
    if not bool(
        reading.document.Root.get("/ViewerPreferences", _NOTHING).get("/DisplayDocTitle", False)
    ):
        yield "the window would show the name of the file"
    written = _metadata(reading).findtext(f".//{_DC}title/{_RDF}Alt/{_RDF}li")
    if written != title:
        yield f"two titles: {title!r} and {written!r}"


def _metadata(reading: Reading) -> ElementTree.Element:
    stream = reading.document.Root.get("/Metadata")
    return ElementTree.fromstring(  # noqa: S314 - our own file
        stream.read_bytes() if stream is not None else b"<none/>"
    )


@rule
def _claims(reading: Reading) -> Iterator[str]:
    metadata = _metadata(reading)
    blocks = list(metadata.iter(f"{_RDF}RDF"))
    if len(blocks) != 1:
        yield f"{len(blocks)} blocks of metadata"
    if "/Filter" in reading.document.Root.get("/Metadata", {}):
        yield "metadata that programs cannot search"
    said: dict[str, str | None] = {}
    for description in (one for block in blocks[:1] for one in block.iter(f"{_RDF}Description")):
        said |= description.attrib | {child.tag: child.text for child in description}
    claims = {f"{_PDFA}part": "3", f"{_PDFA}conformance": "A", f"{{{_UA}}}part": "1"}
    for key, value in claims.items():
        if said.get(key) != value:
            yield f"{key} is {said.get(key)!r}, not {value!r}"
    if _UA not in [one.text for one in metadata.iter(_EXTENSION)]:
        yield "the claim of PDF/UA is not described, as PDF/A wants it"
    if "/ID" not in reading.document.trailer:
        yield "no identifier of the file"


@rule
def _colours(reading: Reading) -> Iterator[str]:
    intents = list(reading.document.Root.get("/OutputIntents", []))
    if [str(intent.get("/S")) for intent in intents] != ["/GTS_PDFA1"]:
        yield "no colour profile, or several"
    for intent in intents:
        profile = intent.get("/DestOutputProfile")
        raw = profile.read_bytes() if profile is not None else b""
        if raw[36:40] != b"acsp" or raw[16:20] != b"RGB " or int(profile.get("/N", 0)) != 3:
            yield "the colour profile is not one of RGB"


# The tree.


@rule
def _tags(reading: Reading) -> Iterator[str]:
    known = set(reading.tree.raw.get("/RoleMap", {})) | _STANDARD if reading.tree.raw else ()
    for element in reading.tree.walk():
        if element.parent is None:
            continue
        if element.kind not in known:
            yield f"{element.kind} is no tag"
        if element.raw.P.objgen != element.parent.raw.objgen:
            yield f"{element.kind} says that another is its parent"


@rule
def _headings(reading: Reading) -> Iterator[str]:
    levels = [level for level, _, _ in reading.headings()]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield f"not one first heading: {levels[:5]}"
    for (before, _, _), (level, text, _) in zip(
        reading.headings(), reading.headings()[1:], strict=False
    ):
        if level > before + 1:
            yield f"{text!r} skips from {before} to {level}"
    for level, text, _ in reading.headings():
        if not text:
            yield f"an empty heading of level {level}"


@rule
def _order(reading: Reading) -> Iterator[str]:
    pages = [page for element in reading.tree.walk() for page, _ in element.content]
    if pages != sorted(pages):
        yield "a page is read before the one that precedes it"


@rule
def _tables(reading: Reading) -> Iterator[str]:
    known = {bytes(cell.raw.ID) for cell in reading.tree.below("/TH") if "/ID" in cell.raw}
    for number, table in enumerate(reading.tree.below("/Table"), 1):
        for fault in _faults_of(table, known):
            yield f"table {number}: {fault}"


def _faults_of(table: Element, known: set[bytes]) -> Iterator[str]:
    rows = list(table.below("/TR"))
    if len(widths := _widths(rows)) != 1:
        yield f"rows of {sorted(widths)} cells"
    for row in rows:
        if stray := {cell.kind for cell in row.children} - {"/TH", "/TD"}:
            yield f"{stray} in a row"
    heads = list(table.below("/TH"))
    if not heads:
        yield "no headers"
    for head in heads:
        if str(head.attribute("/Scope")) not in ("/Row", "/Column", "/Both"):
            yield "a header without a scope"
    for cell in table.below("/TD"):
        named = [bytes(name) for name in cell.attribute("/Headers") or ()]
        if not named or not known.issuperset(named):
            yield "a cell without its headers"


def _widths(rows: list[Element]) -> set[int]:
    """How many columns each row spans, those that come down from above among them."""
    pending: dict[int, int] = {}
    widths = set()
    for row in rows:
        taken = {column for column, left in pending.items() if left}
        pending = {column: left - 1 for column, left in pending.items() if left}
        column = 0
        for cell in row.children:
            while column in taken:
                column += 1
            for _ in range(int(cell.attribute("/ColSpan") or 1)):
                pending[column] = int(cell.attribute("/RowSpan") or 1) - 1
                taken.add(column)
                column += 1
        widths.add(len(taken))
    return widths


@rule
def _figures(reading: Reading) -> Iterator[str]:
    for figure in reading.tree.below("/Figure"):
        if not str(figure.raw.get("/Alt", "")).strip():
            yield "a picture without words"


@rule
def _lists(reading: Reading) -> Iterator[str]:
    may_hold = {"/L": {"/LI", "/L", "/Caption"}, "/LI": {"/Lbl", "/LBody"}}
    for element in reading.tree.walk():
        kinds = {child.kind for child in element.children}
        if wrong := kinds - may_hold.get(element.kind, kinds):
            yield f"{sorted(wrong)} in {element.kind}"
        if element.kind == "/LI" and "/LBody" not in kinds:
            yield "an item without a body"
        if element.kind == "/L" and "/LI" not in kinds:
            yield "a list without items"
        for kind, home in (("/LI", "/L"), ("/LBody", "/LI")):
            if element.kind == kind and (not element.parent or element.parent.kind != home):
                yield f"{kind} outside of {home}"


@rule
def _links(reading: Reading) -> Iterator[str]:
    held = set()
    for link in reading.tree.below("/Link"):
        held |= {annotation.objgen for annotation in link.annotations}
        if not link.annotations:
            yield f"{reading.text(link)!r} leads nowhere"
        if not reading.text(link) and not str(link.raw.get("/Alt", "")).strip():
            yield "a link without words"
    for number, page in enumerate(reading.pages, 1):
        for annotation in page.get("/Annots", []):
            if annotation.Subtype != "/Link":
                yield f"page {number}: a note of kind {annotation.Subtype}"
            elif annotation.objgen not in held:
                yield f"page {number}: a link outside the tree"
            if not str(annotation.get("/Contents", "")).strip():
                yield f"page {number}: a link that does not say where it leads"
            if "/A" not in annotation and "/Dest" not in annotation:
                yield f"page {number}: a link without an address"
            if int(annotation.get("/F", 0)) != 4:
                yield f"page {number}: a link that is hidden, or is not printed"


@rule
def _bookmarks(reading: Reading) -> Iterator[str]:
    with reading.document.open_outline() as outline:
        marks = list(_flat(outline.root, 1))
    headings = [(level, text) for level, text, _ in reading.headings()]
    if marks != headings:
        for mark, heading in zip(marks, headings, strict=False):
            if mark != heading:
                yield f"{mark} stands for {heading}"
                return
        yield f"{len(marks)} bookmarks for {len(headings)} headings"


def _flat(items: Any, level: int) -> Iterator[tuple[int, str]]:
    for item in items:
        yield level, plain(str(item.title))
        yield from _flat(item.children, level + 1)


# The sheets.


@rule
def _content(reading: Reading) -> Iterator[str]:
    yield from (f"neither content nor artifact: {one}" for one in reading.loose)
    yield from (f"content and artifact in each other: {one}" for one in reading.nested)
    in_tree = [place for element in reading.tree.walk() for place in element.content]
    if len(set(in_tree)) != len(in_tree):
        yield "content that is read twice"
    for page, mcid in sorted(set(reading.by_mcid) ^ set(in_tree)):
        yield f"page {page + 1}: content {mcid} is drawn or tagged, not both"
    yield from _wrong_parents(reading)


def _wrong_parents(reading: Reading) -> Iterator[str]:
    if not reading.tree.raw:
        return
    parents = pikepdf.NumberTree(reading.tree.raw.ParentTree)
    for element in reading.tree.walk():
        for page, mcid in element.content:
            found = parents[int(reading.pages[page].StructParents)][mcid]
            if found.objgen != element.raw.objgen:
                yield f"page {page + 1}: content {mcid} has two parents"
        for annotation in element.annotations:
            if parents[int(annotation.StructParent)].objgen != element.raw.objgen:
                yield "a link has two parents"


@rule
def _running(reading: Reading) -> Iterator[str]:
    """What stands on most sheets at the same place is no content, save the heads of a table."""
    heads = {
        place
        for head in reading.tree.below("/TH", "/Caption")
        for element in head.walk()
        for place in element.content
    }
    seen: dict[tuple[str, tuple[float, float]], set[int]] = {}
    for place, run in reading.by_mcid.items():
        if place not in heads and run.places and len(plain(run.text)) > 3:
            x, y = run.places[0]
            seen.setdefault((plain(run.text), (round(x), round(y))), set()).add(run.page)
    for (text, _), pages in seen.items():
        if len(pages) >= 3 and len(pages) > len(reading.pages) / 2:
            yield f"{text!r} is read on {len(pages)} pages"


@rule
def _tab_order(reading: Reading) -> Iterator[str]:
    for number, page in enumerate(reading.pages, 1):
        if page.get("/Tabs") != "/S":
            yield f"page {number} is not walked in the order of its tags"


@rule
def _fonts(reading: Reading) -> Iterator[str]:
    for font in reading.fonts.values():
        name = font.get("/BaseFont")
        inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        descriptor = inner.get("/FontDescriptor", {})
        if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            yield f"{name} is not in the file"
        if "/ToUnicode" not in font:
            yield f"{name} does not say its letters"
    yield from (f"a glyph without a letter: {one}" for one in sorted(set(reading.undrawable)))


# What it may do.


@rule
def _scripts(reading: Reading) -> Iterator[str]:
    root = reading.document.Root
    if "/JavaScript" in root.get("/Names", {}) or "/OpenAction" in root or "/AcroForm" in root:
        yield "something runs or is filled when it opens"
    for thing in reading.document.objects:
        if isinstance(thing, pikepdf.Dictionary):
            if "/AA" in thing or "/JS" in thing or thing.get("/S") in _ACTIONS:
                yield "an action that is no link"
            action = thing.get("/A")
            if isinstance(action, pikepdf.Dictionary) and action.get("/S") in _ACTIONS:
                yield "a link that runs something"
    if reading.document.is_encrypted:
        yield "it is locked"


@rule
def _attachments(reading: Reading) -> Iterator[str]:
    root = reading.document.Root
    listed: dict[str, Any] = {}
    if "/EmbeddedFiles" in root.get("/Names", {}):
        names = list(root.Names.EmbeddedFiles.Names)
        listed = dict(zip(map(str, names[::2]), names[1::2], strict=True))
        if sorted(listed) != list(map(str, names[::2])):
            yield "files out of order"
    associated = [one.objgen for one in root.get("/AF", [])]
    if sorted(associated) != sorted(one.objgen for one in listed.values()):
        yield "the files inside and the files of the document differ"
    for name, spec in listed.items():
        yield from (f"{name}: {fault}" for fault in _faults_of_file(name, spec))


def _faults_of_file(name: str, spec: Any) -> Iterator[str]:
    if spec.get("/AFRelationship") not in ("/Data", "/Source", "/Supplement", "/Alternative"):
        yield "what it is to the document is not said"
    if not str(spec.get("/Desc", "")).strip():
        yield "it is not described"
    if {str(spec.get("/F")), str(spec.get("/UF"))} != {name}:
        yield "it has several names"
    stream = spec.EF.F
    if not re.fullmatch(r"/[a-z]+/[a-z0-9.+-]+", str(stream.get("/Subtype", ""))):
        yield "its type is not said"
    raw, given = stream.read_bytes(), stream.get("/Params", {})
    if int(given.get("/Size", -1)) != len(raw):
        yield "its length is another"
    if bytes(given.get("/CheckSum", b"")) != hashlib.md5(raw, usedforsecurity=False).digest():
        yield "its checksum is another"
    if "/ModDate" not in given:
        yield "it bears no date"
