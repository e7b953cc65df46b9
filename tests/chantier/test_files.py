"""A corpus of uploads: what is genuine passes, what lies about itself does not."""

import csv
import hashlib
import io
import os
import zipfile

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from chantier.lib import files
from chantier.lib.inspection import office

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(ValidationError) as caught:
        files.check_upload(upload(name, content))
    return str(caught.value.message)


def pdf() -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def picture(kind: str, size: tuple[int, int] = (8, 8)) -> bytes:
    buffer = io.BytesIO()
    Image.new("1" if kind == "PNG" else "RGB", size).save(buffer, kind)
    return buffer.getvalue()


def archive(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return buffer.getvalue()


TYPES = {"[Content_Types].xml": b"<Types/>"}
DOCX = archive(TYPES | {"word/document.xml": b"<w/>"})
XLSX = archive(TYPES | {"xl/workbook.xml": b"<x/>"})
ODT = archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<o/>"})
ODS = archive(
    {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<o/>"}
)


def table() -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["mesure", "date"], ["É", "2021-01-01"]])
    return buffer.getvalue().encode()


GENUINE = [
    ("rapport.pdf", pdf(), "application/pdf"),
    ("RAPPORT.PDF", pdf(), "application/pdf"),
    ("photo.png", picture("PNG"), "image/png"),
    ("photo.jpg", picture("JPEG"), "image/jpeg"),
    ("photo.jpeg", picture("JPEG"), "image/jpeg"),
    ("photo.webp", picture("WEBP"), "image/webp"),
    ("politique.docx", DOCX, WORD),
    ("suivi.xlsx", XLSX, WORD.replace("wordprocessingml.document", "spreadsheetml.sheet")),
    ("politique.odt", ODT, "application/vnd.oasis.opendocument.text"),
    ("suivi.ods", ODS, "application/vnd.oasis.opendocument.spreadsheet"),
    ("achats.csv", table(), "text/csv"),
    ("note.txt", "Une preuve, à garder.\r\n".encode("cp1252"), "text/plain"),
    ("a.b.c.txt", b"x", "text/plain"),
]


@pytest.mark.parametrize(("name", "content", "kind"), GENUINE, ids=lambda value: str(value)[:20])
def test_a_genuine_file_is_what_it_says(name, content, kind):
    checked = files.check_upload(upload(name, content))
    assert checked.content_type == kind
    assert checked.size == len(content)
    assert checked.sha256 == hashlib.sha256(content).hexdigest()


def test_every_accepted_type_has_a_genuine_file():
    """Adding a type means adding its file to the corpus."""
    assert {"." + name.rpartition(".")[2].lower() for name, _, _ in GENUINE} == set(files.ACCEPTED)


HTML = b"<!doctype html><script>alert(1)</script>"
MISMATCHES = [
    ("page.pdf", HTML),
    ("photo.pdf", picture("PNG")),
    ("photo.png", picture("JPEG")),
    ("photo.jpg", HTML),
    ("photo.jpg", b"\xff\xd8\xff" + HTML),
    ("photo.webp", pdf()),
    ("photo.png", picture("PNG")[:20]),
    ("politique.docx", b"PK\x03\x04" + HTML),
    ("politique.docx", pdf()),
    ("politique.docx", XLSX),
    ("suivi.xlsx", DOCX),
    ("politique.odt", DOCX),
    ("note.txt", b"texte\x00suite"),
    ("note.txt", b"x" * 70_000 + b"\x00"),
    ("achats.csv", pdf() + b"\x00"),
]


@pytest.mark.parametrize(("name", "content"), MISMATCHES, ids=range(len(MISMATCHES)))
def test_content_that_is_not_what_the_name_says_is_refused(name, content):
    message = refusal(name, content)
    assert "malgré son nom" in message
    assert name in message


@pytest.mark.parametrize(
    "name",
    [
        "page.html",
        "dessin.svg",
        "page.pdf.html",
        "programme.exe",
        "archive.zip",
        "sans-suffixe",
        "script.js",
        ".htaccess",
        "note.txt ",
        "page.pdf\x00.html",
        "texte.rtf",
        "ancien.doc",
    ],
)
def test_a_type_off_the_list_is_refused(name):
    file = upload("x.txt", HTML)
    # Past the cleaning of names that Django's own parser does.
    file._name = name
    with pytest.raises(ValidationError, match="ce type de fichier est refusé"):
        files.check_upload(file)


@pytest.mark.parametrize("name", ["suivi.xlsm", "lettre.docm", "suivi.xlsb", "diapos.pptm"])
def test_macros_by_name_are_refused_and_the_way_out_is_told(name):
    assert "Enregistrez-le en .xlsx ou .docx" in refusal(name, XLSX)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("lettre.docx", "word/vbaProject.bin"),
        ("suivi.xlsx", "xl/vbaProject.bin"),
        ("suivi.xlsx", "xl/macrosheets/sheet1.xml"),
        ("lettre.odt", "Basic/Standard/Module1.xml"),
    ],
)
def test_macros_hidden_in_a_document_are_refused(name, part):
    entries = TYPES | {"word/document.xml": b"", "xl/workbook.xml": b"", "content.xml": b""}
    assert "contient des macros" in refusal(name, archive(entries | {part: b"\x00"}))


def test_a_zip_bomb_is_refused_without_unpacking_it(monkeypatch):
    bomb = archive({"word/document.xml": b"\x00" * (office.MAX_UNPACKED + 1)})
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    assert len(bomb) < files.MAX_SIZE
    assert "trop gros" in refusal("bombe.docx", bomb)


def test_a_zip_of_too_many_entries_is_refused():
    entries = {f"word/{n}": b"" for n in range(office.MAX_ENTRIES + 1)}
    assert "trop gros" in refusal("bombe.docx", archive(entries, zipfile.ZIP_STORED))


def test_a_picture_of_too_many_pixels_is_refused():
    huge = picture("PNG", (8_000, 5_001))
    assert len(huge) < files.MAX_SIZE
    assert "trop grande" in refusal("affiche.png", huge)
    files.check_upload(upload("affiche.png", picture("PNG", (8_000, 5_000))))


def test_a_picture_far_too_large_does_not_reach_the_decoder():
    assert "trop grande" in refusal("affiche.png", picture("PNG", (30_000, 30_000)))


def test_an_empty_file_is_refused():
    assert "est vide" in refusal("rapport.pdf", b"")


def test_the_limit_of_size_is_exact(monkeypatch):
    monkeypatch.setattr(files, "MAX_SIZE", 10)
    files.check_upload(upload("note.txt", b"x" * 10))
    assert "20\u00a0Mo au plus" in refusal("note.txt", b"x" * 11)


def test_a_polyglot_is_kept_as_its_name_says_and_never_as_a_page():
    """A PDF that is also HTML: it may be kept, as a PDF."""
    checked = files.check_upload(upload("rapport.pdf", pdf() + HTML))
    assert checked.content_type == "application/pdf"


@pytest.mark.parametrize("name", ["é" * 140 + ".txt", "n" * 296 + ".txt"])
def test_very_long_names_do_not_break(name):
    assert len(name.encode()) >= 284
    files.check_upload(upload(name, b"x"))


def test_the_check_leaves_the_file_at_its_beginning():
    file = upload("note.txt", b"abc")
    files.check_upload(file)
    assert file.read() == b"abc"


def test_every_refusal_says_which_file_and_follows_french_typography():
    messages = [refusal(name, content) for name, content in MISMATCHES]
    messages += [refusal("x.svg", HTML), refusal("x.xlsm", XLSX), refusal("x.pdf", b"")]
    for message in messages:
        assert "'" not in message
        assert message.endswith(".")
        assert "« " not in message, "an ordinary space inside « » lets the line break there"
        assert " :" not in message.replace("\u00a0:", "")


def test_a_whole_file_is_stored(tmp_path):
    storage = files.WholeFileStorage(location=tmp_path)
    name = storage.save("evidence/ab/abc", ContentFile(b"x" * 200_000))
    assert (tmp_path / name).read_bytes() == b"x" * 200_000
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["abc"]


class BrokenFile(ContentFile):
    """A disk that fills up half-way."""

    def chunks(self, chunk_size=None):
        yield b"x" * 100_000
        raise OSError("No space left on device")


def test_a_truncated_write_leaves_nothing_behind(tmp_path):
    storage = files.WholeFileStorage(location=tmp_path)
    with pytest.raises(OSError, match="No space left"):
        storage.save("evidence/ab/abc", BrokenFile(b"x"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["../sorti.txt", "/etc/sorti.txt", "evidence/../../sorti.txt"])
def test_a_name_cannot_leave_the_directory(tmp_path, name):
    storage = files.WholeFileStorage(location=tmp_path / "private")
    with pytest.raises(Exception, match=r"(?i)path|traversal|located outside"):
        storage.save(name, ContentFile(b"x"))
    assert list(tmp_path.rglob("sorti.txt")) == []


def test_private_files_have_no_address(tmp_path):
    storage = files.WholeFileStorage(location=tmp_path)
    storage.save("a", ContentFile(b"x"))
    with pytest.raises(ValueError, match="URL"):
        storage.url("a")


@pytest.mark.parametrize(
    ("part", "damage"),
    [
        (b"PK\x01\x02", {6: 200}),  # made for a version of zip that does not exist
        (b"PK\x01\x02", {9: 8, 46: 0xCE}),  # a name said to be UTF-8 that is not
    ],
)
def test_a_damaged_archive_is_refused_in_words(part, damage):
    content = bytearray(DOCX)
    start = content.index(part)
    for offset, value in damage.items():
        content[start + offset] = value
    assert "malgré son nom" in refusal("abime.docx", bytes(content))


def test_macros_are_found_whatever_their_case():
    entries = TYPES | {"word/document.xml": b"<w/>", "word/VBAPROJECT.bin": b"x"}
    assert "macros" in refusal("lettre.docx", archive(entries))


def test_the_name_of_a_file_survives_a_power_cut(monkeypatch, private_files):
    """Synced content without a synced directory is a file that nobody finds."""
    synced = []
    real = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda fd: (synced.append(os.readlink(f"/proc/self/fd/{fd}")), real(fd))
    )
    files.private_storage().save("evidence/ab/cd", ContentFile(b"x"))
    assert {str(private_files / "evidence" / "ab"), str(private_files / "evidence")} <= set(synced)
