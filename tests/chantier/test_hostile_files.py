"""Files made to harm: each is built here, refused in words, and told from what looks like it."""

import hashlib
import io
import struct
import subprocess
import zipfile
import zlib
from typing import Any

import pikepdf
import pytest
from openpyxl import Workbook
from PIL import Image, ImageFile

from chantier.lib import files
from chantier.lib.inspection import markup, office, pdf, pdf_probe
from tests.chantier.test_files import DOCX, ODT, TYPES, XLSX, archive, picture, refusal, upload

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
WORD_PARTS = TYPES | {"word/document.xml": b"<w/>"}


def accepted(name: str, content: bytes) -> bool:
    return bool(files.check_upload(upload(name, content)))


# PDF


def saved(document: pikepdf.Pdf, **options: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer, **options)
    return buffer.getvalue()


def blank() -> pikepdf.Pdf:
    document = pikepdf.new()
    document.add_blank_page()
    return document


def opening(**action: Any) -> pikepdf.Pdf:
    """A document that does something when it opens."""
    document = blank()
    document.Root.OpenAction = pikepdf.Dictionary(**action)
    return document


def of_field(**action: Any) -> pikepdf.Pdf:
    """The same, deep in the annotation of a page."""
    document = blank()
    inner = pikepdf.Dictionary(A=pikepdf.Dictionary(**action))
    annotation = pikepdf.Dictionary(Type=pikepdf.Name.Annot, AA=pikepdf.Dictionary(K=inner))
    document.pages[0].Annots = pikepdf.Array([annotation])
    return document


def attached(name: str, content: bytes) -> pikepdf.Pdf:
    document = blank()
    document.attachments[name] = content
    return document


SCRIPT = {"S": pikepdf.Name.JavaScript, "JS": "app.alert(1)"}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (opening(**SCRIPT), "JavaScript"),
        (of_field(**SCRIPT), "JavaScript"),
        (opening(S=pikepdf.Name.Rendition, JS="app.alert(1)"), "JavaScript"),
        (opening(S=pikepdf.Name.Launch, F="calc.exe"), "lance un programme"),
        (of_field(S=pikepdf.Name.Launch, F="calc.exe"), "lance un programme"),
        (attached("outil.exe", b"rien"), "contient un programme"),
        (attached("Outil.EXE ", b"rien"), "contient un programme"),
        (attached("facture.txt", b"MZ\x90\x00"), "contient un programme"),
        (attached("tableau.xlsm", b"PK"), "contient un programme"),
    ],
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_a_pdf_that_does_something_is_refused(document, message, packed):
    mode = pikepdf.ObjectStreamMode
    content = saved(document, object_stream_mode=mode.generate if packed else mode.disable)
    assert message in refusal("rapport.pdf", content)


def test_a_pdf_that_only_shows_something_is_accepted():
    document = attached("facture.xml", b"<facture/>")
    link = {"S": pikepdf.Name.URI, "URI": "https://exemple.example/"}
    document.Root.OpenAction = pikepdf.Dictionary(**link)
    assert accepted("rapport.pdf", saved(document))


def test_an_attachment_that_cannot_be_looked_into_is_refused():
    document = attached("note.txt", b"texte")
    spec = document.attachments["note.txt"].obj
    spec.EF.F.write(b"6D7A>", filter=pikepdf.Name.ASCIIHexDecode)
    level = pikepdf.StreamDecodeLevel.none
    content = saved(document, stream_decode_level=level, compress_streams=False)
    assert "ne peut pas être vérifiée" in refusal("rapport.pdf", content)


def test_a_pdf_under_a_password_is_told_as_such():
    locked = saved(blank(), encryption=pikepdf.Encryption(owner="a", user="b"))
    assert "mot de passe" in refusal("rapport.pdf", locked)
    readable = saved(blank(), encryption=pikepdf.Encryption(owner="a", user=""))
    assert accepted("rapport.pdf", readable)


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", saved(blank())[:120], b"%PDF-1.4\n%%EOF"])
def test_a_damaged_pdf_is_told_as_such(content):
    assert "est abîmé" in refusal("rapport.pdf", content)


def test_a_pdf_of_too_many_objects_or_values_is_not_read_to_its_end(monkeypatch):
    content = saved(opening(**SCRIPT))
    monkeypatch.setattr(pdf_probe, "MAX_OBJECTS", 2)
    assert pdf_probe.examine(io.BytesIO(content)) == "complex"
    monkeypatch.setattr(pdf_probe, "MAX_OBJECTS", 100)
    monkeypatch.setattr(pdf_probe, "MAX_VALUES", 1)
    assert pdf_probe.examine(io.BytesIO(content)) == "complex"


@pytest.mark.parametrize(
    "answer", [subprocess.TimeoutExpired("probe", 1), subprocess.CompletedProcess([], -9, b"", b"")]
)
def test_a_probe_that_was_stopped_is_a_refusal(monkeypatch, answer):
    def run(*args, **kwargs):
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(pdf.subprocess, "run", run)
    assert "trop complexe" in refusal("rapport.pdf", saved(blank()))


def test_the_probe_takes_little_memory():
    """400 MB of spaces in the object that the reader must unpack first."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 10_000_000) for _ in range(40)) + packer.flush()
    out = bytearray(b"%PDF-1.5\n")
    stream = len(out)
    out += b"2 0 obj\n<</Type/ObjStm/N 1/First 10/Filter/FlateDecode/Length %d>>" % len(packed)
    out += b"\nstream\n" + packed + b"\nendstream\nendobj\n"
    table = len(out)
    rows = [(0, 0, 255), (2, 2, 0), (1, stream, 0), (1, table, 0)]
    index = b"".join(struct.pack(">BIB", *row) for row in rows)
    out += b"3 0 obj\n<</Type/XRef/Size 4/W[1 4 1]/Root 1 0 R/Length %d>>" % len(index)
    out += b"\nstream\n" + index + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % table
    assert refusal("bombe.pdf", bytes(out))


# Office documents


def content_types(kind: str) -> dict[str, bytes]:
    override = f'<Override PartName="/word/notes.bin" ContentType="{kind}"/>'
    return WORD_PARTS | {"[Content_Types].xml": f"<Types>{override}</Types>".encode()}


def relation(kind: str, target: str = "notes.bin", mode: str = "Internal") -> dict[str, bytes]:
    line = f'<Relationship Id="r1" Type="{kind}" Target="{target}" TargetMode="{mode}"/>'
    rels = f"<Relationships>{line}</Relationships>".encode()
    return WORD_PARTS | {"word/_rels/document.xml.rels": rels}


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office/2006/relationships"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (content_types("application/vnd.ms-office.vbaProject"), "contient des macros"),
        (
            content_types("application/vnd.ms-word.document.macroEnabled.main+xml"),
            "contient des macros",
        ),
        (content_types("application/vnd.ms-office.activeX+xml"), "contient des macros"),
        (
            content_types("application/vnd.openxmlformats-officedocument.oleObject"),
            "objet incorporé",
        ),
        (relation(f"{MICROSOFT}/vbaProject"), "contient des macros"),
        (relation(f"{MICROSOFT}/VBAPROJECT"), "contient des macros"),
        (relation(f"{MICROSOFT}/xlMacrosheet"), "contient des macros"),
        (relation(f"{OFFICE}/oleObject"), "objet incorporé"),
        (relation(f"{OFFICE}/control"), "objet incorporé"),
        (
            relation(f"{OFFICE}/attachedTemplate", "https://mal.example/m.dotm", "External"),
            "va chercher son modèle",
        ),
        (
            relation(f"{OFFICE}/attachedTemplate", "file:////mal/partage/m.dotm", "External"),
            "va chercher son modèle",
        ),
        (WORD_PARTS | {"word/notes.bin": OLE}, "objet incorporé"),
        (WORD_PARTS | {"word/media/image1.png": b"MZ\x90"}, "contient un programme"),
        (
            WORD_PARTS | {"word/embeddings/feuille.xlsx": archive({"xl/vbaProject.bin": b"x"})},
            "contient des macros",
        ),
        (
            WORD_PARTS | {"word/embeddings/a.docx": archive({"b.docx": DOCX})},
            "objet incorporé",
        ),
    ],
)
def test_what_runs_in_a_document_is_found_by_what_it_is(parts, message):
    assert message in refusal("lettre.docx", archive(parts))


def test_a_declared_part_is_found_in_any_encoding():
    parts = content_types("application/vnd.ms-office.vbaProject")
    text = '<?xml version="1.0" encoding="UTF-16"?>' + parts["[Content_Types].xml"].decode()
    parts["[Content_Types].xml"] = text.encode("utf-16")
    assert "contient des macros" in refusal("lettre.docx", archive(parts))


@pytest.mark.parametrize(
    "parts",
    [
        relation(f"{OFFICE}/hyperlink", "https://exemple.example/", "External"),
        relation(f"{OFFICE}/attachedTemplate", "file:///C:/Modeles/lettre.dotx", "External"),
        WORD_PARTS | {"word/embeddings/graphique.xlsx": XLSX},
        content_types("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_what_office_writes_for_everybody_is_accepted(parts):
    assert accepted("lettre.docx", archive(parts))


def test_a_real_workbook_is_accepted():
    book, buffer = Workbook(), io.BytesIO()
    for number in range(2_000):
        book.active.append([f"Mesure {number}", number, "implantée"])
    book.save(buffer)
    assert accepted("suivi.xlsx", buffer.getvalue())


_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" '
    'xmlns:ooo="http://openoffice.org/2004/office" xmlns:xlink="http://www.w3.org/1999/xlink"'
)


def open_document(body: str, **parts: bytes) -> bytes:
    content = f"<office:document-content {_NAMES}>{body}</office:document-content>".encode()
    return archive({"content.xml": content} | parts)


@pytest.mark.parametrize(
    "body",
    [
        '<script:event-listener script:language="ooo:script" xlink:href="x"/>',
        '<office:script script:language="JavaScript">alert(1)</office:script>',
        (
            '<office:script script:language="ooo:Basic"><ooo:libraries>'
            '<ooo:library-embedded ooo:name="Standard"/></ooo:libraries></office:script>'
        ),
        '<office:a xlink:href="vnd.sun.star.script&#58;Standard.Module1.Main"/>',
        '<office:a xlink:href=" Macro:///Standard"/>',
    ],
)
def test_scripts_of_an_open_document_are_refused(body):
    assert "contient des macros" in refusal("lettre.odt", open_document(body))


@pytest.mark.parametrize(
    "body",
    [
        "<office:scripts/>",
        (
            '<office:scripts><office:script script:language="ooo:Basic"><ooo:libraries/>'
            "</office:script></office:scripts>"
        ),
        '<office:a xlink:href="https://exemple.example/"/>',
    ],
)
def test_an_open_document_without_scripts_is_accepted(body):
    assert accepted("lettre.odt", open_document(body))


def test_scripts_in_the_manifest_and_beside_are_refused():
    python = {"Scripts/python/outil.py": b"print(1)", "content.xml": b"<o/>"}
    assert "contient des macros" in refusal("lettre.odt", archive(python))
    entry = b'<m><file-entry full-path="Basic/Standard/script-lb.xml"/></m>'
    listed = {"META-INF/manifest.xml": entry, "content.xml": b"<o/>"}
    assert "contient des macros" in refusal("lettre.odt", archive(listed))


def test_documents_under_a_password_are_told_as_such():
    assert "mot de passe" in refusal("lettre.docx", OLE)
    manifest = b"<m><file-entry full-path='content.xml'><encryption-data/></file-entry></m>"
    locked = {"META-INF/manifest.xml": manifest, "content.xml": b"\x8a\x01"}
    assert "mot de passe" in refusal("lettre.odt", archive(locked))
    flagged = bytearray(DOCX)
    flagged[flagged.index(b"PK\x01\x02") + 8] |= 1
    assert "mot de passe" in refusal("lettre.docx", bytes(flagged))


def test_a_document_type_is_refused_before_its_entities_grow():
    bomb = b'<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Types>&b;</Types>'
    parts = WORD_PARTS | {"[Content_Types].xml": bomb}
    assert "malgré son nom" in refusal("lettre.docx", archive(parts))


def test_markup_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(markup, "MAX_LENGTH", 10)
    parts = WORD_PARTS | {"[Content_Types].xml": b"<Types>" + b" " * 20 + b"</Types>"}
    assert "trop gros" in refusal("lettre.docx", archive(parts))


def test_a_part_that_packs_too_well_is_a_bomb():
    parts = WORD_PARTS | {"word/media/image1.bmp": b"\x00" * 11 * 1024 * 1024}
    assert "trop gros" in refusal("bombe.docx", archive(parts))
    real = WORD_PARTS | {"word/media/image1.bmp": bytes(range(256)) * 4 * 1024}
    assert accepted("affiche.docx", archive(real))


def test_a_part_longer_than_it_declares_is_refused():
    """What the archive says of its sizes is checked against what comes out of it."""
    content = bytearray(archive(WORD_PARTS | {"word/long.xml": b"x" * 5_000}))
    entry = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    while content[entry + 46 : entry + 59] != b"word/long.xml":
        entry = content.index(b"PK\x01\x02", entry + 1)
    content[entry + 24 : entry + 28] = struct.pack("<I", 10)
    assert "malgré son nom" in refusal("lettre.docx", bytes(content))


# Pictures


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize(
    "passenger",
    [DOCX, b"<!DOCTYPE html><p>", b"<ScRiPt>alert(1)</script>", b"<html>", b"<?php echo 1;"],
    ids=["zip", "doctype", "script", "html", "php"],
)
def test_a_picture_with_something_behind_it_is_refused(kind, passenger):
    name = f"photo.{kind.lower()}"
    assert accepted(name, picture(kind))
    assert "cache autre chose" in refusal(name, picture(kind) + passenger)


def test_a_page_in_the_words_of_a_picture_is_refused():
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(1)</script>"
    Image.new("RGB", (8, 8)).save(buffer, "JPEG", exif=exif)
    assert "cache autre chose" in refusal("photo.jpg", buffer.getvalue())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_read_to_its_last_pixel(kind, monkeypatch):
    # As WeasyPrint leaves Pillow in a process that has drawn a PDF.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    buffer = io.BytesIO()
    noise = hashlib.shake_256(b"bruit").digest(200 * 200 * 3)
    Image.frombytes("RGB", (200, 200), noise).save(buffer, kind)
    whole = buffer.getvalue()
    assert accepted(f"photo.{kind.lower()}", whole)
    assert "malgré son nom" in refusal(f"photo.{kind.lower()}", whole[: len(whole) // 2])


@pytest.mark.parametrize("name", ["page.txt", "dessin.csv"])
def test_a_page_named_text_is_kept_as_text(name):
    """It may be kept: a view only ever gives it as a download, never as a page."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    assert files.check_upload(upload(name, svg)).content_type.startswith("text/")
    assert files.check_upload(upload(name, svg)).content_type != "text/html"


def test_every_reason_names_the_file_and_follows_french_typography():
    reasons = [
        refusal("rapport.pdf", saved(opening(**SCRIPT))),
        refusal("rapport.pdf", b"%PDF-1.7\n"),
        refusal("lettre.docx", OLE),
        refusal("lettre.docx", archive(WORD_PARTS | {"word/notes.bin": OLE})),
        refusal("photo.png", picture("PNG") + ODT),
        *(f"«\u00a0x\u00a0» {words}" for words in pdf._REASONS.values()),
        *(f"«\u00a0x\u00a0» {words}" for words in (office._MACROS, office._TEMPLATE)),
    ]
    for message in reasons:
        assert message.startswith("«\u00a0")
        assert "'" not in message
        assert message.endswith(".")
        assert " :" not in message.replace("\u00a0:", "")


def test_zipfile_is_asked_for_the_size_that_was_declared():
    """The premise of the check of sizes: a longer part is told, never unpacked past its size."""
    content = bytearray(archive({"a": b"x" * 5_000}))
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", 10)
    with zipfile.ZipFile(io.BytesIO(content)) as file, pytest.raises(zipfile.BadZipFile):
        file.read("a")
