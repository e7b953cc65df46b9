"""What makes of an accessible PDF one that also lasts: PDF/A-3a and PDF/UA-1 in one file.

The engine claims one standard a file. It hands over its objects just before it writes them: what
the other standard asks is added there, without reading the file a second time.
"""

import datetime
import re
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from typing import Any

VARIANT = "pdf/a-3a"
# PDF/A wants to know which red a red is: that of sRGB, by a profile inside the file.
COLOURS = "srgb-2014"

# A file within a file bears a date; that of the clock would make every print differ.
FIXED = datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MIME_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_RELATIONSHIPS = ("Source", "Data", "Alternative", "Supplement", "Unspecified")


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF. `dated` comes from what it says, never from the clock."""

    name: str
    mime_type: str
    content: bytes
    description: str
    relationship: str = "Data"
    dated: datetime.datetime = FIXED

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"not the name of an attachment: {self.name!r}")
        if not _MIME_TYPE.fullmatch(self.mime_type):
            raise ValueError(f"not a MIME type: {self.mime_type!r}")
        if self.relationship not in _RELATIONSHIPS:
            raise ValueError(f"not a relationship: {self.relationship!r}")
        if not self.description.strip():
            raise ValueError(f"{self.name} is not described")


def colours() -> dict[str, Any]:
    """The profile that the engine brings, read once: it would leave the file open at each print."""
    from weasyprint.css import ColorProfile

    raw = files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()

    class AsItIs(ColorProfile):
        # Written anew by the library of colours, it is longer the second time than the first.
        content = raw

    components = (["r"], ["g"], ["b"])
    return {COLOURS: AsItIs(BytesIO(raw), COLOURS, "relative-colorimetric", components)}


def for_engine(attachments: Sequence[Attachment]) -> list[Any]:
    """The attachments as the engine takes them, in the order that a PDF lists them in."""
    from weasyprint import Attachment as EngineAttachment

    names = [attachment.name for attachment in attachments]
    if len(set(names)) != len(names):
        raise ValueError(f"two attachments of one name: {names}")
    made = []
    for attachment in sorted(attachments, key=lambda one: one.name):
        dated = attachment.dated.astimezone(datetime.UTC)
        one = EngineAttachment(
            string="",
            name=attachment.name,
            description=attachment.description,
            created=dated,
            modified=dated,
            relationship=attachment.relationship,
        )
        # Else the type would be guessed from the name, by tables that differ between machines.
        one.source = nullcontext((BytesIO(attachment.content), None, None, attachment.mime_type))
        made.append(one)
    return made


# PDF/A wants every property that it does not know to be described in the file itself.
_UA_CLAIM = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"\
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"\
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed\
</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""


def finish(document: Any, pdf: Any) -> None:
    """Called by the engine with its objects before it writes them."""
    _claim_both(pdf)
    _Structure(pdf).finish()
    if "AF" in pdf.catalog:
        # The engine lists each file twice.
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
    _write_each_once(pdf)


def _write_each_once(pdf: Any) -> None:
    """The engine asks each object for its bytes twice, for a digest and for the file."""
    from pydyf import Object

    class Written(Object):
        def __init__(self, source: Any) -> None:
            super().__init__()
            self.number, self.generation = source.number, source.generation
            self.free = source.free
            self._data, self._compressible = source.data, source.compressible

        @property
        def data(self) -> bytes:
            return self._data

        @property
        def compressible(self) -> bool:
            return self._compressible

    pdf.objects[:] = [each if each.free == "f" else Written(each) for each in pdf.objects]


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _claim_both(pdf: Any) -> None:
    """Both claims in the one RDF block: in two, readers see the first alone."""
    metadata = _object(pdf, pdf.catalog["Metadata"])
    (text,) = metadata.stream
    if text.count(b"</rdf:RDF>") != 1:
        raise RuntimeError("the engine no longer writes one RDF block")
    metadata.stream[:] = [text.replace(b"</rdf:RDF>", _UA_CLAIM)]
    # Searchable by programs that know nothing of PDF: why the block begins with a marker.
    metadata.compress = False


class _Structure:
    """Two things that the engine leaves undone in the tree of tags."""

    def __init__(self, pdf: Any) -> None:
        self.pdf = pdf
        self.root = _object(pdf, pdf.catalog["StructTreeRoot"])
        self.top = self.root["K"][0]
        self.reached = set(_object(pdf, self.top)["K"])
        # Per element: does it hang from the tree?
        self.hangs: dict[bytes, bool] = {self.top: True}

    def finish(self) -> None:
        self._margins_are_artifacts()
        for element in self.pdf.objects:
            if isinstance(element, dict) and element.get("S") == "/TH":
                self._give_scope(element)

    def _give_scope(self, element: Any) -> None:
        """Cells name their headers; many readers only look at the scope of these."""
        section = _object(self.pdf, _object(self.pdf, element["P"])["P"])
        element["A"]["Scope"] = "/Column" if section["S"] == "/THead" else "/Row"

    def _margins_are_artifacts(self) -> None:
        """Running heads are tagged outside the tree: say that they are no content."""
        nums = _object(self.pdf, self.root["ParentTree"])["Nums"]
        for page, reference in enumerate(self.pdf.page_references):
            parents = nums[2 * page + 1]
            outside = {mcid for mcid, parent in enumerate(parents) if not self._hangs(parent)}
            if outside:
                contents = _object(self.pdf, reference)["Contents"]
                self._unmark(_object(self.pdf, contents).stream, outside)
                for mcid in outside:
                    parents[mcid] = "null"

    def _hangs(self, reference: bytes) -> bool:
        if reference not in self.hangs:
            element = _object(self.pdf, reference)
            parent = element["P"]
            self.hangs[reference] = (
                reference in self.reached if parent == self.top else self._hangs(parent)
            )
            if not self.hangs[reference]:
                # Nothing leads to it any more.
                element.clear()
        return self.hangs[reference]

    def _unmark(self, stream: list[Any], outside: set[int]) -> None:
        for place, item in enumerate(stream):
            if isinstance(item, dict) and item.get("MCID") in outside:
                stream[place - 1] = "/Artifact"
                item.clear()
                item["Type"] = "/Pagination"
